import ReachColumns
import ReachEngine

/// Steps with who got there, how long it took them and who dropped.
struct FunnelView {
    private let steps: [String]
    private let key: NamedColumn?
    /// By customers at the first step descending, then by value, missing last.
    private let groups: [(value: Value, reached: [Int])]
    private let medians: [Int64?]
    private let isByDate: Bool

    private static let longest = 30

    init(steps: [String], key: NamedColumn?, counts: FunnelCounts, medians: [Int64?], isByDate: Bool) {
        self.steps = steps
        self.key = key
        self.medians = medians
        self.isByDate = isByDate
        let values = key == nil ? [Value.missing] : counts.keys.values
        let reached = counts.depths.map { depths in
            // Who got to a step passed all before it.
            steps.indices.map { step in depths[(step + 1)...].reduce(0, +) }
        }
        groups = zip(values, reached).map { ($0, $1) }.filter { $0.1[0] > 0 }.sorted { one, other in
            if (one.0 == .missing) != (other.0 == .missing) { return other.0 == .missing }
            if one.1[0] != other.1[0] { return one.1[0] > other.1[0] }
            return ValueOrder.compare(one.0, other.0) < 0
        }
    }

    /// Customers by step.
    var total: [Int] {
        steps.indices.map { step in groups.reduce(0) { $0 + $1.reached[step] } }
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Value {
        whole > 0 ? .float(Double(part) / Double(whole)) : .missing
    }

    /// A row per step; with `by` a row per value and step.
    var table: ResultTable {
        let lines: [(value: Value, reached: [Int])] = key == nil ? [(.missing, total)] : groups
        let rows = lines.flatMap { value, reached in
            steps.indices.map { step -> [Value] in
                let before = step == 0 ? reached[0] : reached[step - 1]
                let figures: [Value] = [
                    .integer(Int64(step + 1)), .text(steps[step]), .integer(Int64(reached[step])),
                    Self.ratio(reached[step], before), Self.ratio(reached[step], reached[0]),
                ]
                if key != nil { return [value] + figures }
                return figures + [step == 0 ? .missing : medians[step - 1].map(medianValue) ?? .missing]
            }
        }
        let columns: [ResultTable.Column] = [
            .init("step", .integer), .init("activity", .text), .init("customers", .integer),
            .init("of_previous", .float), .init("of_first", .float),
        ]
        let median = ResultTable.Column(isByDate ? "median_days" : "median_seconds", isByDate ? .integer : .float)
        return ResultTable(
            columns: key.map { [$0.resultColumn] + columns } ?? columns + [median], rows: rows)
    }

    private func medianValue(_ gap: Int64) -> Value { isByDate ? .integer(gap) : .float(Double(gap) / 1_000_000) }

    var blocks: [ViewBlock] {
        let total = total
        var grid = [
            [ViewCell("step"), ViewCell("customers", .right), ViewCell("of the step before", .right)]
                + [ViewCell("of all", .right), ViewCell("median time", .right), ViewCell("dropped", .right)]
        ]
        for step in steps.indices {
            let before = step == 0 ? total[0] : total[step - 1]
            grid.append([
                ViewCell("\(step + 1) \(steps[step])"), .count(total[step]),
                ViewCell(step == 0 ? "" : Figure.share(total[step], of: before), .right),
                ViewCell(Figure.share(total[step], of: total[0]), .right),
                ViewCell(step == 0 ? "" : medians[step - 1].map(text) ?? "–", .right),
                ViewCell(step == 0 ? "" : Figure.count(before - total[step]), .right, isFaint: true),
            ])
        }
        let bars = steps.indices.map {
            ViewBlock.Bar(label: steps[$0], figure: Figure.count(total[$0]), weight: Double(total[$0]))
        }
        var blocks: [ViewBlock] = [.grid(grid), .bars(bars)]
        if let drop = largestDrop(total) {
            blocks.append(
                .line(
                    "most are lost between \(steps[drop - 1]) and \(steps[drop]): \(Figure.count(total[drop - 1] - total[drop]))"
                ))
        }
        if let key { blocks += [.heading("by \(key.name)"), .grid(byKey(key))] }
        if key != nil, groups.count > Self.longest {
            blocks.append(.line("\(Figure.count(groups.count - Self.longest)) more in `--format csv`"))
        }
        return blocks
    }

    private func byKey(_ key: NamedColumn) -> [[ViewCell]] {
        [[ViewCell(key.name)] + steps.map { ViewCell($0, .right) }]
            + groups.prefix(Self.longest).map { value, reached in
                [ViewCell(value.label)]
                    + reached.enumerated().map { step, count in
                        let share = step == 0 ? "" : "  \(Figure.share(count, of: reached[0]))"
                        return ViewCell(Figure.count(count) + share, .right)
                    }
            }
    }

    /// The step before which most customers are lost; nil where none is.
    private func largestDrop(_ total: [Int]) -> Int? {
        let drops = total.indices.dropFirst().map { (step: $0, lost: total[$0 - 1] - total[$0]) }
        guard let largest = drops.max(by: { $0.lost < $1.lost }), largest.lost > 0 else { return nil }
        return drops.first { $0.lost == largest.lost }?.step
    }

    private func text(_ gap: Int64) -> String {
        if isByDate { return Figure.count(Int(gap), "day") }
        let seconds = Double(gap) / 1_000_000
        switch seconds {
        case ..<120: return Figure.number(seconds, digits: 0) + " s"
        case ..<7_200: return Figure.number(seconds / 60, digits: 1) + " min"
        case ..<172_800: return Figure.number(seconds / 3_600, digits: 1) + " h"
        default: return Figure.number(seconds / 86_400, digits: 1) + " days"
        }
    }
}
