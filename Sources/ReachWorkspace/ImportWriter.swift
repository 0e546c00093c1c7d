import GRDB
import ReachColumns
import ReachDiagnostics

/// One kind of import between its first batch and its publication.
protocol ImportStage: AnyObject {
    func append(_ batch: ColumnBatch) throws
    /// Builds and stages what changes.
    func finish() throws -> ImportOutcome
}

/// The version that an import leads to, not yet published.
struct ImportOutcome {
    var catalogue: Catalogue
    /// Positions of the tables that differ from the base.
    var changed: [Int]
    var result = ImportResult()

    init(catalogue: Catalogue, changed: [Int]) {
        self.catalogue = catalogue
        self.changed = changed
    }
}

/// An import under way. Nothing of it is seen before `finish`, which makes all of it seen at once; a writer that is let go of without
/// `finish` leaves everything as it was. Used from one thread at a time.
package final class ImportWriter {
    private let context: ImportContext
    private var request: ImportRequest
    private let stage: any ImportStage
    private var isOver = false

    init(_ context: ImportContext, _ request: ImportRequest) throws {
        self.context = context
        self.request = request
        do {
            stage =
                request.kind == .customers
                ? try CustomersImport(context, request) : try ActivityImport(context, request)
        } catch {
            context.abandon()
            throw error
        }
    }

    deinit { if !isOver { context.abandon() } }

    /// Adds rows; the batch's columns are those of the request.
    package func append(_ batch: ColumnBatch) throws {
        precondition(!isOver, "an import takes no rows after its end")
        precondition(batch.columns.count == request.columns.count, "a batch has the columns of its request")
        try orAbandon {
            try context.cancellation.check()
            try stage.append(batch)
        }
    }

    /// Writes everything and makes it the newest version. Throws where cancelled, refused or where the disk is full; then nothing
    /// has changed. `contentHash` is of the file, and `rejectedBefore` what was rejected
    /// of it, which are known only now that it was read.
    package func finish(contentHash: String? = nil, rejectedBefore: Int = 0) throws -> ImportResult {
        precondition(!isOver, "an import ends once")
        request.rejectedBefore = rejectedBefore
        request.contentHash = contentHash ?? request.contentHash
        return try orAbandon {
            var outcome = try stage.finish()
            try context.staging.flush()
            try context.cancellation.check()
            let workspace = context.workspace
            outcome.result.version = try workspace.publish(
                outcome.catalogue, after: context.base, changed: outcome.changed, lease: context.lease,
                cause: "import \(request.table)"
            ) { db, version in
                try ImportRecord.insert(
                    db, id: context.importID, request: request, result: outcome.result, started: context.started,
                    finished: workspace.options.clock(), version: version)
            }
            isOver = true
            context.progress.finish()
            return outcome.result
        }
    }

    /// Takes everything back.
    package func cancel() {
        if !isOver { context.abandon() }
        isOver = true
    }

    private func orAbandon<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            cancel()
            throw error
        }
    }
}

extension Workspace {
    /// Begins an import. Waits for another writer up to the busy timeout, then says who it is.
    /// Throws where the table cannot take such rows.
    package func beginImport(
        _ request: ImportRequest, cancellation: Cancellation = Cancellation(),
        progress: any ProgressReporter = SilentProgress()
    ) throws -> ImportWriter {
        let context = try ImportContext(
            self, statement: request.statement.isEmpty ? "import \(request.table)" : request.statement,
            cancellation: cancellation, progress: progress)
        return try ImportWriter(context, request)
    }
}
