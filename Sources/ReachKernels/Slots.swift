import CKernels

// Figures per slot, a small number that stands for a group within one chunk. A mask has a byte per row; an empty one is every row.

/// How many rows of the mask are in each slot.
package func countSlots(_ slots: [UInt8], _ mask: [UInt8], slotCount: Int) -> [Int64] {
    precondition((1...256).contains(slotCount) && (mask.isEmpty || mask.count == slots.count), "a mask byte per row")
    if slotCount <= 16 { return countFew(slots, mask, slotCount: slotCount) }
    // Two tables in turn: rows beside each other are often of one slot, and adding to what was just written waits for it.
    var counts = [UInt32](repeating: 0, count: 512)
    // SAFETY: a slot is below 256, rows stay below the count that slots and mask share.
    unsafe counts.withUnsafeMutableBufferPointer { out in
        unsafe slots.withUnsafeBufferPointer { rows in
            if mask.isEmpty {
                for row in 0..<rows.count { unsafe out[(row & 1) << 8 | Int(rows[row])] &+= 1 }
            } else {
                unsafe mask.withUnsafeBufferPointer { marks in
                    for row in 0..<rows.count {
                        unsafe out[(row & 1) << 8 | Int(rows[row])] &+= UInt32(marks[row])
                    }
                }
            }
        }
    }
    return (0..<slotCount).map { Int64(counts[$0]) + Int64(counts[256 + $0]) }
}

/// The same of slots that need two bytes.
package func countSlots(_ slots: [UInt16], _ mask: [UInt8], slotCount: Int) -> [Int64] {
    precondition(mask.isEmpty || mask.count == slots.count, "a mask byte per row")
    var counts = [Int64](repeating: 0, count: slotCount)
    var out = counts.mutableSpan
    let rows = slots.span
    for row in 0..<rows.count { out[Int(rows[row])] &+= mask.isEmpty ? 1 : Int64(mask[row]) }
    return counts
}

/// Rows that stay in the nearest cache while slot after slot is counted in them; a multiple of what is counted in a byte.
private let nearRows = 3_840

/// Slot by slot: so many rows at a time that a few slots are counted faster one by one than together.
private func countFew(_ slots: [UInt8], _ mask: [UInt8], slotCount: Int) -> [Int64] {
    var counts = [Int64](repeating: 0, count: slotCount)
    // SAFETY: the mask, where there is one, is as long as the slots; rows stay below their count.
    unsafe slots.withUnsafeBufferPointer { rows in
        unsafe mask.withUnsafeBufferPointer { marks in
            guard let slots = rows.baseAddress else { return }
            var start = 0
            while start < rows.count {
                let count = min(nearRows, rows.count - start)
                for slot in 0..<slotCount {
                    if let mask = marks.baseAddress, !marks.isEmpty {
                        counts[slot] &+= Int64(
                            unsafe reach_count_marked_slot(slots + start, mask + start, count, UInt8(slot)))
                    } else {
                        counts[slot] &+= Int64(unsafe reach_count_slot(slots + start, count, UInt8(slot)))
                    }
                }
                start += count
            }
        }
    }
    return counts
}

/// Sums of the codes of the mask's rows by slot; at most 2^32 rows.
package func sumSlots(_ slots: [UInt8], _ codes: [UInt8], _ mask: [UInt8], slotCount: Int) -> [UInt64] {
    slotSums(slots, codes, mask, slotCount)
}

package func sumSlots(_ slots: [UInt8], _ codes: [UInt16], _ mask: [UInt8], slotCount: Int) -> [UInt64] {
    slotSums(slots, codes, mask, slotCount)
}

package func sumSlots(_ slots: [UInt8], _ codes: [UInt32], _ mask: [UInt8], slotCount: Int) -> [UInt64] {
    slotSums(slots, codes, mask, slotCount)
}

package func sumSlots(_ slots: [UInt16], _ codes: [UInt8], _ mask: [UInt8], slotCount: Int) -> [UInt64] {
    slotSums(slots, codes, mask, slotCount)
}

package func sumSlots(_ slots: [UInt16], _ codes: [UInt16], _ mask: [UInt8], slotCount: Int) -> [UInt64] {
    slotSums(slots, codes, mask, slotCount)
}

package func sumSlots(_ slots: [UInt16], _ codes: [UInt32], _ mask: [UInt8], slotCount: Int) -> [UInt64] {
    slotSums(slots, codes, mask, slotCount)
}

