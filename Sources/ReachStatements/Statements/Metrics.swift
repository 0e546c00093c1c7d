import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `metrics`: the figures of a shop, in all or by period, or before against after a day.
package enum Metrics: StatementDefinition {
    package static let syntax = StatementSyntax(
        "metrics",
        summary: "buyers, revenue, ARPU, AOV, repeat rate, LTV and churn, in all, by period, or before and after",
        form: .clauses([
            .sequence([.keyword("by"), .word("by", oneOf: CohortPeriod.allCases.map(\.rawValue))]),
            .clause("churn", "churn", .duration), .clause("before", "before", .duration),
            .clause("after", "after", .duration), .clause("around", "around", .date),
            .slot("audience", .ofAudience),
        ]))
    package static let details = [
        "Active: at least one order in the period. ARPU: revenue over all customers with a first order up to the period's end. ARPPU: revenue over active. AOV: revenue over orders. Repeat rate: of the active, who has placed two orders or more up to the period's end. LTV to date: all revenue so far over all customers so far. Returns (negative totals) are taken off revenue and are no orders.",
        "Churn at a period's first day t: of the customers with an order in the D before t, the share with none in the D from t on; D is 60d unless `churn D` says otherwise. Marked … while t + D is after today. Without `by`, t is D before today.",
        "`before 30d after 30d around 2026-09-01` compares what customers did per day in the days before that date and from it on: those with an order in both stretches, the mean of each one's difference, Student's 95 % interval. It is not a causal estimate. Without `around` the second stretch ends today.",
    ]
    package static let examples = [
        Example("metrics of all", "in all"),
        Example("metrics by quarter churn 90d where city = \"Paris\"", "by quarter"),
        Example("metrics before 90d after 90d of all", "before and after"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let context = binder.context
        let audience = try binder.bindAudience(statement.audience)
        let buyers = try BuyerTable(context.schema, at: statement.span)
        let purchases = Purchases(buyers, context.schema, through: context.moment.today, zone: context.moment.zone)
        if statement["before"] != nil || statement["after"] != nil || statement["around"] != nil {
            return BoundBeforeAfter(
                statement: statement, audience: audience, purchases: purchases,
                stretches: try BeforeAfter(statement, binder), warnings: binder.warnings)
        }
        let churn = try statement.duration("churn").map { written -> PurchaseWindow in
            let window = try PurchaseWindow(written, binder)
            if window.border >= context.moment.today { throw Diagnostic.purchaseDays(window.text, at: written.span) }
            return window
        }
        return BoundMetrics(
            statement: statement, audience: audience, purchases: purchases,
            period: statement.word("by").flatMap(CohortPeriod.init), churnStep: churn?.step ?? .days(60),
            churnText: churn?.text ?? "60d", warnings: binder.warnings)
    }
}

struct BoundMetrics: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let purchases: Purchases
    let period: CohortPeriod?
    let churnStep: ResolvedDuration
    let churnText: String
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let whole = pinned.snapshot.customerCount
        let report = try report(pinned)
        let count = report.periods.reduce(0) { $0 + $1.new }
        let by = period.map { ", by \($0.rawValue)" } ?? ""
        var answer = Answer("metrics", headline: Speaking.buyers(count, of: whole, audience) + by)
        answer.facts = [Fact("customers", count), Fact("of", whole)]
        let view = MetricsView(report, period: period, purchases: purchases, churn: churnText)
        answer.table = view.table
        answer.isHeadlineEnough = count == 0
        if count > 0 {
            answer.view = view.blocks
            let endNote = period.flatMap { purchases.endNote($0, pinned) }
            if let endNote { answer.view.append(.line(endNote)) }
            if period == nil { answer.facts += view.facts }
        }
        answer.notes = try purchases.futureNotes(pinned)
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func report(_ pinned: Session.Pinned) throws -> MetricsReport {
        guard let days = purchases.days(pinned) else { return MetricsReport(periods: []) }
        let today = Int(purchases.day)
        guard let period else {
            // In all: cut in two at the last day whose stretch is over, where churn is counted.
            let border = Moment.day(today, plus: churnStep, backwards: true) ?? days.lowerBound
            let isCut = border > days.lowerBound
            let found = try figures(days, isCut ? [days.lowerBound, border] : [days.lowerBound], pinned)
            var report = MetricsReport(found.inAll, starts: [days.lowerBound], goneAt: [today], today: today)
            if isCut { report.setChurn(base: found.churnBase[1], churned: found.churned[1]) }
            return report
        }
        let starts = period.starts(from: days.lowerBound, through: days.upperBound)
        guard starts.count <= Cohorts.mostPeriods else {
            throw Diagnostic.tooManyPeriods(starts.count, period.rawValue, at: statement.span)
        }
        let figures = try figures(days, starts, pinned)
        return MetricsReport(
            figures, starts: starts, goneAt: starts.map { Moment.day($0, plus: churnStep) ?? .max }, today: today)
    }

    /// By period, given by the first days of all.
    private func figures(_ days: ClosedRange<Int>, _ starts: [Int], _ pinned: Session.Pinned) throws -> PeriodFigures {
        let table = DayTable(days, starts: starts)
        let calendar = PeriodCalendar(
            firstDay: table.firstDay, periods: table.periods,
            activeFrom: starts.map { Int32(clamping: Moment.day($0, plus: churnStep, backwards: true) ?? .min) },
            goneAt: starts.map { Int32(clamping: Moment.day($0, plus: churnStep) ?? .max) })
        let empty = PeriodFigures(count: starts.count)
        let question = purchases.question(audience.condition, withMoney: true)
        let states = try pinned.engine.walk(question, into: empty) { figures, block in
            addPeriodFigures(
                block.runs, orders: block.marks[0], money: block.money, calendar, into: &figures)
        }
        return states.reduce(into: empty) { total, figures in total.add(figures) }
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement, subject: BoundSubject(audience), plan: .count(.customers(audience.condition)))
    }
}

