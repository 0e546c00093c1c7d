import ReachColumns
import ReachInsight
import ReachPlan

/// What `report experiment` answers.
struct ExperimentView {
    private let report: ExperimentReport
    private let result: ExperimentResult
    private let customers: Int

    init(_ report: ExperimentReport, _ result: ExperimentResult, customers: Int) {
        self.report = report
        self.result = result
        self.customers = customers
    }

    private var data: ExperimentData { result.data }

    func answer() -> Answer {
        let assigned = Figure.count(data.assigned)
        let whose = report.audience.isEverybody ? "" : " \(Speaking.who(report.audience))"
        var answer = Answer(
            "report",
            headline:
                "\(assigned) of \(Figure.count(customers, "customer"))\(whose) assigned by \(report.arm.name), control \(report.controlText)"
        )
        answer.facts = [Fact("customers", data.assigned), Fact("of", customers), Fact("unassigned", data.unassigned)]
        if let ratio = result.ratio {
            answer.facts += [
                Fact("sample_ratio_chi2", .float(ratio.chiSquared)), Fact("sample_ratio_p", .float(ratio.p)),
            ]
        }
        answer.facts.append(Fact("comparisons", result.comparisonCount))
        answer.table = table
        answer.view = view
        return answer
    }

    var warnings: [String] {
        var warnings: [String] = []
        if let ratio = result.ratio, ratio.p < SampleRatio.alarm {
            warnings.append(
                "the arms are not as large as planned (χ² \(FloatText.fixed(ratio.chiSquared, 2)), p \(FloatText.p(ratio.p))): something is wrong with the assignment, and differences may come from that; other shares: `planned (…)`"
            )
        }
        if data.unassigned > 0 {
            warnings.append("\(Figure.count(data.unassigned, "customer")) without \(report.arm.name) left out")
        }
        for (measure, count) in zip(report.measures, data.missing) where count > 0 {
            warnings.append("\(measure.name) is missing for \(Figure.count(count, "customer")), taken as 0")
        }
        return warnings
    }

    private func sum(_ outcome: ArmOutcome) -> Double {
        switch outcome {
        case .rate(let events, _): Double(events)
        case .mean(let values, _): values.reduce(0, +)
        }
    }

    private func armName(_ arm: Int) -> String { data.arms[arm].plain }

    private var table: ResultTable {
        let columns: [ResultTable.Column] =
            report.keys.map(\.resultColumn) + [
                .init("measure", .text), .init("arm", .text), .init("customers", .integer), .init("total", .float),
                .init("average", .float), .init("difference", .float), .init("low", .float), .init("high", .float),
                .init("method", .text), .init("statistic", .float), .init("p", .float), .init("p_holm", .float),
                .init("smallest_effect", .float), .init("verdict", .text),
            ]
        func float(_ value: Double?) -> Value { value.map { .float($0) } ?? .missing }
        let rows = result.lines.map { line -> [Value] in
            let key = data.groups[line.group]
            let keys = key.isEmpty ? report.keys.map { _ in Value.missing } : key
            let comparison = line.comparison
            return keys + [
                .text(report.measures[line.measure].name), .text(armName(line.arm)),
                .integer(Int64(line.outcome.customers)), .float(sum(line.outcome)), float(line.outcome.average),
                float(comparison?.difference), float(comparison?.interval?.low), float(comparison?.interval?.high),
                comparison.map { .text($0.method.rawValue) } ?? .missing, float(comparison?.statistic),
                float(comparison?.p), float(line.corrected), float(comparison?.smallestEffect),
                comparison.map { .text(word($0.verdict(p: line.corrected))) } ?? .missing,
            ]
        }
        return ResultTable(columns: columns, rows: rows)
    }

    private func word(_ verdict: ArmComparison.Verdict) -> String {
        switch verdict {
        case .worked: "worked"
        case .harmed: "harmed"
        case .cannotTell: "cannot tell"
        }
    }

