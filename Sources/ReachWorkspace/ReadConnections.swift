import Dispatch
import GRDB
import Synchronization

/// Connections that hold a version still, kept between statements: opening one costs more than most questions, and so does beginning to read. One that
/// waits goes on holding its version for a while; where nobody has changed the file meanwhile, the next statement sees the same.
final class ReadConnections: Sendable {
    private let path: String
    private let configuration: Configuration
    private let state = Mutex(State())
    private let idleLimit: Int
    /// How long a version is held for a statement to come: as long as it is, the log only grows.
    private let patience: Duration
    /// Connections opened so far.
    private let opened = Atomic(0)

    private struct State {
        var idle: [PinnedConnection] = []
        var isReleasePlanned = false
        var isClosed = false
    }

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
        let connection = try state.withLock { $0.idle.popLast() } ?? open()
        return (connection, try connection.pin())
    }

    private func open() throws -> PinnedConnection {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return PinnedConnection(queue: queue, serial: opened.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Takes back a connection that `pin` gave.
    func unpin(_ connection: PinnedConnection) { keep(connection) { try connection.unpin() } }

    /// Keeps a connection for later where there is room once it has let go of what it need not hold; closes it where it fails at that.
    private func keep(_ connection: PinnedConnection, once letGo: () throws -> Void) {
        do {
            try letGo()
            let isKept = state.withLock { state in
                if state.isClosed || state.idle.count >= idleLimit { return false }
                state.idle.append(connection)
                return true
            }
            if !isKept { return try connection.queue.close() }
            if connection.heldSince != nil { planRelease() }
        } catch {
            try? connection.queue.close()
        }
    }

    /// Idle connections end their reading. To be called before this process writes.
    func release() { release { _ in true } }

    private func planRelease() {
        let isPlanned = state.withLock { state in
            defer { state.isReleasePlanned = true }
            return state.isReleasePlanned
        }
        if isPlanned { return }
        let seconds = patience / .seconds(1)
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self else { return }
            state.withLock { $0.isReleasePlanned = false }
            let now = ContinuousClock.now
            release { now - $0 >= patience }
            if state.withLock({ $0.idle.contains { $0.heldSince != nil } }) { planRelease() }
        }
    }

    /// The same of those whose last statement was then.
    private func release(_ isDue: (ContinuousClock.Instant) -> Bool) {
        let due = state.withLock { state -> [PinnedConnection] in
            let due = state.idle.filter { $0.heldSince.map(isDue) ?? false }
            state.idle.removeAll { connection in due.contains { $0 === connection } }
            return due
        }
        for connection in due { keep(connection) { try connection.release() } }
    }

    /// Closes what is idle, and from now on what is given back.
    func close() {
        let connections = state.withLock { state in
            defer { state.idle = [] }
            state.isClosed = true
            return state.idle
        }
        for connection in connections { try? connection.queue.close() }
    }
}

/// A connection that reads.
final class PinnedConnection: Sendable {
    let queue: DatabaseQueue
    /// Which of all that were opened it is.
    let serial: Int
    private let state = Mutex(State())

    private struct State {
        /// Nil where the file has none.
        var index: WalIndex?
        /// The index is looked for when the connection is used again: many are asked one question only.
        var pinCount = 0
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
                state.pinCount += 1
                // Without it each statement begins to read anew.
                if state.pinCount == 2 { state.index = try? WalIndex(db) }
                return stamp
            }
        }
    }

    /// The statement is done. The version goes on being held while it is the newest.
    fileprivate func unpin() throws {
        let isHolding = state.withLock { state in
            guard let held = state.held, state.index?.mark == held.mark else { return false }
            state.heldSince = .now
            return true
        }
        if !isHolding { try release() }
    }

    /// Ends the reading.
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
