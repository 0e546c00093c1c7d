import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics

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
            path: memoryPath, isReadOnly: false, geometry: options.geometry, options: options, database: queue)
    }

    private static func openFile(_ name: String, _ options: WorkspaceOptions) throws -> Workspace {
        let path = URL(fileURLWithPath: name).standardizedFileURL.path
        let folder = (path as NSString).deletingLastPathComponent
        let exists = FileManager.default.fileExists(atPath: path)
        if kind(of: path) == .typeDirectory { throw Diagnostic.fileUnreachable(name, "it is a folder") }
        if let kind = NetworkFileSystem.kind(of: exists ? path : folder) {
            throw Diagnostic.networkFileSystem(name, kind: kind)
        }
        if !exists || byteCount(of: path) == 0 {
            guard options.createIfMissing, !options.readOnly else { throw Diagnostic.missingFile(name) }
            try create(path, name: name, options)
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw Diagnostic.fileUnreachable(name, "permission denied")
        }
        let isFolderWritable = options.isFolderWritable(folder)
        let isReadOnly =
            options.readOnly || !isFolderWritable || !FileManager.default.isWritableFile(atPath: path)
        return try Diagnostic.mapping(path: name, holder: nil) {
            var configuration = configuration(options, readOnly: isReadOnly)
            configuration.prepareDatabase { try check($0, path: name) }
            let database: any DatabaseWriter
            if isReadOnly, !isFolderWritable, !FileManager.default.fileExists(atPath: path + "-wal") {
                // SQLite needs its log and index files beside the database even to read it. Where it cannot make them nobody here
                // writes either, and it may take the file as it stands.
                database = try DatabaseQueue(path: immutableURI(path), configuration: configuration)
            } else {
                database = try DatabasePool(path: path, configuration: configuration)
            }
            let chunkRows = try database.read { db in
                try String.fetchOne(db, sql: "SELECT value FROM format WHERE name = 'chunk_rows'").flatMap { Int($0) }
            }
            guard let chunkRows, (1...65_536).contains(chunkRows) else { throw Diagnostic.damagedCatalogue(name) }
            return try Workspace(
                path: path, isReadOnly: isReadOnly, geometry: Geometry(chunkRows: chunkRows), options: options,
                database: database)
        }
    }

    /// Makes an empty file that only its owner may read, then the tables in it.
    private static func create(_ path: String, name: String, _ options: WorkspaceOptions) throws {
        if !FileManager.default.fileExists(atPath: path),
            !FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        {
            guard kind(of: (path as NSString).deletingLastPathComponent) == .typeDirectory else {
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
            // Deleted data is overwritten; a log that grew behind a reader is cut back to one transaction's size.
            if !readOnly {
                try db.execute(
                    sql: "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = \(options.transactionBytes);")
            }
        }
        return configuration
    }

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

    private static func kind(of path: String) -> FileAttributeType? {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: resolved))?[.type] as? FileAttributeType
    }

    private static func byteCount(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    private static func immutableURI(_ path: String) -> String {
        let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
        return "file:" + (path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path) + "?immutable=1"
    }
}
