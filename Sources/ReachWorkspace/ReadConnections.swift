import GRDB
import Synchronization

/// Connections that hold a version still, kept between statements: opening one costs more than most questions.
final class ReadConnections: Sendable {
    private let path: String
    private let configuration: Configuration
    private let idle = Mutex<[PinnedConnection]>([])
    private let idleLimit: Int
    /// Connections opened so far.
    private let opened = Atomic(0)

    /// - Parameter configuration: of a connection that only reads.
    init(path: String, configuration: Configuration, idleLimit: Int) {
        self.path = path
        var configuration = configuration
        configuration.readonly = true
        // A read transaction lasts from one access to the next.
        configuration.allowsUnsafeTransactions = true
        self.configuration = configuration
        self.idleLimit = idleLimit
    }

    /// A connection that sees the file as it is now until it is given back.
    func pin() throws -> (connection: PinnedConnection, stamp: FileStamp) {
        let connection = try idle.withLock { $0.popLast() } ?? open()
        let number = try connection.queue.unsafeRead { db in
            try db.cachedStatement(sql: "BEGIN DEFERRED TRANSACTION").execute()
            // The first read decides what is seen.
            return try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
        }
        return (connection, FileStamp(connection: connection.serial, number: number ?? 0))
    }

    private func open() throws -> PinnedConnection {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return PinnedConnection(queue: queue, serial: opened.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Ends the reading of a connection that `pin` gave. One that fails at that is closed.
    func unpin(_ connection: PinnedConnection) {
        do {
            try connection.queue.unsafeRead { db in
                // An error may have ended the transaction already.
                if db.isInsideTransaction { try db.cachedStatement(sql: "ROLLBACK TRANSACTION").execute() }
            }
            idle.withLock { if $0.count < idleLimit { $0.append(connection) } }
        } catch {
            try? connection.queue.close()
        }
    }

    /// Closes what is idle.
    func close() {
        for connection in idle.withLock({ connections in
            defer { connections = [] }
            return connections
        }) { try? connection.queue.close() }
    }
}

/// A connection that reads, and which of all that were opened it is.
struct PinnedConnection: Sendable {
    let queue: DatabaseQueue
    let serial: Int
}

/// What one connection says of the state of the file: while it says the same again, nobody has changed anything.
package struct FileStamp: Hashable, Sendable {
    fileprivate let connection: Int
    /// SQLite's `data_version`, which tells of others' changes; a connection of ours that reads makes none.
    fileprivate let number: Int64
}

/// What the chunks of one snapshot are read with: a connection that holds the version still, and more where threads read at once.
///
/// The others may see a later version. That is as good: a chunk never changes and its id is never used twice, so whatever stands under
/// an id is what this version means; what a later version has no more, the first connection still has.
final class PinnedConnections: Sendable {
    private let connections: ReadConnections
    private let pinned: PinnedConnection
    /// Of the first connection.
    let stamp: FileStamp
    private let limit: Int
    private let state: Mutex<State>

    private struct State {
        var free: [PinnedConnection]
        var count = 1
        /// Reads so far; opening a connection pays only where more are to come.
        var readCount = 0
    }

    init(_ connections: ReadConnections, limit: Int) throws {
        self.connections = connections
        self.limit = limit
        (pinned, stamp) = try connections.pin()
        state = Mutex(State(free: [pinned]))
    }

    deinit {
        for connection in state.withLock({ $0.free }) { connections.unpin(connection) }
    }

    /// The connection that holds the version.
    var first: DatabaseQueue { pinned.queue }

    /// What `body` finds, asked of a connection that nobody else uses; where it finds nothing there, of the first.
    func read<Result>(_ body: (Database) throws -> Result?) throws -> Result? {
        let connection = take()
        defer { if let connection { state.withLock { $0.free.append(connection) } } }
        let found = try (connection?.queue ?? first).unsafeRead(body)
        if found != nil || connection == nil || connection?.serial == pinned.serial { return found }
        return try first.unsafeRead(body)
    }

    /// Nil where the first has to be waited for.
    private func take() -> PinnedConnection? {
        let (free, opens) = state.withLock { state -> (PinnedConnection?, Bool) in
            state.readCount += 1
            // The one used last has what leads to the chunks in its cache.
            if let free = state.free.popLast() { return (free, false) }
            guard state.count < limit, state.readCount > Self.readsBeforeAnother else { return (nil, false) }
            state.count += 1
            return (nil, true)
        }
        guard free == nil, opens else { return free }
        guard let another = try? connections.pin().connection else {
            state.withLock { $0.count -= 1 }
            return nil
        }
        return another
    }

    private static let readsBeforeAnother = 8
}
