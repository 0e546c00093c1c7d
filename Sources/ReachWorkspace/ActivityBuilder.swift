import Foundation
import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Builds the partitions of an activity table that an import changes: one chunk per column and partition, sorted by customer, time and
/// arrival.
struct ActivityBuilder {
    private let context: ImportContext
    private let table: TableEntry
    /// By column of the table to be, and the origin last; nil for the customer.
    private let works: [ColumnWork?]
    private let time: Int
    private let customerRows: RowBlocks
    private let newCustomerRows: Int
    private let replaced: ReplacedRows
    private let isReplaced: Bool
    private let chunkRows: Int

    init(
        _ context: ImportContext, table: TableEntry, works: [ColumnWork?], time: Int, customerRows: RowBlocks,
        newCustomerRows: Int, replaced: ReplacedRows, isReplaced: Bool
    ) {
        self.context = context
        self.table = table
        self.works = works
        self.time = time
        self.customerRows = customerRows
        self.newCustomerRows = newCustomerRows
        self.replaced = replaced
        self.isReplaced = isReplaced
        chunkRows = context.geometry.chunkRows
    }

    /// The table with its columns' chunks, the origin's among them, and its layout; the columns' schemas and dictionaries are for the caller to fill in.
    func build() throws -> TableEntry {
        let chunkCount = (newCustomerRows + chunkRows - 1) / chunkRows
        let (fileRows, starts) = groupByChunk(
            customerRows.blocks, chunkRows: chunkRows, chunkCount: chunkCount, skip: KeyTable.missing)
        var chunks = [[ChunkEntry]](repeating: [], count: works.count)
        var layout: [ChunkEntry] = []
        // Partitions are planned a few at a time on all cores, then encoded column by column on all cores: each column takes its
        // partitions in order, so that a dictionary grows the same way whatever the cores.
        let waveCount = ProcessInfo.processInfo.activeProcessorCount
        for first in stride(from: 0, to: chunkCount, by: waveCount) {
            try context.cancellation.check()
            context.progress.report("writing \(table.name)", done: starts[first], total: fileRows.count, unit: "rows")
            let wave = first..<min(chunkCount, first + waveCount)
            let planner = PartitionPlanner(
                table: table, loader: context.loader, time: works[time], customerRows: customerRows,
                replaced: replaced, isReplaced: isReplaced, chunkRows: chunkRows, newCustomerRows: newCustomerRows,
                fileRows: fileRows, starts: starts)
            let plans = try inParallel(wave.count) { try planner.plan(wave.lowerBound + $0) }
            let encoded = try inParallel(works.count) { [works, chunkRows] column -> [EncodedChunk?] in
                try plans.enumerated().map { index, plan in
                    try plan.encode(works[column], partition: wave.lowerBound + index, chunkRows: chunkRows)
                }
            }
            for (index, partition) in wave.enumerated() {
                let plan = plans[index]
                for column in works.indices {
                    let kept = works[column]?.old.flatMap {
                        $0.chunks.indices.contains(partition) ? $0.chunks[partition] : nil
                    }
                    chunks[column].append(
                        try encoded[column][index].map { try context.stage($0) } ?? kept
                            ?? .allMissing(rowCount: plan.rowCount))
                }
                layout.append(try stageLayout(plan, partition: partition))
            }
        }
        var built = table
        built.columns = works.indices.map {
            ColumnEntry(id: 0, schema: TableEntry.hiddenSchema, chunks: chunks[$0], dictionary: [])
        }
        built.layout.chunks = layout
        built.rowCount = chunks[time].reduce(0) { $0 + $1.rowCount }
        return built
    }