    private var view: [ViewBlock] {
        var blocks: [ViewBlock] = [.heading("arms")]
        let weights = report.weights(data.arms)
        let whole = weights.reduce(0, +)
        blocks.append(
            .grid(
                result.armOrder.map { arm in
                    [
                        ViewCell(armName(arm)), .count(data.customers(arm)),
                        ViewCell(Figure.share(data.customers(arm), of: data.assigned), .right),
                        ViewCell("planned \(FloatText.share(weights[arm] / whole))", .right, isFaint: true),
                    ]
                }))
        if let ratio = result.ratio {
            blocks.append(
                .line("  sample ratio: χ² \(FloatText.fixed(ratio.chiSquared, 4)), p \(FloatText.p(ratio.p))"))
        }
        for group in result.groupOrder {
            for measure in report.measures.indices {
                let lines = result.lines.filter { $0.group == group && $0.measure == measure }
                blocks.append(.heading(title(group, measure)))
                blocks.append(.grid(grid(lines, isRate: data.isRate[measure])))
                blocks += lines.compactMap { line in verdict(line, isRate: data.isRate[measure]) }
            }
        }
        blocks.append(.heading("what this rests on"))
        blocks.append(.line("  everybody assigned counts, whatever they got; intervals at 95 %"))
        if result.comparisonCount > 1 {
            blocks.append(
                .line("  \(result.comparisonCount) comparisons: verdicts by Holm's corrected p"))
        }
        return blocks
    }

    private func title(_ group: Int, _ measure: Int) -> String {
        let kind = data.isRate[measure] ? "rate" : "mean per customer"
        let keys = zip(report.keys, data.groups[group]).map { "\($0.name) \($1.plain)" }.joined(separator: ", ")
        return "\(report.measures[measure].name), \(kind)" + (keys.isEmpty ? "" : ", of \(keys)")
    }

    private func grid(_ lines: [ExperimentResult.Line], isRate: Bool) -> [[ViewCell]] {
        let statistic = lines.contains { $0.comparison?.method == .welch } ? "t" : "z"
        let hasSeveral = result.comparisonCount > 1
        var header = ["", "customers", "total", isRate ? "rate" : "mean", "difference", "95 %", statistic, "p"]
        if hasSeveral { header.append("p (Holm)") }
        header.append("method")
        let text = EffectText(isRate: isRate)
        let rows = lines.map { line -> [ViewCell] in
            let comparison = line.comparison
            let sum = sum(line.outcome)
            var cells = [
                armName(line.arm), Figure.count(line.outcome.customers), FloatText.fixed(sum, isRate ? 0 : 2),
                line.outcome.average.map(text.average) ?? "–", comparison?.difference.map(text.difference) ?? "",
                comparison?.interval.map(text.interval) ?? "",
                comparison?.statistic.map { FloatText.fixed($0, 4) } ?? "", comparison?.p.map(FloatText.p) ?? "",
            ]
            if hasSeveral { cells.append(line.corrected.map(FloatText.p) ?? "") }
            cells.append(comparison.map { $0.method == .none ? "nothing to compare" : $0.method.rawValue } ?? "control")
            return cells.enumerated().map { ViewCell($1, $0 == 0 ? .left : .right) }
        }
        return [header.enumerated().map { ViewCell($1, $0 == 0 ? .left : .right) }] + rows
    }

    private func verdict(_ line: ExperimentResult.Line, isRate: Bool) -> ViewBlock? {
        guard let comparison = line.comparison else { return nil }
        let text = EffectText(isRate: isRate)
        var words: String
        switch comparison.verdict(p: line.corrected) {
        case .worked: words = "worked"
        case .harmed: words = "harmed"
        case .cannotTell(let beyond):
            words =
                "cannot tell" + (beyond.map { ": effects beyond ± \(text.size($0)) are ruled out" } ?? "")
        }
        if let smallest = comparison.smallestEffect {
            words += "; the smallest effect this sample would have found is \(text.size(smallest))"
        }
        return .line("  \(armName(line.arm)): \(words)")
    }
}

/// Figures of a rate, in percent and points, or of a mean.
private struct EffectText {
    let isRate: Bool

    func average(_ value: Double) -> String {
        isRate ? FloatText.share(value, value.magnitude < 0.1 ? 5 : 4) : FloatText.fixed(value, decimals(value, 6))
    }

    func difference(_ value: Double) -> String {
        (value > 0 ? "+" : "")
            + (isRate
                ? FloatText.fixed(value * 100, digits(value * 100)) + " points"
                : FloatText.fixed(value, decimals(value, 5)))
    }

    func interval(_ interval: Interval) -> String {
        let factor = isRate ? 100.0 : 1
        let digits = decimals(max(interval.low.magnitude, interval.high.magnitude), 4)
        return "[\(FloatText.fixed(interval.low * factor, digits)), \(FloatText.fixed(interval.high * factor, digits))]"
    }

    func size(_ value: Double) -> String {
        isRate ? FloatText.fixed(value * 100, 2) + " points" : FloatText.fixed(value, decimals(value, 4))
    }

    /// Fewer where there are thousands before the point.
    private func decimals(_ value: Double, _ usual: Int) -> Int { value.magnitude >= 1_000 ? 2 : usual }

    private func digits(_ value: Double) -> Int { value.magnitude < 1 ? 5 : 4 }
}
