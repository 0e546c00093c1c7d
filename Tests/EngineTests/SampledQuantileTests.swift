import ReachColumns
import ReachDiagnostics
import ReachPlan
import Testing

@testable import ReachEngine

/// Many customers with an amount, stored in another way from chunk to chunk.
private final class AmountSource: ColumnSource {
    let version: Int64 = 1
    let geometry: Geometry
    let schema = DataSchema(tables: [
        TableSchema(
            name: "customers", kind: .customers,
            columns: [
                ColumnSchema(name: "amount", type: .integer), ColumnSchema(name: "group", type: .integer),
            ])
    ])
    let amounts: [Int64?]
    private let chunks: [Chunk]
    private let groups: [Chunk]

    init(_ amounts: [Int64?], chunkRows rows: Int) {
        self.amounts = amounts
        geometry = Geometry(chunkRows: rows)
        let parts = stride(from: 0, to: amounts.count, by: rows).map { amounts[$0..<min($0 + rows, amounts.count)] }
        chunks = parts.enumerated().map { index, part in
            var missing = Bitmap(count: part.count)
            for (row, amount) in part.enumerated() where amount == nil { missing[row] = true }
            return ChunkEncoder.encode(
                lanes: part.map { $0 ?? 0 }, missing: missing, policy: index % 3 == 2 ? .wide : .automatic)
        }
        groups = parts.map { part in
            ChunkEncoder.encode(lanes: part.indices.map { Int64($0 % 40) }, missing: nil)
        }
    }

    var customerRows: Int { amounts.count }
    func liveCustomers(chunk: Int) throws -> Bitmap? { nil }
    func customerChunk(column: Int, chunk: Int) throws -> Chunk { column == 0 ? chunks[chunk] : groups[chunk] }
    func dictionary(table: Int, column: Int) throws -> TextDictionary? { nil }
    func activityRows(table: Int) -> Int { 0 }
    func activityOffsets(table: Int, chunk: Int) throws -> [UInt32]? { nil }
    func activityChunk(table: Int, column: Int, chunk: Int) throws -> Chunk { .allMissing(rowCount: 0) }
}

@Suite struct SampledQuantileTests {
    private static let shares = [0.0, 0.001, 0.1, 0.5, 0.77, 0.999, 1]
    private static let amount = Scalar.column(0, .integer)
    /// One customer in forty, where a sample would be too small.
    private static let few = Condition.comparison(.equal, .column(1, .integer), .literal(.integer(7), .integer))
    private static let most = Condition.comparison(.less, .column(1, .integer), .literal(.integer(31), .integer))

    /// Amounts of most shops: many of nothing, some of very much.
    private static func skewed(_ count: Int) -> [Int64?] {
        var state: UInt64 = 11
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let size = Int64(state >> 40) >> Int64(state >> 30 & 15)
            return state >> 20 & 63 == 0 ? nil : size * 7 - 300
        }
    }

    private static func find(
        _ amounts: [Int64?], chunkRows: Int = 1_024, shares: [Double] = shares, where condition: Condition
    ) throws -> (found: [Value], sampled: Bool) {
        let source = AmountSource(amounts, chunkRows: chunkRows)
        let engine = Engine(
            source: source, moment: SampleData.moment, threads: 2, cancellation: Cancellation())
        let population = Population.customers(condition)
        let measures = shares.map { Measure(.quantile($0), value: amount, type: .integer) }
        let known = amounts.compactMap(\.self)
        let range = (known.min() ?? 0)...(known.max() ?? 0)
        let size = QuantileSample(fewestRows: 20_000, rows: 16_384)
        let sampled = try engine.sampledQuantiles(population, 0, range, shares: shares, drawn: size)
        let found = try engine.group(population, keys: [], measures: measures)[0]
        if let sampled { #expect(sampled.map { Value.integer($0) } == found) }
        return (found, sampled != nil)
    }

    private static func plain(
        _ amounts: [Int64?], shares: [Double] = shares, _ isIn: (Int) -> Bool
    ) -> [Value] {
        let sorted = amounts.indices.filter(isIn).compactMap { amounts[$0] }.sorted()
        return shares.map { .integer(sorted[Quantile.rank($0, of: sorted.count) - 1]) }
    }

    @Test func skewedAmounts() throws {
        let amounts = Self.skewed(40_000)
        let all = try Self.find(amounts, where: .always(true))
        #expect(all.found == Self.plain(amounts) { _ in true } && all.sampled)
        let most = try Self.find(amounts, where: Self.most)
        #expect(most.found == Self.plain(amounts) { $0 % 40 < 31 } && most.sampled)
        let few = try Self.find(amounts, where: Self.few)
        #expect(few.found == Self.plain(amounts) { $0 % 40 == 7 } && !few.sampled)
    }

    /// Rows that are small where the sample looks and large elsewhere: the sample is wrong, the answer is not.
    @Test func amountsThatMisleadTheSample() throws {
        let chunkRows = 512
        let amounts = (0..<66 * chunkRows).map { row -> Int64? in
            row / chunkRows % 2 == 1 ? Int64(row % 5) : 1_000_000 + Int64(row % 9)
        }
        let high = try Self.find(amounts, chunkRows: chunkRows, shares: [0.77], where: .always(true))
        #expect(high.found == Self.plain(amounts, shares: [0.77]) { _ in true })
        #expect(!high.sampled)
        let all = try Self.find(amounts, chunkRows: chunkRows, where: .always(true))
        #expect(all.found == Self.plain(amounts) { _ in true })
    }
}
