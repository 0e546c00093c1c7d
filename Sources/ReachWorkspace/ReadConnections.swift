import Dispatch
import GRDB
import Synchronization

/// Connections that hold a version still, kept between statements: opening one costs more than most questions, and so does beginning to read. One that
/// waits goes on holding its version for a while; where nobody has changed the file meanwhile, the next statement sees the same.
final class ReadConnections: Sendable {
    private let path: String
    private let configuration: Configuration
    private let idle = Mutex<[PinnedConnection]>([])
    private let idleLimit: Int
    /// How long a version is held for a statement to come: as long as it is, the log only grows.
    private let patience: Duration
    /// Connections opened so far.
    private let opened = Atomic(0)
    private let isReleasePlanned = Atomic(false)

    /// - Parameter configuration: of a connection that only reads.
    init(path: String, configuration: Configuration, idleLimit: Int, patience: Duration = .seconds(5)) {
        self.path = path
        var configuration = configuration
        configuration.readonly = true
        // A read transaction lasts from one access to the next.
        configuration.allowsUnsafeTransactions = true
        self.configuration = configuration
        self.idleLimit = idleLimit
        self.patience = patience
    }

    /// A connection that sees the file as it is now until it is given back.
    func pin() throws -> (connection: PinnedConnection, stamp: FileStamp) {
        let connection = try idle.withLock { $0.popLast() } ?? open()
        return (connection, try connection.pin())
    }

    private func open() throws -> PinnedConnection {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return PinnedConnection(queue: queue, serial: opened.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Takes back a connection that `pin` gave. One that fails at that is closed.
    func unpin(_ connection: PinnedConnection) {
        do {
            let isHolding = try connection.unpin()
            idle.withLock { if $0.count < idleLimit { $0.append(connection) } }
            if isHolding { planRelease() }
        } catch {
            try? connection.queue.close()
        }
    }

    /// Versions that are held for statements to come are let go of: somebody writes.
    func release() { release { _ in true } }

    private func planRelease() {
        if isReleasePlanned.exchange(true, ordering: .relaxed) { return }
        let seconds = patience / .seconds(1)
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self else { return }
            isReleasePlanned.store(false, ordering: .relaxed)
            let now = ContinuousClock.now
            release { now - $0 >= patience }
            if idle.withLock({ $0.contains { $0.heldSince != nil } }) { planRelease() }
        }
    }

    /// Of those whose last statement was then.
    private func release(_ isDue: (ContinuousClock.Instant) -> Bool) {
        let due = idle.withLock { idle -> [PinnedConnection] in
            let due = idle.filter { $0.heldSince.map(isDue) ?? false }
            idle.removeAll { connection in due.contains { $0 === connection } }
            return due
        }
        for connection in due {
            do {
                try connection.release()
                idle.withLock { $0.insert(connection, at: 0) }
            } catch {
                try? connection.queue.close()
            }
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

/// A connection that reads.
final class PinnedConnection: Sendable {
    let queue: DatabaseQueue
    /// Which of all that were opened it is.
    let serial: Int
    private let state = Mutex(State())

    private struct State {
        /// Looked for when the connection is used again: many are asked one question only.
        var index: WalIndex?
        var isUsed = false
        /// The version that is being read, where it can be told whether it is still the newest.
        var held: (stamp: FileStamp, mark: WalIndex.Mark)?
        /// When the last statement was done with it.
        var heldSince: ContinuousClock.Instant?
    }

    init(queue: DatabaseQueue, serial: Int) {
        self.queue = queue
        self.serial = serial
    }

    /// Nil where no version is held for a statement to come.
    var heldSince: ContinuousClock.Instant? { state.withLock { $0.heldSince } }

    /// Sees the file as it is now until `unpin`.
    fileprivate func pin() throws -> FileStamp {
        try state.withLock { state in
            state.heldSince = nil
            if let held = state.held, state.index?.mark == held.mark { return held.stamp }
            state.held = nil
            return try queue.unsafeRead { db in
                try Self.end(db)
                let before = state.index?.mark
                try db.cachedStatement(sql: "BEGIN DEFERRED TRANSACTION").execute()
                // The first read decides what is seen.
                let number = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
                let stamp = FileStamp(connection: serial, number: number ?? 0)
                if let before, state.index?.mark == before { state.held = (stamp, before) }
                if state.isUsed, state.index == nil { state.index = try WalIndex(db) }
                state.isUsed = true
                return stamp
            }
        }
    }

    /// The statement is done. Gives whether the version goes on being held.
    fileprivate func unpin() throws -> Bool {
        let isHolding = state.withLock { state in
            if state.held != nil { state.heldSince = .now }
            return state.held != nil
        }
        if !isHolding { try release() }
        return isHolding
    }

    fileprivate func release() throws {
        state.withLock { state in
            state.held = nil
            state.heldSince = nil
        }
        try queue.unsafeRead { try Self.end($0) }
    }

    /// What `body` finds. Where it fails, the version may no longer be held.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try queue.unsafeRead(body)
        } catch {
            state.withLock { $0.held = nil }
            throw error
        }
    }

    /// An error may have ended the transaction already.
    private static func end(_ db: Database) throws {
        if db.isInsideTransaction { try db.cachedStatement(sql: "ROLLBACK TRANSACTION").execute() }
    }
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
    var first: PinnedConnection { pinned }

    /// What `body` finds, asked of a connection that nobody else uses; where it finds nothing there, of the first.
    func read<Result>(_ body: (Database) throws -> Result?) throws -> Result? {
        let connection = take()
        defer { if let connection { state.withLock { $0.free.append(connection) } } }
        let found = try (connection ?? first).read(body)
        if found != nil || connection == nil || connection?.serial == pinned.serial { return found }
        return try first.read(body)
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
