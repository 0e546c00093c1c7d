import ReachColumns
import ReachKernels
import ReachPlan

/// How a sample is drawn.
struct QuantileSample {
    /// Fewer rows than this are not worth one.
    var fewestRows = 1 << 20
    /// Rows of the sample, at most; a sixteenth of these at least.
    var rows = 1 << 17
    /// Chunks that they are from, about.
    var chunks = 32
    /// Standard errors of a sample's share on both sides.
    var errors = 4.0
}

/// Quantiles of many rows in one pass: a sample tells between which values each quantile lies all but certainly, the pass counts the rows below and
/// gathers those between (Floyd, Rivest: Expected Time Bounds for Selection). What it gives is exact; where the sample was wrong it gives nothing.
extension Engine {
    /// The lanes of the shares' quantiles; all lanes are in the range, which spans 2^32 lanes at most. Nil where another way has to be gone.
    func sampledQuantiles(
        _ population: Population, _ column: Int, _ range: ClosedRange<Int64>, shares: [Double],
        drawn size: QuantileSample = QuantileSample()
    ) throws -> [Int64]? {
        let chunkCount = source.customerChunkCount
        let rowCount = population.table == 0 ? source.customerRows : source.activityRows(table: population.table)
        guard rowCount >= size.fewestRows else { return nil }
        let rows = PopulationColumn(population: population, column: column, lowest: range.lowerBound)
        let step = max(1, chunkCount / size.chunks)
        let chunks = Array(stride(from: step / 2, to: chunkCount, by: step))
        let share = size.rows / chunks.count
        let sample = try mapIndices(chunks.indices) { index in
            try rows.sample(share, ChunkEvaluator(engine: self, chunk: chunks[index]))
        }
        let ranks = SampleRanks(sample, range)
        // Shares of a small sample are too uncertain to leave much out.
        guard ranks.count >= size.rows / 16 else { return nil }
        let (ranges, places) = disjoint(shares.map { ranks.range(of: $0, errors: size.errors) })
        let none = RowsAround(below: ranges.map { _ in 0 })
        let parts = try foldChunks(0..<chunkCount, into: none) { found, evaluator in
            try rows.gather(ranges, evaluator, into: &found)
        }
        let known = parts.reduce(0) { $0 + $1.rowCount }
        if known == 0 { return nil }
        let offsets = parts.map(\.offsets)
        // Of those in the ranges, how many are before each range; one more entry.
        let beforeByPart = try mapIndices(offsets.indices) { part in
            ranges.map { countNumbers(offsets[part], below: $0.lowerBound) } + [offsets[part].count]
        }
        let before = (0...ranges.count).map { place in beforeByPart.reduce(0) { $0 + $1[place] } }
        var wanted: [Int] = []
        for (share, place) in zip(shares, places) {
            let rank = Quantile.rank(share, of: known) - parts.reduce(0) { $0 + $1.below[place] } + before[place]
            guard rank > before[place], rank <= before[place + 1] else { return nil }
            wanted.append(rank)
        }
        return try values(
            ofRanks: wanted, among: offsets, in: ranges[0].lowerBound...ranges[ranges.count - 1].upperBound
        )
        .map { range.lowerBound + Int64($0) }
    }

