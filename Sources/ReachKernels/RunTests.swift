import CKernels

// Questions about each customer's run of rows that narrow a mask of customers; an empty mask is every customer. Customer c owns rows
// `offsets[c]..<offsets[c + 1]`, in order of time.

/// Keeps the customers with `lower` to `upper` rows; gives how many are left.
package func narrowRunLengths(
    _ mask: inout [UInt8], _ offsets: [UInt32], from lower: UInt32, through upper: UInt32
) -> Int {
    precondition(
        !offsets.isEmpty && lower <= upper, "offsets have an entry more than customers, the range runs forwards")
    let width = upper &- lower
    return narrowRuns(&mask, offsets) { start, end in UInt32(truncatingIfNeeded: end &- start) &- lower <= width }
}

/// Keeps the customers of whose rows `lower` to `upper` are in `rows`, a mask of them; gives how many are left.
package func narrowRunCounts(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ rows: [UInt8], from lower: UInt32, through upper: UInt32
) -> Int {
    checkRuns(offsets, rowCount: rows.count)
    precondition(lower <= upper, "the range runs forwards")
    let width = upper &- lower
    return withRanks(rows) { rank in
        var before: UInt32 = 0
        return narrowRuns(&mask, offsets) { _, end in
            let through = rank(end)
            defer { before = through }
            return through &- before &- lower <= width
        }
    }
}

/// The same of rows as bits, one each.
package func narrowRunCounts(
    _ mask: inout [UInt8], _ offsets: [UInt32], bits: [UInt64], from lower: UInt32, through upper: UInt32
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    precondition(!offsets.isEmpty && bits.count == (Int(offsets[offsets.count - 1]) + 63) / 64, "a bit per row")
    if bits.isEmpty { return narrowRunLengths(&mask, offsets, from: lower, through: upper) }
    let customers = offsets.count - 1
    fill(&mask, customers)
    // SAFETY: offsets run upwards to the number of rows, each of which has a bit; there is a mask byte per customer, and room for a number per
    // word, which the kernel writes before it reads it.
    return unsafe mask.withUnsafeMutableBufferPointer { out in
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: bits.count) { before in
            unsafe reach_narrow_run_counts(
                out.baseAddress, offsets, customers, bits, before.baseAddress, bits.count, lower, upper &- lower)
        }
    }
}

/// Keeps the customers whose row `place` from the end, 1 being the last, has a value ≥ `lower`; those with fewer rows go. Gives how
/// many are left.
package func narrowRunEnds(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ values: [UInt8], place: Int, from lower: UInt8
) -> Int {
    narrowEnds(&mask, offsets, values, place, lower)
}

/// Keeps the customers whose row `place` from the end, 1 being the last, has a value ≥ `lower`; those with fewer rows go. Gives how
/// many are left.
package func narrowRunEnds(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ values: [UInt16], place: Int, from lower: UInt16
) -> Int {
    narrowEnds(&mask, offsets, values, place, lower)
}

/// Keeps the customers whose row `place` from the end, 1 being the last, has a value ≥ `lower`; those with fewer rows go. Gives how
/// many are left.
package func narrowRunEnds(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ values: [UInt32], place: Int, from lower: UInt32
) -> Int {
    narrowEnds(&mask, offsets, values, place, lower)
}

/// Keeps the customers whose row `place` from the end, 1 being the last, has a value ≥ `lower`; those with fewer rows go. Gives how
/// many are left.
package func narrowRunEnds(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ values: [Int64], place: Int, from lower: Int64
) -> Int {
    narrowEnds(&mask, offsets, values, place, lower)
}

/// The same by what leads the values: a value itself is read only where its leading byte does not tell.
package func narrowRunEnds(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ values: [UInt32], _ leads: LeadingBytes, place: Int,
    from lower: UInt32
) -> Int {
    checkRuns(offsets, rowCount: values.count)
    precondition(place > 0 && leads.bytes.count == values.count, "the last row is the first from the end")
    guard let low = UInt8(exactly: lower >> leads.shift), !values.isEmpty else {
        return narrowEnds(&mask, offsets, values, place, lower)
    }
    let customers = offsets.count - 1
    fill(&mask, customers)
    // SAFETY: offsets run upwards to the number of rows, each of which has a byte; there is a mask byte per customer.
    return unsafe mask.withUnsafeMutableBufferPointer { out in
        unsafe reach_narrow_run_ends(
            out.baseAddress, offsets, customers, leads.bytes, values, UInt32(clamping: place), low, lower)
    }
}

