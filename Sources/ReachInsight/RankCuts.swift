import ReachKernels

/// The values that divide a population into bins of about equal size by rank, without sorting it: lanes are counted by their upper bits,
/// then those of the few bins in which a border lies are sorted. Lanes come in parts, in any order; no part is changed.
///
/// score = 1 + ⌊bins · w / n⌋, w being how many are strictly below and n how many there are: equal values have equal scores. That is one
/// more than the number of cuts a value is above, where cut k is the value of rank ⌈k · n / bins⌉. Worked example: of 1 2 2 3 4 the value
/// 2 has w = 1, so with 5 bins it scores 2, both times, and 3 scores 4.
package struct RankCuts: Sendable {
    package let lowest: Int64
    private let shift: UInt64
    private let binCount: Int

    /// - Parameter range: smallest and largest lane.
    package init(_ range: ClosedRange<Int64>) {
        lowest = range.lowerBound
        let spread = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        shift = UInt64(max(0, UInt64.bitWidth - spread.leadingZeroBitCount - 16))
        binCount = Int(spread >> shift) + 1
    }

    /// First pass: a part's lanes by bin.
    package func counts(_ lanes: [Int64]) -> [UInt32] {
        var bins = [UInt32](repeating: 0, count: binCount)
        countBins(lanes, lowest: lowest, shift: shift, into: &bins)
        return bins
    }

    /// Where the borders lie, given what the first pass counted.
    package func borders(_ parts: [[UInt32]], scores: Int) -> Borders {
        var counts = [Int](repeating: 0, count: binCount)
        for part in parts {
            for bin in 0..<binCount { counts[bin] += Int(part[bin]) }
        }
        let total = counts.reduce(0, +)
        var places: [(bin: Int, rank: Int)] = []
        var isWanted = [UInt8](repeating: 0, count: binCount)
        guard total > 0 else { return Borders(places: [], isWanted: isWanted) }
        var bin = 0
        var before = 0
        for score in 1..<max(2, scores) {
            let rank = (score * total + scores - 1) / scores
            while before + counts[bin] < rank {
                before += counts[bin]
                bin += 1
            }
            places.append((bin, rank - before))
            isWanted[bin] = 1
        }
        return Borders(places: places, isWanted: isWanted)
    }

    package struct Borders: Sendable {
        fileprivate let places: [(bin: Int, rank: Int)]
        fileprivate let isWanted: [UInt8]
    }

    /// Second pass: a part's lanes in the bins that hold a border.
    package func gathered(_ lanes: [Int64], _ borders: Borders) -> [Int64] {
        // Where a bin is one value there is nothing to find out.
        shift == 0 ? [] : gatherBins(lanes, lowest: lowest, shift: shift, isWanted: borders.isWanted)
    }

    /// The cuts, ascending, given what the second pass gathered.
    package func cuts(_ parts: [[Int64]], _ borders: Borders) -> [Int64] {
        if shift == 0 { return borders.places.map { lowest &+ Int64($0.bin) } }
        let values = parts.joined().sorted()
        // Bins ascend as their values do.
        let firstOfBin = Dictionary(
            values.enumerated().map { (bin(of: $1), $0) }, uniquingKeysWith: { first, _ in first })
        return borders.places.map { place in
            guard let first = firstOfBin[place.bin] else { preconditionFailure("what was counted is gathered") }
            return values[first + place.rank - 1]
        }
    }

    private func bin(of lane: Int64) -> Int { Int(UInt64(bitPattern: lane &- lowest) >> shift) }
}
