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
    private let fileRows: FileRows
    private let newCustomerRows: Int
    private let replaced: ReplacedRows
    private let isReplaced: Bool
    private let chunkRows: Int

    init(
        _ context: ImportContext, table: TableEntry, works: [ColumnWork?], time: Int, fileRows: FileRows,
        newCustomerRows: Int, replaced: ReplacedRows, isReplaced: Bool
    ) {
        self.context = context
        self.table = table
        self.works = works
        self.time = time
        self.fileRows = fileRows
        self.newCustomerRows = newCustomerRows
        self.replaced = replaced
        self.isReplaced = isReplaced
        chunkRows = context.geometry.chunkRows
    }

    /// The table with its columns' chunks, the origin's among them, its layout and its rollups; the columns' schemas and dictionaries are for the caller to fill in.
    func build() throws -> TableEntry {
        let chunkCount = (newCustomerRows + chunkRows - 1) / chunkRows
        let planner = PartitionPlanner(
            table: table, loader: context.loader, time: works[time], fileRows: fileRows,
            replaced: replaced, isReplaced: isReplaced, changesTypes: works.contains { $0?.changesType ?? false },
            chunkRows: chunkRows, newCustomerRows: newCustomerRows)
        let encoder = PartitionEncoder(
            table: table, works: works, rollups: works.map(rollups), loader: context.loader, chunkRows: chunkRows)
        var chunks = [[ChunkEntry]](repeating: [], count: works.count)
        var figures = encoder.rollups.map { $0.map { _ in [ChunkEntry]() } }
        var layout: [ChunkEntry] = []
        let isOrderless = works.map { $0?.isOrderless ?? true }
        // Partitions are planned and encoded on all cores, some way ahead of who stages them in order. Columns whose dictionary may grow
        // are encoded only then, so that it grows the same way whatever the cores.
        var ahead: [Pending<EncodedPartition>] = []
        var next = 0
        for partition in 0..<chunkCount {
            try context.cancellation.check()
            context.progress.report(
                "writing \(table.name)", done: fileRows.starts[partition], total: fileRows.count, unit: "rows")
            while next < chunkCount, ahead.count < Self.mostAhead {
                ahead.append(
                    WorkQueue.shared.submit { [next, cancellation = context.cancellation] in
                        try cancellation.check()
                        let change = try planner.change(next)
                        let columns = try isOrderless.indices.map { column in
                            isOrderless[column] ? try encoder.encode(change, column: column, partition: next) : nil
                        }
                        return EncodedPartition(change: change, columns: columns)
                    })
                next += 1
            }
            let made = try ahead.removeFirst().value()
            let places = try stageLayout(made.change, partition: partition, into: &layout)
            for column in works.indices {
                let encoded =
                    isOrderless[column]
                    ? made.columns[column] : try encoder.encode(made.change, column: column, partition: partition)
                chunks[column].append(
                    try encoded.map { $0.entry(staged: try context.stage($0.chunk), places: places) }
                        ?? encoder.storedEntry(column, partition: partition))
                for (index, rollup) in encoder.rollups[column].enumerated() {
                    figures[column][index].append(
                        try encoded?.rollups.map { try context.stage($0[index]) }
                            ?? encoder.storedFigures(rollup, partition: partition))
                }
            }
        }
        var built = table
        built.rollups = zip(encoder.rollups, figures).flatMap { kept, chunks in
            zip(kept, chunks).map { rollup, chunks in
                var rollup = rollup
                rollup.figures.chunks = chunks
                return rollup
            }
        }
        built.columns = works.indices.map {
            ColumnEntry(id: 0, schema: TableEntry.hiddenSchema, chunks: chunks[$0], dictionary: [])
        }
        built.layout.chunks = layout
        built.rowCount = chunks[time].reduce(0) { $0 + $1.rowCount }
        return built
    }

    /// What is kept of a column, as it is.
    private func rollups(_ work: ColumnWork?) -> [RollupEntry] {
        guard let work, work.id != table.origin.id else { return [] }
        return Rollup.kept(of: work.schema).map { rollup in
            if let known = table.rollup(rollup, of: work.id) { return known }
            return RollupEntry(
                rollup, of: work.id,
                ColumnEntry(
                    id: context.newColumnID(), schema: RollupEntry.schema(rollup, of: work.id), chunks: [],
                    dictionary: []))
        }
    }

    /// What was made of a partition; columns that have to wait for their turn are nil.
    private struct EncodedPartition: Sendable {
        let change: PartitionChange
        let columns: [EncodedColumn?]
    }

    private static let mostAhead = 4

    /// Adds the partition's layout. Gives the id of the chunk with the customers of its new run; nil where it gets none.
    private func stageLayout(
        _ change: PartitionChange, partition: Int, into layout: inout [ChunkEntry]
    ) throws -> Int64? {
        let stored = partition < table.layout.chunks.count ? table.layout.chunks[partition] : .allMissing(rowCount: 0)
        let offsets: [UInt32]
        switch change {
        case .none:
            layout.append(stored)
            return nil
        case .rebuilt(let plan):
            guard let changed = plan.offsets else {
                layout.append(stored)
                return nil
            }
            offsets = changed
        case .grown(let run):
            guard case .partition(_, let changed) = run.joining else {
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
            offsets = changed
        }
        let counts = runLengths(offsets)
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
