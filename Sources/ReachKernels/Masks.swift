// A mask has one byte per row: 1 where the row is in, 0 where it is not.

/// Swaps in and out.
package func invert(_ mask: inout [UInt8]) {
    var rows = mask.mutableSpan
    for row in 0..<rows.count { rows[row] ^= 1 }
}

/// Keeps the rows that are in `other` too; also the bitwise "and" of bytes.
package func intersect(_ mask: inout [UInt8], with other: [UInt8]) {
    precondition(mask.count == other.count, "masks are equally long")
    var rows = mask.mutableSpan
    let others = other.span
    for row in 0..<rows.count { rows[row] &= others[row] }
}

/// Adds the rows of `other`; also the bitwise "or" of bytes.
package func unite(_ mask: inout [UInt8], with other: [UInt8]) {
    precondition(mask.count == other.count, "masks are equally long")
    var rows = mask.mutableSpan
    let others = other.span
    for row in 0..<rows.count { rows[row] |= others[row] }
}

/// Takes away the rows of `other`.
package func subtract(_ other: [UInt8], from mask: inout [UInt8]) {
    precondition(mask.count == other.count, "masks are equally long")
    var rows = mask.mutableSpan
    let others = other.span
    for row in 0..<rows.count { rows[row] &= others[row] ^ 1 }
}

/// Keeps the bytes of rows that are in the mask and sets the others to 0; bytes are flags of any value.
package func keep(_ bytes: inout [UInt8], where mask: [UInt8]) {
    precondition(mask.count == bytes.count, "masks are equally long")
    var rows = bytes.mutableSpan
    let kept = mask.span
    for row in 0..<rows.count { rows[row] &= 0 &- kept[row] }
}

/// Whether any byte is other than 0.
package func hasAny(_ bytes: [UInt8]) -> Bool {
    let rows = bytes.span
    var union: UInt8 = 0
    for row in 0..<rows.count { union |= rows[row] }
    return union != 0
}

/// How many rows are in.
package func countSet(_ mask: [UInt8]) -> Int {
    let rows = mask.span
    var total = 0
    var start = 0
    // Runs of 255 rows are counted in bytes, which vectorise sixteen or more at a time.
    while start < rows.count {
        let end = min(start + 255, rows.count)
        var run: UInt8 = 0
        for row in start..<end { run &+= rows[row] }
        total += Int(run)
        start = end
    }
    return total
}

/// The positions of the rows that are in, ascending.
package func selectedRows(_ mask: [UInt8]) -> [UInt32] {
    let rows = mask.span
    var positions = [UInt32](repeating: 0, count: countSet(mask) + 1)
    var out = positions.mutableSpan
    var next = 0
    // Every row writes its position and only those that are in move on: no branch to mispredict. The spare place at the end
    // takes the writes after the last hit.
    for row in 0..<rows.count {
        out[next] = UInt32(truncatingIfNeeded: row)
        next += Int(rows[row])
    }
    positions.removeLast()
    return positions
}
