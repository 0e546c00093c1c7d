import ReachColumns
import ReachKernels

/// The rows of an activity file by the partition that they belong to, in the order of the file.
struct FileRows: Sendable {
    /// By partition, whose each row is: its customer's position in the chunk.
    private let owners: [[UInt16]]
    /// Numbers in the file by partition; known only where some rows take the place of stored ones.
    private let numbers: [ArraySlice<UInt32>]?
    let count: Int
    /// Rows before each partition's; an entry more than there are partitions.
    let starts: [Int]

    init(_ groups: RowGroups, _ customerRows: RowBlocks, _ context: ImportContext, _ replaced: ReplacedRows) throws {
        owners = try groups.places()
        var starts = [0]
        for partition in owners { starts.append(starts[starts.count - 1] + partition.count) }
        self.starts = starts
        count = starts[starts.count - 1]
        if replaced.places.isEmpty {
            numbers = nil
            return
        }
        let (rows, firsts) = groupByChunk(
            customerRows.blocks, chunkRows: context.geometry.chunkRows, chunkCount: owners.count,
            skip: KeyTable.missing)
        numbers = owners.indices.map { rows[firsts[$0]..<firsts[$0 + 1]] }
    }

    func count(of partition: Int) -> Int { owners[partition].count }

    func owners(of partition: Int) -> [UInt32] { widen(owners[partition]) }

    /// What each row of the partition replaces; empty where none replaces any.
    func places(of partition: Int, in replaced: ReplacedRows) -> [ReplacedRows.Place?] {
        (numbers?[partition] ?? []).map { replaced.places[$0] }
    }
}

extension RowBlocks {
    /// The partitions that rows belong to, each row's number being that of its customer.
    func groups(in catalogue: Catalogue, partCount: Int) -> RowGroups {
        RowGroups(
            blocks, width: catalogue.geometry.chunkRows, groupCount: catalogue.chunkCount, skip: KeyTable.missing,
            partCount: partCount)
    }
}
