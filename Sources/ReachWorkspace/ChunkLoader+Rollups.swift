import ReachColumns
import ReachDiagnostics

extension ChunkLoader {
    /// A figure of each of a partition's customers, runs included. Nil where the rows have to tell. `customers` may be more than were there
    /// when the partition was written: the new ones have no rows.
    func rollup(
        _ rollup: Rollup, of column: Int, in table: TableEntry, partition: Int, customers: Int
    ) throws -> Chunk? {
        guard let kept = table.rollup(rollup, of: table.columns[column].id),
            let figures = kept.chunk(partition), partition < table.columns[column].chunks.count
        else { return nil }
        let rows = table.columns[column].chunks[partition]
        if rows.layers.isEmpty, figures.rowCount == customers {
            return try chunk(figures, of: kept.figures, in: table, first: partition)
        }
        guard rows.missingCount == 0, figures.rowCount <= customers else { return nil }
        let key = ChunkCache.Key.rollup(
            column: kept.figures.id, state: rows.layers.last?.places ?? figures.id, customers: customers)
        if case .chunk(let chunk)? = cache[key] { return chunk }
        let times = rollup == .last ? try lastTimes(of: table, partition: partition) : nil
        if rollup == .last, times == nil { return nil }
        var lanes = RollupLanes(
            rollup, try chunk(figures, of: kept.figures, in: table, first: partition), times: times,
            customers: customers)
        guard try add(rows.layers, of: table.columns[column], to: &lanes, table, partition, customers) else {
            return nil
        }
        let chunk = lanes.chunk(policy: .automatic).withLeads
        cache.insert(.chunk(chunk), for: key)
        return chunk
    }

    /// How many rows each of a partition's customers has, runs included; nil where it has none.
    func counts(of table: TableEntry, partition: Int, customers: Int) throws -> Chunk? {
        guard partition < table.layout.chunks.count else { return nil }
        let entry = table.layout.chunks[partition]
        guard entry.id != 0, entry.rowCount <= customers else { return nil }
        if entry.layers.isEmpty, entry.rowCount == customers {
            return try chunk(entry, of: table.layout, in: table, first: partition)
        }
        let key = ChunkCache.Key.rollup(
            column: table.layout.id, state: entry.stamp, customers: customers)
        if case .chunk(let chunk)? = cache[key] { return chunk }
        let owners = try places(entry.layers, in: table, first: partition)
        guard let known = try baseCounts(of: table, partition: partition).decodedLanes(),
            owners.allSatisfy({ $0.allSatisfy { $0 < customers } })
        else { throw damagedLayout(table) }
        var counts = known + [Int64](repeating: 0, count: customers - known.count)
        for owner in owners.joined() { counts[Int(owner)] += 1 }
        let chunk = ChunkEncoder.encode(lanes: counts, missing: nil, policy: .automatic)
        cache.insert(.chunk(chunk), for: key)
        return chunk
    }

    /// Adds the rows of a partition's runs; false where a figure cannot be told.
    private func add(
        _ layers: [LayerEntry], of column: ColumnEntry, to lanes: inout RollupLanes, _ table: TableEntry,
        _ partition: Int, _ customers: Int
    ) throws -> Bool {
        if layers.isEmpty { return true }
        guard let time = table.columns.first(where: { $0.schema.role == .time }) else { return false }
        let owners = try places(layers, in: table, first: partition)
        let values = try self.layers(of: column.chunks[partition], of: column, in: table, first: partition)
        let times = try self.layers(of: time.chunks[partition], of: time, in: table, first: partition)
        for (run, own) in owners.enumerated() {
            guard let rowValues = values[run].decodedLanes(), let rowTimes = times[run].decodedLanes(),
                rowValues.count == own.count, rowTimes.count == own.count, own.allSatisfy({ $0 < customers })
            else { throw Diagnostic.damagedColumn(column.schema.name, in: table.name, path: path) }
            guard lanes.add(rowValues, times: rowTimes, owners: own) else { return false }
        }
        return true
    }

    /// The last times that a partition's customers had when it was written.
    private func lastTimes(of table: TableEntry, partition: Int) throws -> Chunk? {
        guard let time = table.columns.first(where: { $0.schema.role == .time }),
            let kept = table.rollup(.last, of: time.id), let figures = kept.chunk(partition)
        else { return nil }
        return try chunk(figures, of: kept.figures, in: table, first: partition)
    }
}

extension TableEntry {
    func rollup(_ rollup: Rollup, of column: Int64) -> RollupEntry? {
        rollups.first { $0.column == column && $0.rollup == rollup }
    }
}

extension RollupEntry {
    /// Nil where the partition has no figures.
    fileprivate func chunk(_ partition: Int) -> ChunkEntry? {
        guard partition < figures.chunks.count, figures.chunks[partition].rowCount > 0 else { return nil }
        return figures.chunks[partition]
    }
}
