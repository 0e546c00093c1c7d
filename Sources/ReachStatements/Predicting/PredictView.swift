import ReachColumns
import ReachInsight

/// What `predict` answers.
struct PredictView {
    private let request: BoundPredict
    private let figures: PredictedFigures
    private let summary: PredictedSummary
    private let customers: Int
    let date: String

    init(_ request: BoundPredict, _ figures: PredictedFigures, _ summary: PredictedSummary, customers: Int) {
        self.request = request
        self.figures = figures
        self.summary = summary
        self.customers = customers
        date = CivilDate(daysSinceEpoch: request.day).iso
    }

    private var hasValue: Bool { figures.spend != nil }
    private var cut: String { CivilDate(daysSinceEpoch: figures.calibrationDay).iso }

    func answer() -> Answer {
        let total = summary.total
        let who = Speaking.buyers(total.customers, of: customers, request.audience)
        let horizon = Figure.count(request.days, "day")
        var answer = Answer("predict", headline: "\(who), the \(horizon) after \(date), by \(request.model.title)")
        answer.facts = facts(total)
        answer.table = table
        answer.tables = [("calibration", calibrationTable)]
        answer.isHeadlineEnough = total.customers == 0
        if total.customers > 0 { answer.view = view(total) }
        return answer
    }

    private func facts(_ total: PredictedSummary.Line) -> [Fact] {
        let p = figures.fit.parameters
        let calibration = figures.calibration.total
        var facts = [
            Fact("customers", total.customers), Fact("of", customers), Fact("model", request.model.title),
            Fact("as_of", .date(Int32(request.day))), Fact("days", request.days),
            Fact("alive", .float(total.alive)), Fact("expected_orders", .float(total.orders)),
        ]
        if hasValue { facts.append(Fact("expected_value", .float(total.value))) }
        facts += [
            Fact("r", .float(p.r)), Fact("alpha", .float(p.alpha)), Fact("a", .float(p.a)), Fact("b", .float(p.b)),
            Fact("log_likelihood", .float(figures.fit.logLikelihood)), Fact("fitted_to", figures.fit.customers),
        ]
        if let spend = figures.spend {
            facts += [
                Fact("p", .float(spend.p)), Fact("q", .float(spend.q)), Fact("v", .float(spend.v)),
                Fact("mean_value", .float(spend.mean)), Fact("value_fitted_to", spend.customers),
                Fact("correlation", spend.correlation.map { .float($0) } ?? .missing),
            ]
        }
        let then = figures.calibration.fit.parameters
        return facts + [
            Fact("calibration_to", .date(Int32(figures.calibrationDay))),
            Fact("calibration_days", figures.calibrationDays), Fact("calibration_customers", calibration.customers),
            Fact("calibration_actual", calibration.actual),
            Fact("calibration_predicted", .float(calibration.predicted)),
            Fact("calibration_r", .float(then.r)), Fact("calibration_alpha", .float(then.alpha)),
            Fact("calibration_a", .float(then.a)), Fact("calibration_b", .float(then.b)),
            Fact("calibration_log_likelihood", .float(figures.calibration.fit.logLikelihood)),
        ]
    }

    /// `1`, …, `8+`: orders are one more than repeats.
    private func orders(_ line: Int) -> String {
        line < Calibration.mostRepeats ? String(line + 1) : "\(line + 1)+"
    }

    private var table: ResultTable {
        var columns: [ResultTable.Column] = [
            .init("orders", .text), .init("customers", .integer), .init("alive", .float),
            .init("expected_orders", .float),
        ]
        if hasValue { columns.append(.init("expected_value", .float)) }
        let rows = summary.lines.enumerated().map { index, line -> [Value] in
            [.text(orders(index)), .integer(Int64(line.customers)), .float(line.alive), .float(line.orders)]
                + (hasValue ? [.float(line.value)] : [])
        }
        return ResultTable(columns: columns, rows: rows)
    }

    private var calibrationTable: ResultTable {
        ResultTable(
            columns: [
                .init("orders", .text), .init("customers", .integer), .init("actual", .integer),
                .init("predicted", .float),
            ],
            rows: figures.calibration.lines.enumerated().map { index, line in
                [
                    .text(orders(index)), .integer(Int64(line.customers)), .integer(Int64(line.actual)),
                    .float(line.predicted),
                ]
            })
    }

