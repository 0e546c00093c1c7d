import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import Synchronization
import Testing

@testable import ReachWorkspace

@Suite("Reading a file")
struct ReadingTests {
    private let columns = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
        ColumnSchema(name: "orders", type: .integer),
    ]

    private func rows(_ count: Int, city: String) -> [[Value]] {
        (0..<count).map { row in
            [.integer(Int64(row)), .text(city), row % 9 == 0 ? .missing : .integer(Int64(row % 40))]
        }
    }

    private func open(_ path: String) throws -> Workspace {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: 3)
        // Nothing is kept, so that every chunk is read again.
        options.cacheBudgetBytes = 0
        return try Workspace.open(path, options: options)
    }

    @Test("threads read one snapshot at once, and still its version behind a writer that took it away")
    func threads() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        let writing = try open(path)
        let old = rows(300, city: "old")
        try writing.load("customers", columns, old)
        let pinned = try open(path).snapshot()
        _ = try pinned.customerChunk(column: 0, chunk: 0)
        // The second import sweeps what the first one replaced; connections opened from here on see nothing of it.
        try writing.load("customers", columns, rows(90, city: "new"), mode: .replace)
        try writing.load("customers", columns, [])
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let seen = try? pinned.customers().map(\.values)
            if seen != old { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
    }

    @Test("whoever only asks writes nothing to the file or beside it")
    func asking() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do { try open(path).load("customers", columns, rows(30, city: "x")) }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let workspace = try open(path)
        #expect(try workspace.snapshot().customers().count == 30)
        #expect(try workspace.refresh() == false)
        let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect(log == 0)
        try workspace.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["shop.db"])
    }

    @Test("a file whose log mode somebody changed is put back and read")
    func otherJournal() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do { try open(path).load("customers", columns, rows(30, city: "x")) }
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try queue.close()
        let workspace = try open(path)
        #expect(try workspace.snapshot().customers().count == 30)
        #expect(try workspace.database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test("what a chunk holds is known without reading it")
    func summaries() throws {
        let folder = try TemporaryFolder()
        let workspace = try open(folder.file("shop.db"))
        try workspace.load("customers", columns, rows(50, city: "x"))
        let snapshot = try workspace.snapshot()
        for chunk in 0..<snapshot.customerChunkCount {
            for column in columns.indices {
                let read = ChunkSummary(try snapshot.customerChunk(column: column, chunk: chunk))
                #expect(snapshot.customerChunkSummary(column: column, chunk: chunk) == read)
            }
        }
    }

    @Test("dictionaries outlive chunks where they have a budget of their own")
    func dictionaryBudget() {
        let cache = ChunkCache(budgetBytes: 100, dictionaryBytes: 1 << 20)
        cache.insert(.dictionary(TextDictionary(["Paris", "Lyon"])), for: .dictionary(1))
        for id in 2..<12 { cache.insert(.allMissing(rowCount: 500), of: 1, at: id, Int64(id)) }
        if case .dictionary(let dictionary)? = cache[.dictionary(1)] {
            #expect(dictionary.count == 2)
        } else {
            Issue.record("the dictionary is gone")
        }
        #expect(cache.chunk(of: 1, at: 2, 2) == nil)
        #expect(cache.byteCount < 400)
    }
}