    /// The numbers of these ranks, from 1, among those of all parts, which lie in the range.
    private func values(
        ofRanks ranks: [Int], among parts: [[UInt32]], in range: ClosedRange<UInt32>
    ) throws -> [UInt32] {
        let bits = UInt32(UInt32.bitWidth - (range.upperBound - range.lowerBound).leadingZeroBitCount)
        let shift = bits - min(bits, Self.binBits)
        let binCount = Int(range.upperBound - range.lowerBound) >> shift + 1
        let counted = try mapIndices(parts.indices) { part in
            var counts = [UInt32](repeating: 0, count: binCount)
            countBins(parts[part], lowest: range.lowerBound, shift: shift, into: &counts)
            return counts
        }
        let counts = (0..<binCount).map { bin in counted.reduce(0) { $0 + Int($1[bin]) } }
        let places = ranks.map { Self.place(ofRank: $0, in: counts) }
        if shift == 0 { return places.map { range.lowerBound + UInt32($0.bin) } }
        var wanted = [UInt8](repeating: 0, count: binCount)
        for place in places { wanted[place.bin] = 1 }
        let isWanted = wanted
        let rest = try mapIndices(parts.indices) { part in
            gatherBins(parts[part], lowest: range.lowerBound, shift: shift, isWanted: isWanted)
        }
        return try places.map { place in
            let first = range.lowerBound + UInt32(place.bin) << shift
            let bin = first...first + min(1 << shift - 1, range.upperBound - first)
            return try values(ofRanks: [place.rank], among: [rest.flatMap { $0.filter(bin.contains) }], in: bin)[0]
        }
    }

    /// Few enough bins for the processor's nearest cache, enough to leave little for another look.
    private static let binBits: UInt32 = 12
}

/// The ranges united where they overlap, ascending, and in which of them each lies.
private func disjoint(_ ranges: [ClosedRange<UInt32>]) -> (ranges: [ClosedRange<UInt32>], places: [Int]) {
    var united: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if let last = united.last, last.overlaps(range) {
            united[united.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
            united.append(range)
        }
    }
    return (united, ranges.map { range in united.firstIndex { $0.overlaps(range) } ?? 0 })
}

/// How many rows of a sample lie below each of many bins of equal width.
private struct SampleRanks {
    private let shift: UInt64
    /// By bin, the rows up to its end.
    private let through: [Int]

    var count: Int { through[through.count - 1] }

    init(_ parts: [[Int64]], _ range: ClosedRange<Int64>) {
        let spread = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        shift = UInt64(max(0, UInt64.bitWidth - spread.leadingZeroBitCount - 16))
        var counts = [UInt32](repeating: 0, count: Int(spread >> shift) + 1)
        for lanes in parts { countBins(lanes, lowest: range.lowerBound, shift: shift, into: &counts) }
        var sum = 0
        through = counts.map { count in
            sum += Int(count)
            return sum
        }
    }

    /// Between which distances from the lowest lane the share's quantile of all rows lies, so many standard errors on both sides of the sample's.
    func range(of share: Double, errors: Double) -> ClosedRange<UInt32> {
        let count = Double(count)
        let margin = errors * (count * max(share * (1 - share), 1 / count)).squareRoot() + 1
        let (low, high) = (Int(share * count - margin), Int((share * count + margin).rounded(.up)))
        let first = low < 0 ? 0 : bin(ofRow: low) << shift
        let last = high >= self.count ? UInt64(UInt32.max) : (bin(ofRow: high) + 1) << shift - 1
        return UInt32(clamping: first)...UInt32(clamping: last)
    }

    /// The bin of a row of the sample, as by value, from 0.
    private func bin(ofRow row: Int) -> UInt64 {
        var (low, high) = (0, through.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if through[middle] > row { high = middle } else { low = middle + 1 }
        }
        return UInt64(low)
    }
}

/// The rows of a population around its quantiles.
private struct RowsAround: Sendable {
    /// Rows with a value.
    var rowCount = 0
    /// Rows below each range.
    var below: [Int]
    /// Those in any range, as distances from the lowest lane.
    var offsets: [UInt32] = []
}

/// A stored fixed-point column of a population; values are told as distances from the lowest lane.
private struct PopulationColumn: Sendable {
    let population: Population
    let column: Int
    let lowest: Int64

