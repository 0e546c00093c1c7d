import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachPlan
import ReachWorkspace

/// What to offer to each customer of an audience.
struct Recommendations: Sendable {
    private let values: [Value]
    private let type: DataType
    private let name: String
    private let keyName: String
    private let keyType: DataType
    /// By customer, in the order of rows; codes of `values`.
    private let parts: [Part]
    let count: Int
    /// Customers who have everything already.
    let without: Int
    /// Why there is nothing to offer to them.
    private let whyNothing: String

    private struct Part: Sendable {
        var keys: [Value] = []
        var next: [UInt32] = []
        var because: [UInt32] = []
        var scores: [Double] = []
    }

    init(
        of condition: Condition, items: ItemColumn, values: [Value], rules: BasketRules, key: Int?,
        _ pinned: Session.Pinned
    ) throws {
        let customers = pinned.snapshot.schema.customers
        self.values = values
        name = items.name
        type = items.scalar.type
        keyName = key.map { customers.columns[$0].name } ?? "customer"
        keyType = key.map { customers.columns[$0].type } ?? .integer
        let ranked = rules.ranked()
        whyNothing = ranked.popular.isEmpty ? "nothing to go by" : "has everything"
        parts = try Self.parts(condition, items, ranked, values, key, pinned)
        count = parts.reduce(0) { $0 + $1.keys.count }
        without = parts.reduce(0) { $0 + $1.next.reduce(0) { $0 + ($1 == ValueCodes.unknown ? 1 : 0) } }
    }

    private static func parts(
        _ condition: Condition, _ items: ItemColumn, _ ranked: RankedRules, _ values: [Value], _ key: Int?,
        _ pinned: Session.Pinned
    ) throws -> [Part] {
        let column = key.map { Scalar.column($0, pinned.snapshot.schema.customers.columns[$0].type) }
        let chunkRows = pinned.snapshot.geometry.chunkRows
        let blocks = try pinned.engine.membersWithActivity(items.question(condition), column) { block in
            var codes = ValueCodes(only: values)
            return nextValues(block.runs, codes: block.codes(&codes), ranked)
        }
        return blocks.enumerated().map { chunk, block in
            var part = Part()
            for (place, row) in block.rows.enumerated() {
                part.keys.append(block.keys?[place] ?? .integer(Int64(chunk * chunkRows) + Int64(row) + 1))
                let hasNone = block.result == nil
                part.next.append(
                    block.result?.values[Int(row)]
                        ?? (hasNone ? ranked.popular.first ?? ValueCodes.unknown : ValueCodes.unknown))
                part.because.append(block.result?.because[Int(row)] ?? ValueCodes.unknown)
                part.scores.append(block.result?.scores[Int(row)] ?? ranked.popularScores.first ?? 0)
            }
            return part
        }
    }

    private var columns: [ResultTable.Column] {
        [
            .init(keyName, keyType, isIdentifier: keyType == .integer), .init("next_\(name)", type),
            .init("because", .text), .init("score", .float),
        ]
    }

    var table: ResultTable {
        ResultTable(columns: columns, rowCount: count) { body in
            for part in parts {
                for place in part.keys.indices where try !body(row(part, place)) { return }
            }
        }
    }

    func firstRows(_ limit: Int) -> ResultTable {
        var rows: [[Value]] = []
        for part in parts {
            for place in part.keys.indices where rows.count < limit { rows.append(row(part, place)) }
        }
        return ResultTable(columns: columns, rows: rows)
    }

    private func row(_ part: Part, _ place: Int) -> [Value] {
        let next = part.next[place]
        if next == ValueCodes.unknown { return [part.keys[place], .missing, .text(whyNothing), .missing] }
        let because = part.because[place]
        return [
            part.keys[place], values[Int(next)],
            .text(because == ValueCodes.unknown ? "most buyers have it" : "bought \(values[Int(because)].plain)"),
            .float(part.scores[place]),
        ]
    }

    /// How many get what.
    var summary: [ViewBlock] {
        var counts = [Int](repeating: 0, count: values.count)
        for part in parts { for code in part.next where code != ValueCodes.unknown { counts[Int(code)] += 1 } }
        let order = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
        var bars = order.prefix(15).map { code in
            ViewBlock.Bar(
                label: values[code].label, figure: Figure.count(counts[code]), weight: Double(counts[code]))
        }
        if without > 0 {
            bars.append(.init(label: whyNothing, figure: Figure.count(without), weight: Double(without)))
        }
        return [.heading("next \(name)"), .bars(bars)]
    }
}
