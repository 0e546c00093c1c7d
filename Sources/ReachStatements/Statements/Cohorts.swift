import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `cohorts`: who comes back, by the period of the first order.
package enum Cohorts: StatementDefinition {
    package static let syntax = StatementSyntax(
        "cohorts", summary: "customers by the period of their first order, and what they did in later ones",
        form: .clauses([
            .sequence([.keyword("by"), .word("by", oneOf: CohortPeriod.allCases.map(\.rawValue))]),
            .sequence([.keyword("measure"), .word("measure", oneOf: CohortMeasure.allCases.map(\.rawValue))]),
            .slot("audience", .ofAudience),
        ]))
    package static let details = [
        "A cohort is the customers whose first order in the data is in one week, month (the default), quarter or year; who ordered before the data begins is taken as new. Offset 0 is the cohort itself, offset 1 the calendar period after it.",
        "`measure customers` (the default) is the share of the cohort that ordered in the period; `orders` and `revenue` are per customer of the cohort, returns taken off revenue and counted as no order; `repeat` is the share that has placed a second order by the end of the period. In CSV and JSON all are totals.",
        "The average is over cohorts whose period is over, weighted by their size; a period that is still running is marked with …",
    ]
    package static let examples = [
        Example("cohorts of all", "by month"),
        Example("cohorts by quarter where city = \"Paris\"", "some customers, by quarter"),
        Example("cohorts by quarter measure revenue of all", "what they spent"),
    ]

    /// Periods beyond which a triangle is no longer readable, nor small.
    static let mostPeriods = 1_000

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let context = binder.context
        let audience = try binder.bindAudience(statement.audience)
        let buyers = try BuyerTable(context.schema, at: statement.span)
        return BoundCohorts(
            statement: statement, audience: audience,
            purchases: Purchases(
                buyers, context.schema, through: context.moment.today, zone: context.moment.zone),
            period: statement.word("by").flatMap(CohortPeriod.init) ?? .month,
            measure: statement.word("measure").flatMap(CohortMeasure.init) ?? .customers, warnings: binder.warnings)
    }
}

struct BoundCohorts: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let purchases: Purchases
    let period: CohortPeriod
    let measure: CohortMeasure
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let triangle = try triangle(pinned)
        let count = triangle.sizes.reduce(0, +)
        let whole = pinned.snapshot.customerCount
        var answer = Answer(
            "cohorts",
            headline:
                "\(Speaking.buyers(count, of: whole, audience)), by \(period.rawValue) of the first order in the data"
        )
        answer.facts = [Fact("customers", count), Fact("of", whole)]
        answer.table = table(triangle)
        answer.isHeadlineEnough = count == 0
        if count > 0 {
            let view = CohortView(
                triangle, period: period, measure: measure, purchases: purchases,
                today: Int(pinned.context.moment.today))
            answer.view = view.blocks
            if let days = purchases.days(pinned) {
                let first = CivilDate(daysSinceEpoch: days.lowerBound).iso
                answer.view.append(.line("the data begins on \(first); who ordered before that counts as new"))
            }
            answer.view += [purchases.endNote(period, pinned)].compactMap { $0.map { .line($0) } }
        }
        answer.notes = try purchases.futureNotes(pinned)
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func triangle(_ pinned: Session.Pinned) throws -> CohortTriangle {
        guard let range = purchases.days(pinned) else {
            return CohortTriangle(starts: [], end: 0, sums: CohortSums(periodCount: 0), measure: measure)
        }
        let days = period.starts(from: range.lowerBound, through: range.upperBound)
        guard days.count <= Cohorts.mostPeriods else {
            throw Diagnostic.tooManyPeriods(days.count, period.rawValue, at: statement.span)
        }
        let end = period.next(after: days[days.count - 1])
        let periods = DayTable(range, starts: days)
        let question = purchases.question(audience.condition, withMoney: measure == .revenue)
        let states = try pinned.engine.walk(question, into: CohortSums(periodCount: days.count)) { sums, block in
            addCohortMeasure(
                measure, block.runs, orders: block.marks[0], money: block.money, firstDay: periods.firstDay,
                periods: periods.periods, into: &sums)
        }
        var sums = CohortSums(periodCount: days.count)
        for state in states { sums.add(state) }
        return CohortTriangle(starts: days, end: end, sums: sums, measure: measure)
    }

    /// From the first cohort that has somebody in it; nothing where none has.
    private func table(_ triangle: CohortTriangle) -> ResultTable {
        let first = triangle.sizes.firstIndex { $0 > 0 } ?? triangle.starts.count
        let rows = triangle.starts.indices.dropFirst(first).flatMap { cohort in
            triangle.cells[cohort].enumerated().map { offset, cell -> [Value] in
                let head: [Value] = [.date(Int32(triangle.starts[cohort])), .integer(Int64(offset))]
                let figure = measure == .revenue ? purchases.value(cell) : .integer(Int64(clamping: cell))
                return head + (measure == .customers ? [] : [.integer(Int64(triangle.sizes[cohort]))]) + [figure]
            }
        }
        let name = measure == .repeat ? "repeat_customers" : measure.rawValue
        let columns: [ResultTable.Column] =
            [.init("cohort", .date), .init("offset", .integer)]
            + (measure == .customers ? [] : [.init("customers", .integer)])
            + [.init(name, measure == .revenue ? .decimal(scale: purchases.scale) : .integer)]
        return ResultTable(columns: columns, rows: rows)
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement,
            subject: BoundSubject(audience),
            plan: .count(.customers(audience.condition)))
    }
}

