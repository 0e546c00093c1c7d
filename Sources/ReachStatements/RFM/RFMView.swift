import ReachCampaign
import ReachColumns
import ReachInsight

/// How scores are shown: groups with what it costs to reach them, and a grid of recency and frequency.
struct RFMView {
    private let scores: RFMScores
    private let cost: RFMCost?

    init(_ scores: RFMScores, cost: RFMCost?) {
        self.scores = scores
        self.cost = cost
    }

    /// A row per cell with somebody in it, best first.
    static func table(_ scores: RFMScores) -> ResultTable {
        ResultTable(
            columns: [
                .init("r", .integer), .init("f", .integer), .init("m", .integer), .init("customers", .integer),
                .init("group", .text),
            ],
            rows: scores.cells.filled.map { cell in
                [cell.recency, cell.frequency, cell.money, cell.customers].map { .integer(Int64($0)) }
                    + [.text(RFMGroup(cell, bins: scores.bins).rawValue)]
            })
    }

    var groupTable: ResultTable {
        let rows = zip(RFMGroup.allCases, scores.groupCounts).enumerated().map { index, group -> [Value] in
            let known = cost?.groups[index]
            return [
                .text(group.0.rawValue), .text(group.0.bounds.recency), .text(group.0.bounds.frequency),
                .integer(Int64(group.1)), known.map { .integer(Int64($0.reachable)) } ?? .missing,
                known?.cost.value ?? .missing,
            ]
        }
        return ResultTable(
            columns: [
                .init("group", .text), .init("r", .text), .init("f", .text), .init("customers", .integer),
                .init("reachable", .integer), .init("cost", .decimal(scale: 2)),
            ], rows: rows)
    }

    /// `champions`, `cannot_lose` … with how many are in each.
    var facts: [Fact] {
        zip(RFMGroup.allCases, scores.groupCounts).map { group, count in
            Fact(String(describing: group).snakeCased, count)
        }
    }

    var blocks: [ViewBlock] {
        var blocks: [ViewBlock] = [.heading("groups"), .grid(groups)]
        if let cost {
            var line =
                "cost: one message to each by their cheapest open channel of \(cost.channels.joined(separator: ", "))"
            if !cost.unpriced.isEmpty { line += "; no price is known of \(cost.unpriced.joined(separator: ", "))" }
            blocks.append(.line(line))
        }
        blocks += [.heading("buyers by recency R and frequency F"), .grid(grid)]
        blocks += emptyScores.map { .line($0) }
        return blocks
    }

    private var groups: [[ViewCell]] {
        let counts = scores.groupCounts
        var head = [
            ViewCell("group"), ViewCell("R"), ViewCell("F"), ViewCell("buyers", .right), ViewCell("share", .right),
        ]
        if cost != nil { head += [ViewCell("reachable", .right), ViewCell("cost", .right)] }
        return [head]
            + RFMGroup.allCases.enumerated().map { index, group in
                var row = [
                    ViewCell(group.rawValue), ViewCell(group.bounds.recency, isFaint: true),
                    ViewCell(group.bounds.frequency, isFaint: true), .count(counts[index]),
                    ViewCell(Figure.share(counts[index], of: scores.count), .right),
                ]
                if let cost {
                    row.append(.count(cost.groups[index].reachable))
                    row.append(ViewCell(cost.groups[index].cost.grouped, .right))
                }
                return row
            }
    }

    private var grid: [[ViewCell]] {
        let bins = scores.bins
        var counts = Array(repeating: Array(repeating: 0, count: bins), count: bins)
        for cell in scores.cells.filled { counts[cell.recency - 1][cell.frequency - 1] += cell.customers }
        let most = counts.joined().max() ?? 0
        return [[ViewCell("")] + (1...bins).map { ViewCell("F\($0)", .right) }]
            + (1...bins).reversed().map { recency in
                [ViewCell("R\(recency)")]
                    + counts[recency - 1].map { count in
                        ViewCell(
                            Figure.count(count), .right,
                            heat: count == 0 || most == 0 ? nil : Double(count) / Double(most))
                    }
            }
    }

    /// Where neither recency nor frequency tells buyers apart, all of them land in one group for no reason.
    var warnings: [String] {
        let isAlike = [scores.cells.margin(\.recency), scores.cells.margin(\.frequency)].allSatisfy { margin in
            margin.count { $0 > 0 } == 1
        }
        if !isAlike || scores.cells.filled.isEmpty { return [] }
        return ["all buyers are alike in recency and frequency: the group they share says nothing about them"]
    }

    /// Scores that nobody has, because equal values share one.
    private var emptyScores: [String] {
        let margins: [(String, [Int])] = [
            ("recency", scores.cells.margin(\.recency)), ("frequency", scores.cells.margin(\.frequency)),
            ("money", scores.cells.margin(\.money)),
        ]
        return margins.compactMap { name, margin in
            let empty = margin.indices.filter { margin[$0] == 0 }.map { String($0 + 1) }
            if empty.isEmpty { return nil }
            if empty.count == margin.count - 1 { return "all are alike in \(name): its score tells nobody apart" }
            let line = "nobody scores \(empty.joined(separator: ", ")) in \(name)"
            if case .cuts = scores.rule { return line }
            return line + ": equal values have equal scores"
        }
    }
}

extension String {
    /// `cannotLose` → `cannot_lose`
    fileprivate var snakeCased: String {
        reduce(into: "") { text, letter in
            if letter.isUppercase { text += "_" }
            text += letter.lowercased()
        }
    }
}
