import Dispatch
import GRDB
import ReachColumns
import ReachDiagnostics
import Synchronization

/// Writes the chunks of one import into the file where no reader looks yet, in transactions of bounded size, while more chunks are made.
final class StagingWriter: Sendable {
    private struct Batch: Sendable {
        var bodies: [(id: Int64, body: [UInt8])] = []
        var byteCount = 0
    }

    private struct State {
        var batch = Batch()
        var nextChunkID: Int64
        var transactionCount = 0
        var failure: (any Error)?
    }

    private let workspace: Workspace
    private let lease: WriterLease
    private let state: Mutex<State>
    private let writing = DispatchQueue(label: "reach.staging")
    /// One batch is written while the next one fills.
    private let room = DispatchSemaphore(value: 1)

    init(_ workspace: Workspace, lease: WriterLease) throws {
        self.workspace = workspace
        self.lease = lease
        state = Mutex(State(nextChunkID: try workspace.nextID(of: "chunks")))
    }

    /// Takes an encoded chunk; gives the id it will have. From any thread. Throws where an earlier one could not be written.
    func stage(_ body: [UInt8]) throws -> Int64 {
        // SQLite takes BLOBs up to this.
        guard body.count < 1_000_000_000 else { throw Diagnostic.chunkTooLarge }
        let (id, full) = try state.withLock { state in
            if let failure = state.failure { throw failure }
            let isFull = state.batch.byteCount + body.count > workspace.options.transactionBytes
            let full = isFull ? state.batch : Batch()
            if isFull { state.batch = Batch() }
            defer { state.nextChunkID += 1 }
            state.batch.bodies.append((state.nextChunkID, body))
            state.batch.byteCount += body.count
            return (state.nextChunkID, full)
        }
        write(full)
        return id
    }

    /// Returns once all chunks are committed.
    func flush() throws {
        let rest = state.withLock { state in
            defer { state.batch = Batch() }
            return state.batch
        }
        write(rest)
        writing.sync {}
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Gives up: nothing is written after this.
    func stop() {
        state.withLock {
            $0.batch = Batch()
            $0.failure = $0.failure ?? Diagnostic.interrupted
        }
        writing.sync {}
    }

    /// Commits a batch in the background, behind those before it.
    private func write(_ batch: Batch) {
        guard !batch.bodies.isEmpty else { return }
        room.wait()
        writing.async {
            defer { self.room.signal() }
            if self.state.withLock({ $0.failure != nil }) { return }
            do {
                try self.commit(batch.bodies)
            } catch {
                self.state.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    private func commit(_ bodies: [(id: Int64, body: [UInt8])]) throws {
        guard let first = bodies.first?.id, let last = bodies.last?.id else { return }
        try workspace.write { db in
            try lease.renew(db, now: workspace.options.clock(), path: workspace.path)
            try db.execute(sql: "INSERT INTO staging VALUES (?, ?)", arguments: [first, last])
            let statement = try db.cachedStatement(sql: "INSERT INTO chunks (id, body) VALUES (?, ?)")
            for (id, body) in bodies { try statement.execute(arguments: [id, body.data]) }
        }
        // Tests fail here.
        let count = state.withLock { state in
            state.transactionCount += 1
            return state.transactionCount
        }
        try workspace.options.afterTransaction(count)
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
    /// What is left at the deadline is for the next one.
    func sweep(_ lease: WriterLease, until deadline: ContinuousClock.Instant? = nil) throws {
        // Deleted data is overwritten, which takes as long as writing it did.
        let step: Int64 = deadline == nil ? 64 : 8
        // Readers of a file are shielded by their transaction; those of memory only by this.
        let oldest = isInMemory ? oldestPinnedVersion ?? .max : .max
        var isDone = false
        while !isDone, deadline.map({ ContinuousClock.now < $0 }) ?? true {
            isDone = try write { db in
                try lease.renew(db, now: options.clock(), path: path)
                let retired = try Int64.fetchAll(
                    db, sql: "SELECT chunk FROM retired WHERE version <= ? LIMIT ?", arguments: [oldest, step])
                for id in retired {
                    try db.execute(sql: "DELETE FROM chunks WHERE id = ?", arguments: [id])
                    try db.execute(sql: "DELETE FROM retired WHERE chunk = ?", arguments: [id])
                }
                guard let range = try Row.fetchOne(db, sql: "SELECT first, last FROM staging LIMIT 1") else {
                    return retired.isEmpty
                }
                let first: Int64 = range[0]
                let last: Int64 = range[1]
                let end = min(last, first + step - 1)
                try db.execute(sql: "DELETE FROM chunks WHERE id BETWEEN ? AND ?", arguments: [first, end])
                try db.execute(sql: "DELETE FROM staging WHERE first = ?", arguments: [first])
                if end < last { try db.execute(sql: "INSERT INTO staging VALUES (?, ?)", arguments: [end + 1, last]) }
                return false
            }
        }
    }

    /// Makes `catalogue` the newest version, in one transaction with whatever `record` adds. Gives its number. `orphans` are chunks that
    /// were staged and turned out not to be needed.
    func publish(
        _ catalogue: Catalogue, after base: Catalogue, changed: [Int], orphans: Set<Int64> = [], lease: WriterLease,
        cause: String, record: (Database, Int64) throws -> Void
    ) throws -> Int64 {
        let retired = base.chunkIDs().union(orphans).subtracting(catalogue.chunkIDs())
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
