// A mask has one byte per row: 1 where the row is in, 0 where it is not.

/// Swaps in and out.
package func invert(_ mask: inout [UInt8]) {
    var rows = mask.mutableSpan
    for row in 0..<rows.count { rows[row] ^= 1 }
}

/// Keeps the rows that are in `other` too; gives how many are left.
@discardableResult
package func intersect(_ mask: inout [UInt8], with other: [UInt8]) -> Int {
    precondition(mask.count == other.count, "masks are equally long")
    return narrowRows(&mask, other) { $0 != 0 }
}

/// Takes away the rows of `other`; gives how many are left.
@discardableResult
package func subtract(_ other: [UInt8], from mask: inout [UInt8]) -> Int {
    precondition(mask.count == other.count, "masks are equally long")
    return narrowRows(&mask, other) { $0 == 0 }
}

/// Adds the rows of `other`; also the bitwise "or" of bytes.
package func unite(_ mask: inout [UInt8], with other: [UInt8]) {
    precondition(mask.count == other.count, "masks are equally long")
    var rows = mask.mutableSpan
    let others = other.span
    for row in 0..<rows.count { rows[row] |= others[row] }
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
    // Runs of rows are counted in bytes, which vectorise sixteen or more at a time.
    while start < rows.count {
        let end = min(start + countedRows, rows.count)
        var run: UInt8 = 0
        for row in start..<end { run &+= rows[row] }
        total += Int(run)
        start = end
    }
    return total
}

/// The positions of the rows that are in, ascending.
package func selectedRows(_ mask: [UInt8]) -> [UInt32] {
    let count = countSet(mask)
    // Every row writes its position and only those that are in move on: no branch to mispredict. The spare place at the end
    // takes the writes after the last hit.
    // SAFETY: `next` never passes the number of rows in the mask, for which, and one more, there is room; `count` are written.
    return unsafe [UInt32](unsafeUninitializedCapacity: count + 1) { out, initialized in
        unsafe mask.withUnsafeBufferPointer { rows in
            var next = 0
            for row in 0..<rows.count {
                unsafe out[next] = UInt32(truncatingIfNeeded: row)
                next &+= Int(unsafe rows[row])
            }
        }
        initialized = count
    }
}
