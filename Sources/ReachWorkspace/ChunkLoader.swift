import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Reads chunks of one version of the data through the cache. May be used from many threads.
struct ChunkLoader: Sendable {
    let bodies: ChunkBodies
    let cache: ChunkCache
    /// For messages.
    let path: String
    let geometry: Geometry
    /// Whether chunks stay in memory after they were read. An import reads most of them once.
    var keepsChunks = true

    /// A chunk of `column` with its layers; `first` is its first row, or its partition.
    func chunk(_ entry: ChunkEntry, of column: ColumnEntry, in table: TableEntry, first: Int) throws -> Chunk {
        if !entry.layers.isEmpty { return try layeredChunk(entry, of: column, in: table, first: first) }
        if entry.id == 0 { return .allMissing(rowCount: entry.rowCount) }
        let place = place(first, in: table)
        if let chunk = cache.chunk(of: column.id, at: place, entry.stamp) { return chunk }
        let identity = ChunkIdentity(
            table: table.id, column: column.id, first: Int64(first), rowCount: entry.rowCount)
        let chunk = try read(entry.id, as: identity, table: table.name, column: column.schema.name)
        return keepsChunks ? cache.insert(chunk, of: column.id, at: place, entry.stamp) : chunk
    }

    /// Those of neighbouring chunks of customers that are in memory, with their layers.
    func resident(_ entries: ArraySlice<ChunkEntry>, of column: Int64) -> ResidentChunks {
        cache.chunks(of: column, from: entries.startIndex, entries.map(\.stamp))
    }

    /// Which of a column's chunks begins with this row, or is of this partition.
    func place(_ first: Int, in table: TableEntry) -> Int {
        table.kind == .customers ? first / geometry.chunkRows : first
    }

    /// The whole dictionary of a column, its pieces put together; nil where it has none.
    func dictionary(of column: ColumnEntry, in table: TableEntry) throws -> TextDictionary? {
        guard let last = column.dictionary.last else { return nil }
        if case .dictionary(let dictionary)? = cache[.dictionary(last.id)] { return dictionary }
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        for piece in column.dictionary {
            let identity = ChunkIdentity(
                table: table.id, column: column.id, first: Int64(offsets.count - 1), rowCount: piece.wordCount)
            let chunk = try read(piece.id, as: identity, table: table.name, column: column.schema.name)
            guard case .plainText(let pieceOffsets, let pieceBytes, _) = chunk.payload else {
                throw Diagnostic.damagedColumn(column.schema.name, in: table.name, path: path)
            }
            let start = UInt32(bytes.count)
            offsets.append(contentsOf: pieceOffsets.dropFirst().map { $0 + start })
            bytes.append(contentsOf: pieceBytes)
        }
        let dictionary = TextDictionary(offsets: offsets, bytes: bytes)
        cache.insert(.dictionary(dictionary), for: .dictionary(last.id))
        return dictionary
    }

    /// Chunks of one column, or of a table's layout, where `column` is empty. Those with id 0 are missing throughout; those in memory are
    /// taken from there.
    func read(
        _ chunks: [(id: Int64, identity: ChunkIdentity)], in table: TableEntry, column: String
    ) throws -> [Chunk] {
        try chunks.map { id, identity in
            if id == 0 { return .allMissing(rowCount: identity.rowCount) }
            // Layers are not kept.
            if identity.first >= 0 {
                let place = place(Int(identity.first), in: table)
                if let chunk = cache.chunk(of: identity.column, at: place, id) { return chunk }
            }
            return try read(id, as: identity, table: table.name, column: column)
        }
    }

    private func read(
        _ id: Int64, as identity: ChunkIdentity, table: String, column: String
    ) throws -> Chunk {
        do {
            let chunk = try Diagnostic.mapping(path: path, holder: nil) { try bodies.decoded(id, as: identity) }
            guard let chunk else { throw Diagnostic.damagedColumn(column, in: table, path: path) }
            return chunk
        } catch ChunkCoding.Failure.newerVersion {
            throw Diagnostic.newerChunk(column, in: table, path: path)
        } catch is ChunkCoding.Failure {
            throw Diagnostic.damagedColumn(column, in: table, path: path)
        }
    }
}
