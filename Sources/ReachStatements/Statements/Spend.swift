import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `spend SOURCE M in PERIOD`: what winning customers cost, and what came of them.
package enum Spend: StatementDefinition {
    package static let syntax = StatementSyntax(
        "spend", summary: "what was spent to win customers, and what they brought: leads, buyers, CAC, ROI per source",
        form: .sequence([
            .optional(
                .choice([
                    .sequence([.keyword("from"), .slot("file", .file)]),
                    .sequence([
                        .slot("source", .customerKey), .slot("amount", .number), .keyword("in"),
                        .slot("period", .period),
                    ]),
                ])),
            .clauses([
                .sequence([.keyword("by"), .slot("by", .name(.customerColumn))]),
                .sequence([.keyword("on"), .slot("on", .name(.customerColumn))]),
            ]),
        ]))
    package static let details = [
        "Notes that so much was spent on a source in a period, in place of what was noted for the same before, and shows all that is noted; `spend` alone shows it. An amount of 0 takes a note away.",
        "`spend from \"FILE\"` notes what a table holds: a source, an amount and a day (`date`), a month (`2026-03`) or two days (`from`, `to`) per row. Amounts of a day count for their calendar month; all of a source and period are added up.",
        "Leads are the customers of the source who signed up in the period, buyers those of them with an order until today, revenue all their orders brought until today, returns taken off. Profit: revenue less spend. CAC: spend per buyer. ROI: profit over spend.",
        "The source is looked for in the column `source` of `customers` or one named alike (`by COLUMN` says otherwise), the date in `signed_up` or one named alike (`on COLUMN`), else it is the date of the first order.",
    ]
    package static let examples = [
        Example("spend ads 70000 in 2026-03", "70,000 on one source"),
        Example("spend from \"spend.csv\"", "what a table holds"),
        Example("spend", "all that is noted"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let context = binder.context
        let buyers = try BuyerTable(context.schema, at: statement.span)
        let purchases = Purchases(buyers, context.schema, through: context.moment.today, zone: context.moment.zone)
        let columns = try SpendColumns(statement, context, purchases)
        if let source = statement.text("source"),
            let known = context.distinctValues(ColumnPlace(table: 0, column: columns.source.index)),
            !known.contains(source.text)
        {
            throw Diagnostic.spendSource(source.text, known: known, at: source.span)
        }
        return BoundSpend(
            statement: statement, columns: columns, purchases: purchases,
            entry: try SpendEntry(statement, context.moment), file: try session.filledFile(statement))
    }
}

/// So much for one source in some days.
struct SpendEntry: Hashable, Sendable {
    let source: String
    let days: Range<Int>
    let amount: Money

    /// Digits after the point of amounts.
    static let mostDigits = 6

    /// What a statement notes; nil where it only asks.
    init?(_ statement: Statement, _ moment: Moment) throws {
        guard let source = statement.text("source") else { return nil }
        guard case .period(let period, let span)? = statement["period"] else {
            throw Diagnostic.spendPeriod(at: source.span)
        }
        guard let days = moment.days(of: period) else { throw Diagnostic.spendPeriod(at: span) }
        guard case .number(let literal, let isPercent, let place)? = statement["amount"], !isPercent,
            let amount = Money(literal), amount.scale <= Self.mostDigits, amount.units >= 0
        else { throw Diagnostic.spendAmount(at: statement.span) }
        _ = place
        self.init(source: source.text, days: days, amount: amount)
    }

    init(source: String, days: Range<Int>, amount: Money) {
        self.source = source
        self.days = days
        self.amount = amount
    }

    /// What is kept under `key`; nil where it says nothing.
    init?(key: String, text: String) {
        let parts = key.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count > 3, let first = Self.day(parts[parts.count - 3]),
            let last = Self.day(parts[parts.count - 1]),
            first <= last, let dot = Optional(text.split(separator: ".", omittingEmptySubsequences: false)),
            let units = Int64(dot.joined())
        else { return nil }
        source = parts.dropLast(3).joined(separator: " ")
        days = first..<(last + 1)
        amount = Money(units: Int128(units), scale: dot.count > 1 ? dot[1].count : 0)
    }

    private static func day(_ text: Substring) -> Int? {
        let numbers = text.split(separator: "-").compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        return CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])?.daysSinceEpoch
    }

    /// `google 2026-03-01 to 2026-03-31`
    var key: String { "\(source) \(period)" }

    var period: String {
        let last = CivilDate(daysSinceEpoch: days.upperBound - 1).iso
        return "\(CivilDate(daysSinceEpoch: days.lowerBound).iso) to \(last)"
    }
}

