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
        for chunk in 0..<chunkCount {
            try context.cancellation.check()
            context.progress.report(
                "writing customers", done: chunk * chunkRows, total: newCustomerRows, unit: "customers")
            let entries = try build(chunk, fileRows: Array(fileRows[starts[chunk]..<starts[chunk + 1]]))
            for column in works.indices { chunks[column].append(entries.columns[column]) }
            layout.append(entries.layout)
            origin.append(try buildOrigin(chunk))
        }
        var table = context.base.customers
        table.columns = try works.enumerated().map { try $1.entry(context, chunks: chunks[$0]) }
        table.layout.chunks = layout
        table.origin.chunks = origin
        table.rowCount = liveCount
        return table
    }

    private mutating func build(
        _ chunk: Int, fileRows: [UInt32]
    ) throws -> (columns: [ChunkEntry], layout: ChunkEntry) {
        let rowCount = min(chunkRows, newCustomerRows - chunk * chunkRows)
        let oldRowCount = max(0, min(rowCount, oldRows - chunk * chunkRows))
        let layout = try buildLayout(chunk, rowCount: rowCount, oldRowCount: oldRowCount, fileRows: fileRows)
        let isRebuilt = isReplaced || rowCount != oldRowCount
        var carried = ChunkPlan(rowCount: rowCount)
        for row in 0..<oldRowCount { carried.add(.old(chunk), from: row, to: row) }
        var fromFile = ChunkPlan(rowCount: rowCount)
        var fromBoth = carried
        for fileRow in fileRows {
            let place = Int(targets[Int(fileRow)]) - chunk * chunkRows
            let block = ChunkPlan.Source.block(Int(fileRow) / chunkRows)
            fromFile.add(block, from: Int(fileRow) % chunkRows, to: place)
            fromBoth.add(block, from: Int(fileRow) % chunkRows, to: place)
        }
        let works = works
        let encoded = try inParallel(works.count) { [carried, fromFile, fromBoth, chunkRows] column -> EncodedChunk? in
            let work = works[column]
            let isTouched = isRebuilt || work.blocks != nil && !fileRows.isEmpty
            if !isTouched, !work.rewritesAll { return nil }
            let plan = work.blocks == nil ? carried : work.old == nil ? fromFile : fromBoth
            return try work.encode(plan, first: chunk * chunkRows, chunkRows: chunkRows)
        }
        let entries = try works.indices.map { column in
            if let encoded = encoded[column] { return try context.stage(encoded) }
            return works[column].old?.chunks[chunk] ?? .allMissing(rowCount: rowCount)
        }
        return (entries, layout)
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
    private mutating func buildLayout(
        _ chunk: Int, rowCount: Int, oldRowCount: Int, fileRows: [UInt32]
    ) throws -> ChunkEntry {
        let customers = context.base.customers
        var wasLive = Bitmap(count: rowCount)
        let old = chunk < customers.layout.chunks.count ? customers.layout.chunks[chunk] : .allMissing(rowCount: 0)
        if old.id == 0 {
            for row in 0..<oldRowCount { wasLive[row] = true }
        } else {
            let dead = try context.loader.chunk(old, of: customers.layout, in: customers, first: chunk * chunkRows)
            for row in 0..<oldRowCount where dead.isMissing(at: row) { wasLive[row] = true }
        }
        var isHit = Bitmap(count: rowCount)
        for fileRow in fileRows { isHit[Int(targets[Int(fileRow)]) - chunk * chunkRows] = true }
        var live = isHit
        for row in revived[chunk] ?? [] { live[row] = true }
        for word in live.words.indices {
            updatedCount += (isHit.words[word] & wasLive.words[word]).nonzeroBitCount
            addedCount += (isHit.words[word] & ~wasLive.words[word]).nonzeroBitCount
            if !isReplaced { live.words[word] |= wasLive.words[word] }
        }
        liveCount += live.setCount
        if live.setCount == rowCount { return .allMissing(rowCount: rowCount) }
        // Known, as 1, where the customer is dead.
        let dead = ChunkEncoder.encode(lanes: Array(repeating: 1, count: rowCount), missing: live)
        let column = customers.layout.id
        return try context.stage(EncodedChunk(dead, table: customers.id, column: column, first: chunk * chunkRows))
    }
}
