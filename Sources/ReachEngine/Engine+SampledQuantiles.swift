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
        let ranges = shares.map { ranks.range(of: $0, errors: size.errors) }
        let none = ranges.map { _ in RowsAround() }
        let parts = try foldChunks(0..<chunkCount, into: none) { found, evaluator in
            try rows.gather(ranges, evaluator, into: &found)
        }
        let known = parts.reduce(0) { $0 + ($1.first?.rowCount ?? 0) }
        if known == 0 { return nil }
        let lanes = try mapIndices(shares.indices) { place -> Int64? in
            let rank = Quantile.rank(shares[place], of: known) - parts.reduce(0) { $0 + $1[place].below }
            guard rank >= 1, rank <= parts.reduce(0, { $0 + $1[place].offsets.count }) else { return nil }
            let offset = Self.value(
                ofRank: rank, among: parts.map { $0[place].offsets }, from: ranges[place].lowerBound)
            return range.lowerBound + Int64(offset)
        }
        return lanes.contains(nil) ? nil : lanes.compactMap(\.self)
    }

    /// The offset of a rank, from 1, among those of all parts.
    private static func value(ofRank rank: Int, among parts: [[UInt32]], from lowest: UInt32) -> UInt32 {
        var (rank, first) = (rank, Int64(lowest))
        var rest = parts.map { $0.map { Int64($0) } }
        var bits = Int64(UInt32.bitWidth)
        let step = Int64(mostBins.trailingZeroBitCount)
        while bits > 0 {
            let finer = max(0, bits - step)
            var counts = [UInt32](repeating: 0, count: 1 << Int(bits - finer))
            for lanes in rest { countBins(lanes, lowest: first, shift: UInt64(finer), into: &counts) }
            let place = place(ofRank: rank, in: counts.map { Int($0) })
            var isWanted = [UInt8](repeating: 0, count: counts.count)
            isWanted[place.bin] = 1
            rest = rest.map { gatherBins($0, lowest: first, shift: UInt64(finer), isWanted: isWanted) }
            (rank, first, bits) = (place.rank, first + Int64(place.bin) << finer, finer)
        }
        return UInt32(truncatingIfNeeded: first)
    }
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

/// The rows of a population around one of its quantiles.
private struct RowsAround: Sendable {
    /// Rows with a value.
    var rowCount = 0
    /// Rows below the range.
    var below = 0
    /// Those in the range, as distances from the lowest lane.
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
            positions = stride(from: UInt32(step / 2), to: UInt32(rows.count), by: step).map { $0 }
        } else {
            let all = rows.positions
            positions = stride(from: step / 2, to: all.count, by: step).map { all[$0] }
        }
        return chunk.lanes(at: positions) ?? []
    }

    func gather(_ ranges: [ClosedRange<UInt32>], _ evaluator: ChunkEvaluator, into found: inout [RowsAround]) throws {
        guard let (chunk, rows) = try evaluator.known(column, population), let inChunk = chunk.range else { return }
        let held = rows.isEvery ? [] : rows.bitmap.words
        let setCount = rows.setCount
        for (place, range) in ranges.enumerated() {
            found[place].rowCount += setCount
            let lanes = lane(range.lowerBound)...lane(range.upperBound)
            if inChunk.upperBound < lanes.lowerBound { found[place].below += setCount }
            guard inChunk.overlaps(lanes) else { continue }
            gather(lanes, chunk, held, into: &found[place])
        }
    }

    private func gather(
        _ lanes: ClosedRange<Int64>, _ chunk: Chunk, _ held: [UInt64], into found: inout RowsAround
    ) {
        switch chunk.payload {
        case .codes16(let base, let step, let codes):
            let part = gatherRange(codes, held, Self.codes(lanes, base, step))
            found.below += part.below
            add(part.codes.map { base &+ step &* Int64($0) }, in: lanes, to: &found)
        case .codes32(let base, let step, let codes):
            let part = gatherRange(codes, held, Self.codes(lanes, base, step))
            found.below += part.below
            add(part.codes.map { base &+ step &* Int64($0) }, in: lanes, to: &found)
        default:
            // What is missing is not held.
            let offsets = (chunk.decodedLanes() ?? []).map(offset)
            let part = gatherRange(offsets, held, offset(lanes.lowerBound)...offset(lanes.upperBound))
            found.below += part.below
            found.offsets += part.codes
        }
    }

    private func add(_ values: [Int64], in lanes: ClosedRange<Int64>, to found: inout RowsAround) {
        for value in values where value <= lanes.upperBound { found.offsets.append(offset(value)) }
    }

    /// From the first code that is not below the lanes through the last that is not above, or that first one where it is above.
    private static func codes<Code: FixedWidthInteger & UnsignedInteger>(
        _ lanes: ClosedRange<Int64>, _ base: Int64, _ step: Int64
    ) -> ClosedRange<Code> {
        let low = lanes.lowerBound <= base ? 0 : (lanes.lowerBound - base + step - 1) / step
        let high = (lanes.upperBound - base) / step
        return Code(clamping: low)...Code(clamping: max(low, high))
    }

    private func lane(_ offset: UInt32) -> Int64 { Int64(clamping: Int128(lowest) + Int128(offset)) }

    private func offset(_ lane: Int64) -> UInt32 { UInt32(truncatingIfNeeded: lane &- lowest) }
}
