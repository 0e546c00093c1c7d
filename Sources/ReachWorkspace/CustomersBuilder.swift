import Foundation
import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Builds the chunks of `customers` that an import changes.
struct CustomersBuilder {
    private let context: ImportContext
    private let works: [ColumnWork]
    private let targets: RowBlocks
    private let newCustomerRows: Int
    private let isReplaced: Bool
    /// By chunk, rows within it of removed customers who come back as they were.
    private let revived: [Int: [Int]]
    private let chunkRows: Int
    private let oldRows: Int
    /// Live before and in the file.
    private(set) var updatedCount = 0
    /// In the file and not live before.
    private(set) var addedCount = 0
    private var liveCount = 0

    /// `targets` has the customer row of each row of the file.
    init(
        _ context: ImportContext, works: [ColumnWork], targets: RowBlocks, newCustomerRows: Int, isReplaced: Bool,
        revived: [UInt32] = []
    ) {
        self.context = context
        self.works = works
        self.targets = targets
        self.newCustomerRows = newCustomerRows
        self.isReplaced = isReplaced
        chunkRows = context.geometry.chunkRows
        oldRows = context.base.customerRows
        let width = chunkRows
        self.revived = Dictionary(grouping: revived.map { Int($0) }) { $0 / width }.mapValues { $0.map { $0 % width } }
    }

    mutating func build() throws -> TableEntry {
        let chunkCount = (newCustomerRows + chunkRows - 1) / chunkRows
        let (fileRows, starts) = groupByChunk(
            targets.blocks, chunkRows: chunkRows, chunkCount: chunkCount, skip: KeyTable.missing)
        var chunks = [[ChunkEntry]](repeating: [], count: works.count)
        var layout: [ChunkEntry] = []
        var origin: [ChunkEntry] = []
        // Chunks are read a few at a time, all columns at once; then each column takes them in order, so that a dictionary grows the
        // same way whatever the cores.
        let waveCount = 2 * coreCount
        for first in stride(from: 0, to: chunkCount, by: waveCount) {
            try context.cancellation.check()
            context.progress.report(
                "writing customers", done: first * chunkRows, total: newCustomerRows, unit: "customers")
            let wave = try inParallel(min(waveCount, chunkCount - first)) {
                [works, targets, oldRows, newCustomerRows, isReplaced, chunkRows] index -> CustomersEncoder in
                let chunk = first + index
                let rowCount = min(chunkRows, newCustomerRows - chunk * chunkRows)
                return CustomersEncoder(
                    works: works, chunk: chunk, rowCount: rowCount,
                    oldRowCount: max(0, min(rowCount, oldRows - chunk * chunkRows)), isReplaced: isReplaced,
                    chunkRows: chunkRows, fileRows: fileRows[starts[chunk]..<starts[chunk + 1]], targets: targets)
            }
            let width = works.count
            let stored = try inParallel(wave.count * width) { try wave[$0 / width].readStored($0 % width) }
            let changes = try inParallel(width) { column in
                try wave.indices.map { try wave[$0].encode(column, over: stored[$0 * width + column]) }
            }
            for (index, encoder) in wave.enumerated() {
                let entries = try stage(encoder, changes.map { $0[index] })
                for column in works.indices { chunks[column].append(entries[column]) }
                layout.append(try buildLayout(encoder))
                origin.append(try buildOrigin(encoder.chunk))
            }
        }
        var table = context.base.customers
        table.columns = try works.enumerated().map { try $1.entry(context, chunks: chunks[$0]) }
        table.layout.chunks = layout
        table.origin.chunks = origin
        table.rowCount = liveCount
        return table
    }

