// Single rows of a column get other values: row `rows[k]` becomes `values[k]`. Rows ascend.

package func replace(_ rows: [UInt32], of column: inout [UInt8], with values: [UInt8]) {
    replaceLoop(rows, &column, values)
}

package func replace(_ rows: [UInt32], of column: inout [UInt16], with values: [UInt16]) {
    replaceLoop(rows, &column, values)
}

package func replace(_ rows: [UInt32], of column: inout [UInt32], with values: [UInt32]) {
    replaceLoop(rows, &column, values)
}

package func replace(_ rows: [UInt32], of column: inout [Int64], with values: [Int64]) {
    replaceLoop(rows, &column, values)
}

package func replace(_ rows: [UInt32], of column: inout [Double], with values: [Double]) {
    replaceLoop(rows, &column, values)
}

@inline(__always)
private func replaceLoop<Element>(_ rows: [UInt32], _ column: inout [Element], _ values: [Element]) {
    precondition(rows.count == values.count, "a value per row")
    var out = column.mutableSpan
    let from = values.span
    for index in 0..<rows.count { out[Int(rows[index])] = from[index] }
}

/// The same of text: row r of a column is `bytes[offsets[r]..<offsets[r + 1]]`. The result stays below 4 GiB.
package func replaceTexts(
    _ rows: [UInt32], of columnOffsets: [UInt32], _ columnBytes: [UInt8], with offsets: [UInt32], _ bytes: [UInt8]
) -> (offsets: [UInt32], bytes: [UInt8]) {
    precondition(offsets.count == rows.count + 1, "a text per row")
    precondition(bytes.count + columnBytes.count <= Int(UInt32.max), "offsets have 32 bits")
    let rowCount = columnOffsets.count - 1
    var replaced = columnOffsets
    var out = replaced.mutableSpan
    var text: [UInt8] = []
    text.reserveCapacity(columnBytes.count + bytes.count)
    var done = 0
    for index in 0...rows.count {
        let row = index < rows.count ? Int(rows[index]) : rowCount
        let shift = UInt32(truncatingIfNeeded: text.count) &- columnOffsets[done]
        text.append(contentsOf: columnBytes[Int(columnOffsets[done])..<Int(columnOffsets[row])])
        while done < row {
            out[done] = out[done] &+ shift
            done += 1
        }
        out[row] = UInt32(truncatingIfNeeded: text.count)
        if index < rows.count {
            text.append(contentsOf: bytes[Int(offsets[index])..<Int(offsets[index + 1])])
            done = row + 1
        }
    }
    return (replaced, text)
}

/// Sets the bits of `rows` to those of `bits`, of which the k-th belongs to `rows[k]`; no words stand for none set.
package func replaceBits(_ rows: [UInt32], of words: inout [UInt64], with bits: [UInt64]) {
    var out = words.mutableSpan
    for index in 0..<rows.count {
        let row = Int(rows[index])
        let bit = bits.isEmpty ? 0 : bits[index >> 6] >> UInt64(index & 63) & 1
        out[row >> 6] = out[row >> 6] & ~(1 << UInt64(row & 63)) | bit << UInt64(row & 63)
    }
}

/// How many of `rows` have their bit set; no words stand for none set.
package func countBits(_ rows: [UInt32], of words: [UInt64]) -> Int {
    if words.isEmpty { return 0 }
    let bits = words.span
    var total = 0
    for index in 0..<rows.count {
        total += Int(truncatingIfNeeded: bits[Int(rows[index] >> 6)] >> UInt64(rows[index] & 63) & 1)
    }
    return total
}

/// The rows that are in any of the lists, ascending, and for each list where its rows are among them. Rows are below `rowCount`.
package func distinctRows(_ lists: [[UInt32]], rowCount: Int) -> (rows: [UInt32], indexes: [[UInt32]]) {
    var mask = [UInt8](repeating: 0, count: rowCount)
    for list in lists {
        var marks = mask.mutableSpan
        for row in list { marks[Int(row)] = 1 }
    }
    let rows = selectedRows(mask)
    var indexes = [UInt32](repeating: 0, count: rowCount)
    var out = indexes.mutableSpan
    for index in 0..<rows.count { out[Int(rows[index])] = UInt32(truncatingIfNeeded: index) }
    return (rows, lists.map { take(indexes, at: $0) })
}
