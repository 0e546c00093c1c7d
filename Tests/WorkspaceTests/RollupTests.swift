import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

/// Figures kept beside the rows of activity say what the rows say, whatever becomes of those.
@Suite("Rollups")
struct RollupTests {
    private static let key = ColumnSchema(name: "id", type: .integer, role: .key)
    private static let orders = [
        key, ColumnSchema(name: "at", type: .datetime, role: .time), ColumnSchema(name: "pieces", type: .integer),
        ColumnSchema(name: "total", type: .decimal(scale: 2)), ColumnSchema(name: "kind", type: .text),
    ]

    private static func rows(_ count: Int, customers: Int, _ random: inout SplitMix) -> [[Value]] {
        (0..<count).map { _ -> [Value] in
            let customer = Int64(random.below(customers))
            let time = Int64(random.below(900)) * 1_000_000
            let pieces = Int64(random.below(7)) - 2
            let cents = Int64(random.below(20_000)) - 3_000
            return [
                .integer(customer), .datetime(time), .integer(pieces), .decimal(units: cents, scale: 2),
                .text("k\(random.below(3))"),
            ]
        }
    }

    @Test("imports, runs, new customers, removal, merges, wider types, replacing", arguments: [1, 3, 64, 65_536])
    func follow(chunkRows: Int) throws {
        var random = SplitMix(seed: UInt64(chunkRows))
        let folder = try TemporaryFolder()
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        let workspace = try Workspace.open(folder.file("shop.db"), options: options)
        func figures() throws -> Int { try workspace.snapshot().checkedRollups("orders") }
        try workspace.load("customers", [Self.key], (0..<80).map { [.integer(Int64($0))] }, batchRows: 50)
        try workspace.load("orders", Self.orders, Self.rows(3_000, customers: 80, &random), batchRows: 500)
        // The time, pieces and total last, and the sums of both.
        let chunkCount = try workspace.snapshot().customerChunkCount
        #expect(try figures() == 5 * chunkCount)
        for _ in 0..<7 {
            try workspace.load("orders", Self.orders, Self.rows(9, customers: 80, &random))
            #expect(try figures() == 5 * chunkCount)
        }
        try workspace.load("customers", [Self.key], [[.integer(80)]])
        #expect(try figures() >= 5 * chunkCount)
        _ = try workspace.dropImport(4)
        #expect(try figures() >= 5 * chunkCount)
        let version = try workspace.snapshot().version
        let merge = CustomerMerge(keeps: 1, leaves: [0, 79], values: [.integer(1)])
        _ = try workspace.merge([merge], from: version, cancellation: Cancellation())
        let merged = try figures()
        #expect(merged >= 5 * (chunkCount - 2))
        #expect(try workspace.undoMerge(cancellation: Cancellation()))
        #expect(try figures() >= 5 * chunkCount)
        let wider = [Self.key, Self.orders[1], ColumnSchema(name: "pieces", type: .decimal(scale: 1))]
        try workspace.load(
            "orders", wider, [[.integer(3), .datetime(4_000_000), .decimal(units: 15, scale: 1)]])
        // A row without a total: its partition's totals are for the rows to tell.
        #expect(try figures() < 5 * chunkCount + 5)
        try workspace.load("orders", Self.orders, Self.rows(200, customers: 80, &random), mode: .replace)
        #expect(try figures() > 0)
        try expectNoLeftovers(workspace)
    }

    @Test("sums that do not fit in 64 bits are not kept")
    func overflow() throws {
        let workspace = try Workspace.open(":memory:")
        let columns = Array(Self.orders[...2])
        try workspace.load("customers", [Self.key], [[.integer(1)], [.integer(2)]])
        try workspace.load(
            "orders", columns,
            [[.integer(1), .datetime(0), .integer(.max - 1)], [.integer(1), .datetime(1), .integer(5)]])
        let snapshot = try workspace.snapshot()
        #expect(try snapshot.activityRollup(.total, table: 1, column: 2, chunk: 0) == nil)
        #expect(try snapshot.checkedRollups("orders") == 2)
    }
}
