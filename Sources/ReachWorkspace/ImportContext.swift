import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import ReachKernels

/// What the parts of one import share: the version it started from, the right to write, and where finished chunks go.
final class ImportContext {
    let workspace: Workspace
    let base: Catalogue
    let lease: WriterLease
    private(set) var loader: ChunkLoader
    let staging: StagingWriter
    let zone: Zone
    let cancellation: Cancellation
    let progress: any ProgressReporter
    let started: Int64
    /// What the import's record will be called by.
    let importID: Int64
    private var nextColumnID: Int64
    private var nextTableID: Int64

    /// Takes the lease and clears away what dead imports left.
    init(
        _ workspace: Workspace, statement: String, cancellation: Cancellation, progress: any ProgressReporter
    ) throws {
        if workspace.isReadOnly { throw Diagnostic.readOnlyWorkspace(workspace.path) }
        let lease = try WriterLease.take(
            workspace.database, statement: statement, options: workspace.options, path: workspace.path,
            cancellation: cancellation)
        do {
            try workspace.sweep(lease)
            base = try workspace.catalogue(workspace.database)
            staging = try StagingWriter(workspace, lease: lease)
            zone = try workspace.zone()
            importID = try workspace.nextID(of: "imports")
            nextColumnID = try workspace.nextID(of: "columns")
            nextTableID = try workspace.nextID(of: "tables")
        } catch {
            try? workspace.write { try lease.release($0) }
            lease.end()
            throw error
        }
        self.workspace = workspace
        self.lease = lease
        self.cancellation = cancellation
        self.progress = progress
        // Nobody else can delete a chunk while the lease is held, so no read transaction is needed, which would keep the log long.
        loader = workspace.loader(.database(try workspace.database))
        started = workspace.options.clock()
        loader.keepsChunks = false
    }

    var geometry: Geometry { base.geometry }
    var policy: EncodingPolicy { workspace.options.encoding }

    func mergedCustomers() throws -> MergedCustomers { try workspace.read { try MergedCustomers($0) } }

    func newColumnID() -> Int64 {
        defer { nextColumnID += 1 }
        return nextColumnID
    }

    func newTableID() -> Int64 {
        defer { nextTableID += 1 }
        return nextTableID
    }

    /// Stages an encoded chunk and says where it is.
    func stage(_ encoded: EncodedChunk) throws -> ChunkEntry {
        var entry = encoded.entry
        if let body = encoded.body { entry.id = try staging.stage(body) }
        return entry
    }

    /// Gives up: takes away what was staged and lets others write.
    func abandon() {
        progress.finish()
        staging.stop()
        // Whoever broke the import off is waiting. What is not deleted now is swept by the next one.
        try? workspace.sweep(lease, until: .now + .milliseconds(80))
        try? workspace.write { try lease.release($0) }
        lease.end()
    }
}

/// A chunk ready to be written. `body` is nil where there is nothing to write: the chunk is missing throughout, or written already.
struct EncodedChunk: Sendable {
    var entry: ChunkEntry
    var body: [UInt8]?

    /// A chunk that is staged already.
    init(staged entry: ChunkEntry) { self.entry = entry }

    init(_ chunk: Chunk, table: Int64, column: Int64, first: Int) {
        entry = ChunkEntry(
            id: 0, rowCount: chunk.rowCount, missingCount: chunk.missingCount, range: chunk.range)
        if case .allMissing = chunk.payload { return }
        if case .plainText = chunk.payload { entry.isPlainText = true }
        let identity = ChunkIdentity(table: table, column: column, first: Int64(first), rowCount: chunk.rowCount)
        body = ChunkCoding.encode(chunk, as: identity)
    }
}
