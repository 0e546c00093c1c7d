import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import ReachKernels
import Synchronization

/// One SQLite file, or memory, with everything a marketer works on: customers, activity, definitions, settings, plans.
/// May be used from many threads.
package final class Workspace: Sendable {
    /// Absolute; `:memory:` where nothing is kept.
    package let path: String
    package let isReadOnly: Bool
    package let geometry: Geometry
    let options: WorkspaceOptions
    private let connections: Connections
    let cache: ChunkCache
    private let state: Mutex<State>

    private struct State {
        var isClosed = false
        /// The newest version this instance knows of, read or written by itself.
        var catalogue: Catalogue? { didSet { schema = catalogue?.schema } }
        /// The catalogue's: every snapshot has it.
        private(set) var schema: DataSchema?
        /// What was said of the file when that catalogue was its newest.
        var stamp: FileStamp?
        var announcedVersion: Int64
        /// Snapshots of an in-memory workspace that are alive, by version.
        var pins: [Int64: Int] = [:]
    }

    init(
        path: String, isReadOnly: Bool, geometry: Geometry, options: WorkspaceOptions, connections: Connections
    ) throws {
        self.path = path
        self.isReadOnly = isReadOnly
        self.geometry = geometry
        self.options = options
        self.connections = connections
        cache = ChunkCache(
            budgetBytes: options.cacheBudgetBytes, dictionaryBytes: options.dictionaryBudgetBytes)
        let version = try Diagnostic.mapping(path: path, holder: nil) {
            try connections.read { try Catalogue.newestVersion($0) }
        }
        state = Mutex(State(announcedVersion: version))
    }

    package var isInMemory: Bool { path == Self.memoryPath }

    package static let memoryPath = ":memory:"

    /// Ends all connections; the last writer's takes the log into the file. Whoever does not call this leaves that to the end of the
    /// workspace's life. Nothing can be read afterwards, from snapshots of memory neither.
    package func close() throws {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        try Diagnostic.mapping(path: path, holder: nil) { try connections.close() }
    }

    /// What writes.
    var database: any DatabaseWriter {
        get throws { try Diagnostic.mapping(path: path, holder: nil) { try connections.writer() } }
    }

    /// The newest version of the data, held still until the snapshot is let go of.
    package func snapshot() throws -> Snapshot {
        if let readers = connections.readers {
            let pinned = try Diagnostic.mapping(path: path, holder: nil) {
                try PinnedConnections(readers, limit: coreCount)
            }
            let (known, schema) = state.withLock { state in
                state.stamp == pinned.stamp ? (state.catalogue, state.schema) : (nil, nil)
            }
            let catalogue = try known ?? catalogue(pinned.stamp) { try pinned.first.read($0) }
            return Snapshot(
                catalogue: catalogue, schema: schema ?? catalogue.schema, loader: loader(.pinned(pinned)),
                stamp: pinned.stamp)
        }
        let database = try database
        let catalogue = try catalogue(database)
        state.withLock { $0.pins[catalogue.version, default: 0] += 1 }
        return Snapshot(
            catalogue: catalogue, schema: catalogue.schema, loader: loader(.database(database)), stamp: nil
        ) { [weak self] in
            self?.state.withLock { state in
                let rest = (state.pins[catalogue.version] ?? 1) - 1
                state.pins[catalogue.version] = rest == 0 ? nil : rest
            }
        }
    }

    /// Whether another session changed the data since this one last asked, or wrote itself.
    package func refresh() throws -> Bool {
        let version = try read { try Catalogue.newestVersion($0) }
        return noteSeen(version)
    }

    /// Whether a version that is seen now is news to this session.
    package func noteSeen(_ version: Int64) -> Bool {
        state.withLock { state in
            defer { state.announcedVersion = version }
            return version != state.announcedVersion
        }
    }

    /// Who is changing the data at the moment, dead processes not counted.
    package func writeHolder() throws -> WriteHolder? {
        try read { try WriterLease.current($0) }.flatMap { options.isRunning($0, options.clock()) ? $0 : nil }
    }

    /// The newest catalogue as `reader` sees it; read again only where the version moved.
    func catalogue(_ reader: any DatabaseReader) throws -> Catalogue { try catalogue(nil) { try reader.read($0) } }

    private func catalogue(
        _ stamp: FileStamp?, _ read: ((Database) throws -> Catalogue) throws -> Catalogue
    ) throws -> Catalogue {
        let known = state.withLock { $0.catalogue }
        let catalogue = try Diagnostic.mapping(path: path, holder: nil) {
            try read { db in
                if let known, try Catalogue.newestVersion(db) == known.version { return known }
                return try Catalogue.load(db, geometry: geometry)
            }
        }
        state.withLock { state in
            guard catalogue.version >= state.catalogue?.version ?? 0 else { return }
            state.catalogue = catalogue
            state.stamp = stamp
        }
        return catalogue
    }

    func loader(_ bodies: ChunkBodies) -> ChunkLoader {
        ChunkLoader(bodies: bodies, cache: cache, path: path, geometry: geometry)
    }

    /// Called after this instance published a version: it is no news to its own session.
    func noteOwnVersion(_ version: Int64) { state.withLock { $0.announcedVersion = version } }

    /// The oldest version that a snapshot of this in-memory workspace may still read.
    var oldestPinnedVersion: Int64? { state.withLock { $0.pins.keys.min() } }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Diagnostic.mapping(path: path, holder: nil) { try connections.read(body) }
    }

    /// One short transaction.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        if isReadOnly { throw Diagnostic.readOnlyWorkspace(path) }
        do {
            return try connections.writer().write(body)
        } catch let error as DatabaseError {
            let holder = error.resultCode == .SQLITE_BUSY ? try? writeHolder() : nil
            return try Diagnostic.mapping(path: path, holder: holder) { throw error }
        }
    }
}
