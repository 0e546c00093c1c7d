import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import ReachKernels

extension Workspace {
    /// Opens `path`, or memory where it is `:memory:`. Reads the catalogue's version alone, whatever the size.
    /// Throws diagnostics of kind `environment`.
    package static func open(_ path: String, options: WorkspaceOptions = WorkspaceOptions()) throws -> Workspace {
        path == memoryPath ? try openMemory(options) : try openFile(path, options)
    }

    private static func openMemory(_ options: WorkspaceOptions) throws -> Workspace {
        let queue = try Diagnostic.mapping(path: memoryPath, holder: nil) {
            let queue = try DatabaseQueue(configuration: configuration(options, readOnly: false))
            try initialise(queue, options)
            return queue
        }
        return try Workspace(
            path: memoryPath, isReadOnly: false, geometry: options.geometry, options: options,
            connections: Connections(front: queue, readers: nil, makePool: nil))
    }

    private static func openFile(_ name: String, _ options: WorkspaceOptions) throws -> Workspace {
        let path = URL(fileURLWithPath: name).standardizedFileURL.path
        let folder = (path as NSString).deletingLastPathComponent
        let status = FileStatus(path)
        if status?.isFolder == true { throw Diagnostic.fileUnreachable(name, "it is a folder") }
        if let kind = NetworkFileSystem.kind(of: status == nil ? folder : path) {
            throw Diagnostic.networkFileSystem(name, kind: kind)
        }
        if status == nil || status?.byteCount == 0 {
            guard options.createIfMissing, !options.readOnly else { throw Diagnostic.missingFile(name) }
            try create(path, name: name, options)
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw Diagnostic.fileUnreachable(name, "permission denied")
        }
        let isFolderWritable = options.isFolderWritable(folder)
        let isReadOnly =
            options.readOnly || !isFolderWritable || !FileManager.default.isWritableFile(atPath: path)
        // SQLite needs its log and index files beside the database even to read it. Where it cannot make them nobody here writes
        // either, and it may take the file as it stands.
        let isImmutable = isReadOnly && !isFolderWritable && FileStatus(path + "-wal") == nil
        return try Diagnostic.mapping(path: name, holder: nil) {
            let connections = try connect(
                isImmutable ? immutableURI(path) : path, name: name, options, isReadOnly: isReadOnly)
            let chunkRows = try connections.read { db in
                try String.fetchOne(db, sql: "SELECT value FROM format WHERE name = 'chunk_rows'").flatMap { Int($0) }
            }
            guard let chunkRows, (1...65_536).contains(chunkRows) else { throw Diagnostic.damagedCatalogue(name) }
            return try Workspace(
                path: path, isReadOnly: isReadOnly, geometry: Geometry(chunkRows: chunkRows), options: options,
                connections: connections)
        }
    }

    private static func connect(
        _ path: String, name: String, _ options: WorkspaceOptions, isReadOnly: Bool
    ) throws -> Connections {
        var configuration = configuration(options, readOnly: isReadOnly)
        let written = configuration
        configuration.prepareDatabase { try check($0, path: name) }
        // Opened to write although it only reads: the last connection to go must be able to take the log along.
        let front = try DatabaseQueue(path: path, configuration: configuration)
        let readers = ReadConnections(
            path: path, configuration: self.configuration(options, readOnly: true),
            idleLimit: coreCount)
        let makePool: @Sendable () throws -> DatabasePool = { try DatabasePool(path: path, configuration: written) }
        let connections = Connections(front: front, readers: readers, makePool: isReadOnly ? nil : makePool)
        let mode = try front.unsafeRead { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        // Somebody took the file out of the mode in which readers and a writer do not wait for one another; the pool puts it back.
        if !isReadOnly, mode != "wal" { _ = try connections.writer() }
        return connections
    }

    /// Makes an empty file that only its owner may read, then the tables in it.
    private static func create(_ path: String, name: String, _ options: WorkspaceOptions) throws {
        if FileStatus(path) == nil,
            !FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        {
            guard FileStatus((path as NSString).deletingLastPathComponent)?.isFolder == true else {
                throw Diagnostic.missingFolder(of: name)
            }
            throw Diagnostic.fileUnreachable(name, "permission denied")
        }
        try Diagnostic.mapping(path: name, holder: nil) {
            let queue = try DatabaseQueue(path: path, configuration: configuration(options, readOnly: false))
            try initialise(queue, options)
            try queue.close()
        }
    }

    private static func initialise(_ queue: DatabaseQueue, _ options: WorkspaceOptions) throws {
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA page_size = \(WorkspaceFormat.pageByteCount)")
            try WorkspaceFormat.initialise(
                db, chunkRows: options.geometry.chunkRows, settings: initialSettings(options), created: options.clock())
        }
    }

    private static func configuration(_ options: WorkspaceOptions, readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(options.busyTimeoutSeconds)
        configuration.label = "reach"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;")
            // Readers pass over each chunk once, and Reach keeps what it decoded: few pages are enough, and stay in the processor's
            // own cache.
            if readOnly { try db.execute(sql: "PRAGMA cache_size = \(readerCachePages)") }
            // Deleted data is overwritten; a log that grew behind a reader is cut back to one transaction's size.
            if !readOnly {
                try db.execute(
                    sql: "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = \(options.transactionBytes);")
            }
        }
        return configuration
    }

    private static let readerCachePages = 32

    /// Refuses what is no workspace before anything is done to it.
    private static func check(_ db: Database, path: String) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        guard application == WorkspaceFormat.applicationID else { throw Diagnostic.notAWorkspace(path) }
        let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if version > WorkspaceFormat.version {
            let needs = try? String.fetchOne(db, sql: "SELECT value FROM format WHERE name = 'needs'")
            throw Diagnostic.newerFormat(path, format: version, needs: needs)
        }
    }

    private static func immutableURI(_ path: String) -> String {
        let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
        return "file:" + (path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path) + "?immutable=1"
    }
}
