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
    /// By value, customers whom it is offered to.
    private let counts: [Int]
    /// Customers who have everything already.
    let without: Int
    /// Why there is nothing to offer to them.
    private let whyNothing: String

    private struct Part: Sendable {
        let rows: [UInt32]
        let keys: ColumnView?
        /// The number of the chunk's first customer.
        let firstNumber: Int64
        /// By row of the chunk; nil where nobody has ordered.
        let next: [NextValue]?
        /// For who has ordered nothing.
        let usual: NextValue

        func next(of place: Int) -> NextValue { next.map { $0[Int(rows[place])] } ?? usual }

        func key(of place: Int) -> Value {
            keys?.value(at: Int(rows[place])) ?? .integer(firstNumber + Int64(rows[place]))
        }
    }

    init(
        of condition: Condition, items: ItemColumn, values: [Value], rules: BasketRules, key: Int?,
        _ pinned: Session.Pinned, _ progress: any ProgressReporter
    ) throws {
        let customers = pinned.snapshot.schema.customers
        self.values = values
        name = items.name
        type = items.scalar.type
        keyName = key.map { customers.columns[$0].name } ?? "customer"
        keyType = key.map { customers.columns[$0].type } ?? .integer
        let ranked = rules.ranked()
        whyNothing = ranked.popular.isEmpty ? "nothing to go by" : "has everything"
        parts = try Self.parts(condition, items, ranked, values, key, pinned, progress)
        count = parts.reduce(0) { $0 + $1.rows.count }
        var (counts, without) = ([Int](repeating: 0, count: values.count), 0)
        for part in parts {
            for place in part.rows.indices {
                let value = part.next(of: place).value
                if value == ValueCodes.unknown { without += 1 } else { counts[Int(value)] += 1 }
            }
        }
        (self.counts, self.without) = (counts, without)
    }

    private static func parts(
        _ condition: Condition, _ items: ItemColumn, _ ranked: RankedRules, _ values: [Value], _ key: Int?,
        _ pinned: Session.Pinned, _ progress: any ProgressReporter
    ) throws -> [Part] {
        let column = key.map { Scalar.column($0, pinned.snapshot.schema.customers.columns[$0].type) }
        let chunkRows = pinned.snapshot.geometry.chunkRows
        let engine = pinned.engine.reporting("recommending", to: progress)
        let blocks = try engine.membersWithActivity(items.question(condition), column) { block in
            var codes = ValueCodes(only: values)
            return nextValues(block.runs, codes: block.codes(&codes), ranked)
        }
        let usual = NextValue(
            value: ranked.popular.first ?? ValueCodes.unknown, score: ranked.popularScores.first ?? 0)
        return blocks.enumerated().map { chunk, block in
            Part(
                rows: block.rows, keys: block.keys, firstNumber: Int64(chunk * chunkRows) + 1, next: block.result,
                usual: usual)
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
                for place in part.rows.indices where try !body(row(part, place)) { return }
            }
        }
    }

    func firstRows(_ limit: Int) -> ResultTable {
        var rows: [[Value]] = []
        for part in parts where rows.count < limit {
            for place in part.rows.indices.prefix(limit - rows.count) { rows.append(row(part, place)) }
        }
        return ResultTable(columns: columns, rows: rows)
    }

    private func row(_ part: Part, _ place: Int) -> [Value] {
        let (key, next) = (part.key(of: place), part.next(of: place))
        if next.value == ValueCodes.unknown { return [key, .missing, .text(whyNothing), .missing] }
        let isPopular = next.because == ValueCodes.unknown
        return [
            key, values[Int(next.value)],
            .text(isPopular ? "most buyers have it" : "bought \(values[Int(next.because)].plain)"), .float(next.score),
        ]
    }

    /// How many get what.
    var summary: [ViewBlock] {
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