extension Money {
    /// An integer or decimal literal; nil for everything else.
    fileprivate init?(_ literal: Literal) {
        switch literal {
        case .integer(let value): self.init(units: Int128(value), scale: 0)
        case .decimal(let units, let scale): self.init(units: Int128(units), scale: scale)
        default: return nil
        }
    }
}

/// Which column tells where a customer came from, and which when.
struct SpendColumns: Sendable {
    let source: (index: Int, type: DataType, name: String)
    /// Nil takes the first order.
    let signedUp: (index: Int, type: DataType, name: String)?

    static let sourceNames = [
        "source", "utm_source", "acquisition_source", "traffic_source", "channel", "origin", "referrer",
    ]
    private static let dateNames = [
        "signed_up", "signed_up_at", "signup", "signup_date", "registered", "registered_at", "registration_date",
        "created_at", "created", "joined", "joined_at",
    ]

    init(_ statement: Statement, _ context: BindingContext, _ purchases: Purchases) throws {
        let customers = context.schema.customers
        func column(_ slot: String, _ names: [String], _ fits: (DataType) -> Bool) throws -> Int? {
            guard let written = statement.name(slot) else {
                return names.lazy.compactMap { customers.index(of: $0) }.first { fits(customers.columns[$0].type) }
            }
            guard let index = customers.index(of: written.text) else {
                throw Diagnostic.columnNotFound(written, in: "customers", known: customers.columns.map(\.name))
            }
            guard fits(customers.columns[index].type) else {
                let others = customers.columns.filter { fits($0.type) }.map(\.name)
                throw Diagnostic.spendColumn(written, slot: slot, columns: others)
            }
            return index
        }
        let texts = customers.columns.filter { $0.type == .text && $0.role == .attribute }.map(\.name)
        guard let source = try column("by", Self.sourceNames, { $0 == .text }) else {
            throw Diagnostic.noColumnFor("a source", in: "customers", clause: "by", columns: texts, at: statement.span)
        }
        self.source = (source, .text, customers.columns[source].name)
        signedUp = try column("on", Self.dateNames, \.isTemporal).map {
            ($0, customers.columns[$0].type, customers.columns[$0].name)
        }
    }

    /// Came from a source in some days.
    func leads(_ entry: SpendEntry, _ purchases: Purchases, zone: Zone) -> Condition {
        let isSource = Condition.comparison(
            .equal, .column(source.index, source.type), .literal(.text(entry.source), .text))
        let day: Scalar
        if let signedUp {
            let column = Scalar.column(signedUp.index, signedUp.type)
            day = signedUp.type == .date ? column : .convert(column, to: .date)
        } else {
            let first = Scalar.aggregate(
                Aggregate(
                    .min, table: purchases.buyers.table, value: .column(purchases.buyers.time, purchases.timeType),
                    filter: .all([purchases.isPast, purchases.isOrder]), type: purchases.timeType))
            day = purchases.timeType == .date ? first : .convert(first, to: .date)
        }
        func literal(_ day: Int) -> Scalar { .literal(.date(Int32(clamping: day)), .date) }
        return .all([
            isSource, .comparison(.greaterOrEqual, day, literal(entry.days.lowerBound)),
            .comparison(.less, day, literal(entry.days.upperBound)),
        ])
    }
}

