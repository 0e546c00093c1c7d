import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

/// Small imports lie over what is there as runs and patches. Whoever reads must not see how the rows came.
@Suite("Runs and patches")
struct LayerTests {
    /// A column per type, and text that no dictionary shortens.
    private static let customers = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
        ColumnSchema(name: "spent", type: .decimal(scale: 2)), ColumnSchema(name: "seen", type: .date),
        ColumnSchema(name: "score", type: .float), ColumnSchema(name: "vip", type: .boolean),
        ColumnSchema(name: "email", type: .text), ColumnSchema(name: "same", type: .integer),
    ]
    private static let orders = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "at", type: .datetime, role: .time),
        ColumnSchema(name: "kind", type: .text), ColumnSchema(name: "total", type: .decimal(scale: 2)),
        ColumnSchema(name: "weight", type: .float), ColumnSchema(name: "gift", type: .boolean),
        ColumnSchema(name: "note", type: .text), ColumnSchema(name: "day", type: .date),
        ColumnSchema(name: "none", type: .integer),
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let chunkRows: Int
        let policy: EncodingPolicy
        let seed: UInt64

        var testDescription: String { "chunks of \(chunkRows), \(policy), seed \(seed)" }
    }

    private static let cases = [1, 3, 64, 65_536].flatMap { chunkRows in
        EncodingPolicy.allCases.map { Case(chunkRows: chunkRows, policy: $0, seed: UInt64(chunkRows) + 5) }
    }

    @Test("orders in many small imports are the orders of one", arguments: cases)
    func runs(_ shape: Case) throws {
        var random = SplitMix(seed: shape.seed)
        let whole = try Self.memory(shape)
        let pieces = try Self.memory(shape)
        let key = [Self.customers[0]]
        let known = (0..<7).map { [Value.integer(Int64($0))] }
        for workspace in [whole, pieces] { try workspace.load("customers", key, known) }
        var rows = (0..<700).map { _ in random.order(customers: 7, days: 50) }
        try pieces.load("orders", Self.orders, rows)
        var layersSeen: Set<Int> = []
        for round in 0..<9 {
            // Now and then later times, wider values, new customers, all customers or one.
            let added = (0..<(1 + random.below(30))).map { _ in
                random.order(customers: round < 6 ? 7 : 9, days: round % 3 == 0 ? 50 : 50 * (round + 1))
            }
            rows += added
            try pieces.load("orders", Self.orders, added)
            let snapshot = try pieces.snapshot()
            layersSeen.formUnion(snapshot.catalogue.tables[1].columns[1].chunks.map(\.layers.count))
            #expect(try snapshot.checkedRollups("orders") > 0)
        }
        try whole.load("orders", Self.orders, rows)
        try Self.expectSame(whole, pieces, table: 1)
        #expect(layersSeen.contains(1))
        #expect(layersSeen.isSubset(of: 0...4))
        let (expected, found) = (try whole.snapshot().activity("orders"), try pieces.snapshot().activity("orders"))
        #expect(expected == found)
        if shape.policy == .automatic { try Self.expectSameForms(whole, pieces) }
    }

    @Test("customers in many small upserts are the customers of one import", arguments: cases)
    func patches(_ shape: Case) throws {
        var random = SplitMix(seed: shape.seed)
        let whole = try Self.memory(shape)
        let pieces = try Self.memory(shape)
        var rows = (0..<1_300).map { random.customer(id: $0) }
        try pieces.load("customers", Self.customers, rows, batchRows: 500)
        var layersSeen: Set<Int> = []
        for round in 0..<12 {
            var changed: [[Value]] = []
            for _ in 0..<(1 + random.below(round < 8 ? 3 : 60)) {
                let id = random.below(rows.count + (round % 4 == 3 ? 1 : 0))
                var row = random.customer(id: id)
                // Some files bring nothing new in some columns.
                if id < rows.count, round % 2 == 0 { row[2] = rows[id][2] }
                if id == rows.count { rows.append(row) } else { rows[id] = row }
                changed.append(row)
            }
            let result = try pieces.load("customers", Self.customers, changed)
            #expect(result.added + result.updated + result.duplicatesInFile == changed.count)
            let columns = try pieces.snapshot().catalogue.customers.columns
            layersSeen.formUnion(columns.flatMap { $0.chunks.map(\.layers.count) })
            #expect(columns[7].chunks.allSatisfy { $0.layers.isEmpty })
            #expect(columns[0].chunks.allSatisfy { $0.layers.isEmpty })
        }
        try whole.load("customers", Self.customers, rows, batchRows: 500)
        #expect(try pieces.snapshot().customers().map(\.values) == rows)
        try Self.expectSame(whole, pieces, table: 0)
        #expect(shape.chunkRows < 10 || layersSeen.contains(1))
        #expect(layersSeen.isSubset(of: 0...4))
    }

    @Test("columns that come, go and widen meet runs and patches")
    func changingColumns() throws {
        var random = SplitMix(seed: 3)
        let workspace = try Self.memory(Case(chunkRows: 64, policy: .automatic, seed: 0))
        func file(_ extra: [ColumnSchema]) -> [ColumnSchema] { Array(Self.orders[0...1]) + extra }
        func rows(_ count: Int, _ extra: [Value]) -> [[Value]] {
            (0..<count).map { _ in
                [.integer(Int64(random.below(5))), .datetime(Int64(random.below(1_000)) * 1_000_000)] + extra
            }
        }
        let size = ColumnSchema(name: "size", type: .integer)
        let mark = ColumnSchema(name: "mark", type: .text)
        try workspace.load("orders", file([size]), rows(200, [.integer(300)]))
        try workspace.load("orders", file([size]), rows(3, [.integer(5)]))
        try workspace.load("orders", file([mark]), rows(3, [.text("a")]))
        try workspace.load("orders", file([mark, size]), rows(3, [.text("b"), .missing]))
        try workspace.load("orders", file([]), rows(3, []))
        var layout = try workspace.snapshot().catalogue.tables[1].layout.chunks[0]
        #expect(layout.layers.count == 4)
        func counts() throws -> [Value: Int] {
            _ = try workspace.snapshot().checkedRollups("orders")
            return try workspace.snapshot().activity("orders").joined().reduce(into: [:]) { counts, row in
                for value in row.dropFirst() { counts[value, default: 0] += 1 }
            }
        }
        #expect(try counts() == [.integer(300): 200, .integer(5): 3, .text("a"): 3, .text("b"): 3, .missing: 215])
        // Half a unit makes all of the column decimal, and the runs part of the partition.
        let wide = ColumnSchema(name: "size", type: .decimal(scale: 1))
        try workspace.load("orders", file([wide]), rows(1, [.decimal(units: 5, scale: 1)]))
        layout = try workspace.snapshot().catalogue.tables[1].layout.chunks[0]
        #expect(layout.layers.isEmpty)
        #expect(
            try counts() == [
                .decimal(units: 3_000, scale: 1): 200, .decimal(units: 50, scale: 1): 3, .text("a"): 3, .text("b"): 3,
                .decimal(units: 5, scale: 1): 1, .missing: 216,
            ])
        try workspace.load("orders", file([wide]), rows(2, [.decimal(units: 7, scale: 1)]))
        try workspace.load("orders", file([wide]), rows(4, [.missing]), mode: .replace)
        #expect(try counts() == [.missing: 4])
    }

    @Test("a fifth layer joins the others, and all join what they lie over once they are a tenth of it")
    func joining() throws {
        var random = SplitMix(seed: 11)
        let workspace = try Self.memory(Case(chunkRows: 65_536, policy: .automatic, seed: 0))
        let whole = try Self.memory(Case(chunkRows: 65_536, policy: .automatic, seed: 0))
        var customers = (0..<400).map { random.customer(id: $0) }
        var orders = (0..<400).map { _ in random.order(customers: 400, days: 100) }
        try workspace.load("customers", Self.customers, customers)
        try workspace.load("orders", Self.orders, orders)
        var runs: [Int] = []
        var patches: [Int] = []
        for _ in 0..<10 {
            let changed = (0..<7).map { _ in random.below(400) }
            for id in changed { customers[id] = random.customer(id: id) }
            try workspace.load("customers", Self.customers, Set(changed).map { customers[$0] })
            let added = (0..<6).map { _ in random.order(customers: 400, days: 100) }
            orders += added
            try workspace.load("orders", Self.orders, added)
            let catalogue = try workspace.snapshot().catalogue
            runs.append(catalogue.tables[1].layout.chunks[0].layers.count)
            patches.append(catalogue.customers.columns[4].chunks[0].layers.count)
            #expect(try workspace.snapshot().customers().map(\.values) == customers)
        }
        #expect(runs == [1, 2, 3, 4, 1, 2, 3, 0, 1, 2])
        #expect(patches.prefix(5) == [1, 2, 3, 4, 1])
        #expect(patches.contains(0))
        try whole.load("customers", Self.customers, customers)
        try whole.load("orders", Self.orders, orders)
        try Self.expectSame(whole, workspace, table: 0)
        try Self.expectSame(whole, workspace, table: 1)
        let (expected, found) = (try whole.snapshot().activity("orders"), try workspace.snapshot().activity("orders"))
        #expect(expected == found)
        try Self.expectSameForms(whole, workspace)
    }

    @Test("what is known of a column without reading it covers its runs and patches")
    func statistics() throws {
        let workspace = try Self.memory(Case(chunkRows: 64, policy: .automatic, seed: 0))
        let file = [ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "x", type: .integer)]
        try workspace.load("customers", file, (0..<64).map { [.integer($0), .integer(100 + $0)] })
        try workspace.load("customers", file, [[.integer(63), .integer(-5)], [.integer(0), .missing]])
        let patched = try workspace.snapshot()
        #expect(patched.catalogue.customers.columns[1].chunks[0].layers.count == 1)
        // The largest value went with its row, the smallest came with the patch.
        #expect(
            patched.statistics(table: 0, column: 1)
                == ColumnStatistics(rowCount: 64, missingCount: 1, range: -5...162, wordCount: 0))
        try workspace.load("customers", file, [[.integer(0), .integer(7)]])
        #expect(try workspace.snapshot().statistics(table: 0, column: 1)?.missingCount == 0)
        // The statement that began before goes on with its own.
        #expect(try patched.customers()[0].values == [.integer(0), .missing])
    }

    @Test("a removed customer who is patched is back")
    func revivedByPatch() throws {
        let workspace = try Self.memory(Case(chunkRows: 64, policy: .automatic, seed: 0))
        let file = [ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "x", type: .integer)]
        let rows = (0..<40).map { [Value.integer($0), .integer($0)] }
        try workspace.load("customers", file, rows)
        try workspace.load("customers", file, Array(rows.dropFirst()), mode: .replace)
        #expect(try workspace.load("customers", file, [[.integer(0), .integer(9)]]).added == 1)
        #expect(try workspace.snapshot().customerCount == 40)
        #expect(try workspace.snapshot().customers()[0].values[1] == .integer(9))
    }

    private static func memory(_ shape: Case) throws -> Workspace {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: shape.chunkRows)
        options.encoding = shape.policy
        options.timezone = "UTC"
        return try Workspace.open(":memory:", options: options)
    }

    private static func expectSame(_ one: Workspace, _ other: Workspace, table: Int) throws {
        let (first, second) = (try one.snapshot(), try other.snapshot())
        #expect(first.activityRows(table: table) == second.activityRows(table: table))
        for column in first.schema.tables[table].columns.indices {
            let (expected, found) = (
                first.statistics(table: table, column: column), second.statistics(table: table, column: column)
            )
            #expect(expected?.rowCount == found?.rowCount)
            #expect(expected?.missingCount == found?.missingCount)
            #expect(expected?.range == found?.range)
        }
    }

    /// The engine's speed rests on how chunks are encoded.
    private static func expectSameForms(_ one: Workspace, _ other: Workspace) throws {
        let (first, second) = (try one.snapshot(), try other.snapshot())
        for chunk in 0..<first.customerChunkCount {
            let offsets = try first.activityOffsets(table: 1, chunk: chunk)
            #expect(try second.activityOffsets(table: 1, chunk: chunk) == offsets)
            for column in orders.indices.dropFirst() where orders[column].type != .text {
                let expected = try first.activityChunk(table: 1, column: column, chunk: chunk)
                let found = try second.activityChunk(table: 1, column: column, chunk: chunk)
                #expect("\(expected.payload)" == "\(found.payload)", "\(orders[column].name), chunk \(chunk)")
                #expect(expected.missing == found.missing)
                #expect(expected.range == found.range)
            }
        }
    }
}

extension SplitMix {
    fileprivate mutating func maybe(_ value: Value) -> Value { below(6) == 0 ? .missing : value }

    fileprivate mutating func order(customers: Int, days: Int) -> [Value] {
        let second = Int64(below(days * 86_400))
        return [
            .integer(Int64(below(customers))), .datetime(second * 1_000_000), maybe(.text("kind \(below(12))")),
            maybe(.decimal(units: Int64(below(days) * 50), scale: 2)), maybe(.float(Double(below(100)) / 8)),
            maybe(.boolean(below(2) == 0)), maybe(.text("note \(next())")), maybe(.date(Int32(below(days)))), .missing,
        ]
    }

    fileprivate mutating func customer(id: Int) -> [Value] {
        [
            .integer(Int64(id)), maybe(.text("city \(below(300))")),
            maybe(.decimal(units: Int64(below(20)) * 100 + (below(30) == 0 ? 1_000_000 : 0), scale: 2)),
            maybe(.date(Int32(below(400)))), maybe(.float(Double(below(100)) / 8)), maybe(.boolean(below(2) == 0)),
            maybe(.text("c\(id)-\(below(1_000))@example.com")), .integer(4),
        ]
    }
}
