import GRDB
import ReachColumns
import ReachDiagnostics

/// Writes the chunks of one import into the file where no reader looks yet, in transactions of bounded size.
final class StagingWriter {
    private let workspace: Workspace
    private let lease: WriterLease
    private var pending: [(id: Int64, body: [UInt8])] = []
    private var pendingBytes = 0
    private var nextChunkID: Int64
    private(set) var transactionCount = 0

    init(_ workspace: Workspace, lease: WriterLease) throws {
        self.workspace = workspace
        self.lease = lease
        nextChunkID = try workspace.nextID(of: "chunks")
    }

    /// An encoded chunk; gives the id it will have.
    func stage(_ body: [UInt8]) throws -> Int64 {
        defer { nextChunkID += 1 }
        // SQLite takes BLOBs up to this.
        guard body.count < 1_000_000_000 else { throw Diagnostic.chunkTooLarge }
        if pendingBytes + body.count > workspace.options.transactionBytes { try flush() }
        pending.append((nextChunkID, body))
        pendingBytes += body.count
        return nextChunkID
    }

    /// Commits what is pending.
    func flush() throws {
        guard let first = pending.first?.id, let last = pending.last?.id else { return }
        try workspace.write { db in
            try lease.renew(db, now: workspace.options.clock(), path: workspace.path)
            try db.execute(sql: "INSERT INTO staging VALUES (?, ?)", arguments: [first, last])
            let statement = try db.cachedStatement(sql: "INSERT INTO chunks (id, body) VALUES (?, ?)")
            for (id, body) in pending { try statement.execute(arguments: [id, body.data]) }
        }
        pending.removeAll()
        pendingBytes = 0
        try committed()
    }

    /// Counts a transaction and lets tests fail after it.
    func committed() throws {
        transactionCount += 1
        try workspace.options.afterTransaction(transactionCount)
    }
}

extension Workspace {
    /// The id that the next row of `table` will have; ids are never used twice.
    func nextID(of table: String) throws -> Int64 {
        try read { db in
            try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table]) ?? 0
        } + 1
    }

    /// Deletes, a few at a time, what dead imports left behind and what no version lists any more. Called by whoever holds the lease.
    func sweep(_ lease: WriterLease) throws {
        // Readers of a file are shielded by their transaction; those of memory only by this.
        let oldest = isInMemory ? oldestPinnedVersion ?? .max : .max
        var isDone = false
        while !isDone {
            isDone = try write { db in
                try lease.renew(db, now: options.clock(), path: path)
                let retired = try Int64.fetchAll(
                    db, sql: "SELECT chunk FROM retired WHERE version <= ? LIMIT 64", arguments: [oldest])
                for id in retired {
                    try db.execute(sql: "DELETE FROM chunks WHERE id = ?", arguments: [id])
                    try db.execute(sql: "DELETE FROM retired WHERE chunk = ?", arguments: [id])
                }
                guard let range = try Row.fetchOne(db, sql: "SELECT first, last FROM staging LIMIT 1") else {
                    return retired.isEmpty
                }
                let first: Int64 = range[0]
                let last: Int64 = range[1]
                let end = min(last, first + 63)
                try db.execute(sql: "DELETE FROM chunks WHERE id BETWEEN ? AND ?", arguments: [first, end])
                try db.execute(sql: "DELETE FROM staging WHERE first = ?", arguments: [first])
                if end < last { try db.execute(sql: "INSERT INTO staging VALUES (?, ?)", arguments: [end + 1, last]) }
                return false
            }
        }
    }

    /// Makes `catalogue` the newest version, in one transaction with whatever `record` adds. Gives its number.
    func publish(
        _ catalogue: Catalogue, after base: Catalogue, changed: [Int], lease: WriterLease, cause: String,
        record: (Database, Int64) throws -> Void
    ) throws -> Int64 {
        let retired = base.chunkIDs().subtracting(catalogue.chunkIDs())
        let version = try write { db -> Int64 in
            try lease.renew(db, now: options.clock(), path: path)
            guard try Catalogue.newestVersion(db) == base.version else { throw Diagnostic.leaseLost(path) }
            try db.execute(
                sql: "INSERT INTO versions (created, customer_rows, cause) VALUES (?, ?, ?)",
                arguments: [options.clock(), catalogue.customerRows, cause])
            let version = db.lastInsertedRowID
            let remaining = Set(catalogue.tables.map(\.id))
            for table in base.tables where !remaining.contains(table.id) {
                try db.execute(sql: "DELETE FROM tables WHERE id = ?", arguments: [table.id])
            }
            for index in changed { try catalogue.tables[index].insert(db) }
            for chunk in retired {
                try db.execute(sql: "INSERT INTO retired VALUES (?, ?)", arguments: [chunk, version])
            }
            try db.execute(sql: "DELETE FROM staging")
            try MergeUndo.drop(db, version: version, alive: catalogue.chunkIDs())
            try record(db, version)
            try lease.release(db)
            return version
        }
        lease.end()
        noteOwnVersion(version)
        return version
    }
}