struct BoundSpend: BoundStatement {
    let statement: Statement
    let columns: SpendColumns
    let purchases: Purchases
    let entry: SpendEntry?
    let file: (path: String, span: SourceSpan)?

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        var notes: [String] = []
        var warnings: [String] = []
        if let entry { notes = try note(entry, session) }
        if let file {
            let found = try SpendFile(file.path, at: file.span, session, pinned)
            for entry in found.entries { notes += try note(entry, session) }
            notes += found.notes
            warnings = unknownSources(found, pinned)
        }
        let entries = try session.workspace.definitions(.spend).compactMap {
            SpendEntry(key: $0.name, text: $0.text)
        }.sorted {
            ($0.days.lowerBound, $0.source, $0.days.upperBound) < ($1.days.lowerBound, $1.source, $1.days.upperBound)
        }
        let rows = try entries.map { entry in try SpendRow(entry, figures(entry, pinned), purchases) }
        let when = columns.signedUp.map { "by `\($0.name)`" } ?? "by their first order"
        var answer = Answer(
            "spend",
            headline: rows.isEmpty
                ? "nothing is noted yet: `spend google 70000 in 2026-03`"
                : "sources from `\(columns.source.name)`, customers \(when), orders until \(CivilDate(daysSinceEpoch: Int(purchases.day)).iso)"
        )
        answer.facts = [Fact("entries", rows.count)]
        if let entry, let row = rows.first(where: { $0.entry.key == entry.key }) { answer.facts += row.facts }
        answer.table = SpendRow.table(rows, purchases)
        answer.isHeadlineEnough = rows.isEmpty
        if !rows.isEmpty { answer.view = [.grid(SpendRow.grid(rows))] }
        answer.notes = notes + (try purchases.futureNotes(pinned))
        answer.warnings = warnings + toCome(entries) + pinned.engine.faultWarnings()
        return answer
    }

    /// Of a period that is not over nobody knows yet what it brings.
    private func toCome(_ entries: [SpendEntry]) -> [String] {
        let unfinished = entries.filter { $0.days.upperBound > Int(purchases.day) + 1 }.map(\.key)
        if unfinished.isEmpty { return [] }
        let more = unfinished.count > 3 ? " and \(Figure.count(unfinished.count - 3)) more" : ""
        return [
            "not over yet, so that leads and buyers are missing: \(unfinished.prefix(3).joined(separator: "; "))\(more)"
        ]
    }

    /// Sources of a file that no customer came from: spelled differently, or in vain.
    private func unknownSources(_ found: SpendFile, _ pinned: Session.Pinned) -> [String] {
        guard
            let known = pinned.context.distinctValues(ColumnPlace(table: 0, column: columns.source.index))
        else { return [] }
        let unknown = Set(found.entries.map(\.source)).subtracting(known).sorted()
        if unknown.isEmpty { return [] }
        return ["no customer came from \(unknown.map { "`\($0)`" }.joined(separator: ", "))"]
    }

    /// Keeps what was spent; an amount of 0 takes it away.
    private func note(_ entry: SpendEntry, _ session: Session) throws -> [String] {
        if entry.amount.units == 0 {
            let isGone = try session.workspace.drop(.spend, name: entry.key)
            return isGone ? [] : ["nothing was noted for \(entry.key)"]
        }
        return try session.store(.spend, entry.key, entry.amount.description)
    }

    private func figures(
        _ entry: SpendEntry, _ pinned: Session.Pinned
    ) throws -> (leads: Int, buyers: Int, revenue: Value) {
        let leads = columns.leads(entry, purchases, zone: pinned.context.moment.zone)
        let orders = Scalar.aggregate(
            Aggregate(
                .count, table: purchases.buyers.table, value: nil,
                filter: .all([purchases.isPast, purchases.isOrder]), type: .integer))
        let isBuyer = Condition.comparison(.greater, orders, .literal(.integer(0), .integer))
        let revenue = Measure(
            .sum, value: purchases.money, pooled: .init(table: purchases.buyers.table, filter: purchases.isPast),
            type: purchases.moneyType)
        let engine = pinned.engine
        let sums = try engine.group(.customers(leads), keys: [], measures: [revenue])
        return (
            try engine.count(.customers(leads)), try engine.count(.customers(.all([leads, isBuyer]))),
            sums.first?.first ?? .missing
        )
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
