import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

@Suite("A workspace as a file")
struct FileTests {
    private let columns = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "name", type: .text),
        ColumnSchema(name: "score", type: .float), ColumnSchema(name: "vip", type: .boolean),
        ColumnSchema(name: "spent", type: .decimal(scale: 2)), ColumnSchema(name: "born", type: .date),
        ColumnSchema(name: "seen", type: .datetime), ColumnSchema(name: "empty", type: .text),
    ]

    private func rows(_ count: Int) -> [[Value]] {
        (0..<count).map { row -> [Value] in
            let id = Int64(row)
            return [
                .integer(id), .text("name \(row % 40)"), .float(Double(row) / 3), .boolean(row % 2 == 0),
                .decimal(units: id * id, scale: 2), row % 5 == 0 ? .missing : .date(Int32(row * 40)),
                .datetime(id * 86_400_000_001), .missing,
            ]
        }
    }

    @Test("what was written is there after reopening, in every type", arguments: [3, 64, 65_536])
    func reopening(chunkRows: Int) throws {
        let folder = try TemporaryFolder()
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        let path = folder.file("shop.db")
        let orders = [
            ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "at", type: .date, role: .time),
        ]
        do {
            let workspace = try Workspace.open(path, options: options)
            try workspace.load("customers", columns, rows(300), batchRows: 50)
            try workspace.load(
                "orders", orders, (0..<500).map { [.integer(Int64($0 % 90)), .date(Int32($0))] }, batchRows: 90)
        }
        let memory = try Workspace.open(":memory:", options: options)
        try memory.load("customers", columns, rows(300))
        try memory.load("orders", orders, (0..<500).map { [.integer(Int64($0 % 90)), .date(Int32($0))] })
        let reopened = try Workspace.open(path)
        #expect(reopened.geometry == options.geometry)
        let snapshot = try reopened.snapshot()
        let schema = try memory.snapshot().schema
        #expect(snapshot.schema == schema)
        #expect(try snapshot.customers().map(\.values) == rows(300))
        let expected = try memory.snapshot().activity("orders")
        #expect(try snapshot.activity("orders") == expected)
    }

    @Test("only the owner may read a new file, and its log goes with the last writer")
    func permissions() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do {
            let workspace = try Workspace.open(path)
            try workspace.load("customers", columns, rows(3))
            #expect(mode(path) == 0o600)
            #expect(mode(path + "-wal") == 0o600)
        }
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        let queue = try DatabaseQueue(path: path)
        for (pragma, expected) in [
            ("page_size", "16384"), ("journal_mode", "wal"), ("application_id", "1380270403"), ("user_version", "1"),
        ] {
            let value = try queue.read { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
            #expect(value == expected, "\(pragma)")
        }
    }

    @Test("what cannot be opened says why")
    func refusals() throws {
        let folder = try TemporaryFolder()
        var existing = WorkspaceOptions()
        existing.createIfMissing = false
        #expect(refusal("absent.db", folder, existing)?.code == "missing-workspace")
        #expect(refusal("", folder)?.message.hasSuffix("it is a folder") == true)
        #expect(refusal("no/such/folder/shop.db", folder)?.code == "missing-folder")
        try Data("id,name\n1,Anna\n".utf8).write(to: URL(fileURLWithPath: folder.file("people.csv")))
        #expect(refusal("people.csv", folder)?.code == "not-a-workspace")
        try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(
            to: URL(fileURLWithPath: folder.file("noise.bin")))
        #expect(refusal("noise.bin", folder)?.code == "not-a-workspace")
        let other = try DatabaseQueue(path: folder.file("other.db"))
        try other.write { try $0.execute(sql: "CREATE TABLE t (x)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("other.db")))
        #expect(refusal("other.db", folder)?.code == "not-a-workspace")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("other.db"))) == before)
    }

    @Test("a later format is refused by the name of the version it needs")
    func newerFormat() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do { _ = try Workspace.open(path) }
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA user_version = 7; UPDATE format SET value = '3.2' WHERE name = 'needs'")
        }
        try queue.close()
        let refused = refusal("shop.db", folder)
        #expect(refused?.code == "newer-workspace")
        #expect(refused?.message.contains("needs Reach 3.2") == true)
    }

    @Test("a read-only workspace answers and takes nothing")
    func readOnly() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do { try Workspace.open(path).load("customers", columns, rows(5)) }
        var options = WorkspaceOptions()
        options.readOnly = true
        let workspace = try Workspace.open(path, options: options)
        #expect(try workspace.snapshot().customers().map(\.values) == rows(5))
        #expect(diagnostic { try workspace.load("customers", columns, []) }?.code == "read-only-workspace")
        #expect(diagnostic { try workspace.set(.currency, to: "EUR") }?.code == "read-only-workspace")
        #expect(
            diagnostic { _ = try Workspace.open(folder.file("new.db"), options: options) }?.code == "missing-workspace")
    }

    @Test("a file is read where no log can be made beside it")
    func immutable() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("sho p?#%41.db")
        do { try Workspace.open(path).load("customers", columns, rows(5)) }
        var options = WorkspaceOptions()
        options.isFolderWritable = { _ in false }
        let workspace = try Workspace.open(path, options: options)
        #expect(workspace.isReadOnly)
        #expect(try workspace.snapshot().customers().map(\.values) == rows(5))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["sho p?#%41.db"])
    }

    @Test("network file systems are told by the mount that holds the file")
    func networkFileSystems() {
        let mounts = """
            /dev/vda1 / ext4 rw 0 0
            server:/export /mnt/team nfs4 rw 0 0
            //nas/share /mnt/with\\040blank cifs rw 0 0
            tmpfs /mnt/team/local tmpfs rw 0 0
            """
        #expect(NetworkFileSystem.kind(of: "/home/anna/shop.db", mounts: mounts) == nil)
        #expect(NetworkFileSystem.kind(of: "/mnt/team/shop.db", mounts: mounts) == "nfs4")
        #expect(NetworkFileSystem.kind(of: "/mnt/teamwork/shop.db", mounts: mounts) == nil)
        #expect(NetworkFileSystem.kind(of: "/mnt/with blank/shop.db", mounts: mounts) == "cifs")
        #expect(NetworkFileSystem.kind(of: "/mnt/team/local/shop.db", mounts: mounts) == nil)
    }

    @Test("a byte changed anywhere gives an error or the same answer, never a crash or another answer")
    func damage() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do { try Workspace.open(path).load("customers", columns, rows(40)) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = SplitMix(seed: 11)
        var errors = 0
        for trial in 0..<60 {
            var damaged = whole
            // The headers of the file and of its first pages, then anywhere.
            let position = trial < 25 ? trial * 4 : random.below(whole.count)
            damaged[position] ^= UInt8(1 << random.below(8))
            let copy = folder.file("copy-\(trial).db")
            try damaged.write(to: URL(fileURLWithPath: copy))
            do {
                let values = try Workspace.open(copy).snapshot().customers().map(\.values)
                #expect(values == rows(40) || values.isEmpty && position < 100, "byte \(position)")
            } catch let error as Diagnostic {
                #expect(error.kind == .environment, "byte \(position): \(error.message)")
                errors += 1
            }
            try? FileManager.default.removeItem(atPath: copy)
        }
        #expect(errors > 0)
    }

    @Test("a damaged chunk is named by column and file")
    func damagedChunk() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shop.db")
        do { try Workspace.open(path).load("customers", columns, rows(40)) }
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            for row in try Row.fetchAll(db, sql: "SELECT id, body FROM chunks") {
                var body = try row.bytes("body")
                body[body.count / 2] ^= 4
                try db.execute(
                    sql: "UPDATE chunks SET body = ? WHERE id = ?", arguments: [body.data, row["id"] as Int64])
            }
        }
        try queue.close()
        let workspace = try Workspace.open(path)
        let error = diagnostic { _ = try workspace.snapshot().customerChunk(column: 4, chunk: 0) }
        #expect(error?.code == "damaged-workspace")
        #expect(error?.message == "column `customers.spent` is damaged in `\(workspace.path)`")
        #expect(error?.kind == .environment)
        // A column missing throughout has no bytes to damage.
        #expect(try workspace.snapshot().customerChunk(column: 7, chunk: 0).missingCount == 40)
    }

    private func refusal(
        _ name: String, _ folder: TemporaryFolder, _ options: WorkspaceOptions = WorkspaceOptions()
    ) -> Diagnostic? {
        let refused = diagnostic { _ = try Workspace.open(folder.file(name), options: options) }
        #expect(refused?.kind == .environment)
        return refused
    }

    private func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
    }
}
