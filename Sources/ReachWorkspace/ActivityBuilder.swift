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
        let planner = PartitionPlanner(
            table: table, loader: context.loader, time: works[time], customerRows: customerRows,
            replaced: replaced, isReplaced: isReplaced, changesTypes: works.contains { $0?.changesType ?? false },
            chunkRows: chunkRows, newCustomerRows: newCustomerRows, fileRows: fileRows, starts: starts)
        let encoder = PartitionEncoder(table: table, works: works, chunkRows: chunkRows)
        var chunks = [[ChunkEntry]](repeating: [], count: works.count)
        var layout: [ChunkEntry] = []
        // Partitions are planned a few at a time on all cores, then encoded column by column on all cores: each column takes its
        // partitions in order, so that a dictionary grows the same way whatever the cores.
        let waveCount = ProcessInfo.processInfo.activeProcessorCount
        for first in stride(from: 0, to: chunkCount, by: waveCount) {
            try context.cancellation.check()
            context.progress.report("writing \(table.name)", done: starts[first], total: fileRows.count, unit: "rows")
            let wave = first..<min(chunkCount, first + waveCount)
            let changes = try inParallel(wave.count) { try planner.change(wave.lowerBound + $0) }
            let encoded = try inParallel(works.count) { column -> [EncodedColumn?] in
                try changes.enumerated().map { try encoder.encode($1, column: column, partition: wave.lowerBound + $0) }
            }
            for (index, partition) in wave.enumerated() {
                let places = try stageLayout(changes[index], partition: partition, into: &layout)
                for column in works.indices {
                    chunks[column].append(
                        try encoded[column][index].map {
                            $0.entry(staged: try context.stage($0.chunk), places: places)
                        } ?? encoder.storedEntry(column, partition: partition))
                }
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

    /// Adds the partition's layout. Gives the id of the chunk with the customers of its new run; nil where it gets none.
    private func stageLayout(
        _ change: PartitionChange, partition: Int, into layout: inout [ChunkEntry]
    ) throws -> Int64? {
        let stored = partition < table.layout.chunks.count ? table.layout.chunks[partition] : .allMissing(rowCount: 0)
        let counts: [Int64]
        switch change {
        case .none:
            layout.append(stored)
            return nil
        case .rebuilt(let plan):
            guard let changed = plan.rowsPerCustomer else {
                layout.append(stored)
                return nil
            }
            counts = changed
        case .grown(let run):
            guard case .partition(_, let offsets) = run.joining else {
                let owners = ChunkEncoder.encode(lanes: run.owners.map { Int64($0) }, missing: nil)
                let places = try context.stage(
                    EncodedChunk(owners, table: table.id, column: table.layout.id, first: ~partition)
                ).id
                var grown = stored
                if case .runs = run.joining { grown.layers = [] }
                grown.layers.append(LayerEntry(id: places, places: places, rowCount: run.owners.count))
                layout.append(grown)
                return places
            }
            counts = runLengths(offsets)
        }
        if counts.allSatisfy({ $0 == 0 }) {
            layout.append(.allMissing(rowCount: counts.count))
        } else {
            let chunk = ChunkEncoder.encode(lanes: counts, missing: nil)
            layout.append(
                try context.stage(EncodedChunk(chunk, table: table.id, column: table.layout.id, first: partition)))
        }
        return nil
    }
}
