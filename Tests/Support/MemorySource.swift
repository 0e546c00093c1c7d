import ReachColumns

/// A `ColumnSource` over plain rows, with chunks of any size in any encoding.
package final class MemorySource: ColumnSource {
    /// How values are encoded; every form means the same to a reader.
    package enum Encoding: Hashable, Sendable {
        /// The fewest bytes; text by dictionary.
        case narrow
        /// Lanes and four-byte codes.
        case wide
        /// Narrow, but text as plain bytes.
        case plainText
        /// Another fitting form for every chunk.
        case mixed(seed: UInt64)
    }

    package let version: Int64 = 1
    package let geometry: Geometry
    package let schema: DataSchema
    package let customerRows: Int
    private let live: [Bitmap?]
    /// By table, column and chunk.
    private let chunks: [[[Chunk?]]]
    private let dictionaries: [[TextDictionary?]]
    /// By table and chunk.
    private let offsets: [[[UInt32]?]]

    package init(_ data: PlainData, chunkRows: Int = 65_536, encoding: Encoding = .narrow) {
        geometry = Geometry(chunkRows: chunkRows)
        schema = data.schema
        customerRows = data.customers.count
        let ranges = stride(from: 0, to: data.customers.count, by: chunkRows).map { start in
            start..<min(start + chunkRows, data.customers.count)
        }
        live = ranges.map { range in
            guard range.contains(where: data.deleted.contains) else { return nil }
            var bits = Bitmap(count: range.count)
            for row in range where !data.deleted.contains(row) { bits[row - range.lowerBound] = true }
            return bits
        }
        let tables = data.schema.tables.indices
        offsets = tables.map { table in
            ranges.map { range in
                guard table > 0, range.contains(where: { !data.activity[table][$0].isEmpty }) else { return nil }
                var offsets: [UInt32] = [0]
                for customer in range {
                    offsets.append(offsets[offsets.count - 1] + UInt32(data.activity[table][customer].count))
                }
                return offsets
            }
        }
        var chunks: [[[Chunk?]]] = []
        var dictionaries: [[TextDictionary?]] = []
        for (table, shape) in data.schema.tables.enumerated() {
            var encoders = shape.columns.indices.map { PlainEncoder(encoding, salt: UInt64(table * 100 + $0)) }
            var tableChunks: [[Chunk?]] = shape.columns.map { _ in [] }
            for range in ranges {
                let rows = table == 0 ? Array(data.customers[range]) : data.activity[table][range].flatMap { $0 }
                for (column, schema) in shape.columns.enumerated() {
                    let isStored = table == 0 || schema.role != .key
                    tableChunks[column].append(
                        isStored && !rows.isEmpty
                            ? encoders[column].encode(rows.map { $0[column] }, type: schema.type) : nil)
                }
            }
            chunks.append(tableChunks)
            dictionaries.append(encoders.map(\.dictionary))
        }
        self.chunks = chunks
        self.dictionaries = dictionaries
    }

    package func liveCustomers(chunk: Int) throws -> Bitmap? { live[chunk] }

    /// Every other chunk is in memory.
    package func customerStretch(column: Int, chunks: Range<Int>) throws -> ColumnStretch {
        var resident = ResidentChunks(capacity: chunks.count)
        for chunk in chunks {
            let found = chunk % 2 == 0 ? try customerChunk(column: column, chunk: chunk) : nil
            resident.append(found, found.map { ChunkLandmarks($0) })
        }
        let summaries = try chunks.map { try customerChunkSummary(column: column, chunk: $0) }
        return ColumnStretch(first: chunks.lowerBound, summaries: summaries, chunks: resident)
    }

    package func customerChunk(column: Int, chunk: Int) throws -> Chunk {
        try activityChunk(table: 0, column: column, chunk: chunk)
    }

    package func dictionary(table: Int, column: Int) throws -> TextDictionary? { dictionaries[table][column] }

    package func activityRows(table: Int) -> Int {
        offsets[table].reduce(0) { $0 + Int($1?.last ?? 0) }
    }

    package func activityOffsets(table: Int, chunk: Int) throws -> [UInt32]? { offsets[table][chunk] }

    package func activityChunk(table: Int, column: Int, chunk: Int) throws -> Chunk {
        guard let found = chunks[table][column][chunk] else { throw NotStored(table: table, column: column) }
        return chunk % 2 == 0 ? found.withLeads : found
    }

    /// Somebody asked for a chunk that a store would not have.
    package struct NotStored: Error {
        package let table: Int
        package let column: Int
    }
}
