import CKernels

/// Keeps the bits of the rows for whose code the table holds 1; gives how many are left. No words are every row.
package func narrowLookup(_ held: inout [UInt64], _ codes: [UInt8], in table: [UInt8]) -> Int {
    precondition(table.count > Int(UInt8.max), "an entry for every code")
    // SAFETY: the wrapper hands out words for as many rows as there are codes, and no code is beyond the table.
    return unsafe narrowWords(&held, count: codes.count) { words, isFresh in
        unsafe reach_narrow_class(words, isFresh, codes, codes.count, table)
    }
}

/// Keeps the rows for whose code the table holds 1; gives how many are left. An empty mask is every row.
package func narrowLookup(_ mask: inout [UInt8], _ codes: [UInt16], in table: [UInt8]) -> Int {
    precondition(table.count > Int(UInt16.max), "an entry for every code")
    // SAFETY: no code is beyond the table, as was just checked.
    return unsafe table.withUnsafeBufferPointer { table in
        narrowRows(&mask, codes) { unsafe table[Int($0)] != 0 }
    }
}

/// Keeps the rows for whose code the table holds 1, codes beyond it counting as 0; gives how many are left. An empty mask is every
/// row.
package func narrowLookup(_ mask: inout [UInt8], _ codes: [UInt32], in table: [UInt8]) -> Int {
    // SAFETY: the code is below the table's count wherever the table is read.
    return unsafe table.withUnsafeBufferPointer { table in
        narrowRows(&mask, codes) { unsafe Int($0) < table.count && table[Int($0)] != 0 }
    }
}

/// The flags that the table holds for each row's code.
package func lookUp(_ codes: [UInt32], in table: [UInt8]) -> [UInt8] { lookUpLoop(codes, table) }

/// The lanes that the table holds for each row's code.
package func lookUp(_ codes: [UInt32], in table: [Int64]) -> [Int64] { lookUpLoop(codes, table) }

/// The codes that the table holds for each row's code.
package func lookUp(_ codes: [UInt32], in table: [UInt32]) -> [UInt32] { lookUpLoop(codes, table) }

@inline(__always)
private func lookUpLoop<Code: FixedWidthInteger & UnsignedInteger, Entry: FixedWidthInteger>(
    _ codes: [Code], _ table: [Entry]
) -> [Entry] {
    let known = table.span
    // SAFETY: every one of `codes.count` entries is written; the span checks the codes.
    return unsafe [Entry](unsafeUninitializedCapacity: codes.count) { out, initialized in
        let rows = codes.span
        for row in 0..<rows.count { unsafe out[row] = known[Int(rows[row])] }
        initialized = rows.count
    }
}

/// Keeps the rows whose value is in `sorted` (ascending, not empty); gives how many are left. An empty mask is every row.
package func narrowMembers(_ mask: inout [UInt8], _ values: [Int64], of sorted: [Int64]) -> Int {
    precondition(!sorted.isEmpty, "something to be a member of")
    return narrowRows(&mask, values) { value in
        var low = 0
        var high = sorted.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if sorted[middle] <= value { low = middle } else { high = middle }
        }
        return sorted[low] == value
    }
}

// Values at positions; every position is inside the values.

/// `values` at `positions`.
package func take(_ values: [Int64], at positions: [UInt32]) -> [Int64] { lookUpLoop(positions, values) }

/// `values` at `positions`.
package func take(_ values: [UInt32], at positions: [UInt32]) -> [UInt32] { lookUpLoop(positions, values) }

/// `values` at `positions`.
package func take(_ values: [UInt8], at positions: [UInt32]) -> [UInt8] { lookUpLoop(positions, values) }

/// `values` at `positions`.
package func take(_ values: [Double], at positions: [UInt32]) -> [Double] {
    var taken = [Double](repeating: 0, count: positions.count)
    var out = taken.mutableSpan
    let from = values.span
    let rows = positions.span
    for row in 0..<rows.count { out[row] = from[Int(rows[row])] }
    return taken
}

// One of two values per row.

/// `then` where the mask holds, else `otherwise`.
package func choose(_ mask: [UInt8], _ then: [Int64], _ otherwise: [Int64]) -> [Int64] {
    chooseLoop(mask, then, otherwise)
}

/// `then` where the mask holds, else `otherwise`.
package func choose(_ mask: [UInt8], _ then: [UInt32], _ otherwise: [UInt32]) -> [UInt32] {
    chooseLoop(mask, then, otherwise)
}

/// `then` where the mask holds, else `otherwise`.
package func choose(_ mask: [UInt8], _ then: [UInt8], _ otherwise: [UInt8]) -> [UInt8] {
    chooseLoop(mask, then, otherwise)
}

/// `then` where the mask holds, else `otherwise`.
package func choose(_ mask: [UInt8], _ then: [Double], _ otherwise: [Double]) -> [Double] {
    chooseLoop(mask, then, otherwise)
}

@inline(__always)
private func chooseLoop<Element>(_ mask: [UInt8], _ then: [Element], _ otherwise: [Element]) -> [Element] {
    precondition(mask.count == then.count && mask.count == otherwise.count, "both sides are as long as the mask")
    var chosen = otherwise
    var out = chosen.mutableSpan
    let rows = mask.span
    let values = then.span
    for row in 0..<rows.count where rows[row] != 0 { out[row] = values[row] }
    return chosen
}

/// Sets one bit of the flags of every row in the mask.
package func setBit(_ bit: Int, of flags: inout [UInt64], where mask: [UInt8]) {
    precondition(flags.count == mask.count && (0..<64).contains(bit), "flags of 64 bits per row")
    var out = flags.mutableSpan
    let rows = mask.span
    for row in 0..<rows.count { out[row] |= UInt64(rows[row]) << UInt64(bit) }
}
