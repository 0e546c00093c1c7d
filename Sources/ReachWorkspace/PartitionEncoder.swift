import ReachColumns

/// What an import writes of one column of a chunk or partition.
struct EncodedColumn: Sendable {
    /// The whole chunk, or the values of a layer.
    let chunk: EncodedChunk
    /// Of a chunk that gets a layer: its entry without layers, and the layers that stay.
    private let grown: ChunkEntry?
    private let keptLayers: [LayerEntry]

    init(chunk: EncodedChunk) {
        self.chunk = chunk
        grown = nil
        keptLayers = []
    }

    init(chunk: EncodedChunk, grown: ChunkEntry, keeps layers: [LayerEntry]) {
        self.chunk = chunk
        self.grown = grown
        keptLayers = layers
    }

    /// As the catalogue will have it, where `staged` is the staged chunk's and `places` the id of the layer's places.
    func entry(staged: ChunkEntry, places: Int64?) -> ChunkEntry {
        guard var entry = grown, let places else { return staged }
        entry.layers = keptLayers + [LayerEntry(id: staged.id, places: places, rowCount: staged.rowCount)]
        return entry
    }
}

/// Encodes the columns of partitions that an import changes; used from all cores at once, each column from one.
struct PartitionEncoder: Sendable {
    let table: TableEntry
    /// By column of the table to be, and the origin last; nil for the customer.
    let works: [ColumnWork?]
    let chunkRows: Int

    /// The column's chunk, or its run where the partition gets one; nil where the stored chunk stays, and for the customer.
    func encode(_ change: PartitionChange, column: Int, partition: Int) throws -> EncodedColumn? {
        guard let work = works[column] else { return nil }
        switch change {
        case .none: return nil
        case .rebuilt(let plan):
            return try plan.encode(work, partition: partition, chunkRows: chunkRows).map { EncodedColumn(chunk: $0) }
        case .grown(let run): return try encode(run, work, storedEntry(column, partition: partition), partition)
        }
    }

    private func encode(
        _ run: RunPlan, _ work: ColumnWork, _ stored: ChunkEntry, _ partition: Int
    ) throws -> EncodedColumn {
        let rows = try work.layer(run.rows, over: stored, chunkRows: chunkRows)
        switch run.joining {
        case .none:
            let encoded = EncodedChunk(rows, table: table.id, column: work.id, first: ~partition)
            return EncodedColumn(chunk: encoded, grown: stored.growing(by: encoded.entry), keeps: stored.layers)
        case .runs(let merge):
            let runs = try work.storedLayers(partition, entry: stored, chunkRows: chunkRows)
            let joined = merge.column(runs[0], runs.dropFirst() + [rows], dictionary: work.knownWords)
            let added = EncodedChunk(rows, table: table.id, column: work.id, first: ~partition).entry
            return EncodedColumn(
                chunk: EncodedChunk(joined, table: table.id, column: work.id, first: ~partition),
                grown: stored.growing(by: added), keeps: [])
        case .partition(let merge, _):
            let joined = merge.column(
                try work.stored(partition, entry: stored, chunkRows: chunkRows), [rows], dictionary: work.knownWords)
            return EncodedColumn(
                chunk: EncodedChunk(work.settled(joined), table: table.id, column: work.id, first: partition))
        }
    }

    /// What the partition has of a column now. A new column has the table's runs too, all missing.
    func storedEntry(_ column: Int, partition: Int) -> ChunkEntry {
        if let old = works[column]?.old {
            return partition < old.chunks.count ? old.chunks[partition] : .allMissing(rowCount: 0)
        }
        let stored = table.origin.chunks
        guard partition < stored.count else { return .allMissing(rowCount: 0) }
        var entry = ChunkEntry.allMissing(rowCount: stored[partition].rowCount)
        entry.layers = stored[partition].layers.map { LayerEntry(id: 0, places: $0.places, rowCount: $0.rowCount) }
        return entry
    }
}
