import ReachColumns
import ReachInsight

/// The figures of a shop: a line per period, or a column where there is one.
struct MetricsView {
    private let report: MetricsReport
    private let period: CohortPeriod?
    private let purchases: Purchases
    private let churn: String

    /// Periods that fit a screen, the last ones.
    private static let longest = 25

    init(_ report: MetricsReport, period: CohortPeriod?, purchases: Purchases, churn: String) {
        self.report = report
        self.period = period
        self.purchases = purchases
        self.churn = churn
    }

    private var unit: Double { Double(Int128.power(of10: purchases.scale)) }

    private func figures(_ row: MetricsReport.Period) -> [Value] {
        func money(_ units: Double?) -> Value { units.map { .float($0 / unit) } ?? .missing }
        func share(_ share: Double?) -> Value { share.map(Value.float) ?? .missing }
        return [
            .integer(Int64(row.active)), .integer(Int64(row.new)), .integer(Int64(row.orders)),
            purchases.value(row.revenue), money(row.arpu), money(row.arppu), money(row.averageOrder),
            share(row.repeatRate), money(row.lifetimeValue), share(row.churn), .integer(Int64(row.churnBase)),
            .boolean(row.isChurnRunning),
        ]
    }

    private var columns: [ResultTable.Column] {
        [
            .init("active", .integer), .init("new", .integer), .init("orders", .integer),
            .init("revenue", .decimal(scale: purchases.scale)), .init("arpu", .float), .init("arppu", .float),
            .init("aov", .float), .init("repeat_rate", .float), .init("ltv", .float), .init("churn", .float),
            .init("churn_base", .integer), .init("churn_running", .boolean),
        ]
    }

    var table: ResultTable {
        let rows = report.periods.map { row in (period == nil ? [] : [.date(Int32(row.start))]) + figures(row) }
        return ResultTable(columns: (period.map { [.init($0.rawValue, .date)] } ?? []) + columns, rows: rows)
    }

    /// Of the only period.
    var facts: [Fact] {
        report.periods.first.map { row in zip(columns, figures(row)).map { Fact($0.name, $1) } } ?? []
    }

    var blocks: [ViewBlock] {
        guard let period else { return report.periods.first.map(whole) ?? [] }
        let head = ["active", "new", "orders", "revenue", "ARPU", "ARPPU", "AOV", "repeat", "LTV", "churn"]
        let shown = report.periods.suffix(Self.longest)
        let grid =
            [[ViewCell(period.rawValue)] + head.map { ViewCell($0, .right) }]
            + shown.map { row in
                [ViewCell(period.name(of: row.start)), .count(row.active), .count(row.new), .count(row.orders)]
                    + [
                        purchases.text(row.revenue), money(row.arpu), money(row.arppu), money(row.averageOrder),
                        share(row.repeatRate), money(row.lifetimeValue), churn(of: row),
                    ].map { ViewCell($0, .right) }
            }
        var blocks: [ViewBlock] = [.grid(grid)]
        if shown.count < report.periods.count {
            blocks.append(.line("the last \(shown.count) of \(report.periods.count) periods; `--format csv` has all"))
        }
        blocks.append(
            .line(
                "churn: of who ordered in the \(churn) before the period began, who did not in the \(churn) from then on"
            ))
        return blocks
    }

    private func whole(_ row: MetricsReport.Period) -> [ViewBlock] {
        let lines: [(String, String, String)] = [
            ("buyers", Figure.count(row.active), "customers with an order"),
            ("orders", Figure.count(row.orders), ""),
            ("revenue", purchases.text(row.revenue), "returns taken off"),
            ("ARPPU, LTV to date", money(row.lifetimeValue), "revenue per buyer"),
            ("AOV", money(row.averageOrder), "revenue per order"),
            ("repeat rate", share(row.repeatRate), "buyers with two orders or more"),
            (
                "churn", share(row.churn),
                "of \(Figure.count(row.churnBase)) who ordered in the \(churn) before the last \(churn), who has not since"
            ),
        ]
        return [
            .grid(lines.map { [ViewCell($0.0), ViewCell($0.1, .right), ViewCell($0.2, isFaint: true)] })
        ]
    }

    private func churn(of row: MetricsReport.Period) -> String {
        row.churn.map { Figure.percent($0) + (row.isChurnRunning ? " …" : "") } ?? "–"
    }

    private func share(_ share: Double?) -> String { share.map(Figure.percent) ?? "–" }

    private func money(_ units: Double?) -> String {
        units.map { Figure.number($0 / unit, digits: max(2, min(4, purchases.scale))) } ?? "–"
    }
}
