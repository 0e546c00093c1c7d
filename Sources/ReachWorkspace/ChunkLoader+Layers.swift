import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Chunks as they are asked for: the base that one import wrote, and over it the layers of later ones. Put together once, then kept
/// like any other chunk; bases and layers themselves are not kept.
extension ChunkLoader {
    func layeredChunk(_ entry: ChunkEntry, of column: ColumnEntry, in table: TableEntry, first: Int) throws -> Chunk {
        guard !entry.layers.isEmpty, entry.missingCount < entry.rowCount else {
            return .allMissing(rowCount: entry.rowCount)
        }
        let place = place(first, in: table)
        if let chunk = cache.chunk(of: column.id, at: place, entry.stamp) { return chunk }
        let chunk =
            table.kind == .activity
            ? try partitionColumn(entry, of: column, in: table, partition: first)
            : try patchedChunk(entry, of: column, in: table, first: first)
        // What was put together has lost the form that it had in the file.
        return keepsChunks ? cache.insert(chunk.inPlanes, of: column.id, at: place, entry.stamp) : chunk
    }

    /// Where each customer's rows start in a partition; nil where it is empty. `customers` may be more than the layout knows: the
    /// new ones have no rows.
    func offsets(of table: TableEntry, partition: Int, customers: Int) throws -> [UInt32]? {
        guard partition < table.layout.chunks.count else { return nil }
        let entry = table.layout.chunks[partition]
        if entry.id == 0 { return nil }
        let key = ChunkCache.Key.offsets(entry.stamp, customers: customers)
        if case .offsets(let offsets)? = cache[key] { return offsets }
        var offsets = try baseOffsets(of: table, partition: partition, customers: customers)
        if !entry.layers.isEmpty {
            let owners = try runOwners(of: table, partition: partition)
            guard owners.allSatisfy({ $0 < customers }) else { throw damagedLayout(table) }
            offsets = offsetsAfterInserting(owners: owners, into: offsets)
        }
        cache.insert(.offsets(offsets), for: key)
        return offsets
    }

    /// The values of a chunk's layers, each as it was written.
    func layers(of entry: ChunkEntry, of column: ColumnEntry, in table: TableEntry, first: Int) throws -> [Chunk] {
        let layers = entry.layers.map {
            (id: $0.id, identity: ChunkIdentity.layer($0, of: column, in: table, first: first))
        }
        return try read(layers, in: table, column: column.schema.name)
    }

    /// Whose the values of layers are: customers of runs, rows of patches.
    func places(_ layers: [LayerEntry], in table: TableEntry, first: Int) throws -> [[UInt32]] {
        let chunks = layers.map { layer in
            (id: layer.places, identity: ChunkIdentity.layer(layer, of: table.layout, in: table, first: first))
        }
        return try read(chunks, in: table, column: "").map { chunk in
            guard let lanes = chunk.decodedLanes() else { throw damagedLayout(table) }
            return lanes.map { UInt32(truncatingIfNeeded: $0) }
        }
    }

    private func partitionColumn(
        _ entry: ChunkEntry, of column: ColumnEntry, in table: TableEntry, partition: Int
    ) throws -> Chunk {
        let merge = try merge(of: table, partition: partition)
        // The time column has just been put together to find out how.
        let places = entry.layers.last?.places ?? 0
        if let chunk = cache.chunk(of: column.id, at: partition, places) { return chunk }
        let parts = try parts(entry, of: column, in: table, first: partition)
        guard parts.base.rowCount == merge.baseRowCount,
            parts.base.rowCount + parts.layers.reduce(0, { $0 + $1.rowCount }) == merge.rowCount
        else { throw damagedLayout(table) }
        return merge.column(parts.base, parts.layers, dictionary: try mixedDictionary(parts, of: column, in: table))
    }

    private func patchedChunk(
        _ entry: ChunkEntry, of column: ColumnEntry, in table: TableEntry, first: Int
    ) throws -> Chunk {
        let parts = try parts(entry, of: column, in: table, first: first)
        let dictionary = try mixedDictionary(parts, of: column, in: table)
        let places = try places(entry.layers, in: table, first: first)
        return try zip(places, parts.layers).reduce(parts.base) { chunk, patch in
            let (rows, values) = patch
            guard rows.allSatisfy({ $0 < chunk.rowCount }) else { throw damagedLayout(table) }
            return ChunkPatch(rows: rows, values: values).applied(to: chunk, dictionary: dictionary)
        }
    }

