import ReachColumns
import ReachDiagnostics
import ReachKernels

/// What an import does to one partition.
enum PartitionChange: Sendable {
    case none
    /// All rows are put together anew.
    case rebuilt(PartitionPlan)
    /// Few rows come in between those that are there.
    case grown(RunPlan)
}

/// The few rows of the file that a partition gets.
struct RunPlan: Sendable {
    enum Joining: Sendable {
        /// They stay a run of their own.
        case none
        /// They and all runs that are there become one.
        case runs(RunMerge)
        /// They and all runs become part of the partition, where each customer's rows then start at `offsets`.
        case partition(RunMerge, offsets: [UInt32])
    }

    /// By customer, time and arrival.
    var rows: ChunkPlan
    /// The customer of each row of the run to be, as position in the chunk.
    var owners: [UInt32]
    var joining = Joining.none
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

    /// Nil where the column's stored chunk stays.
    func encode(_ work: ColumnWork, partition: Int, chunkRows: Int) throws -> EncodedChunk? {
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
    /// Whether any column's stored chunks have to be written as another type.
    let changesTypes: Bool
    let chunkRows: Int
    let newCustomerRows: Int
    /// Rows of the file sorted by partition, and where each partition's begin.
    let fileRows: [UInt32]
    let starts: [Int]

    func change(_ partition: Int) throws -> PartitionChange {
        let newCount = starts[partition + 1] - starts[partition]
        if isReplaced || changesTypes || replaced.gone[partition] != nil { return .rebuilt(try plan(partition)) }
        if newCount == 0 { return .none }
        // A row that takes the place of one elsewhere brings along what the file does not have.
        let takesPlaces =
            !replaced.places.isEmpty
            && (starts[partition]..<starts[partition + 1]).contains {
                replaced.places[fileRows[$0]] != nil
            }
        if takesPlaces { return .rebuilt(try plan(partition)) }
        let oldCount = partition < table.origin.chunks.count ? table.origin.chunks[partition].rowCount : 0
        guard LayerLimits.isFew(newCount, of: oldCount + newCount) else { return .rebuilt(try plan(partition)) }
        return .grown(try run(partition, rowCount: oldCount + newCount))
    }

    /// `rowCount` is the partition's to be, which has rows already.
    private func run(_ partition: Int, rowCount: Int) throws -> RunPlan {
        let customerCount = min(chunkRows, newCustomerRows - partition * chunkRows)
        let newRows = starts[partition]..<starts[partition + 1]
        let firstCustomer = UInt32(partition * chunkRows)
        var arrivals = ChunkPlan(rowCount: newRows.count)
        var owners: [UInt32] = []
        owners.reserveCapacity(newRows.count)
        for index in newRows {
            let row = Int(fileRows[index])
            arrivals.add(.block(row / chunkRows), from: row % chunkRows, to: owners.count)
            owners.append(customerRows[row] - firstCustomer)
        }
        let times = try time?.lanes(arrivals, chunkRows: chunkRows) ?? []
        let (places, _) = sortActivity(customers: owners, times: times, customerCount: customerCount)
        let order = invert(places: places)
        var run = RunPlan(rows: arrivals.moved(to: places), owners: take(owners, at: order))
        let layers = table.layout.chunks[partition].layers
        guard let time, let old = time.old, !LayerLimits.haveRoom(layers, for: newRows.count, of: rowCount) else {
            return run
        }
        let ownTimes = take(times, at: order)
        if LayerLimits.isFew(layers.reduce(newRows.count) { $0 + $1.rowCount }, of: rowCount) {
            let runOwners = try loader.places(layers, in: table, first: partition)
            let runTimes = try loader.layers(of: old.chunks[partition], of: old, in: table, first: partition)
            let none = [UInt32](repeating: 0, count: customerCount + 1)
            let later = runOwners.dropFirst() + [run.owners]
            let merge = RunMerge(
                offsets: offsetsAfterInserting(owners: runOwners[0], into: none), times: runTimes[0],
                owners: later.flatMap { $0 },
                ownerTimes: runTimes.dropFirst().flatMap { $0.decodedLanes() ?? [] } + ownTimes)
            run.owners = merge.owners(runOwners[0], Array(later))
            run.joining = .runs(merge)
        } else if let offsets = try loader.offsets(of: table, partition: partition, customers: customerCount) {
            let stored = try time.stored(partition, entry: old.chunks[partition], chunkRows: chunkRows)
            let merge = RunMerge(offsets: offsets, times: stored, owners: run.owners, ownerTimes: ownTimes)
            run.joining = .partition(merge, offsets: offsetsAfterInserting(owners: run.owners, into: offsets))
        }
        return run
    }

    private func plan(_ partition: Int) throws -> PartitionPlan {
        let customerCount = min(chunkRows, newCustomerRows - partition * chunkRows)
        let offsets =
            isReplaced ? nil : try loader.offsets(of: table, partition: partition, customers: customerCount)
        let oldRowCount = offsets.map { Int($0[$0.count - 1]) } ?? 0
        let newRows = starts[partition]..<starts[partition + 1]
        let gone = replaced.gone[partition]
        let layers = partition < table.layout.chunks.count ? table.layout.chunks[partition].layers : []
        if newRows.isEmpty, gone == nil, !isReplaced, layers.isEmpty {
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
        // Rows may come without columns, to be given to other customers.
        let times = try time.map { try $0.lanes($0.blocks == nil ? carried : arrivals, chunkRows: chunkRows) } ?? []
        let (places, newOffsets) = sortActivity(customers: customers, times: times, customerCount: customerCount)
        let counts = (0..<customerCount).map { Int64(newOffsets[$0 + 1] - newOffsets[$0]) }
        return PartitionPlan(
            rowCount: rowCount, rowsPerCustomer: counts, fromBoth: arrivals.moved(to: places),
            carried: carried.moved(to: places))
    }
}
