import ReachColumns
import ReachDiagnostics
import ReachKernels

/// A file that was looked through from end to end and is ready to be read: what its columns are, and what they are for.
///
/// Rows are read by `read`, as often as wanted; the file must not change in between.
package struct ImportPlan: Sendable {
    package let report: ImportReport
    /// Columns in the order of the file, named and typed as the batches hold them.
    package let schema: TableSchema
    /// Of the file's bytes, to tell whether it was imported before.
    package let fingerprint: UInt64

    let path: String
    let source: ImportSource
    let options: ImportOptions
    /// One per column of `schema`.
    let sources: [ColumnSource]

    /// Where a column of the table comes from.
    struct ColumnSource: Hashable, Sendable {
        let position: Int
        let reading: CellReading
        /// Rows without it are rejected: keys and times.
        let isRequired: Bool
    }

    /// The column that identifies the customer, or nil where customers are to be numbered.
    package var keyColumn: Int? { schema.index(of: .key) }
}

/// The entry point of imports.
package enum ImportFile {
    /// Looks through a whole file. Throws a `Diagnostic` where it cannot be read, or cannot be understood without a clause
    /// that the diagnostic names.
    package static func open(
        _ path: String, _ options: ImportOptions, cancellation: Cancellation = Cancellation(),
        progress: any ProgressReporter = SilentProgress()
    ) throws -> ImportPlan {
        let source = try ImportSource(path, options, cancellation, progress)
        return try open(source, options, cancellation: cancellation, progress: progress)
    }

    static func open(
        _ found: ImportSource, _ options: ImportOptions, cancellation: Cancellation,
        progress: any ProgressReporter
    ) throws -> ImportPlan {
        var source = found
        let path = source.path
        while true {
            let reader = try source.open(options)
            var opening = try PlanOpening(reader, options)
            var survey = FileSurvey(columnCount: reader.columnCount)
            do {
                try survey.addAll(
                    BlockStream(reader, cancellation), opening.work(reader), from: reader, path: path,
                    options: options, progress: progress)
            } catch let foreign as ForeignEncoding {
                try source.read(as: foreign.encoding, options)
                continue
            }
            // Columns that only later rows have are columns all the same: the rows are looked at once more.
            if !reader.lateColumns.isEmpty {
                source.knownColumns = (reader.header ?? []) + reader.lateColumns
                continue
            }
            progress.finish()
            try refuseRejects(survey, path, options)
            try opening.decide(survey)
            return opening.plan(source, reader.shape, survey)
        }
    }

    private static func refuseRejects(_ survey: FileSurvey, _ path: String, _ options: ImportOptions) throws {
        guard options.isStrict, survey.rejected > 0 else { return }
        throw Diagnostic.strictRejects(survey.rejected, of: path, first: survey.firstRejections, at: options.fileSpan)
    }
}
