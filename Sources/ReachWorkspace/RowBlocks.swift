import ReachKernels

/// A number per row of a file, in blocks, so that it grows without being copied.
struct RowBlocks {
    private(set) var blocks: [[UInt32]] = []
    private(set) var count = 0
    private let blockRows: Int

    init(blockRows: Int) { self.blockRows = blockRows }

    mutating func append(_ rows: [UInt32]) {
        var done = 0
        while done < rows.count {
            if blocks.isEmpty || blocks[blocks.count - 1].count == blockRows {
                blocks.append([])
                blocks[blocks.count - 1].reserveCapacity(blockRows)
            }
            let room = blockRows - blocks[blocks.count - 1].count
            let end = min(rows.count, done + room)
            blocks[blocks.count - 1].append(contentsOf: rows[done..<end])
            count += end - done
            done = end
        }
    }

    subscript(row: Int) -> UInt32 {
        get { blocks[row / blockRows][row % blockRows] }
        set { blocks[row / blockRows][row % blockRows] = newValue }
    }

    /// Whether `rows` are those of a block, the one that begins with `first`, and each has its own place as its number.
    func areWhole(_ rows: ArraySlice<UInt32>, from first: UInt32, count: Int) -> Bool {
        let index = Int(first) / blockRows
        guard rows.count == count, rows.first == first, index < blocks.count, blocks[index].count == count else {
            return false
        }
        // They ascend, so that none is left out where the last is as far from the first as there are rows.
        return rows.last == first + UInt32(count) - 1 && areConsecutive(blocks[index], from: Int(first))
    }

    /// Every number becomes what `table` holds at it, but for `skip`.
    mutating func translate(by table: [UInt32], skip: UInt32) throws {
        blocks = try inParallel(blocks.count) { [blocks] index in
            var block = blocks[index]
            ReachKernels.translate(&block, by: table, skip: skip)
            return block
        }
    }
}
