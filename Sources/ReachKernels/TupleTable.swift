/// Distinct tuples of lanes in order of arrival, found again by hash: what a row is grouped by.
package struct TupleTable: Sendable {
    /// By position in the tuple: a lane per tuple.
    package private(set) var columns: [[Int64]]
    package private(set) var count = 0
    private var hashes: [UInt64] = []
    /// tuple + 1, or 0 for a free slot.
    private var slots: [UInt32]

    package init(width: Int) {
        columns = Array(repeating: [], count: width)
        slots = Array(repeating: 0, count: 64)
    }

    /// The number of each row's tuple, new numbers for new ones. `rows` has the tuples' columns, each `rowCount` long; without
    /// columns every row is the one empty tuple.
    package mutating func intern(_ rows: [[Int64]], rowCount: Int) -> [UInt32] {
        precondition(rows.count == columns.count && rows.allSatisfy { $0.count == rowCount }, "a column per place")
        var ids = [UInt32](repeating: 0, count: rowCount)
        let rowHashes = hashRows(rows, rowCount: rowCount)
        for row in 0..<rowCount {
            let hash = rowHashes[row]
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0, !holds(Int(slots[slot] - 1), hash, rows, row) {
                slot = (slot + 1) & (slots.count - 1)
            }
            if slots[slot] == 0 {
                slots[slot] = UInt32(count + 1)
                for place in 0..<rows.count { columns[place].append(rows[place][row]) }
                hashes.append(hash)
                count += 1
                ids[row] = UInt32(count - 1)
                if count * 2 > slots.count { grow() }
            } else {
                ids[row] = slots[slot] - 1
            }
        }
        return ids
    }

    private func holds(_ tuple: Int, _ hash: UInt64, _ rows: [[Int64]], _ row: Int) -> Bool {
        if hashes[tuple] != hash { return false }
        for place in 0..<rows.count where columns[place][tuple] != rows[place][row] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for tuple in 0..<count {
            var slot = Int(truncatingIfNeeded: hashes[tuple]) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(tuple + 1)
        }
    }
}

/// A hash per row over all columns.
private func hashRows(_ columns: [[Int64]], rowCount: Int) -> [UInt64] {
    var hashes = [UInt64](repeating: 0x9E37_79B9_7F4A_7C15, count: rowCount)
    var out = hashes.mutableSpan
    for column in columns {
        let lanes = column.span
        for row in 0..<rowCount {
            var mixed = (out[row] ^ UInt64(bitPattern: lanes[row])) &* 0xBF58_476D_1CE4_E5B9
            mixed ^= mixed >> 31
            out[row] = (mixed &* 0x94D0_49BB_1331_11EB) ^ (mixed >> 29)
        }
    }
    return hashes
}
