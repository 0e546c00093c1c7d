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

/// How many of the held rows are in each slot and the sums of their codes, of which none is above `largest`. Nil where count and sum of a slot might
/// not fit in one word together.
///
/// - Parameter held: a bit per row; no words hold every row.
package func countAndSumSlots(
    _ slots: [UInt8], _ codes: [UInt16], _ held: [UInt64], largest: UInt64, slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    precondition(slots.count == codes.count, "a slot per row")
    // SAFETY: `slotFigures` gives what the loop asks for.
    return unsafe slotFigures(slots, held, largest, slotCount) { figures, words, one in
        unsafe reach_slot_figures_u16(figures, slots, codes, words, codes.count, one)
    }
}

package func countAndSumSlots(
    _ slots: [UInt8], _ codes: [UInt32], _ held: [UInt64], largest: UInt64, slotCount: Int
) -> (counts: [Int64], sums: [UInt64])? {
    precondition(slots.count == codes.count, "a slot per row")
    // SAFETY: `slotFigures` gives what the loop asks for.
    return unsafe slotFigures(slots, held, largest, slotCount) { figures, words, one in
        unsafe reach_slot_figures_u32(figures, slots, codes, words, codes.count, one)
    }
}

@inline(__always)
private func slotFigures(
    _ slots: [UInt8], _ held: [UInt64], _ largest: UInt64, _ slotCount: Int,
    _ add: (_ figures: UnsafeMutablePointer<UInt64>, _ words: UnsafePointer<UInt64>?, _ one: UInt64) -> Void
) -> (counts: [Int64], sums: [UInt64])? {
    let rows = slots.count
    precondition((1...256).contains(slotCount), "a slot is a byte")
    precondition(held.isEmpty || held.count == (rows + 63) / 64, "a bit per row")
    precondition(
        held.isEmpty || rows % 64 == 0 || held[held.count - 1] >> UInt64(rows % 64) == 0, "no bit without a row")
    // The sum in the lower bits, the count above it.
    let shift = UInt64(rows.leadingZeroBitCount)
    let (most, overflow) = largest.multipliedReportingOverflow(by: UInt64(rows))
    guard !overflow, !slots.isEmpty, most >> shift == 0 else { return nil }
    let one: UInt64 = 1 << shift
    let tableSize = Int(REACH_SLOTS)
    var figures = [UInt64](repeating: 0, count: 2 * tableSize)
    // SAFETY: there are two tables of an entry for every byte, and a word for every 64 rows where there are words.
    unsafe withWords(held) { words in unsafe add(&figures, words, one) }
    let sums = (0..<slotCount).map { (figures[$0] & (one - 1)) + (figures[tableSize + $0] & (one - 1)) }
    let counts = (0..<slotCount).map { Int64(figures[$0] >> shift) + Int64(figures[tableSize + $0] >> shift) }
    return (counts, sums)
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
