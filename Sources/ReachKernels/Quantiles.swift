import CKernels

// Ranks without sorting: a first pass counts values by their upper bits, a second one looks at those in the few bins that hold the ranks asked
// for. A value is `offset + step × code`, at most 2^32 - 1; a mask has a byte per row, and an empty one is every row.

/// How a chunk's codes give values.
package struct CodeScale: Sendable {
    let offset: UInt32
    let step: UInt32

    package init(offset: UInt32, step: UInt32) {
        self.offset = offset
        self.step = step
    }
}

/// Bins that there may be.
package let mostBins = Int(REACH_BINS)

/// Adds the rows of the mask to the bins `value >> shift`, all of which there are.
package func countBins(
    _ codes: [UInt8], _ mask: [UInt8], _ scale: CodeScale, shift: UInt32, into bins: inout [UInt32]
) {
    checkBins(codes.count, mask, scale, largest: codes.max() ?? 0, shift, bins)
    // SAFETY: every row has a bin, as was just checked, and a mark where there are marks.
    unsafe withMarks(mask) { marks in
        unsafe reach_count_bins_u8(&bins, bins.count, codes, marks, codes.count, scale.offset, scale.step, shift)
    }
}

package func countBins(
    _ codes: [UInt16], _ mask: [UInt8], _ scale: CodeScale, shift: UInt32, into bins: inout [UInt32]
) {
    checkBins(codes.count, mask, scale, largest: codes.max() ?? 0, shift, bins)
    // SAFETY: every row has a bin, as was just checked, and a mark where there are marks.
    unsafe withMarks(mask) { marks in
        unsafe reach_count_bins_u16(&bins, bins.count, codes, marks, codes.count, scale.offset, scale.step, shift)
    }
}

package func countBins(
    _ codes: [UInt32], _ mask: [UInt8], _ scale: CodeScale, shift: UInt32, into bins: inout [UInt32]
) {
    checkBins(codes.count, mask, scale, largest: codes.max() ?? 0, shift, bins)
    // SAFETY: every row has a bin, as was just checked, and a mark where there are marks.
    unsafe withMarks(mask) { marks in
        unsafe reach_count_bins_u32(&bins, bins.count, codes, marks, codes.count, scale.offset, scale.step, shift)
    }
}

/// Ranges that `gatherRanges` takes at a time.
package let mostRanges = Int(REACH_RANGES)

/// The held codes in any of the ranges, in the order of rows, and how many held codes are below each range. Ranges are `lower[range]` through
/// `upper[range]`, ascending, without a code in common; an empty one ends just before it begins. No words hold every row.
package func gatherRanges(
    _ codes: [UInt16], _ held: [UInt64], lower: [UInt16], upper: [UInt16]
) -> (codes: [UInt16], below: [Int]) {
    // SAFETY: `gathered` gives what the loop asks for.
    unsafe gathered(codes, held, lower, upper) { out, below, words in
        unsafe reach_gather_ranges_u16(out, below, codes, words, codes.count, lower, upper, lower.count)
    }
}

package func gatherRanges(
    _ codes: [UInt32], _ held: [UInt64], lower: [UInt32], upper: [UInt32]
) -> (codes: [UInt32], below: [Int]) {
    // SAFETY: `gathered` gives what the loop asks for.
    unsafe gathered(codes, held, lower, upper) { out, below, words in
        unsafe reach_gather_ranges_u32(out, below, codes, words, codes.count, lower, upper, lower.count)
    }
}

@inline(__always)
private func gathered<Code>(
    _ codes: [Code], _ held: [UInt64], _ lower: [Code], _ upper: [Code],
    _ gather: (UnsafeMutablePointer<Code>, UnsafeMutablePointer<Int>, UnsafePointer<UInt64>?) -> Int
) -> (codes: [Code], below: [Int]) {
    precondition(held.isEmpty || held.count == (codes.count + 63) / 64, "a word per 64 rows")
    precondition(lower.count == upper.count && (1...mostRanges).contains(lower.count), "some ranges, not too many")
    var below = [Int](repeating: 0, count: lower.count)
    // SAFETY: there is room for every code and three more, and a word for every 64 of them where there are words.
    let found = unsafe [Code](unsafeUninitializedCapacity: codes.count + 3) { out, filled in
        guard let out = out.baseAddress else { return }
        filled = unsafe withWords(held) { words in unsafe gather(out, &below, words) }
    }
    return (found, below)
}

