import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `cohorts`: who comes back, by the period of the first order.
package enum Cohorts: StatementDefinition {
    package static let syntax = StatementSyntax(
        "cohorts", summary: "customers by the period of their first order, and in which later ones they ordered again",
        form: .clauses([
            .sequence([.keyword("by"), .word("by", oneOf: CohortPeriod.allCases.map(\.rawValue))]),
            .slot("audience", .ofAudience),
        ]))
    package static let details = [
        "A cohort is the customers whose first order in the data is in one week, month (the default) or quarter; who ordered before the data begins is taken as new. Offset 0 is the cohort itself, offset 1 the calendar period after it.",
        "The average is over cohorts whose period is over, weighted by their size; a period that is still running is marked with …",
    ]
    package static let examples = [
        Example("cohorts of all", "by month"),
        Example("cohorts by quarter where city = \"Paris\"", "some customers, by quarter"),
    ]

    /// Periods beyond which a triangle is no longer readable, nor small.
    static let mostPeriods = 1_000

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let audience = try binder.bindAudience(statement.audience)
        let buyers = try BuyerTable(binder.context.schema, at: statement.span)
        return BoundCohorts(
            statement: statement, audience: audience, table: buyers.table, time: buyers.time,
            period: statement.word("by").flatMap(CohortPeriod.init) ?? .month, warnings: binder.warnings)
    }
}

struct BoundCohorts: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let table: Int
    let time: Int
    let period: CohortPeriod
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let triangle = try triangle(pinned)
        let count = triangle.customers.reduce(0) { $0 + $1[0] }
        let whole = pinned.snapshot.customerCount
        var answer = Answer(
            "cohorts",
            headline:
                "\(Speaking.buyers(count, of: whole, audience)), by \(period.rawValue) of the first order in the data"
        )
        answer.facts = [Fact("customers", count), Fact("of", whole)]
        answer.table = table(triangle)
        answer.isHeadlineEnough = count == 0
        if count > 0 { answer.view = view(triangle, today: Int(pinned.context.moment.today)) }
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func triangle(_ pinned: Session.Pinned) throws -> CohortTriangle {
        let zone = pinned.context.moment.zone
        let type = pinned.context.schema.tables[table].columns[time].type
        guard let range = pinned.snapshot.statistics(table: table, column: time)?.range else {
            return CohortTriangle(starts: [], end: 0, cells: [])
        }
        func day(_ lane: Int64) -> Int { type == .date ? Int(lane) : zone.day(of: lane) }
        let days = period.starts(from: day(range.lowerBound), through: day(range.upperBound))
        guard days.count <= Cohorts.mostPeriods else {
            throw Diagnostic.tooManyPeriods(days.count, period.rawValue, at: statement.span)
        }
        let starts = days.map { type == .date ? Int64($0) : zone.start(ofDay: $0) }
        return CohortTriangle(
            starts: days, end: period.next(after: days[days.count - 1]),
            cells: try pinned.engine.cohortCells(of: audience.condition, table: table, starts: starts))
    }

    /// From the first cohort that has somebody in it; nothing where none has.
    private func table(_ triangle: CohortTriangle) -> ResultTable {
        let first = triangle.customers.firstIndex { $0[0] > 0 } ?? triangle.starts.count
        let rows = triangle.starts.indices.dropFirst(first).flatMap { cohort in
            triangle.customers[cohort].enumerated().map { offset, customers -> [Value] in
                [.date(Int32(triangle.starts[cohort])), .integer(Int64(offset)), .integer(Int64(customers))]
            }
        }
        return ResultTable(
            columns: [.init("cohort", .date), .init("offset", .integer), .init("customers", .integer)], rows: rows)
    }

    /// Periods after the first that fit a screen.
    private static let viewOffsets = 12

    /// A line per cohort: its size, then the share of it in every later period.
    private func view(_ triangle: CohortTriangle, today: Int) -> [ViewBlock] {
        let first = triangle.customers.firstIndex { $0[0] > 0 } ?? 0
        let last = min(triangle.starts.count - first - 1, Self.viewOffsets)
        let offsets = last > 0 ? Array(1...last) : []
        var grid = [
            [ViewCell(period.rawValue), ViewCell("customers", .right)] + offsets.map { ViewCell("+\($0)", .right) }
        ]
        for cohort in triangle.starts.indices.dropFirst(first) {
            let size = triangle.customers[cohort][0]
            let known = offsets.prefix { $0 < triangle.customers[cohort].count }
            let shares = known.map { offset -> ViewCell in
                let mark = triangle.isComplete(cohort, offset, today: today) ? "" : " …"
                return ViewCell(Figure.share(triangle.customers[cohort][offset], of: size) + mark, .right)
            }
            grid.append([ViewCell(period.name(of: triangle.starts[cohort])), .count(size)] + shares)
        }
        let averages = offsets.map { offset -> ViewCell in
            guard let average = triangle.average(offset: offset, today: today) else { return ViewCell("") }
            return ViewCell(Figure.share(Int((average * 1_000_000).rounded()), of: 1_000_000), .right)
        }
        grid.append([ViewCell("average"), ViewCell("")] + averages)
        guard triangle.starts.count - first - 1 > last else { return [.grid(grid)] }
        return [.grid(grid), .line("the first \(last) periods; `--format csv` has all")]
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement,
            subject: BoundSubject(audience),
            plan: .count(.customers(audience.condition)))
    }
}