/// The period of every day of a range.
struct DayTable: Sendable {
    let firstDay: Int32
    let periods: [UInt16]

    /// `starts` are the first days of adjoining periods, the first of which holds the range's first day.
    init(_ days: ClosedRange<Int>, starts: [Int]) {
        firstDay = Int32(clamping: days.lowerBound)
        var period = 0
        periods = days.map { day in
            while period + 1 < starts.count, starts[period + 1] <= day { period += 1 }
            return UInt16(period)
        }
    }
}

/// A line per cohort: its size, then what it did in every later period, coloured by how much.
struct CohortView {
    private let triangle: CohortTriangle
    private let period: CohortPeriod
    private let measure: CohortMeasure
    private let purchases: Purchases
    private let today: Int
    private let first: Int
    private let offsets: [Int]

    /// Periods after the first that fit a screen.
    private static let widest = 12

    init(
        _ triangle: CohortTriangle, period: CohortPeriod, measure: CohortMeasure, purchases: Purchases, today: Int
    ) {
        self.triangle = triangle
        self.period = period
        self.measure = measure
        self.purchases = purchases
        self.today = today
        first = triangle.sizes.firstIndex { $0 > 0 } ?? 0
        let last = min(triangle.starts.count - first - 1, Self.widest)
        // The share of a cohort that ordered in its own period is all of it.
        let start = measure == .customers ? 1 : 0
        offsets = last >= start ? Array(start...last) : []
    }

    var blocks: [ViewBlock] {
        let cohorts = triangle.starts.indices.dropFirst(first)
        let most = cohorts.flatMap { cohort in offsets.compactMap { figure(cohort, $0) } }.max() ?? 0
        var grid = [
            [ViewCell(period.rawValue), ViewCell("customers", .right)] + offsets.map { ViewCell("+\($0)", .right) }
        ]
        for cohort in cohorts {
            let cells = offsets.compactMap { offset -> ViewCell? in
                guard let figure = figure(cohort, offset) else {
                    return offset < triangle.cells[cohort].count ? ViewCell("–", .right) : nil
                }
                let isOver = triangle.isComplete(cohort, offset, today: today)
                let heat = most > 0 && figure > 0 ? figure / most : nil
                return ViewCell(
                    text(figure) + (isOver ? "" : " …"), .right, isFaint: !isOver, heat: isOver ? heat : nil)
            }
            grid.append([ViewCell(period.name(of: triangle.starts[cohort])), .count(triangle.sizes[cohort])] + cells)
        }
        grid.append(
            [ViewCell("average"), ViewCell("")]
                + offsets.map { offset in
                    ViewCell(triangle.average(offset: offset, today: today).map { text($0 / unit) } ?? "", .right)
                })
        var blocks: [ViewBlock] = measure == .customers ? [] : [.heading(heading)]
        blocks.append(.grid(grid))
        if triangle.starts.count - first - 1 > Self.widest {
            blocks.append(.line("the first \(Self.widest) periods; `--format csv` has all"))
        }
        return blocks
    }

    private var heading: String {
        switch measure {
        case .customers: "share of the cohort that ordered"
        case .revenue: "revenue per customer of the cohort"
        case .orders: "orders per customer of the cohort"
        case .repeat: "share of the cohort with a second order by then"
        }
    }

    /// What turns a cell into the figure shown.
    private var unit: Double { measure == .revenue ? Double(Int128.power(of10: purchases.scale)) : 1 }

    /// Per customer of the cohort; nil for an empty cohort.
    private func figure(_ cohort: Int, _ offset: Int) -> Double? {
        guard offset < triangle.cells[cohort].count, triangle.sizes[cohort] > 0 else { return nil }
        return Double(triangle.cells[cohort][offset]) / Double(triangle.sizes[cohort]) / unit
    }

    private func text(_ figure: Double) -> String {
        switch measure {
        case .customers, .repeat: Figure.percent(figure)
        case .revenue, .orders: Figure.number(figure, digits: 2)
        }
    }
}

extension Int128 {
    static func power(of10 exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