@inline(__always)
private func slotSums<Slot: FixedWidthInteger & UnsignedInteger, Code: FixedWidthInteger & UnsignedInteger>(
    _ slots: [Slot], _ codes: [Code], _ mask: [UInt8], _ slotCount: Int
) -> [UInt64] {
    precondition(slots.count == codes.count, "a slot per row")
    precondition(mask.isEmpty || mask.count == slots.count, "a mask byte per row")
    let room = max(slotCount, 1 << min(Slot.bitWidth, 16))
    var sums = [UInt64](repeating: 0, count: room)
    // SAFETY: there is an entry for every value that a slot can have; rows stay below the count that all three share.
    unsafe sums.withUnsafeMutableBufferPointer { out in
        unsafe slots.withUnsafeBufferPointer { rows in
            unsafe codes.withUnsafeBufferPointer { values in
                if mask.isEmpty {
                    for row in 0..<rows.count {
                        unsafe out[Int(truncatingIfNeeded: rows[row])] &+= UInt64(truncatingIfNeeded: values[row])
                    }
                } else {
                    unsafe mask.withUnsafeBufferPointer { marks in
                        for row in 0..<rows.count {
                            let kept = 0 &- UInt64(unsafe marks[row])
                            unsafe out[Int(truncatingIfNeeded: rows[row])] &+=
                                UInt64(truncatingIfNeeded: values[row]) & kept
                        }
                    }
                }
            }
        }
    }
    return Array(sums.prefix(slotCount))
}

/// How many of the mask's rows are in each slot and the sums of their codes, of which none is above `largest`. Nil where count and sum of a slot
/// might not fit in one word together.
package func countAndSumSlots(
    _ slots: [UInt8], _ codes: [UInt16], _ mask: [UInt8], largest: UInt64, slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    slotFigures(slots, codes, mask, largest, slotCount)
}

package func countAndSumSlots(
    _ slots: [UInt8], _ codes: [UInt32], _ mask: [UInt8], largest: UInt64, slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    slotFigures(slots, codes, mask, largest, slotCount)
}

/// The same of rows as bits.
package func countAndSumSlots(
    _ slots: [UInt8], _ codes: [UInt16], bits: [UInt64], largest: UInt64, slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    checkBits(bits, rowCount: slots.count)
    guard let one = countUnit(slots, codes.count, largest, slotCount) else { return nil }
    var figures = [UInt64](repeating: 0, count: 2 * Int(REACH_SLOTS))
    // SAFETY: a slot is below 256; every row has a slot, a code and a bit, and there is no bit without a row.
    unsafe reach_slot_figures_u16(&figures, slots, codes, bits, bits.count, one)
    return countsAndSums(figures, one, slotCount)
}

package func countAndSumSlots(
    _ slots: [UInt8], _ codes: [UInt32], bits: [UInt64], largest: UInt64, slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    checkBits(bits, rowCount: slots.count)
    guard let one = countUnit(slots, codes.count, largest, slotCount) else { return nil }
    var figures = [UInt64](repeating: 0, count: 2 * Int(REACH_SLOTS))
    // SAFETY: a slot is below 256; every row has a slot, a code and a bit, and there is no bit without a row.
    unsafe reach_slot_figures_u32(&figures, slots, codes, bits, bits.count, one)
    return countsAndSums(figures, one, slotCount)
}

private func checkBits(_ bits: [UInt64], rowCount: Int) {
    precondition(bits.count == (rowCount + 63) / 64, "a bit per row")
    precondition(rowCount % 64 == 0 || bits[bits.count - 1] >> UInt64(rowCount % 64) == 0, "no bit without a row")
}

/// What counts one row, above the bits of the sum, in a word that holds both; nil where that might not fit.
@inline(__always)
private func countUnit(_ slots: [UInt8], _ rowCount: Int, _ largest: UInt64, _ slotCount: Int) -> UInt64? {
    precondition(slots.count == rowCount && (1...256).contains(slotCount), "a slot per row")
    let shift = UInt64(slots.count.leadingZeroBitCount)
    let (most, overflow) = largest.multipliedReportingOverflow(by: UInt64(slots.count))
    return overflow || slots.isEmpty || most >> shift != 0 ? nil : 1 << shift
}

