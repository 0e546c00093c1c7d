import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `funnel A then B … within D`: how many customers get how far.
package enum Funnel: StatementDefinition {
    package static let syntax = StatementSyntax(
        "funnel", summary: "how many customers get from one activity to the next, and where they drop",
        form: .sequence([
            .chain(
                "steps", by: "then",
                of: .sequence([
                    .slot("table", .name(.table)),
                    .optional(.sequence([.keyword("where"), .slot("where", .condition)])),
                ])),
            .clauses([
                .clause("within", "within", .duration), .sequence([.keyword("by"), .slot("by", .expression)]),
                .slot("audience", .ofAudience),
            ]),
        ]))
    package static let details = [
        "A step is a row of its table that meets its condition, later in time than the step before, or at the same instant but another row; where a table has no time of day, all are compared by date and the same day will do. All steps lie within D of the first.",
        "Returns, rows of the orders with an amount below 0, are no orders and left out of their steps, unless the step's condition asks for the amount itself.",
        "`by` tells customers apart by a column of theirs, or of the rows of the first step: `by orders.category` is the category of the row with which the attempt begins. A name that both have has to be written in full.",
        "Of a customer's attempts the one that gets furthest counts, of equals the earliest. The time between steps is the median over who got there: the lowest value with half of them at or below it.",
    ]
    package static let examples = [
        Example("funnel visits then carts then orders within 30d of all", "three steps"),
        Example("funnel visits where pages > 3 then orders where total > 50 within 7d by tier of all", "by tier"),
    ]

    private static let mostSteps = 20

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let context = binder.context
        let written = statement.groups("steps")
        guard (2...mostSteps).contains(written.count) else {
            throw Diagnostic.funnelSteps(written.count, at: statement.span)
        }
        let steps = try written.map { group -> NamedStep in
            guard case .name(let name)? = group["table"] else {
                preconditionFailure("the form of `funnel` has a table per step")
            }
            var condition: Expression?
            if case .expression(let expression)? = group["where"] { condition = expression }
            return try NamedStep(name, condition, binder)
        }
        guard let within = statement.duration("within") else { throw Diagnostic.funnelWithin(at: statement.span.end) }
        let audience = try binder.bindAudience(statement.audience)
        let key = try statement.expression("by").map { try FunnelKey($0, first: steps[0], binder) }
        let today = context.moment
        let length = try binder.resolved(within.duration, at: within.span)
        // The same day is enough where days are compared; no time at all is nobody's.
        if length.isNothing, !steps.contains(where: \.hasDays) {
            throw Diagnostic.countTooSmall("within", at: within.span, help: "within 30d")
        }
        let question = FunnelQuestion(
            audience: audience.condition, steps: steps.map { $0.step(through: today) }, within: length,
            key: key?.ofQuestion)
        return BoundFunnel(
            statement: statement, audience: audience, steps: steps, question: question,
            within: within.duration.canonicalText, key: key?.column, warnings: binder.warnings)
    }
}

/// What `by` tells customers apart by: a column of theirs, or of the rows of the first step.
struct FunnelKey {
    let column: NamedColumn
    private let isOfFirstStep: Bool

    init(_ written: Expression, first: NamedStep, _ binder: Binder) throws {
        isOfFirstStep = try Self.isOfFirstStep(written, first, binder.context)
        column = NamedColumn(
            try binder.bindColumn(written, isOfFirstStep ? .rows(table: first.table) : .customers))
    }

    /// A name that both have is refused: either may be meant.
    private static func isOfFirstStep(
        _ written: Expression, _ first: NamedStep, _ context: BindingContext
    ) throws -> Bool {
        guard case .name(let name) = written.kind else { return false }
        let table = context.schema.tables[first.table]
        if let qualifier = name.qualifier { return Name.same(qualifier.text, table.name) }
        guard let index = table.index(of: name.name.text), table.columns[index].role != .key else { return false }
        let isOfCustomers =
            context.schema.customers.index(of: name.name.text) != nil || context.definition(name.name.text) != nil
        if isOfCustomers {
            let column = NameText.value(name.name.text)
            throw Diagnostic.ambiguousName(
                name.name, table: table.name,
                help: ["by customers.\(column)", "by \(NameText.value(table.name)).\(column)"])
        }
        return true
    }

    var ofQuestion: FunnelQuestion.Key { isOfFirstStep ? .firstStep(column.scalar) : .customers(column.scalar) }
}

/// A step with the words for it.
struct NamedStep: Sendable {
    let name: String
    let table: Int
    private let time: Int
    private let timeType: DataType
    private let filter: Condition
    /// A row that takes money back is no order, unless the condition asks for amounts itself; nil where no row is one.
    private let isReturn: Condition?

