import ReachColumns
import ReachKernels

/// What an import does to one column of a chunk of customers.
enum CustomersChange: Sendable {
    case none
    case rebuilt(EncodedChunk)
    /// A patch of these rows.
    case patched(EncodedColumn, rows: [UInt32])
}

/// Encodes the columns of one chunk of customers; used from all cores at once, each column from one.
struct CustomersEncoder: Sendable {
    let works: [ColumnWork]
    let chunk: Int
    let rowCount: Int
    /// Customers of the chunk before the import.
    let oldRowCount: Int
    /// Whether all columns are put together anew.
    let isRebuilt: Bool
    let chunkRows: Int
    /// Where each row of the file that belongs to the chunk goes.
    let places: [UInt32]
    /// Their distinct ones, ascending, where so few that columns are patched; else empty.
    let patchedRows: [UInt32]
    /// The file's rows: in the order of `patchedRows`, or where they go in the chunk.
    private let fromFile: ChunkPlan
    /// The stored rows where they were, and over them the file's; empty where columns are patched.
    private let carried: ChunkPlan
    private let fromBoth: ChunkPlan
    /// The same where the file says nothing of who was there before: a customer found by the key of another who was merged into them
    /// keeps their own.
    private let fromBothIfNew: ChunkPlan

    /// `fileRows` are those that belong to the chunk, in their order.
    init(
        works: [ColumnWork], chunk: Int, rowCount: Int, oldRowCount: Int, isReplaced: Bool, chunkRows: Int,
        fileRows: ArraySlice<UInt32>, targets: RowBlocks
    ) {
        self.works = works
        self.chunk = chunk
        self.rowCount = rowCount
        self.oldRowCount = oldRowCount
        self.chunkRows = chunkRows
        isRebuilt = isReplaced || rowCount != oldRowCount
        let first = UInt32(chunk * chunkRows)
        if isRebuilt, oldRowCount == 0, targets.areWhole(fileRows, from: first, count: rowCount) {
            places = Array(0..<UInt32(rowCount))
            patchedRows = []
            fromFile = ChunkPlan(block: chunk, rowCount: rowCount)
            fromBoth = fromFile
            fromBothIfNew = fromFile
            carried = ChunkPlan(rowCount: rowCount)
            return
        }
        places = fileRows.map { targets[Int($0)] - first }
        let isPatched = !isRebuilt && LayerLimits.isFew(places.count, of: rowCount)
        let distinct = distinctRows(isPatched ? [places] : [], rowCount: rowCount)
        patchedRows = distinct.rows
        var fromFile = ChunkPlan(rowCount: isPatched ? patchedRows.count : rowCount)
        var carried = ChunkPlan(rowCount: rowCount)
        if !isPatched || works.contains(where: \.changesType) {
            for row in 0..<oldRowCount { carried.add(.old(chunk), from: row, to: row) }
        }
        var fromBoth = carried
        var fromBothIfNew = carried
        // Of several rows for one customer the last one counts.
        for (fileRow, (place, index)) in zip(fileRows, zip(places, isPatched ? distinct.indexes[0] : places)) {
            let block = ChunkPlan.Source.block(Int(fileRow) / chunkRows)
            let row = Int(fileRow) % chunkRows
            fromFile.add(block, from: row, to: Int(index))
            fromBoth.add(block, from: row, to: Int(place))
            if place >= oldRowCount { fromBothIfNew.add(block, from: row, to: Int(place)) }
        }
        self.fromFile = fromFile
        self.carried = carried
        self.fromBoth = fromBoth
        self.fromBothIfNew = fromBothIfNew
    }

    /// The column's chunk as it is, where the file may change a few of its rows; nil where nothing of it is needed, or all.
    func readStored(_ column: Int) throws -> Chunk? {
        guard patches(column) else { return nil }
        return try works[column].stored(chunk, entry: storedEntry(column), chunkRows: chunkRows)
    }

    /// `stored` is what `readStored` gave.
    func encode(_ column: Int, over stored: Chunk?) throws -> CustomersChange {
        let work = works[column]
        if let stored { return try patch(column, stored) }
        let isTouched = isRebuilt || work.blocks != nil && !places.isEmpty && !keepsValues(column)
        if !isTouched, !work.changesType { return .none }
        let both = keepsValues(column) ? fromBothIfNew : fromBoth
        let plan = work.blocks == nil ? carried : work.old == nil ? fromFile : both
        return .rebuilt(try work.encode(plan, first: chunk * chunkRows, chunkRows: chunkRows))
    }

    private func patches(_ column: Int) -> Bool {
        let work = works[column]
        return !patchedRows.isEmpty && work.blocks != nil && !work.changesType && !keepsValues(column)
    }

    /// Customers are known by their key: it is what it was.
    private func keepsValues(_ column: Int) -> Bool { works[column].schema.role == .key && works[column].old != nil }

    /// The chunk's entry as it is.
    func storedEntry(_ column: Int) -> ChunkEntry {
        guard let old = works[column].old, chunk < old.chunks.count else { return .allMissing(rowCount: rowCount) }
        return old.chunks[chunk]
    }

    private func patch(_ column: Int, _ stored: Chunk) throws -> CustomersChange {
        let work = works[column]
        var entry = storedEntry(column)
        let first = chunk * chunkRows
        let values = try work.layer(fromFile, over: entry, chunkRows: chunkRows)
        let patch = ChunkPatch(rows: patchedRows, values: values)
        let dictionary = work.schema.type == .text ? work.knownWords : nil
        if !patch.changes(stored, dictionary: dictionary) { return .none }
        let isFew = LayerLimits.isFew(entry.layers.reduce(patchedRows.count) { $0 + $1.rowCount }, of: rowCount)
        if !isFew || work.schema.type.isFixedPoint {
            let patched = patch.applied(to: stored, dictionary: dictionary)
            guard isFew else {
                let settled = work.settled(patched)
                return .rebuilt(EncodedChunk(settled, table: work.table.id, column: work.id, first: first))
            }
            entry.range = patched.range
        }
        entry.missingCount -= patch.filledCount(in: stored)
        if case .plainText = values.payload { entry.isPlainText = true }
        let hasRoom = LayerLimits.haveRoom(entry.layers, for: patchedRows.count, of: rowCount)
        let joined = hasRoom ? patch : try work.joining(patch, to: entry, chunk: chunk, chunkRows: chunkRows)
        let encoded = EncodedChunk(joined.values, table: work.table.id, column: work.id, first: ~first)
        return .patched(
            EncodedColumn(chunk: encoded, grown: entry, keeps: hasRoom ? entry.layers : []), rows: joined.rows)
    }
}