@inline(__always)
private func narrowEnds<Code: FixedWidthInteger & BitwiseCopyable>(
    _ mask: inout [UInt8], _ offsets: [UInt32], _ values: [Code], _ place: Int, _ lower: Code
) -> Int {
    checkRuns(offsets, rowCount: values.count)
    precondition(place > 0, "the last row is the first from the end")
    // SAFETY: the row read is not before its run's start, or the first one where the run is too short; there is one.
    return unsafe values.withUnsafeBufferPointer { rows in
        if rows.isEmpty {
            return narrowRuns(&mask, offsets) { _, _ in false }
        }
        return narrowRuns(&mask, offsets) { start, end in
            let row = end &- place
            return unsafe (row >= start) && (rows[max(row, 0)] >= lower)
        }
    }
}

/// The marks in each customer's run `start..<end`, counted by two looks whatever its length: what comes before each eight rows is added
/// up once, and a multiplication adds up the marks within eight.
///
/// - Parameters:
///   - marks: a byte of 0 or 1 per row.
///   - body: is given a function from a row, or the number of rows, to the marks before it.
@inline(__always)
func withRanks<Result>(_ marks: [UInt8], _ body: (_ rank: (Int) -> UInt32) -> Result) -> Result {
    let wholeGroups = marks.count / 8
    var before = [UInt32](repeating: 0, count: wholeGroups + 1)
    var last: UInt64 = 0
    for row in 8 * wholeGroups..<marks.count { last |= UInt64(marks[row]) << UInt64(8 * (row & 7)) }
    // SAFETY: groups before the last are whole, and `before` has an entry for each and the last; both outlive the closures.
    return unsafe marks.withUnsafeBytes { raw in
        unsafe before.withUnsafeMutableBufferPointer { sums in
            var total: UInt32 = 0
            for group in 0..<wholeGroups {
                unsafe sums[group] = total
                total &+= byteSum(unsafe raw.loadUnaligned(fromByteOffset: 8 &* group, as: UInt64.self))
            }
            unsafe sums[wholeGroups] = total
            return body { row in
                let group = row &>> 3
                let word =
                    group == wholeGroups
                    ? last : UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: 8 &* group, as: UInt64.self))
                let kept = word & ((1 &<< UInt64(truncatingIfNeeded: 8 &* (row & 7))) &- 1)
                return unsafe sums[group] &+ byteSum(kept)
            }
        }
    }
}

/// The sum of eight bytes of 0 or 1: the multiplication adds all of them up in the highest.
@inline(__always)
private func byteSum(_ bytes: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: (bytes &* 0x0101_0101_0101_0101) >> 56)
}

/// Keeps the customers whose run `start..<end` passes.
@inline(__always)
private func narrowRuns(_ mask: inout [UInt8], _ offsets: [UInt32], _ passes: (Int, Int) -> Bool) -> Int {
    let count = offsets.count - 1
    fill(&mask, count)
    var total = 0
    // SAFETY: `starts` has an entry more than there are customers, `out` one for each.
    unsafe offsets.withUnsafeBufferPointer { starts in
        unsafe mask.withUnsafeMutableBufferPointer { out in
            var start = count > 0 ? Int(unsafe starts[0]) : 0
            for customer in 0..<count {
                let end = Int(unsafe starts[customer &+ 1])
                let bit: UInt8 = unsafe (passes(start, end) ? 1 : 0) & out[customer]
                unsafe out[customer] = bit
                total &+= Int(bit)
                start = end
            }
        }
    }
    return total
}

/// A byte for each customer where the mask was empty.
private func fill(_ mask: inout [UInt8], _ customers: Int) {
    if mask.isEmpty { mask = [UInt8](repeating: 1, count: customers) }
    precondition(mask.count == customers, "a mask byte per customer")
}
