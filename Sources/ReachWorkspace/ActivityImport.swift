import ReachColumns
import ReachDiagnostics

final class ActivityImport: ImportStage {
    init(_ context: ImportContext, _ request: ImportRequest) throws {}
    func append(_ batch: ColumnBatch) throws {}
    func finish() throws -> ImportOutcome { throw Diagnostic("not-yet", "activity cannot be imported yet") }
}
