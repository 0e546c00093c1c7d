/// One pinned version of the data, as the engine reads it: loads chunks lazily and may be asked from many threads at once.
///
/// Customers are numbered by row; customers chunk `c` holds rows `c × geometry.chunkRows …`. Partition `c` of an activity table holds
/// the activity of exactly those customers, sorted by customer, time, arrival.
package protocol ColumnSource: Sendable {
    /// Grows with every change of the data.
    var version: Int64 { get }
    var geometry: Geometry { get }
    var schema: DataSchema { get }

    /// Rows of `customers`, deleted ones included.
    var customerRows: Int { get }
    /// Set where a customer row is live; nil where all of the chunk are.
    func liveCustomers(chunk: Int) throws -> Bitmap?

    /// Column `column` of `customers` in chunk `chunk`.
    func customerChunk(column: Int, chunk: Int) throws -> Chunk
    /// What is known of that chunk without reading it.
    func customerChunkSummary(column: Int, chunk: Int) throws -> ChunkSummary
    /// The same of neighbouring chunks, and those of them that are in memory. Whoever goes through them asks once, not with each, what other threads
    /// ask at the same time. Where a source says nothing of its own, the summaries are of all these chunks and none is in memory.
    func customerStretch(column: Int, chunks: Range<Int>) throws -> ColumnStretch
    /// The dictionary that word codes of this column point into; nil for columns that have none. Tables are positions in `schema.tables`; `customers` is 0.
    func dictionary(table: Int, column: Int) throws -> TextDictionary?

    /// All rows of an activity table.
    func activityRows(table: Int) -> Int
    /// Where each customer's rows start in partition `chunk`: customers in the chunk + 1 entries. Nil where the partition is empty.
    func activityOffsets(table: Int, chunk: Int) throws -> [UInt32]?
    /// Column `column` of partition `chunk`; the customer reference column has no chunk, it follows from the offsets.
    func activityChunk(table: Int, column: Int, chunk: Int) throws -> Chunk
    /// What is known of that chunk without reading it.
    func activityChunkSummary(table: Int, column: Int, chunk: Int) throws -> ChunkSummary
    /// A figure of each customer of the chunk over all rows of partition `chunk`. Nil where the rows have to tell, be it that none is kept.
    func activityRollup(_ rollup: Rollup, table: Int, column: Int, chunk: Int) throws -> Chunk?
    /// How many rows of partition `chunk` each customer of the chunk has; nil where the offsets have to tell.
    func activityCounts(table: Int, chunk: Int) throws -> Chunk?
}

/// What a chunk holds, as far as a question may be answered by it alone.
package struct ChunkSummary: Hashable, Sendable {
    package let rowCount: Int
    package let missingCount: Int
    /// Smallest and largest 64-bit lane over the known values; nil where there are none, and for float and text.
    package let range: ClosedRange<Int64>?

    package init(rowCount: Int, missingCount: Int, range: ClosedRange<Int64>?) {
        self.rowCount = rowCount
        self.missingCount = missingCount
        self.range = range
    }

    /// Whether all rows' values are known and in the range, or none is; nil where only the rows tell.
    package func answer(_ wanted: ClosedRange<Int64>) -> Bool? {
        guard let known = range else { return missingCount == rowCount ? false : nil }
        if !known.overlaps(wanted) { return false }
        let isInside = wanted.contains(known.lowerBound) && wanted.contains(known.upperBound)
        return isInside && missingCount == 0 ? true : nil
    }

    package init(_ chunk: Chunk) {
        self.init(rowCount: chunk.rowCount, missingCount: chunk.missingCount, range: chunk.range)
    }
}

extension ColumnSource {
    package func customerChunkSummary(column: Int, chunk: Int) throws -> ChunkSummary {
        ChunkSummary(try customerChunk(column: column, chunk: chunk))
    }

    package func customerStretch(column: Int, chunks: Range<Int>) throws -> ColumnStretch {
        ColumnStretch(
            first: chunks.lowerBound,
            summaries: try chunks.map { try customerChunkSummary(column: column, chunk: $0) },
            chunks: .none(chunks.count))
    }

    package func activityChunkSummary(table: Int, column: Int, chunk: Int) throws -> ChunkSummary {
        ChunkSummary(try activityChunk(table: table, column: column, chunk: chunk))
    }

    package func activityRollup(_ rollup: Rollup, table: Int, column: Int, chunk: Int) throws -> Chunk? { nil }

    package func activityCounts(table: Int, chunk: Int) throws -> Chunk? { nil }

    package var customerChunkCount: Int { (customerRows + geometry.chunkRows - 1) / geometry.chunkRows }

    package func rows(inChunk chunk: Int) -> Int {
        min(geometry.chunkRows, customerRows - chunk * geometry.chunkRows)
    }
}
