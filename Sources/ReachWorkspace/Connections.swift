import GRDB
import Synchronization

/// The connections of a workspace: one from the start, those of pinned versions, and from the first write on a pool that writes.
///
/// Whoever only asks never opens the pool, which would write to the file's log and wait for the disk before the first question.
final class Connections: Sendable {
    /// Used for short reads; it may write where there is no pool.
    private let front: DatabaseQueue
    /// Of a file; memory has one connection only.
    let readers: ReadConnections?
    private let makePool: (@Sendable () throws -> DatabasePool)?
    private let pool = Mutex<DatabasePool?>(nil)

    /// - Parameter makePool: nil where `front` writes, or nothing does.
    init(front: DatabaseQueue, readers: ReadConnections?, makePool: (@Sendable () throws -> DatabasePool)?) {
        self.front = front
        self.readers = readers
        self.makePool = makePool
    }

    deinit { try? close() }

    /// What writes; opened at the first call.
    func writer() throws -> any DatabaseWriter {
        guard let makePool else { return front }
        readers?.release()
        return try pool.withLock { pool in
            if let pool { return pool }
            let made = try makePool()
            pool = made
            return made
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result { try front.read(body) }

    /// Readers go first: only a connection that may write takes the log in and removes it, and only as the last to be closed.
    func close() throws {
        readers?.close()
        try pool.withLock { pool in
            pool?.invalidateReadOnlyConnections()
            try pool?.close()
            pool = nil
        }
        try front.close()
    }
}
