import ReachColumns

/// What an import writes of one column of a chunk or partition.
struct EncodedColumn: Sendable {
    /// The whole chunk, or the values of a layer.
    let chunk: EncodedChunk
    /// Of a partition written whole, what is kept of the column.
    private(set) var rollups: [EncodedChunk]?
    /// Of a chunk that gets a layer: its entry without layers, and the layers that stay.
    private let grown: ChunkEntry?
    private let keptLayers: [LayerEntry]

    init(chunk: EncodedChunk, rollups: [EncodedChunk]? = nil) {
        self.chunk = chunk
        self.rollups = rollups
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
    /// By the same, what is kept of the column, with the partitions' figures as they are.
    let rollups: [[RollupEntry]]
    let loader: ChunkLoader
    let chunkRows: Int

    /// The column's chunk, or its run where the partition gets one; nil where the stored chunk stays, and for the customer.
    func encode(_ change: PartitionChange, column: Int, partition: Int) throws -> EncodedColumn? {
        guard let work = works[column] else { return nil }
        switch change {
        case .none: return nil
        case .rebuilt(let plan):
            guard let rows = try plan.rows(work, chunkRows: chunkRows) else { return nil }
            return try whole(rows, column, partition) {
                if let offsets = plan.offsets { return offsets }
                let customers = table.layout.chunks[partition].rowCount
                return try loader.offsets(of: table, partition: partition, customers: customers)
            }
        case .grown(let run):
            return try encode(run, work, column, storedEntry(column, partition: partition), partition)
        }
    }

    /// A column of a partition written whole. `offsets` are nil where it is empty.
    private func whole(
        _ rows: Chunk, _ column: Int, _ partition: Int, offsets: () throws -> [UInt32]?
    ) throws -> EncodedColumn {
        guard let work = works[column] else { preconditionFailure("the customer has no rows of its own") }
        var kept: [EncodedChunk] = []
        if !rollups[column].isEmpty {
            let offsets = try offsets()
            kept = rollups[column].map { entry in
                let figures = offsets.flatMap { rows.rolledUp(entry.rollup, offsets: $0, policy: work.policy) }
                guard let figures else { return EncodedChunk(staged: .allMissing(rowCount: 0)) }
                return EncodedChunk(figures, table: table.id, column: entry.figures.id, first: partition)
            }
        }
        return EncodedColumn(
            chunk: EncodedChunk(rows, table: table.id, column: work.id, first: partition), rollups: kept)
    }

    private func encode(
        _ run: RunPlan, _ work: ColumnWork, _ column: Int, _ stored: ChunkEntry, _ partition: Int
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
        case .partition(let merge, let offsets):
            let joined = merge.column(
                try work.stored(partition, entry: stored, chunkRows: chunkRows), [rows], dictionary: work.knownWords)
            return try whole(work.settled(joined), column, partition) { offsets }
        }
    }

    /// What the partition has of a rollup now; no rows where there is nothing.
    func storedFigures(_ rollup: RollupEntry, partition: Int) -> ChunkEntry {
        partition < rollup.figures.chunks.count ? rollup.figures.chunks[partition] : .allMissing(rowCount: 0)
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
