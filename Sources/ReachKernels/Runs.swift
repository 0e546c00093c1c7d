// An activity partition is sorted by customer: customer c owns rows `offsets[c]..<offsets[c + 1]`, so everything per customer is one
// linear scan. Masks, where given, have a byte per row.

/// How many rows each customer has.
package func runLengths(_ offsets: [UInt32]) -> [Int64] {
    mapRuns(offsets) { Int64(truncatingIfNeeded: $1 &- $0) }
}

/// How many of each customer's rows are in the mask.
package func runCounts(_ offsets: [UInt32], _ mask: [UInt8]) -> [Int64] {
    checkRuns(offsets, rowCount: mask.count)
    return withRanks(mask) { rank in
        var before: UInt32 = 0
        return mapRuns(offsets) { _, end in
            let through = rank(end)
            defer { before = through }
            return Int64(through &- before)
        }
    }
}

/// The union of each customer's flag bytes.
package func runUnions(_ offsets: [UInt32], _ flags: [UInt8]) -> [UInt8] {
    checkRuns(offsets, rowCount: flags.count)
    var unions = [UInt8](repeating: 0, count: offsets.count - 1)
    var out = unions.mutableSpan
    let starts = offsets.span
    let rows = flags.span
    for customer in 0..<out.count {
        var union: UInt8 = 0
        for row in Int(starts[customer])..<Int(starts[customer + 1]) { union |= rows[row] }
        out[customer] = union
    }
    return unions
}

/// Which customer owns each row.
package func runOwners(_ offsets: [UInt32]) -> [UInt32] {
    let starts = offsets.span
    var owners = [UInt32](repeating: 0, count: Int(starts[starts.count - 1]))
    var out = owners.mutableSpan
    for customer in 0..<starts.count - 1 {
        for row in Int(starts[customer])..<Int(starts[customer + 1]) { out[row] = UInt32(truncatingIfNeeded: customer) }
    }
    return owners
}

/// Each customer's first row in the mask, `UInt32.max` where there is none.
package func runFirsts(_ offsets: [UInt32], _ mask: [UInt8]) -> [UInt32] {
    checkRuns(offsets, rowCount: mask.count)
    var firsts = [UInt32](repeating: .max, count: offsets.count - 1)
    var out = firsts.mutableSpan
    let starts = offsets.span
    let rows = mask.span
    for customer in 0..<out.count {
        let end = Int(starts[customer + 1])
        var row = Int(starts[customer])
        while row < end, rows[row] == 0 { row += 1 }
        if row < end { out[customer] = UInt32(truncatingIfNeeded: row) }
    }
    return firsts
}

/// Each customer's last row in the mask, `UInt32.max` where there is none.
package func runLasts(_ offsets: [UInt32], _ mask: [UInt8]) -> [UInt32] {
    checkRuns(offsets, rowCount: mask.count)
    var lasts = [UInt32](repeating: .max, count: offsets.count - 1)
    var out = lasts.mutableSpan
    let starts = offsets.span
    let rows = mask.span
    for customer in 0..<out.count {
        let start = Int(starts[customer])
        var row = Int(starts[customer + 1])
        while row > start, rows[row - 1] == 0 { row -= 1 }
        if row > start { out[customer] = UInt32(truncatingIfNeeded: row - 1) }
    }
    return lasts
}

/// Sums of each customer's rows in the mask, in 128 bits.
package func runSums(_ offsets: [UInt32], _ values: [Int64], _ mask: [UInt8]) -> [Int128] {
    checkRuns(offsets, rowCount: values.count)
    precondition(mask.count == values.count, "a mask byte per row")
    var sums = [Int128](repeating: 0, count: offsets.count - 1)
    var out = sums.mutableSpan
    let starts = offsets.span
    let lanes = values.span
    let rows = mask.span
    for customer in 0..<out.count {
        var total: Int128 = 0
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows[row] != 0 {
            total &+= Int128(lanes[row])
        }
        out[customer] = total
    }
    return sums
}

/// Exactly rounded sums of each customer's rows in the mask.
package func runSums(_ offsets: [UInt32], _ values: [Double], _ mask: [UInt8]) -> [Double] {
    checkRuns(offsets, rowCount: values.count)
    precondition(mask.count == values.count, "a mask byte per row")
    var sums = [Double](repeating: 0, count: offsets.count - 1)
    var out = sums.mutableSpan
    let starts = offsets.span
    let floats = values.span
    let rows = mask.span
    var exact = ExactSum()
    for customer in 0..<out.count {
        let run = Int(starts[customer])..<Int(starts[customer + 1])
        var total = 0.0
        var isExact = true
        for row in run where rows[row] != 0 {
            let sum = total + floats[row]
            // Knuth's two-sum: the rounding error of the addition, 0 where it was exact.
            let part = sum - total
            if (total - (sum - part)) + (floats[row] - part) != 0 || !sum.isFinite {
                isExact = false
                break
            }
            total = sum
        }
        if !isExact {
            exact.reset()
            for row in run where rows[row] != 0 { exact.add(floats[row]) }
            total = exact.rounded
        }
        out[customer] = total
    }
    return sums
}

/// Smallest (or largest) of each customer's rows in the mask, 0 where there is none.
package func runExtremes(_ offsets: [UInt32], _ values: [Int64], _ mask: [UInt8], largest: Bool) -> [Int64] {
    checkRuns(offsets, rowCount: values.count)
    precondition(mask.count == values.count, "a mask byte per row")
    var extremes = [Int64](repeating: 0, count: offsets.count - 1)
    var out = extremes.mutableSpan
    let starts = offsets.span
    let lanes = values.span
    let rows = mask.span
    // Flipping all bits reverses the order of lanes, so one loop finds both.
    let flip: Int64 = largest ? -1 : 0
    for customer in 0..<out.count {
        var least = Int64.max
        var isKnown = false
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows[row] != 0 {
            least = min(least, lanes[row] ^ flip)
            isKnown = true
        }
        if isKnown { out[customer] = least ^ flip }
    }
    return extremes
}

/// How many different lanes each customer has among the rows in the mask.
package func runDistincts(_ offsets: [UInt32], _ values: [Int64], _ mask: [UInt8]) -> [Int64] {
    checkRuns(offsets, rowCount: values.count)
    precondition(mask.count == values.count, "a mask byte per row")
    var counts = [Int64](repeating: 0, count: offsets.count - 1)
    var scratch: [Int64] = []
    for customer in 0..<counts.count {
        scratch.removeAll(keepingCapacity: true)
        for row in Int(offsets[customer])..<Int(offsets[customer + 1]) where mask[row] != 0 {
            scratch.append(values[row])
        }
        scratch.sort()
        var distinct: Int64 = scratch.isEmpty ? 0 : 1
        for index in 1..<max(1, scratch.count) where scratch[index] != scratch[index - 1] { distinct += 1 }
        counts[customer] = distinct
    }
    return counts
}

@inline(__always)
func checkRuns(_ offsets: [UInt32], rowCount: Int) {
    precondition(!offsets.isEmpty && Int(offsets[offsets.count - 1]) == rowCount, "offsets end where the rows end")
}