    init(_ name: Identifier, _ written: Expression?, _ binder: Binder) throws {
        let context = binder.context
        guard let table = context.activityIndex(name.text) else {
            throw Diagnostic.tableNotFound(name, known: context.activityNames)
        }
        let schema = context.schema.tables[table]
        guard let time = schema.index(of: ColumnSchema.Role.time) else {
            throw Diagnostic.noTimes(schema.name, at: name.span)
        }
        self.table = table
        self.time = time
        timeType = schema.columns[time].type
        filter = try written.map { try binder.bindCondition($0, .rows(table: table)) } ?? .always(true)
        let buyers = try? BuyerTable(context.schema, at: name.span)
        if let buyers, buyers.table == table, !(written?.mentions(schema.columns[buyers.money].name) ?? false) {
            isReturn = Purchases.isReturn(buyers.money, schema.columns[buyers.money].type)
        } else {
            isReturn = nil
        }
        self.name = schema.name + (written.map { " where \($0.canonicalText)" } ?? "")
    }

    /// No time of day.
    var hasDays: Bool { timeType == .date }

    /// What is after today has not happened yet.
    func step(through moment: Moment) -> FunnelQuestion.Step {
        let isPast = Purchases.isPast(time, timeType, through: moment.today, moment.zone)
        return .init(table: table, filter: .all([isPast, filter] + (isReturn.map { [.not($0)] } ?? [])))
    }

    /// Said where returns are left out.
    func returnNote(_ pinned: Session.Pinned, _ audience: Condition) throws -> String? {
        guard let isReturn else { return nil }
        let count = try pinned.pastRows(of: table, where: .all([filter, isReturn]), audience)
        return count == 0 ? nil : "\(Figure.count(count, "return")) among \(name) left out: returns are no orders"
    }
}

struct BoundFunnel: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let steps: [NamedStep]
    let question: FunnelQuestion
    let within: String
    let key: NamedColumn?
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let engine = pinned.engine
        let counts = try engine.reporting("following customers", to: session.hooks.progress).funnel(question)
        let medians = try counts.gaps.map { try median($0, engine) }
        let view = FunnelView(
            steps: steps.map(\.name), key: key, counts: counts, medians: medians,
            isByDate: engine.isByDate(question))
        let whole = pinned.snapshot.customerCount
        let started = view.total.first ?? 0
        let whose = audience.isEverybody ? "" : " \(Speaking.who(audience))"
        var answer = Answer(
            "funnel",
            headline:
                "\(Figure.count(started)) of \(Figure.count(whole, "customer"))\(whose) with \(steps[0].name), \(within) for the rest"
        )
        answer.facts =
            [Fact("customers", started), Fact("of", whole)]
            + view.total.enumerated().map { Fact("step_\($0 + 1)", $1) }
        answer.table = view.table
        answer.isHeadlineEnough = started == 0
        if started > 0 { answer.view = view.blocks }
        answer.notes = try Set(steps.map(\.table)).sorted().flatMap { try pinned.leftOutNotes(table: $0) }
        // Told before returns are counted, which meets the same rows again.
        answer.warnings = warnings + engine.faultWarnings()
        var returns: [String] = []
        for step in steps {
            if let note = try step.returnNote(pinned, audience.condition), !returns.contains(note) {
                returns.append(note)
            }
        }
        answer.notes += returns
        return answer
    }

    /// The lowest of the values with half of them at or below it; nil where there are none.
    private func median(_ parts: [[Int64]], _ engine: Engine) throws -> Int64? {
        guard let low = parts.compactMap({ $0.min() }).min(), let high = parts.compactMap({ $0.max() }).max() else {
            return nil
        }
        let search = RankCuts(low...high)
        let borders = search.borders(try engine.inParallel(parts.count) { search.counts(parts[$0]) }, scores: 2)
        let gathered = try engine.inParallel(parts.count) { search.gathered(parts[$0], borders) }
        return search.cuts(gathered, borders).first
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement, subject: BoundSubject(audience), plan: .count(.customers(audience.condition)))
    }
}

extension ResolvedDuration {
    fileprivate var isNothing: Bool {
        switch self {
        case .days(let count), .months(let count), .microseconds(let count): count <= 0
        }
    }
}

extension Expression {
    /// Whether a column of this name, and not one of the customers, is part of it.
    fileprivate func mentions(_ column: String) -> Bool {
        if case .name(let name) = kind {
            let isOfCustomers = name.qualifier.map { Name.same($0.text, "customers") } ?? false
            return Name.same(name.name.text, column) && !isOfCustomers
        }
        return children.contains { $0.mentions(column) }
    }
}