    private func view(_ total: PredictedSummary.Line) -> [ViewBlock] {
        var header = ["orders so far", "buyers", "still there", "", "expected orders", "per buyer"]
        if hasValue { header += ["expected value", "per buyer"] }
        let lines = summary.lines.enumerated().filter { $1.customers > 0 }
        var grid = [header.enumerated().map { ViewCell($1, $0 == 0 ? .left : .right) }]
        grid += lines.map { cells(orders($0), $1) }
        grid.append(cells("all", total))
        var blocks: [ViewBlock] = [.grid(grid), .heading("buyers by P(alive)")]
        blocks.append(
            .bars(
                summary.tenths.enumerated().map { tenth, count in
                    .init(
                        label: "\(tenth * 10) … \(tenth * 10 + 10) %", figure: Figure.count(count),
                        weight: Double(count))
                }))
        blocks.append(
            .heading("calibration: fitted to orders through \(cut), beside the \(figures.calibrationDays) days after"))
        blocks.append(.grid(calibrationGrid))
        blocks.append(.heading("what this rests on"))
        blocks.append(.line("  \(request.model.title) of \(parameters(figures.fit))"))
        if let spend = figures.spend {
            let correlation = spend.correlation.map { FloatText.fixed($0, 3) } ?? "none to speak of"
            blocks.append(
                .line(
                    "  Gamma-Gamma of \(Figure.count(spend.customers, "repeat buyer")): p \(FloatText.fixed(spend.p, 3)) q \(FloatText.fixed(spend.q, 3)) v \(FloatText.fixed(spend.v, 3)), mean \(FloatText.fixed(spend.mean, 2)), correlation of orders and value \(correlation)"
                ))
        }
        if request.model == .bg {
            blocks.append(
                .line("  BG/NBD takes every buyer with one order as still there, by construction; `model mbg` does not")
            )
        }
        return blocks
    }

    private func cells(_ label: String, _ line: PredictedSummary.Line) -> [ViewCell] {
        let count = Double(line.customers)
        var cells = [
            ViewCell(label), .count(line.customers), ViewCell(FloatText.fixed(line.alive, 0), .right),
            ViewCell(FloatText.share(line.alive / count), .right),
            ViewCell(FloatText.fixed(line.orders, 1), .right),
            ViewCell(FloatText.fixed(line.orders / count, 3), .right),
        ]
        if hasValue {
            cells += [
                ViewCell(FloatText.fixed(line.value, 2), .right),
                ViewCell(FloatText.fixed(line.value / count, 2), .right),
            ]
        }
        return cells
    }

    private var calibrationGrid: [[ViewCell]] {
        func cells(_ label: String, _ line: Calibration.Line) -> [ViewCell] {
            [
                ViewCell(label), .count(line.customers), .count(line.actual),
                ViewCell(FloatText.fixed(line.predicted, 1), .right), ViewCell(miss(line), .right),
            ]
        }
        let header = ["orders then", "buyers", "orders after", "predicted", "off by"].enumerated().map {
            ViewCell($1, $0 == 0 ? .left : .right)
        }
        let lines = figures.calibration.lines.enumerated().filter { $1.customers > 0 }
        return [header] + lines.map { cells(orders($0), $1) } + [cells("all", figures.calibration.total)]
    }

    private func miss(_ line: Calibration.Line) -> String {
        guard line.actual > 0 else { return "–" }
        return FloatText.signedShare(line.predicted / Double(line.actual) - 1)
    }

    private func parameters(_ fit: DropoutFit) -> String {
        let p = fit.parameters
        return
            "\(Figure.count(fit.customers, "buyer")), in weeks: r \(FloatText.fixed(p.r, 3)) α \(FloatText.fixed(p.alpha, 3)) a \(FloatText.fixed(p.a, 3)) b \(FloatText.fixed(p.b, 3)), log-likelihood \(FloatText.fixed(fit.logLikelihood, 2))"
    }

    var warnings: [String] {
        guard let correlation = figures.spend?.correlation, correlation.magnitude > SpendModel.largestCorrelation else {
            return []
        }
        return [
            "the value of orders and their number correlate at \(FloatText.fixed(correlation, 2)), over 0.3: expected values are biased"
        ]
    }
}
