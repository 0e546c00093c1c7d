import Foundation
import GRDB
import ReachColumns
import Testing

@testable import ReachWorkspace

@Suite("Versions held between statements")
struct HeldVersionTests {
    private let columns = [ColumnSchema(name: "id", type: .integer, role: .key)]

    private func rows(_ count: Int) -> [[Value]] { (0..<count).map { [.integer(Int64($0))] } }

    private func readers(_ path: String, patience: Duration) -> ReadConnections {
        ReadConnections(path: path, configuration: Configuration(), idleLimit: 2, patience: patience)
    }

    /// The first statement of a connection, the one that finds the index, and more: from then on a version is held.
    private func hold(_ readers: ReadConnections) throws {
        for _ in 0..<4 { readers.unpin(try readers.pin().connection) }
    }

    /// A file with three customers and the workspace that wrote them.
    private func shop(in folder: TemporaryFolder) throws -> (path: String, workspace: Workspace) {
        let path = folder.file("shop.db")
        let workspace = try Workspace.open(path)
        try workspace.load("customers", columns, rows(3))
        return (path, workspace)
    }

    /// Whether all of the log could be taken over into the file: nobody holds an older version.
    private func isLogTaken(_ path: String) throws -> Bool {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction { db in
            let result = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return (result?["busy"] as Int?) == 0
        }
    }

    @Test("nobody writes: the stamp stays, whether or not the version was held")
    func unchanged() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let workspace = try Workspace.open(path)
        try workspace.load("customers", columns, rows(5))
        let stamps = try Set((0..<6).map { _ in try workspace.snapshot().stamp })
        #expect(stamps.count == 1)
        #expect(try workspace.snapshot().customers().count == 5)
    }

    @Test("the next statement sees what others have written meanwhile, each time")
    func others() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let writing = try Workspace.open(path)
        let reading = try Workspace.open(path)
        for round in 1...12 {
            try writing.load("customers", columns, rows(round))
            for _ in 0..<4 { #expect(try reading.snapshot().customers().count == round) }
        }
    }

    @Test("a statement that is under way keeps its version, those that begin after a commit have the new one")
    func underWay() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let writing = try Workspace.open(path)
        let reading = try Workspace.open(path)
        try writing.load("customers", columns, rows(3))
        for _ in 0..<4 { _ = try reading.snapshot() }
        let old = try reading.snapshot()
        try writing.load("customers", columns, rows(7))
        let new = try reading.snapshot()
        #expect(try old.customers().count == 3)
        #expect(try new.customers().count == 7)
        #expect(old.stamp != new.stamp)
    }

    @Test("a version that waits for a statement is let go of after a while")
    func patience() throws {
        let folder = try TemporaryFolder()
        let (path, workspace) = try shop(in: folder)
        let readers = readers(path, patience: .milliseconds(300))
        try hold(readers)
        try workspace.load("customers", columns, rows(4))
        #expect(try !isLogTaken(path))
        var isTaken = false
        for _ in 0..<200 where !isTaken {
            usleep(20_000)
            isTaken = try isLogTaken(path)
        }
        #expect(isTaken)
        let (connection, _) = try readers.pin()
        #expect(try connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") } ?? 0 > 0)
        readers.unpin(connection)
        readers.close()
    }

    @Test("who writes lets go of what its own statements held")
    func writing() throws {
        let folder = try TemporaryFolder()
        let (path, workspace) = try shop(in: folder)
        for _ in 0..<4 { _ = try workspace.snapshot() }
        try workspace.load("customers", columns, rows(4))
        #expect(try isLogTaken(path))
    }

    @Test("a version that is no longer the newest is not held on, nor is one after an error")
    func outdated() throws {
        let folder = try TemporaryFolder()
        let (path, workspace) = try shop(in: folder)
        let readers = readers(path, patience: .seconds(600))
        try hold(readers)
        let (overtaken, _) = try readers.pin()
        try workspace.load("customers", columns, rows(4))
        readers.unpin(overtaken)
        #expect(try isLogTaken(path))
        try hold(readers)
        let (failing, _) = try readers.pin()
        #expect(throws: DatabaseError.self) { try failing.read { try $0.execute(sql: "SELECT nothing FROM nowhere") } }
        readers.unpin(failing)
        #expect(failing.heldSince == nil)
        readers.close()
    }

    @Test("what is given back after closing is closed too")
    func closing() throws {
        let folder = try TemporaryFolder()
        let (path, _) = try shop(in: folder)
        let readers = readers(path, patience: .seconds(600))
        try hold(readers)
        let (late, _) = try readers.pin()
        readers.close()
        readers.unpin(late)
        #expect(throws: DatabaseError.self) { try late.read { try Int.fetchOne($0, sql: "SELECT 1") } }
    }

    @Test("a file without a log is read like any other")
    func otherJournal() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("plain.db")
        let writer = try DatabaseQueue(path: path)
        try writer.write { try $0.execute(sql: "CREATE TABLE t (n); INSERT INTO t VALUES (0)") }
        let readers = readers(path, patience: .seconds(600))
        for round in 1...5 {
            let (connection, _) = try readers.pin()
            #expect(try connection.read { try Int.fetchOne($0, sql: "SELECT n FROM t") } == round - 1)
            readers.unpin(connection)
            // Nobody may be reading where there is no log.
            try writer.write { try $0.execute(sql: "UPDATE t SET n = \(round)") }
        }
        #expect(FileStatus(path + "-shm") == nil)
        readers.close()
    }
}
