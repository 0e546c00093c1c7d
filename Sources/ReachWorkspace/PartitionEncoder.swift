import ReachColumns

/// Encodes the columns of partitions that an import changes; used from all cores at once, each column from one.
struct PartitionEncoder: Sendable {
    let table: TableEntry
    /// By column of the table to be, and the origin last; nil for the customer.
    let works: [ColumnWork?]
    let chunkRows: Int

    /// The column's chunk, or its run where the partition gets one; nil where the stored chunk stays, and for the customer.
    func encode(_ change: PartitionChange, column: Int, partition: Int) throws -> EncodedChunk? {
        guard let work = works[column] else { return nil }
        switch change {
        case .none: return nil
        case .rebuilt(let plan): return try plan.encode(work, partition: partition, chunkRows: chunkRows)
        case .grown(let run):
            let stored = storedEntry(column, partition: partition)
            let rows = try work.layer(run.rows, over: stored, chunkRows: chunkRows)
            guard let merge = run.merge else {
                return EncodedChunk(rows, table: table.id, column: work.id, first: ~partition)
            }
            let merged = merge.column(
                try work.stored(partition, entry: stored, chunkRows: chunkRows), [rows], dictionary: work.knownWords)
            return EncodedChunk(work.settled(merged), table: table.id, column: work.id, first: partition)
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