/// What stands in two tables of words that hold count and sum.
private func countsAndSums(
    _ figures: [UInt64], _ one: UInt64, _ slotCount: Int
) -> (counts: [Int64], sums: [UInt64]) {
    let shift = UInt64(one.trailingZeroBitCount)
    let sums = (0..<slotCount).map { (figures[$0] & (one - 1)) + (figures[256 + $0] & (one - 1)) }
    let counts = (0..<slotCount).map { Int64(figures[$0] >> shift) + Int64(figures[256 + $0] >> shift) }
    return (counts, sums)
}

@inline(__always)
private func slotFigures<Code: FixedWidthInteger & UnsignedInteger>(
    _ slots: [UInt8], _ codes: [Code], _ mask: [UInt8], _ largest: UInt64, _ slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    precondition(mask.isEmpty || mask.count == slots.count, "a mask byte per row")
    guard let one = countUnit(slots, codes.count, largest, slotCount) else { return nil }
    // Two tables in turn, as in `countSlots`.
    var figures = [UInt64](repeating: 0, count: 512)
    // SAFETY: a slot is below 256; rows stay below the count that all three share.
    unsafe figures.withUnsafeMutableBufferPointer { out in
        unsafe slots.withUnsafeBufferPointer { rows in
            unsafe codes.withUnsafeBufferPointer { values in
                unsafe mask.withUnsafeBufferPointer { marks in
                    if mask.isEmpty {
                        for row in 0..<rows.count {
                            unsafe out[(row & 1) << 8 | Int(rows[row])] &+= one | UInt64(values[row])
                        }
                    } else {
                        for row in 0..<rows.count {
                            let kept = 0 &- UInt64(unsafe marks[row])
                            unsafe out[(row & 1) << 8 | Int(rows[row])] &+= (one | UInt64(values[row])) & kept
                        }
                    }
                }
            }
        }
    }
    return countsAndSums(figures, one, slotCount)
}

/// Sum of the codes of the mask's rows.
package func sumCodes(_ codes: [UInt8], _ mask: [UInt8]) -> UInt64 { codeSum(codes, mask) }

/// Sum of the codes of the mask's rows.
package func sumCodes(_ codes: [UInt16], _ mask: [UInt8]) -> UInt64 { codeSum(codes, mask) }

/// Sum of the codes of the mask's rows.
package func sumCodes(_ codes: [UInt32], _ mask: [UInt8]) -> UInt64 { codeSum(codes, mask) }

@inline(__always)
private func codeSum<Code: FixedWidthInteger & UnsignedInteger>(_ codes: [Code], _ mask: [UInt8]) -> UInt64 {
    precondition(mask.isEmpty || mask.count == codes.count, "a mask byte per row")
    let rows = codes.span
    var sum: UInt64 = 0
    if mask.isEmpty {
        for row in 0..<rows.count { sum &+= UInt64(truncatingIfNeeded: rows[row]) }
    } else {
        let marks = mask.span
        for row in 0..<rows.count { sum &+= UInt64(truncatingIfNeeded: rows[row]) & (0 &- UInt64(marks[row])) }
    }
    return sum
}

/// slot = slot + factor × code, the slots of one more key; the caller knows that all of them fit.
package func combineSlots(_ slots: inout [UInt8], _ codes: [UInt8], factor: UInt8) {
    precondition(slots.count == codes.count, "a code per row")
    if factor.nonzeroBitCount == 1 {
        // Bytes are shifted many at a time, but not multiplied.
        // SAFETY: both are equally long.
        unsafe slots.withUnsafeMutableBufferPointer { out in
            unsafe codes.withUnsafeBufferPointer { rows in
                guard let slots = out.baseAddress, let codes = rows.baseAddress else { return }
                unsafe reach_add_shifted(slots, codes, rows.count, UInt8(factor.trailingZeroBitCount))
            }
        }
        return
    }
    var out = slots.mutableSpan
    let rows = codes.span
    for row in 0..<rows.count { out[row] &+= factor &* rows[row] }
}

/// slot = slot + factor × code, the slots of one more key; the caller knows that all of them fit.
package func combineSlots(_ slots: inout [UInt16], _ codes: [UInt8], factor: UInt16) {
    precondition(slots.count == codes.count, "a code per row")
    var out = slots.mutableSpan
    let rows = codes.span
    for row in 0..<rows.count { out[row] &+= factor &* UInt16(rows[row]) }
}
