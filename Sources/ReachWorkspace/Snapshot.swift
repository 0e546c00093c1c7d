import GRDB
import ReachColumns
import ReachDiagnostics

/// One version of the data, held still while a statement reads it. Chunks come from the file as they are asked for.
///
/// A snapshot of a file holds a read transaction, and writers cannot shorten the log behind it: let go of it when the statement ends.
package final class Snapshot: ColumnSource {
    let catalogue: Catalogue
    let loader: ChunkLoader
    package let schema: DataSchema
    /// Two snapshots with the same one see the same of everything in the file, not only of the data; nil where that cannot be told.
    package let stamp: FileStamp?
    /// The first table, kept apart because it is looked at for every chunk.
    private let customers: TableEntry
    private let release: @Sendable () -> Void

    /// - Parameter schema: the catalogue's.
    init(
        catalogue: Catalogue, schema: DataSchema, loader: ChunkLoader, stamp: FileStamp?,
        release: @escaping @Sendable () -> Void = {}
    ) {
        self.catalogue = catalogue
        self.loader = loader
        self.stamp = stamp
        self.release = release
        self.schema = schema
        customers = catalogue.customers
    }

    deinit { release() }

    package var version: Int64 { catalogue.version }
    package var geometry: Geometry { catalogue.geometry }
    package var customerRows: Int { catalogue.customerRows }
    /// Customers that are not deleted.
    package var customerCount: Int { customers.rowCount }

    package func liveCustomers(chunk: Int) throws -> Bitmap? {
        guard chunk < customers.layout.chunks.count, customers.layout.chunks[chunk].id != 0 else { return nil }
        let dead = try loader.chunk(
            customers.layout.chunks[chunk], of: customers.layout, in: customers, first: chunk * geometry.chunkRows)
        return dead.missing ?? Bitmap(count: dead.rowCount)
    }

    package func customerChunk(column: Int, chunk: Int) throws -> Chunk {
        return try loader.chunk(
            customers.columns[column].chunks[chunk], of: customers.columns[column], in: customers,
            first: chunk * geometry.chunkRows)
    }

    package func customerChunkSummary(column: Int, chunk: Int) -> ChunkSummary {
        ChunkSummary(customers.columns[column].chunks[chunk])
    }

    package func customerStretch(column: Int, chunks: Range<Int>) -> ColumnStretch {
        let entries = customers.columns[column].chunks[chunks]
        return ColumnStretch(
            first: chunks.lowerBound, summaries: entries.map { ChunkSummary($0) },
            chunks: loader.resident(entries, of: customers.columns[column].id))
    }

    package func activityChunkSummary(table: Int, column: Int, chunk: Int) -> ChunkSummary {
        let chunks = catalogue.tables[table].columns[column].chunks
        return ChunkSummary(chunk < chunks.count ? chunks[chunk] : .allMissing(rowCount: 0))
    }

    package func dictionary(table: Int, column: Int) throws -> TextDictionary? {
        try loader.dictionary(of: catalogue.tables[table].columns[column], in: catalogue.tables[table])
    }

    package func activityRows(table: Int) -> Int { catalogue.tables[table].rowCount }

    package func activityOffsets(table: Int, chunk: Int) throws -> [UInt32]? {
        try loader.offsets(of: catalogue.tables[table], partition: chunk, customers: rows(inChunk: chunk))
    }

    package func activityRollup(_ rollup: Rollup, table: Int, column: Int, chunk: Int) throws -> Chunk? {
        try loader.rollup(
            rollup, of: column, in: catalogue.tables[table], partition: chunk, customers: rows(inChunk: chunk))
    }

    package func activityCounts(table: Int, chunk: Int) throws -> Chunk? {
        try loader.counts(of: catalogue.tables[table], partition: chunk, customers: rows(inChunk: chunk))
    }

    package func activityChunk(table: Int, column: Int, chunk: Int) throws -> Chunk {
        let entry = catalogue.tables[table]
        let chunks = entry.columns[column].chunks
        guard chunk < chunks.count else { return .allMissing(rowCount: 0) }
        return try loader.chunk(chunks[chunk], of: entry.columns[column], in: entry, first: chunk)
    }
}

extension ChunkSummary {
    init(_ entry: ChunkEntry) {
        self.init(rowCount: entry.rowCount, missingCount: entry.missingCount, range: entry.range)
    }
}
