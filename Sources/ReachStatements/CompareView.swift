import ReachColumns
import ReachInsight

/// Values by column, with what sets two groups of customers apart.
struct CompareView {
    private let lines: [(line: BoundCompare.Line, figures: ShareComparison)]
    private let showsAll: Bool

    /// Differences shown where not all are.
    private static let most = 15
    private static let fewest = 5

    init(_ lines: [BoundCompare.Line], _ figures: [ShareComparison], showsAll: Bool) {
        self.lines = Array(zip(lines, figures)).map { ($0, $1) }
        self.showsAll = showsAll
    }

    var table: ResultTable {
        let rows = lines.map { line, figures -> [Value] in
            [
                .text(line.column), line.value == .missing ? .missing : .text(line.value.plain),
                .integer(Int64(figures.first)), .integer(Int64(figures.second)), .float(figures.share),
                .float(figures.otherShare), figures.lift.map(Value.float) ?? .missing,
                .float(figures.share - figures.otherShare), .float(figures.interval.low),
                .float(figures.interval.high), .float(figures.pValue),
            ]
        }
        return ResultTable(
            columns: [
                .init("column", .text), .init("value", .text), .init("customers", .integer),
                .init("others", .integer), .init("share", .float), .init("others_share", .float),
                .init("lift", .float), .init("difference", .float), .init("low", .float), .init("high", .float),
                .init("p", .float),
            ], rows: rows)
    }

    var blocks: [ViewBlock] {
        let certain = lines.filter { $0.figures.pValue < 0.05 }.count
        let count = Figure.count(lines.count, "value")
        let title =
            certain == 0
            ? "none of \(count) differs for sure (p < .05, corrected)"
            : "\(Figure.count(certain)) of \(count) differ for sure (p < .05, corrected)"
        if showsAll { return [.heading(title), .grid(grid(lines))] }
        // Ties by the order of columns.
        let order = lines.indices.sorted { one, other in
            let (left, right) = (distance(lines[one].figures), distance(lines[other].figures))
            return left != right ? left > right : one < other
        }
        let shown = order.prefix(max(Self.fewest, certain)).prefix(Self.most)
        var blocks: [ViewBlock] = [.heading(title + "; the largest differences"), .grid(grid(shown.map { lines[$0] }))]
        if shown.count < lines.count {
            blocks.append(.line("\(Figure.count(lines.count - shown.count)) more in `--format csv`, or by `on COLUMN`"))
        }
        return blocks
    }

    private func distance(_ figures: ShareComparison) -> Double { abs(figures.share - figures.otherShare) }

    private func grid(_ lines: [(line: BoundCompare.Line, figures: ShareComparison)]) -> [[ViewCell]] {
        let head = ["share", "others", "lift", "difference, points", "95 % interval"].map { ViewCell($0, .right) }
        return [[ViewCell("column"), ViewCell("value")] + head + [ViewCell("p", .right)]]
            + lines.map { line, figures in
                let interval = figures.interval
                let range =
                    "\(Figure.number(interval.low * 100, digits: 1)) to \(Figure.number(interval.high * 100, digits: 1))"
                return [ViewCell(line.column), ViewCell(line.value.label)]
                    + [
                        Figure.percent(figures.share), Figure.percent(figures.otherShare),
                        figures.lift.map { Figure.number($0, digits: 2) } ?? "–",
                        Figure.number((figures.share - figures.otherShare) * 100, digits: 1), range,
                        figures.pValue < 0.0001 ? "<.0001" : Figure.number(figures.pValue, digits: 4),
                    ].map { ViewCell($0, .right) }
            }
    }
}
