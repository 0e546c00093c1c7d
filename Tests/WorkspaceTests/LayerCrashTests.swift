import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import Synchronization
import Testing

@testable import ReachWorkspace

/// Imports of runs and patches that end before their time, and readers who stay behind.
@Suite("Interrupted runs and patches", .serialized)
struct LayerCrashTests {
    private static let customers = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
        ColumnSchema(name: "spent", type: .integer),
    ]
    private static let orders = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "at", type: .date, role: .time),
        ColumnSchema(name: "total", type: .integer),
    ]

    private static func customerRows(_ count: Int, step: Int, spent: Int64) -> [[Value]] {
        stride(from: 0, to: count, by: step).map {
            [.integer(Int64($0)), .text("city \($0 % 5)"), .integer(spent + Int64($0))]
        }
    }

    private static func orderRows(_ count: Int, day: Int32) -> [[Value]] {
        (0..<count).map { [.integer(Int64($0 * 7 % 200)), .date(day + Int32($0 % 9)), .integer(Int64($0))] }
    }

    /// Small chunks and transactions, so that an import takes many of them.
    private static var options: WorkspaceOptions {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: 64)
        options.transactionBytes = 100
        options.busyTimeoutSeconds = 0.2
        return options
    }

    /// Two hundred customers, ten orders each, and already a run and a patch on every chunk.
    private static func fill(_ workspace: Workspace) throws {
        try workspace.load("customers", customers, customerRows(200, step: 1, spent: 0), batchRows: 100)
        try workspace.load("orders", orders, orderRows(2_000, day: 10), batchRows: 500)
        try grow(workspace, day: 5)
    }

    private static func grow(_ workspace: Workspace, day: Int32) throws {
        try workspace.load("orders", orders, orderRows(24, day: day))
        try workspace.load("customers", customers, customerRows(200, step: 60, spent: Int64(day) * 1_000))
    }

    private struct State: Equatable {
        let customers: [[Value]]
        let orders: [[[Value]]]

        init(_ snapshot: Snapshot) throws {
            customers = try snapshot.customers().map(\.values)
            orders = try snapshot.activity("orders")
        }
    }

    @Test("the file as it stands after any transaction of a run or patch, taken elsewhere, is a whole state")
    func copies() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        try Self.fill(try Workspace.open(path, options: Self.options))
        let copied = Mutex(0)
        var options = Self.options
        options.afterTransaction = { _ in
            let number = copied.withLock { count in
                count += 1
                return count
            }
            // What kill -9 would leave at this moment: the file and its log.
            try FileManager.default.copyItem(atPath: path, toPath: folder.file("copy-\(number).db"))
            try FileManager.default.copyItem(atPath: path + "-wal", toPath: folder.file("copy-\(number).db-wal"))
        }
        let workspace = try Workspace.open(path, options: options)
        var states = [try State(try workspace.snapshot())]
        try workspace.load("orders", Self.orders, Self.orderRows(24, day: 12))
        states.append(try State(try workspace.snapshot()))
        try workspace.load("customers", Self.customers, Self.customerRows(200, step: 60, spent: 5))
        let count = copied.withLock { $0 }
        #expect(count > 4)
        var survivor = Self.options
        survivor.isRunning = { _, _ in false }
        var seen: Set<Int> = []
        for number in 1...count {
            let copy = try Workspace.open(folder.file("copy-\(number).db"), options: survivor)
            let state = try State(try copy.snapshot())
            seen.insert(states.firstIndex(of: state) ?? -1)
            try Self.grow(copy, day: 30)
            try expectNoLeftovers(copy)
        }
        #expect(seen == [0, 1])
    }

    @Test("a failure after any transaction of a run or patch leaves the old state", arguments: 1..<6)
    func faults(transaction: Int) throws {
        struct Fault: Error {}
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        try Self.fill(try Workspace.open(path, options: Self.options))
        let fails = Mutex(true)
        var options = Self.options
        options.afterTransaction = { number in
            if number == transaction, fails.withLock({ $0 }) { throw Fault() }
        }
        let workspace = try Workspace.open(path, options: options)
        let before = try State(try workspace.snapshot())
        #expect(throws: Fault.self) { try workspace.load("orders", Self.orders, Self.orderRows(24, day: 12)) }
        #expect(throws: Fault.self) {
            try workspace.load("customers", Self.customers, Self.customerRows(200, step: 20, spent: 5))
        }
        #expect(try State(try workspace.snapshot()) == before)
        fails.withLock { $0 = false }
        #expect(try workspace.load("orders", Self.orders, Self.orderRows(24, day: 12)).added == 24)
        #expect(try workspace.snapshot().activityRows(table: 1) == 2_048)
        try expectNoLeftovers(workspace)
    }

    @Test("a reader keeps its version while layers come, are put together and swept", arguments: [true, false])
    func pinned(inMemory: Bool) throws {
        let folder = try TemporaryFolder()
        var options = Self.options
        // Nothing stays in memory, so that everything is read from what the sweeps leave.
        options.cacheBudgetBytes = 0
        let workspace = try Workspace.open(inMemory ? ":memory:" : folder.file("shop.db"), options: options)
        try Self.fill(workspace)
        var pinned: [(Snapshot, State)] = []
        for round in 0..<7 {
            let snapshot = try workspace.snapshot()
            pinned.append((snapshot, try State(snapshot)))
            try Self.grow(workspace, day: Int32(round * 3))
        }
        for (snapshot, state) in pinned { #expect(try State(snapshot) == state) }
        pinned = []
        try Self.grow(workspace, day: 50)
        try expectNoLeftovers(workspace)
    }

    @Test("a run's or patch's chunk that is damaged or stands elsewhere is found out")
    func damage() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        try Self.fill(try Workspace.open(path, options: Self.options))
        let catalogue = try Workspace.open(path, options: Self.options).snapshot().catalogue
        let run = try #require(catalogue.tables[1].columns[2].chunks[0].layers.first)
        let patch = try #require(catalogue.customers.columns[2].chunks[0].layers.first)
        let other = try #require(catalogue.tables[1].columns[1].chunks[0].layers.first)
        for (id, bytes) in [
            (run.id, "zeroblob(60)"), (run.places, "zeroblob(60)"), (patch.id, "zeroblob(60)"),
            (patch.places, "(SELECT body FROM chunks WHERE id = \(patch.id))"),
            (run.id, "(SELECT body FROM chunks WHERE id = \(other.id))"),
        ] {
            let copy = folder.file("copy-\(UUID().uuidString).db")
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            let workspace = try Workspace.open(copy, options: Self.options)
            try workspace.write { try $0.execute(sql: "UPDATE chunks SET body = \(bytes) WHERE id = \(id)") }
            let found = diagnostic { _ = try State(try workspace.snapshot()) }
            #expect(found?.code == "damaged-workspace")
        }
    }
}
