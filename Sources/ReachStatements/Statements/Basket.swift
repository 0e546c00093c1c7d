import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `basket`: what customers who bought one thing also bought.
package enum Basket: StatementDefinition {
    package static let syntax = StatementSyntax(
        "basket", summary: "what customers who bought one thing also bought: support, confidence, lift",
        form: .clauses([
            .sequence([.keyword("on"), .slot("on", .name(.column))]), .slot("audience", .ofAudience), .top,
        ]))
    package static let details = [
        "A basket is everything a customer has ever ordered, returns left out: the different values of a column of the orders, `category` or one named alike unless `on` says otherwise. Of more than 1,000 values the most ordered are taken.",
        "Support: customers with both over all buyers. Confidence: over those with the first, with its 95 % interval (Wilson). Lift: confidence over the share of all buyers with the second. Pairs of fewer than 5 customers are left out.",
    ]
    package static let examples = [
        Example("basket of all", "pairs of categories"),
        Example("basket on category where city = \"Paris\" top 5", "the five strongest of some customers"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let audience = try binder.bindAudience(statement.audience)
        let limit = try statement.integer("top").map { count in
            guard count.value > 0 else { throw Diagnostic.countTooSmall("top", at: count.span, help: "top 10") }
            return Int(clamping: count.value)
        }
        return BoundBasket(
            statement: statement, audience: audience, items: try ItemColumn(statement, binder), limit: limit,
            warnings: binder.warnings)
    }
}

/// The column of the orders whose values go into baskets.
struct ItemColumn: Sendable {
    let purchases: Purchases
    let name: String
    let scalar: Scalar

    private static let names = [
        "category", "product", "product_id", "product_name", "sku", "item", "item_id", "article", "brand",
    ]
    /// Values that baskets can hold.
    static let mostValues = 1_000

    init(_ statement: Statement, _ binder: Binder) throws {
        let context = binder.context
        let buyers = try BuyerTable(context.schema, at: statement.span)
        purchases = Purchases(buyers, context.schema, through: context.moment.today, zone: context.moment.zone)
        let table = context.schema.tables[buyers.table]
        let candidates = table.columns.filter { $0.role == .attribute && $0.type == .text }.map(\.name)
        let index: Int
        if let written = statement.name("on") {
            guard let found = table.index(of: written.text) else {
                throw Diagnostic.columnNotFound(written, in: table.name, known: candidates)
            }
            index = found
        } else {
            guard let found = Self.names.lazy.compactMap({ table.index(of: $0) }).first else {
                throw Diagnostic.noColumnFor(
                    "what was bought", in: table.name, clause: "on", columns: candidates, at: statement.span)
            }
            index = found
        }
        name = table.columns[index].name
        scalar = .column(index, table.columns[index].type)
    }

    private var rows: Condition {
        .all([purchases.isPast, purchases.isOrder, .not(.isMissing(scalar))])
    }

    func question(_ audience: Condition) -> ActivityQuestion {
        ActivityQuestion(table: purchases.buyers.table, audience: audience, rows: rows, coded: scalar)
    }

    /// The values, the most ordered first, and how many there are besides.
    func values(
        _ audience: Condition, _ pinned: Session.Pinned, _ progress: any ProgressReporter
    ) throws -> (values: [Value], hidden: Int) {
        let groups = try pinned.engine.reporting("counting values", to: progress).group(
            .rows(table: purchases.buyers.table, filter: rows, audience: audience), keys: [scalar],
            measures: [Measure(.count, value: nil, type: .integer)])
        let sorted = groups.sorted { one, other in
            let order = ValueOrder.compare(one[1], other[1], descending: true)
            return order != 0 ? order < 0 : ValueOrder.compare(one[0], other[0]) < 0
        }
        return (sorted.prefix(Self.mostValues).map { $0[0] }, max(0, sorted.count - Self.mostValues))
    }

    /// Baskets of an audience over these values.
    func rules(
        _ audience: Condition, over values: [Value], _ pinned: Session.Pinned, _ progress: any ProgressReporter
    ) throws -> BasketRules {
        struct State: Sendable {
            var codes: ValueCodes
            var counts: BasketCounts
        }
        let empty = State(codes: ValueCodes(only: values), counts: BasketCounts(count: values.count))
        let engine = pinned.engine.reporting("looking into baskets", to: progress)
        let states = try engine.walk(question(audience), into: empty) { state, block in
            let codes = block.codes(&state.codes)
            addBaskets(block.runs, codes: codes, into: &state.counts)
        }
        var counts = empty.counts
        for state in states { counts.add(state.counts) }
        return BasketRules(counts)
    }
}

struct BoundBasket: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let items: ItemColumn
    let limit: Int?
    let warnings: [String]

    private static let smallest = 5
    private static let viewRows = 20

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let progress = session.hooks.progress
        let (values, hidden) = try items.values(audience.condition, pinned, progress)
        let baskets = try items.rules(audience.condition, over: values, pinned, progress)
        let all = baskets.rules(atLeast: Self.smallest)
        let rules = Array(all.prefix(limit ?? all.count))
        let count = Int(baskets.counts.customers)
        var answer = Answer(
            "basket",
            headline: "\(Speaking.buyers(count, of: pinned.snapshot.customerCount, audience)), by \(items.name)")
        answer.facts = [Fact("customers", count), Fact("values", values.count), Fact("rules", all.count)]
        answer.table = table(rules, values)
        answer.isHeadlineEnough = count == 0
        if count > 0 { answer.view = view(rules, values) }
        if hidden > 0 {
            answer.notes.append(
                "the \(Figure.count(ItemColumn.mostValues)) most ordered values; \(Figure.count(hidden)) others left out"
            )
        }
        answer.notes += try items.purchases.futureNotes(pinned)
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func table(_ rules: [BasketRules.Rule], _ values: [Value]) -> ResultTable {
        ResultTable(
            columns: [
                .init("first", items.scalar.type), .init("also", items.scalar.type), .init("customers", .integer),
                .init("together", .integer), .init("support", .float), .init("confidence", .float),
                .init("low", .float), .init("high", .float), .init("lift", .float),
            ],
            rows: rules.map { rule in
                [
                    values[rule.from], values[rule.to], .integer(Int64(rule.customers)),
                    .integer(Int64(rule.together)), .float(rule.support), .float(rule.confidence),
                    .float(rule.interval.low), .float(rule.interval.high), .float(rule.lift),
                ]
            })
    }

    private func view(_ rules: [BasketRules.Rule], _ values: [Value]) -> [ViewBlock] {
        guard !rules.isEmpty else { return [.line("no two values share \(Self.smallest) customers or more")] }
        let shown = rules.prefix(limit ?? Self.viewRows)
        let head = ["customers", "with both", "support", "confidence", "95 % interval", "lift"]
        let grid =
            [[ViewCell("who bought"), ViewCell("also bought")] + head.map { ViewCell($0, .right) }]
            + shown.map { rule in
                [ViewCell(values[rule.from].label), ViewCell(values[rule.to].label)]
                    + [
                        Figure.count(rule.customers), Figure.count(rule.together), Figure.percent(rule.support),
                        Figure.percent(rule.confidence), FrequencyView.range(rule.interval),
                        Figure.number(rule.lift, digits: 2),
                    ].map { ViewCell($0, .right) }
            }
        guard shown.count < rules.count else { return [.grid(grid)] }
        return [
            .grid(grid),
            .line("… \(Figure.count(rules.count - shown.count)) more: `basket … top \(Self.viewRows * 5)`"),
        ]
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement, subject: BoundSubject(audience), plan: .count(.customers(audience.condition)))
    }
}