    private func stageLayout(_ plan: PartitionPlan, partition: Int) throws -> ChunkEntry {
        guard let counts = plan.rowsPerCustomer else {
            return partition < table.layout.chunks.count ? table.layout.chunks[partition] : .allMissing(rowCount: 0)
        }
        if plan.rowCount == 0 { return .allMissing(rowCount: counts.count) }
        let chunk = ChunkEncoder.encode(lanes: counts, missing: nil)
        return try context.stage(EncodedChunk(chunk, table: table.id, column: table.layout.id, first: partition))
    }
}

/// How one partition is put together.
struct PartitionPlan: Sendable {
    var rowCount: Int
    /// Nil where the partition stays as it is.
    var rowsPerCustomer: [Int64]?
    /// For columns that the file has: stored rows and rows of the file.
    var fromBoth: ChunkPlan
    /// For columns that it has not: stored rows alone, those that were replaced included.
    var carried: ChunkPlan

    /// Nil where the column's stored chunk stays, and for the customer.
    func encode(_ work: ColumnWork?, partition: Int, chunkRows: Int) throws -> EncodedChunk? {
        guard let work else { return nil }
        if rowsPerCustomer == nil, !work.rewritesAll { return nil }
        return try work.encode(work.blocks == nil ? carried : fromBoth, first: partition, chunkRows: chunkRows)
    }
}

/// Plans partitions; used from all cores at once.
struct PartitionPlanner: Sendable {
    let table: TableEntry
    let loader: ChunkLoader
    let time: ColumnWork?
    let customerRows: RowBlocks
    let replaced: ReplacedRows
    let isReplaced: Bool
    let chunkRows: Int
    let newCustomerRows: Int
    /// Rows of the file sorted by partition, and where each partition's begin.
    let fileRows: [UInt32]
    let starts: [Int]

    func plan(_ partition: Int) throws -> PartitionPlan {
        let customerCount = min(chunkRows, newCustomerRows - partition * chunkRows)
        let offsets =
            isReplaced ? nil : try loader.offsets(of: table, partition: partition, customers: customerCount)
        let oldRowCount = offsets.map { Int($0[$0.count - 1]) } ?? 0
        let newRows = starts[partition]..<starts[partition + 1]
        let gone = replaced.gone[partition]
        if newRows.isEmpty, gone == nil, !isReplaced {
            var carried = ChunkPlan(rowCount: oldRowCount)
            for row in 0..<oldRowCount { carried.add(.old(partition), from: row, to: row) }
            return PartitionPlan(rowCount: oldRowCount, rowsPerCustomer: nil, fromBoth: carried, carried: carried)
        }
        let rowCount = oldRowCount - (gone?.setCount ?? 0) + newRows.count
        var arrivals = ChunkPlan(rowCount: rowCount)
        var carried = ChunkPlan(rowCount: rowCount)
        var customers: [UInt32] = []
        customers.reserveCapacity(rowCount)
        if let offsets {
            for customer in 0..<customerCount {
                for row in Int(offsets[customer])..<Int(offsets[customer + 1]) where gone?[row] != true {
                    arrivals.add(.old(partition), from: row, to: customers.count)
                    carried.add(.old(partition), from: row, to: customers.count)
                    customers.append(UInt32(customer))
                }
            }
        }
        let firstCustomer = UInt32(partition * chunkRows)
        for index in newRows {
            let row = Int(fileRows[index])
            if let place = replaced.places[fileRows[index]] {
                carried.add(.old(place.partition), from: place.row, to: customers.count)
            }
            arrivals.add(.block(row / chunkRows), from: row % chunkRows, to: customers.count)
            customers.append(customerRows[row] - firstCustomer)
        }
        let times = try time?.lanes(arrivals, chunkRows: chunkRows) ?? []
        let (places, newOffsets) = sortActivity(customers: customers, times: times, customerCount: customerCount)
        let counts = (0..<customerCount).map { Int64(newOffsets[$0 + 1] - newOffsets[$0]) }
        return PartitionPlan(
            rowCount: rowCount, rowsPerCustomer: counts, fromBoth: arrivals.moved(to: places),
            carried: carried.moved(to: places))
    }
}