    /// Values of up to so many rows, at even distances.
    func sample(_ count: Int, _ evaluator: ChunkEvaluator) throws -> [Int64] {
        guard let (chunk, rows) = try evaluator.known(column, population) else { return [] }
        let step = max(1, rows.setCount / count)
        let positions: [UInt32]
        if rows.isEvery {
            positions = (0..<(rows.count - step / 2 + step - 1) / step).map { UInt32(step / 2 + $0 * step) }
        } else {
            let all = rows.positions
            positions = stride(from: step / 2, to: all.count, by: step).map { all[$0] }
        }
        return chunk.lanes(at: positions) ?? []
    }

    /// Ranges ascend and have nothing in common.
    func gather(_ ranges: [ClosedRange<UInt32>], _ evaluator: ChunkEvaluator, into found: inout RowsAround) throws {
        guard let (chunk, rows) = try evaluator.known(column, population), let inChunk = chunk.range else { return }
        let held = rows.isEvery ? [] : rows.bitmap.words
        let setCount = rows.setCount
        found.rowCount += setCount
        var open: [Int] = []
        for (place, range) in ranges.enumerated() {
            let lanes = lane(range.lowerBound)...lane(range.upperBound)
            if inChunk.upperBound < lanes.lowerBound { found.below[place] += setCount }
            if inChunk.overlaps(lanes) { open.append(place) }
        }
        for start in stride(from: 0, to: open.count, by: mostRanges) {
            let places = Array(open[start..<min(start + mostRanges, open.count)])
            gather(ranges, places, chunk, held, into: &found)
        }
    }

    private func gather(
        _ ranges: [ClosedRange<UInt32>], _ places: [Int], _ chunk: Chunk, _ held: [UInt64],
        into found: inout RowsAround
    ) {
        let lanes = places.map { lane(ranges[$0].lowerBound)...lane(ranges[$0].upperBound) }
        switch chunk.payload {
        case .codes16(let base, let step, let codes):
            let (lower, upper): ([UInt16], [UInt16]) = Self.codes(lanes, base, step)
            add(gatherRanges(codes, held, lower: lower, upper: upper), places, base, step, to: &found)
        case .codes32(let base, let step, let codes):
            let (lower, upper): ([UInt32], [UInt32]) = Self.codes(lanes, base, step)
            add(gatherRanges(codes, held, lower: lower, upper: upper), places, base, step, to: &found)
        default:
            // What is missing is not held.
            let offsets = (chunk.decodedLanes() ?? []).map(offset)
            let (lower, upper) = (lanes.map { offset($0.lowerBound) }, lanes.map { offset($0.upperBound) })
            add(gatherRanges(offsets, held, lower: lower, upper: upper), places, lowest, 1, to: &found)
        }
    }

    /// Codes stand for lanes `base + step × code`.
    private func add<Code: FixedWidthInteger>(
        _ part: (codes: [Code], below: [Int]), _ places: [Int], _ base: Int64, _ step: Int64,
        to found: inout RowsAround
    ) {
        // Only the low half of a distance is kept, so that only that of what makes it is needed.
        let (first, factor) = (offset(base), UInt32(truncatingIfNeeded: step))
        for (place, count) in zip(places, part.below) { found.below[place] += count }
        found.offsets += part.codes.map { first &+ factor &* UInt32(truncatingIfNeeded: $0) }
    }

    /// From the first code that is not below the lanes through the last that is not above; the chunk's lanes reach into them.
    private static func codes<Code: FixedWidthInteger & UnsignedInteger>(
        _ lanes: [ClosedRange<Int64>], _ base: Int64, _ step: Int64
    ) -> (lower: [Code], upper: [Code]) {
        let lower = lanes.map { $0.lowerBound <= base ? 0 : ($0.lowerBound - base + step - 1) / step }
        let upper = lanes.map { ($0.upperBound - base) / step }
        return (lower.map { Code(clamping: $0) }, upper.map { Code(clamping: $0) })
    }

    private func lane(_ offset: UInt32) -> Int64 { Int64(clamping: Int128(lowest) + Int128(offset)) }

    private func offset(_ lane: Int64) -> UInt32 { UInt32(truncatingIfNeeded: lane &- lowest) }
}