/// Hands out the words; nil where there are none, which is every row to kernels.
func withWords<Result>(_ words: [UInt64], _ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
    if words.isEmpty { return body(nil) }
    return unsafe words.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}

private func checkBins(
    _ rowCount: Int, _ mask: [UInt8], _ scale: CodeScale, largest: some FixedWidthInteger, _ shift: UInt32,
    _ bins: [UInt32]
) {
    precondition(mask.isEmpty || mask.count == rowCount, "a mask byte per row")
    let last = UInt64(scale.offset) + UInt64(scale.step) * UInt64(largest)
    precondition(bins.count <= mostBins && last >> UInt64(shift) < UInt64(bins.count), "every row has a bin")
}

private func withMarks(_ mask: [UInt8], _ body: (UnsafePointer<UInt8>?) -> Void) {
    if mask.isEmpty { return body(nil) }
    unsafe mask.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}

/// Adds lanes to the bins `(lane − lowest) >> shift`, all of which there are; no lane is below `lowest`.
package func countBins(_ lanes: [Int64], lowest: Int64, shift: UInt64, into bins: inout [UInt32]) {
    countBins(lanes, into: &bins) { Int(UInt64(bitPattern: $0 &- lowest) &>> shift) }
}

/// The same of numbers of four bytes.
package func countBins(_ numbers: [UInt32], lowest: UInt32, shift: UInt32, into bins: inout [UInt32]) {
    countBins(numbers, into: &bins) { Int(($0 &- lowest) &>> shift) }
}

@inline(__always)
private func countBins<Number>(_ numbers: [Number], into bins: inout [UInt32], _ bin: (Number) -> Int) {
    var out = bins.mutableSpan
    let rows = numbers.span
    for row in 0..<rows.count { out[bin(rows[row])] &+= 1 }
}

/// The lanes whose bin is wanted.
package func gatherBins(_ lanes: [Int64], lowest: Int64, shift: UInt64, isWanted: [UInt8]) -> [Int64] {
    gatherBins(lanes, isWanted) { Int(UInt64(bitPattern: $0 &- lowest) &>> shift) }
}

/// The same of numbers of four bytes.
package func gatherBins(_ numbers: [UInt32], lowest: UInt32, shift: UInt32, isWanted: [UInt8]) -> [UInt32] {
    gatherBins(numbers, isWanted) { Int(($0 &- lowest) &>> shift) }
}

@inline(__always)
private func gatherBins<Number>(_ numbers: [Number], _ isWanted: [UInt8], _ bin: (Number) -> Int) -> [Number] {
    let rows = numbers.span
    let wanted = isWanted.span
    // SAFETY: at most `rows.count` numbers move on, and there is room for one more.
    return unsafe [Number](unsafeUninitializedCapacity: rows.count + 1) { out, initialized in
        var next = 0
        for row in 0..<rows.count {
            unsafe out[next] = rows[row]
            next &+= Int(wanted[bin(rows[row])])
        }
        initialized = next
    }
}

/// How many numbers are below a limit.
package func countNumbers(_ numbers: [UInt32], below limit: UInt32) -> Int {
    // SAFETY: as many numbers are read as there are.
    unsafe reach_count_below(numbers, numbers.count, limit)
}

/// slot = slot + factor × how many of the four cuts the lane is above; the caller knows that all slots fit.
package func addScores(_ slots: inout [UInt8], _ lanes: [Int64], cuts: SIMD4<Int64>, factor: UInt8) {
    precondition(slots.count == lanes.count, "a lane per slot")
    let limits = [cuts[0], cuts[1], cuts[2], cuts[3]]
    // SAFETY: slots and lanes are equally long, and there are four cuts.
    unsafe slots.withUnsafeMutableBufferPointer { out in
        unsafe lanes.withUnsafeBufferPointer { rows in
            unsafe limits.withUnsafeBufferPointer { cuts in
                guard let slots = out.baseAddress, let lanes = rows.baseAddress, let cuts = cuts.baseAddress else {
                    return
                }
                unsafe reach_add_scores(slots, lanes, rows.count, cuts, factor)
            }
        }
    }
}
