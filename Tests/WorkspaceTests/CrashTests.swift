import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import Synchronization
import Testing

@testable import ReachWorkspace

/// Imports that end before their time. The old state must stay, and the next import must clear away what was left.
@Suite("Interrupted imports", .serialized)
struct CrashTests {
    private static let columns = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
    ]
    private static let orders = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "at", type: .date, role: .time),
    ]

    private static func rows(_ count: Int, city: String) -> [[Value]] {
        (0..<count).map { [.integer(Int64($0)), .text("\(city) \($0 % 5)")] }
    }

    /// Small chunks and transactions, so that an import takes many of them.
    private static var options: WorkspaceOptions {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: 64)
        options.transactionBytes = 300
        options.busyTimeoutSeconds = 0.2
        return options
    }

    @Test("the file as it stands after any transaction, taken elsewhere, is the old state")
    func copies() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let old = Self.rows(200, city: "old")
        let copied = Mutex(0)
        var options = Self.options
        options.afterTransaction = { number in
            // What kill -9 would leave at this moment: the file and its log.
            try FileManager.default.copyItem(atPath: path, toPath: folder.file("copy-\(number).db"))
            try FileManager.default.copyItem(atPath: path + "-wal", toPath: folder.file("copy-\(number).db-wal"))
            copied.withLock { $0 = number }
        }
        do {
            try Workspace.open(path, options: Self.options).load("customers", Self.columns, old)
            let workspace = try Workspace.open(path, options: options)
            try workspace.load("customers", Self.columns, Self.rows(250, city: "new"))
        }
        let count = copied.withLock { $0 }
        #expect(count > 2)
        var survivor = Self.options
        survivor.isRunning = { _, _ in false }
        for number in 1...count {
            let workspace = try Workspace.open(folder.file("copy-\(number).db"), options: survivor)
            #expect(try workspace.snapshot().customers().map(\.values) == old)
            try workspace.load("customers", Self.columns, Self.rows(10, city: "next"))
            #expect(try workspace.snapshot().customers().count == 200)
            try expectNoLeftovers(workspace)
        }
    }

    @Test("a failure after any transaction leaves the old state and the right to write", arguments: 1..<5)
    func faults(transaction: Int) throws {
        struct Fault: Error {}
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let old = Self.rows(200, city: "old")
        try Workspace.open(path, options: Self.options).load("customers", Self.columns, old)
        var options = Self.options
        options.afterTransaction = { number in if number == transaction { throw Fault() } }
        let workspace = try Workspace.open(path, options: options)
        let events = (0..<400).map { [Value.integer(Int64($0 % 300)), .date(Int32($0))] }
        #expect(throws: Fault.self) { try workspace.load("orders", Self.orders, events) }
        #expect(try workspace.snapshot().customers().map(\.values) == old)
        #expect(try workspace.snapshot().schema.table("orders") == nil)
        #expect(try workspace.writeHolder() == nil)
        let again = try Workspace.open(path, options: Self.options)
        #expect(try again.load("orders", Self.orders, events).customersCreated == 100)
        #expect(try again.snapshot().activityRows(table: 1) == 400)
        try expectNoLeftovers(again)
    }

    @Test("a full disk is said, and the old state stays")
    func fullDisk() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let workspace = try Workspace.open(path, options: Self.options)
        let old = Self.rows(50, city: "old")
        try workspace.load("customers", Self.columns, old)
        try workspace.database.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let full = diagnostic { try workspace.load("customers", Self.columns, Self.rows(20_000, city: "new")) }
        #expect(full?.code == "disk-full")
        #expect(full?.kind == .environment)
        #expect(try workspace.snapshot().customers().map(\.values) == old)
        #expect(try workspace.writeHolder() == nil)
    }

    @Test("readers go on while another writes, and see the new version when they ask")
    func readerDuringWrite() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let writing = try Workspace.open(path, options: Self.options)
        let old = Self.rows(200, city: "old")
        try writing.load("customers", Self.columns, old)
        let reading = try Workspace.open(path, options: Self.options)
        let pinned = try reading.snapshot()
        let writer = try writing.beginImport(
            ImportRequest(table: "customers", kind: .customers, columns: Self.columns, mode: .replace))
        let new = Self.rows(100, city: "new")
        try writer.append(batch(Self.columns, new))
        #expect(try pinned.customers().map(\.values) == old)
        #expect(try reading.refresh() == false)
        // Short writes go on beside an import.
        try reading.set(.currency, to: "EUR")
        _ = try writer.finish()
        #expect(try reading.refresh())
        #expect(try reading.refresh() == false)
        #expect(try writing.refresh() == false)
        #expect(try reading.snapshot().customerCount == 100)
        // The statement that began before still reads its version, chunk by chunk, after a sweep too.
        try writing.load("customers", Self.columns, [])
        #expect(try pinned.customers().map(\.values) == old)
    }

    @Test("a second writer waits, then is told who writes")
    func secondWriter() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let first = try Workspace.open(path, options: Self.options)
        let second = try Workspace.open(path, options: Self.options)
        let writer = try first.beginImport(
            ImportRequest(
                table: "customers", kind: .customers, columns: Self.columns,
                statement: "import customers from \"big.csv\""))
        let clock = ContinuousClock()
        let began = clock.now
        let busy = diagnostic { try second.load("customers", Self.columns, []) }
        #expect(clock.now - began >= .milliseconds(200))
        #expect(busy?.code == "workspace-busy")
        #expect(busy?.message.contains("process \(ProcessInfo.processInfo.processIdentifier) on ") == true)
        #expect(busy?.message.contains("import customers from \"big.csv\"") == true)
        #expect(try second.writeHolder()?.statement == "import customers from \"big.csv\"")
        _ = try writer.finish()
        #expect(try second.load("customers", Self.columns, Self.rows(3, city: "x")).added == 3)
    }

    @Test("a lease that could not be given back is nobody's")
    func lostLease() throws {
        let workspace = try Workspace.open(":memory:", options: Self.options)
        let lease = try WriterLease.take(
            try workspace.database, statement: "first", options: Self.options, path: "", cancellation: Cancellation())
        #expect(try workspace.writeHolder()?.statement == "first")
        lease.end()
        #expect(try workspace.writeHolder() == nil)
        #expect(try workspace.load("customers", Self.columns, Self.rows(3, city: "x")).added == 3)
    }

    @Test("kill -9 at any moment leaves the old state")
    func killed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        try Workspace.open(path, options: Self.options).load("customers", Self.columns, Self.rows(200, city: "old"))
        for pause in [0.0, 0.01, 0.03, 0.08] {
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            var arguments = Array(CommandLine.arguments.dropFirst())
            while let filter = arguments.firstIndex(of: "--filter") {
                arguments.removeSubrange(filter..<min(filter + 2, arguments.count))
            }
            child.arguments = arguments + ["--filter", "writesUntilKilled"]
            child.environment = ProcessInfo.processInfo.environment.merging(["REACH_TEST_KILLED": path]) { $1 }
            child.standardOutput = FileHandle.nullDevice
            child.standardError = FileHandle.nullDevice
            try child.run()
            let deadline = Date().addingTimeInterval(20)
            while !FileManager.default.fileExists(atPath: path + ".begun"), Date() < deadline { usleep(2_000) }
            #expect(FileManager.default.fileExists(atPath: path + ".begun"))
            Thread.sleep(forTimeInterval: pause)
            kill(child.processIdentifier, SIGKILL)
            child.waitUntilExit()
            try FileManager.default.removeItem(atPath: path + ".begun")
            let workspace = try Workspace.open(path, options: Self.options)
            let snapshot = try workspace.snapshot()
            // Each import of the child sets all cities to one word: never a mixture.
            let cities = Set(
                try snapshot.customers().map { row -> String in
                    guard case .text(let city) = row.values[1] else { return "" }
                    return String(city.prefix { $0 != " " })
                })
            #expect(cities.count == 1)
            #expect(try workspace.writeHolder() == nil)
            try workspace.load("customers", Self.columns, Self.rows(200, city: "again"))
            try expectNoLeftovers(workspace)
        }
    }

    @Test(
        "(the child of the test above) writes until killed",
        .enabled(if: ProcessInfo.processInfo.environment["REACH_TEST_KILLED"] != nil))
    func writesUntilKilled() throws {
        guard let path = ProcessInfo.processInfo.environment["REACH_TEST_KILLED"] else { return }
        let workspace = try Workspace.open(path, options: Self.options)
        try Data().write(to: URL(fileURLWithPath: path + ".begun"))
        for round in 0..<10_000 {
            try workspace.load("customers", Self.columns, Self.rows(200, city: "round\(round)"), batchRows: 100)
        }
    }
}