    private func stage(_ encoder: CustomersEncoder, _ changes: [CustomersChange]) throws -> [ChunkEntry] {
        // Columns with patches of the same rows share their places.
        var places: [[UInt32]: Int64] = [:]
        return try changes.enumerated().map { column, change -> ChunkEntry in
            switch change {
            case .none: return encoder.storedEntry(column)
            case .rebuilt(let encoded): return try context.stage(encoded)
            case .patched(let encoded, let rows):
                let known = try places[rows] ?? stagePlaces(rows, chunk: encoder.chunk)
                places[rows] = known
                return encoded.entry(staged: try context.stage(encoded.chunk), places: known)
            }
        }
    }

    private func stagePlaces(_ rows: [UInt32], chunk: Int) throws -> Int64 {
        let customers = context.base.customers
        let places = ChunkEncoder.encode(lanes: rows.map { Int64($0) }, missing: nil)
        return try context.stage(
            EncodedChunk(places, table: customers.id, column: customers.layout.id, first: ~(chunk * chunkRows))
        ).id
    }

    /// New customers came by this import; whatever it does to others, they came by an earlier one.
    private func buildOrigin(_ chunk: Int) throws -> ChunkEntry {
        let customers = context.base.customers
        let rowCount = min(chunkRows, newCustomerRows - chunk * chunkRows)
        let old = chunk < customers.origin.chunks.count ? customers.origin.chunks[chunk] : .allMissing(rowCount: 0)
        if old.rowCount == rowCount { return old }
        let first = chunk * chunkRows
        let known =
            try context.loader.chunk(old, of: customers.origin, in: customers, first: first).decodedLanes() ?? []
        let lanes = known + Array(repeating: context.importID, count: rowCount - known.count)
        let column = customers.origin.id
        return try context.stage(
            EncodedChunk(
                ChunkEncoder.encode(lanes: lanes, missing: nil), table: customers.id, column: column, first: first))
    }

    /// Counts what the file does to the chunk's customers and says which of them are dead.
    private mutating func buildLayout(_ encoder: CustomersEncoder) throws -> ChunkEntry {
        let (chunk, rowCount, oldRowCount) = (encoder.chunk, encoder.rowCount, encoder.oldRowCount)
        let customers = context.base.customers
        let old = chunk < customers.layout.chunks.count ? customers.layout.chunks[chunk] : .allMissing(rowCount: 0)
        let isKnown = encoder.places.isEmpty || old.id == 0 && !encoder.patchedRows.isEmpty
        if !encoder.isRebuilt, revived[chunk] == nil, isKnown {
            updatedCount += encoder.patchedRows.count
            liveCount += old.id == 0 ? rowCount : old.missingCount
            return old.id == 0 ? .allMissing(rowCount: rowCount) : old
        }
        var wasLive = Bitmap(count: rowCount, repeating: old.id == 0 && rowCount == oldRowCount)
        if old.id == 0 {
            if rowCount != oldRowCount { for row in 0..<oldRowCount { wasLive[row] = true } }
        } else {
            let dead = try context.loader.chunk(old, of: customers.layout, in: customers, first: chunk * chunkRows)
            for row in 0..<oldRowCount where dead.isMissing(at: row) { wasLive[row] = true }
        }
        var isHit = Bitmap(count: rowCount)
        for place in encoder.places { isHit[Int(place)] = true }
        var live = isHit
        for row in revived[chunk] ?? [] { live[row] = true }
        for word in live.words.indices {
            updatedCount += (isHit.words[word] & wasLive.words[word]).nonzeroBitCount
            addedCount += (isHit.words[word] & ~wasLive.words[word]).nonzeroBitCount
            if !isReplaced { live.words[word] |= wasLive.words[word] }
        }
        liveCount += live.setCount
        if live.setCount == rowCount { return .allMissing(rowCount: rowCount) }
        if live == wasLive, old.rowCount == rowCount { return old }
        // Known, as 1, where the customer is dead.
        let dead = ChunkEncoder.encode(lanes: Array(repeating: 1, count: rowCount), missing: live)
        let column = customers.layout.id
        return try context.stage(EncodedChunk(dead, table: customers.id, column: column, first: chunk * chunkRows))
    }
}