    /// How the runs of a partition join it.
    private func merge(of table: TableEntry, partition: Int) throws -> RunMerge {
        let layout = table.layout.chunks[partition]
        guard let time = table.columns.first(where: { $0.schema.role == .time }), let last = layout.layers.last else {
            throw damagedLayout(table)
        }
        let key = ChunkCache.Key.merge(last.places)
        if case .merge(let merge)? = cache[key] { return merge }
        let owners = try runOwners(of: table, partition: partition)
        let customers = max(layout.rowCount, Int(owners.max() ?? 0) + 1)
        let offsets = try baseOffsets(of: table, partition: partition, customers: customers)
        let times = try parts(time.chunks[partition], of: time, in: table, first: partition)
        let ownerTimes = times.layers.flatMap { $0.decodedLanes() ?? [] }
        guard ownerTimes.count == owners.count, Int(offsets[customers]) == times.base.rowCount else {
            throw damagedLayout(table)
        }
        let merge = RunMerge(offsets: offsets, times: times.base, owners: owners, ownerTimes: ownerTimes)
        cache.insert(.merge(merge), for: key)
        cache.insert(
            merge.column(times.base, times.layers, dictionary: nil), of: time.id, at: partition, last.places)
        return merge
    }

    /// The customer of each row of the runs of a partition, as position in the chunk, one run after the other.
    private func runOwners(of table: TableEntry, partition: Int) throws -> [UInt32] {
        try places(table.layout.chunks[partition].layers, in: table, first: partition).flatMap { $0 }
    }

    private func parts(
        _ entry: ChunkEntry, of column: ColumnEntry, in table: TableEntry, first: Int
    ) throws -> (base: Chunk, layers: [Chunk]) {
        let added = table.kind == .activity ? entry.layers.reduce(0) { $0 + $1.rowCount } : 0
        let base = ChunkIdentity(
            table: table.id, column: column.id, first: Int64(first), rowCount: entry.rowCount - added)
        let layers = entry.layers.map {
            (id: $0.id, identity: ChunkIdentity.layer($0, of: column, in: table, first: first))
        }
        let chunks = try read([(entry.id, base)] + layers, in: table, column: column.schema.name)
        return (chunks[0], Array(chunks[1...]))
    }

    /// The column's dictionary where some parts hold its codes and some hold text.
    private func mixedDictionary(
        _ parts: (base: Chunk, layers: [Chunk]), of column: ColumnEntry, in table: TableEntry
    ) throws -> TextDictionary? {
        let isPlain = ([parts.base] + parts.layers).contains {
            if case .plainText = $0.payload { true } else { false }
        }
        return isPlain ? try dictionary(of: column, in: table) : nil
    }

    private func baseOffsets(of table: TableEntry, partition: Int, customers: Int) throws -> [UInt32] {
        let counts = try baseCounts(of: table, partition: partition)
        guard let offsets = counts.runStarts(count: customers) else { throw damagedLayout(table) }
        return offsets
    }

    /// How many rows each customer of a partition had when it was last written whole.
    func baseCounts(of table: TableEntry, partition: Int) throws -> Chunk {
        let entry = table.layout.chunks[partition]
        let identity = ChunkIdentity(
            table: table.id, column: table.layout.id, first: Int64(partition), rowCount: entry.rowCount)
        return try read([(entry.id, identity)], in: table, column: "")[0]
    }

    func damagedLayout(_ table: TableEntry) -> Diagnostic {
        Diagnostic.damagedColumn("", in: table.name, path: path)
    }
}

extension ChunkIdentity {
    /// Of a layer's chunk: told from the base by its complement.
    static func layer(_ layer: LayerEntry, of column: ColumnEntry, in table: TableEntry, first: Int) -> ChunkIdentity {
        ChunkIdentity(table: table.id, column: column.id, first: ~Int64(first), rowCount: layer.rowCount)
    }
}