/// Two stretches of days that meet at a date.
struct BeforeAfter: Sendable {
    let before: Range<Int>
    let after: Range<Int>

    init(_ statement: Statement, _ binder: Binder) throws {
        guard let first = statement.duration("before"), let second = statement.duration("after") else {
            throw Diagnostic.beforeWithoutAfter(at: statement.span)
        }
        for clause in ["by", "churn"] where statement[clause] != nil {
            throw Diagnostic.beforeWithBy(clause, at: statement.span)
        }
        let today = Int(binder.context.moment.today)
        func days(_ written: (duration: DurationOrParameter, span: SourceSpan), _ day: Int, backwards: Bool) throws
            -> Int
        {
            let step = try binder.resolved(written.duration, at: written.span)
            guard let moved = Moment.day(day, plus: step, backwards: backwards), moved != day else {
                throw Diagnostic.purchaseDays(written.duration.canonicalText, at: written.span)
            }
            return moved
        }
        let pivot: Int
        if let written = statement.expression("around") {
            guard
                case .date(let given) = ConstantEvaluator(moment: binder.context.moment).constant(
                    try binder.bindScalar(written))
            else { throw Diagnostic.notDay(at: written.span, clause: "around") }
            pivot = Int(given)
        } else {
            pivot = try days(second, today + 1, backwards: true)
        }
        before = try days(first, pivot, backwards: true)..<pivot
        after = pivot..<(try days(second, pivot, backwards: false))
        if after.upperBound > today + 1 { throw Diagnostic.afterIsNotOver(at: second.span) }
    }
}

struct BoundBeforeAfter: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let purchases: Purchases
    let stretches: BeforeAfter
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let question = purchases.question(audience.condition, withMoney: true)
        struct Sums: Sendable {
            var money = PairedSums()
            var orders = PairedSums()
        }
        func narrow(_ days: Range<Int>) -> Range<Int32> {
            Int32(clamping: days.lowerBound)..<Int32(clamping: days.upperBound)
        }
        let (first, second) = (narrow(stretches.before), narrow(stretches.after))
        let states = try pinned.engine.walk(question, into: Sums()) { sums, block in
            addPairedSums(
                block.runs, orders: block.marks[0], money: block.money, first: first, second: second,
                moneySums: &sums.money, orderSums: &sums.orders)
        }
        var sums = Sums()
        for state in states {
            sums.money.add(state.money)
            sums.orders.add(state.orders)
        }
        let scale = Double(Int128.power(of10: purchases.scale))
        let rows = [("revenue", sums.money, scale), ("orders", sums.orders, 1)].compactMap { name, sums, scale in
            PairedDifference(
                sums, firstDays: stretches.before.count, secondDays: stretches.after.count, scale: scale
            ).map { (name: name, difference: $0) }
        }
        return try answer(rows, pinned)
    }

    private func answer(
        _ rows: [(name: String, difference: PairedDifference)], _ pinned: Session.Pinned
    ) throws -> Answer {
        let whole = pinned.snapshot.customerCount
        let count = rows.first?.difference.customers ?? 0
        func text(_ days: Range<Int>) -> String {
            let last = CivilDate(daysSinceEpoch: days.upperBound - 1).iso
            return "\(CivilDate(daysSinceEpoch: days.lowerBound).iso) to \(last)"
        }
        var answer = Answer(
            "metrics",
            headline:
                "\(Speaking.buyers(count, of: whole, audience)) with orders both from \(text(stretches.before)) and from \(text(stretches.after))"
        )
        answer.facts = [Fact("customers", count), Fact("of", whole)]
        answer.table = ResultTable(
            columns: [
                .init("measure", .text), .init("customers", .integer), .init("before_per_day", .float),
                .init("after_per_day", .float), .init("difference_per_day", .float), .init("low", .float),
                .init("high", .float),
            ],
            rows: rows.map { name, difference in
                [
                    .text(name), .integer(Int64(difference.customers)), .float(difference.before),
                    .float(difference.after), .float(difference.difference),
                    difference.interval.map { .float($0.low) } ?? .missing,
                    difference.interval.map { .float($0.high) } ?? .missing,
                ]
            })
        answer.isHeadlineEnough = count == 0
        if count > 0 {
            answer.view = [
                .heading("per customer and day"),
                .grid(
                    [[ViewCell("")] + ["before", "after", "difference", "95 % interval"].map { ViewCell($0, .right) }]
                        + rows.map { name, difference in
                            [ViewCell(name)]
                                + [difference.before, difference.after, difference.difference].map {
                                    ViewCell(Figure.number($0, digits: 4), .right)
                                } + [ViewCell(difference.interval.map(Self.range) ?? "–", .right)]
                        }),
                .line("not a causal estimate: who bought in both stretches is not everybody, and much else changed"),
            ]
        }
        answer.notes = try purchases.futureNotes(pinned)
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private static func range(_ interval: Interval) -> String {
        "\(Figure.number(interval.low, digits: 4)) to \(Figure.number(interval.high, digits: 4))"
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement, subject: BoundSubject(audience), plan: .count(.customers(audience.condition)))
    }
}
