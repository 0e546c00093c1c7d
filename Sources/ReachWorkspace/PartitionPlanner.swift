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
    /// Where each customer's rows start; nil where the partition stays as it is.
    var offsets: [UInt32]?
    /// For columns that the file has: stored rows and rows of the file.
    var fromBoth: ChunkPlan
    /// For columns that it has not: stored rows alone, those that were replaced included.
    var carried: ChunkPlan

    /// The column's rows; nil where its stored chunk stays.
    func rows(_ work: ColumnWork, chunkRows: Int) throws -> Chunk? {
        if offsets == nil, !work.rewritesAll { return nil }
        return try work.assembled(work.blocks == nil ? carried : fromBoth, chunkRows: chunkRows)
    }
}

/// Plans partitions; used from all cores at once.
struct PartitionPlanner: Sendable {
    let table: TableEntry
    let loader: ChunkLoader
    let time: ColumnWork?
    let fileRows: FileRows
    let replaced: ReplacedRows
    let isReplaced: Bool
    /// Whether any column's stored chunks have to be written as another type.
    let changesTypes: Bool
    let chunkRows: Int
    let newCustomerRows: Int

    func change(_ partition: Int) throws -> PartitionChange {
        let newCount = fileRows.count(of: partition)
        if isReplaced || changesTypes || replaced.gone[partition] != nil { return .rebuilt(try plan(partition)) }
        if newCount == 0 { return .none }
        // A row that takes the place of one elsewhere brings along what the file does not have.
        let takesPlaces = fileRows.places(of: partition, in: replaced).contains { $0 != nil }
        if takesPlaces { return .rebuilt(try plan(partition)) }
        let oldCount = partition < table.origin.chunks.count ? table.origin.chunks[partition].rowCount : 0
        guard LayerLimits.isFew(newCount, of: oldCount + newCount) else { return .rebuilt(try plan(partition)) }
        return .grown(try run(partition, rowCount: oldCount + newCount))
    }

    /// `rowCount` is the partition's to be, which has rows already.
    private func run(_ partition: Int, rowCount: Int) throws -> RunPlan {
        let customerCount = min(chunkRows, newCustomerRows - partition * chunkRows)
        let owners = fileRows.owners(of: partition)
        let arrivals = ChunkPlan(block: partition, rowCount: owners.count)
        let times = try time?.lanes(arrivals, chunkRows: chunkRows) ?? []
        let (places, _) = sortActivity(customers: owners, times: times, customerCount: customerCount)
        let order = invert(places: places)
        var run = RunPlan(rows: ChunkPlan(block: partition, to: places), owners: take(owners, at: order))
        let layers = table.layout.chunks[partition].layers
        guard let time, let old = time.old, !LayerLimits.haveRoom(layers, for: owners.count, of: rowCount) else {
            return run
        }
        let ownTimes = take(times, at: order)
        if LayerLimits.isFew(layers.reduce(owners.count) { $0 + $1.rowCount }, of: rowCount) {
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
        let newOwners = fileRows.owners(of: partition)
        let gone = replaced.gone[partition]
        let layers = partition < table.layout.chunks.count ? table.layout.chunks[partition].layers : []
        if newOwners.isEmpty, gone == nil, !isReplaced, layers.isEmpty {
            var carried = ChunkPlan(rowCount: oldRowCount)
            for row in 0..<oldRowCount { carried.add(.old(partition), from: row, to: row) }
            return PartitionPlan(rowCount: oldRowCount, offsets: nil, fromBoth: carried, carried: carried)
        }
        let takenPlaces = fileRows.places(of: partition, in: replaced)
        if oldRowCount == 0, takenPlaces.isEmpty, let time, time.blocks != nil {
            return try plan(newOwners, time, partition: partition, customerCount: customerCount)
        }
        let rowCount = oldRowCount - (gone?.setCount ?? 0) + newOwners.count
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
        for (row, owner) in newOwners.enumerated() {
            if row < takenPlaces.count, let place = takenPlaces[row] {
                carried.add(.old(place.partition), from: place.row, to: customers.count)
            }
            arrivals.add(.block(partition), from: row, to: customers.count)
            customers.append(owner)
        }
        // Rows may come without columns, to be given to other customers.
        let times = try time.map { try $0.lanes($0.blocks == nil ? carried : arrivals, chunkRows: chunkRows) } ?? []
        let (places, newOffsets) = sortActivity(customers: customers, times: times, customerCount: customerCount)
        return PartitionPlan(
            rowCount: rowCount, offsets: newOffsets, fromBoth: arrivals.moved(to: places),
            carried: carried.moved(to: places))
    }

    /// A partition that had no rows: those of the file, sorted.
    private func plan(
        _ owners: [UInt32], _ time: ColumnWork, partition: Int, customerCount: Int
    ) throws -> PartitionPlan {
        let times = try time.lanes(ChunkPlan(block: partition, rowCount: owners.count), chunkRows: chunkRows)
        let (places, offsets) = sortActivity(customers: owners, times: times, customerCount: customerCount)
        return PartitionPlan(
            rowCount: owners.count, offsets: offsets,
            fromBoth: ChunkPlan(block: partition, to: places), carried: ChunkPlan(rowCount: owners.count))
    }
}
