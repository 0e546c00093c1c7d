import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `rfm`: buyers by recency, frequency and money, each scored 1 to 5 by rank.
package enum RFM: StatementDefinition {
    package static let syntax = StatementSyntax(
        "rfm", summary: "how many buyers have which scores of recency, frequency and money",
        form: .clauses([
            .slot("audience", .ofAudience), .sequence([.keyword("as of"), .slot("day", .date)]),
        ]))
    package static let details = [
        "Recency is days from the last order to the as-of date (today), frequency the number of orders, money their total; later orders are left out. Returns (negative totals) count in money alone.",
        "score = 1 + ⌊5·w/n⌋, w being how many of the n buyers are strictly worse: equal values, equal scores.",
    ]
    package static let examples = [
        Example("rfm of all", "every buyer"),
        Example("rfm where city = \"Paris\" as of 2026-06-30", "some of them, as they were then"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let audience = try binder.bindAudience(statement.audience)
        let context = binder.context
        var day = context.moment.today
        if let written = statement.expression("day") {
            guard
                case .date(let given) = ConstantEvaluator(moment: context.moment).constant(
                    try binder.bindScalar(written))
            else { throw Diagnostic.notDay(at: written.span) }
            day = given
        }
        let buyers = try BuyerTable(context.schema, at: statement.span)
        return BoundRFM(
            statement: statement, audience: audience, day: day,
            figures: RFMFigures(buyers, context.schema, day: day, zone: context.moment.zone),
            warnings: binder.warnings)
    }
}

/// Recency, frequency and money of a customer as expressions: larger is better, and without orders the first is missing.
struct RFMFigures: Sendable {
    let scalars: [Scalar]

    init(_ buyers: BuyerTable, _ schema: DataSchema, day: Int32, zone: Zone) {
        let columns = schema.tables[buyers.table].columns
        let (time, money) = (columns[buyers.time].type, columns[buyers.money].type)
        let end = time == .date ? Int64(day) : zone.start(ofDay: Int(day) + 1) - 1
        let isPast = Condition.comparison(
            .lessOrEqual, .column(buyers.time, time), .literal(Value(lane: end, of: time), time))
        let isReturn = Condition.comparison(
            .less, .column(buyers.money, money), .literal(Value(lane: 0, of: money), money))
        let orders = Condition.all([isPast, .not(isReturn)])
        let last = Aggregate(
            .max, table: buyers.table, value: .column(buyers.time, time), filter: orders, type: time)
        scalars = [
            time == .date ? .aggregate(last) : .convert(.aggregate(last), to: .date),
            .aggregate(Aggregate(.count, table: buyers.table, value: nil, filter: orders, type: .integer)),
            .aggregate(
                Aggregate(
                    .sum, table: buyers.table, value: .column(buyers.money, money), filter: isPast, type: money)),
        ]
    }
}

struct BoundRFM: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let day: Int32
    let figures: RFMFigures
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let parts = try pinned.engine.lanes(of: audience.condition, figures.scalars)
        let count = parts.reduce(0) { $0 + $1[0].count }
        let whole = pinned.snapshot.customerCount
        let cells = try cells(parts, pinned)
        let date = CivilDate(daysSinceEpoch: Int(day)).iso
        var answer = Answer(
            "rfm",
            headline: "\(Speaking.buyers(count, of: whole, audience)), as of \(date)")
        answer.facts = [Fact("customers", count), Fact("of", whole)]
        answer.table = ResultTable(
            columns: [.init("r", .integer), .init("f", .integer), .init("m", .integer), .init("customers", .integer)],
            rows: cells.filled.map { cell in
                [cell.recency, cell.frequency, cell.money, cell.customers].map { .integer(Int64($0)) }
            })
        answer.isHeadlineEnough = count == 0
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func cells(_ parts: [[[Int64]]], _ pinned: Session.Pinned) throws -> RFMCells {
        let cuts = try (0..<3).map { figure in try SIMD4(self.cuts(parts.map { $0[figure] }, pinned)) }
        return RFMCells(
            adding: try pinned.engine.inParallel(parts.count) { index in
                RFMCells.counts(
                    recency: parts[index][0], frequency: parts[index][1], money: parts[index][2],
                    cuts: (cuts[0], cuts[1], cuts[2]))
            })
    }

    private func cuts(_ lanes: [[Int64]], _ pinned: Session.Pinned) throws -> [Int64] {
        let engine = pinned.engine
        let bounds = try engine.inParallel(lanes.count) { index in
            lanes[index].min().flatMap { low in lanes[index].max().map { low...$0 } }
        }.compactMap(\.self)
        guard let low = bounds.map(\.lowerBound).min(), let high = bounds.map(\.upperBound).max() else {
            return [0, 0, 0, 0]
        }
        let search = RankCuts(low...high)
        let borders = search.borders(
            try engine.inParallel(lanes.count) { search.counts(lanes[$0]) }, scores: RFMCells.scores)
        return search.cuts(try engine.inParallel(lanes.count) { search.gathered(lanes[$0], borders) }, borders)
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement,
            subject: BoundSubject(audience),
            plan: .select(.customers(audience.condition), columns: figures.scalars, sort: [], limit: nil))
    }
}
