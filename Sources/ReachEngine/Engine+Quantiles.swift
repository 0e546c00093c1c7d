import ReachColumns
import ReachKernels
import ReachPlan

extension Engine {
    /// For each share the lowest value of a stored fixed-point column whose cumulative share is at least that, over the population.
    /// Nil where the values spread over more than 32 bits, or are no such column: then they have to be gathered.
    func columnQuantiles(_ population: Population, _ scalar: Scalar, shares: [Double]) throws -> [Value]? {
        guard case .column(let column, let type) = scalar, type != .text, type != .float else { return nil }
        let table = population.table
        if table != 0, source.schema.tables[table].columns[column].role == .key { return nil }
        guard let range = try columnRange(table, column) else { return nil }
        guard let spread = UInt32(exactly: Int128(range.upperBound) - Int128(range.lowerBound)) else { return nil }
        if let lanes = try sampledQuantiles(population, column, range, shares: shares) {
            return lanes.map { Value(lane: $0, of: type) }
        }
        let shift = UInt32(max(0, UInt32.bitWidth - spread.leadingZeroBitCount - mostBins.trailingZeroBitCount))
        let binCount = Int(spread >> shift) + 1
        let pass = QuantilePass(
            scalar: scalar, column: column, table: table, lowest: range.lowerBound, shift: shift)
        let bins = try foldChunks(0..<source.customerChunkCount, into: [UInt32](repeating: 0, count: binCount)) {
            bins, evaluator in try pass.count(population, evaluator, into: &bins)
        }
        let counts = (0..<binCount).map { bin in bins.reduce(0) { $0 + Int($1[bin]) } }
        let known = counts.reduce(0, +)
        if known == 0 { return shares.map { _ in .missing } }
        var places = shares.map { share in
            let place = Self.place(ofRank: Quantile.rank(share, of: known), in: counts)
            return (first: range.lowerBound + Int64(place.bin) << Int64(shift), rank: place.rank)
        }
        // Bins that hold a rank are cut into finer ones until each holds one value.
        var bits = Int64(shift)
        while bits > 0 {
            let finer = max(0, bits - Int64(mostBins.trailingZeroBitCount))
            let finest = try self.counts(pass, population, from: Set(places.map(\.first)), bits: bits, finer: finer)
            places = places.map { first, rank in
                let place = Self.place(ofRank: rank, in: finest[first] ?? [])
                return (first: first + Int64(place.bin) << finer, rank: place.rank)
            }
            bits = finer
        }
        return places.map { Value(lane: $0.first, of: type) }
    }

    /// How many values of the population each 2^`finer` lanes have, of the 2^`bits` lanes from each of these on.
    private func counts(
        _ pass: QuantilePass, _ population: Population, from firsts: Set<Int64>, bits: Int64, finer: Int64
    ) throws -> [Int64: [Int]] {
        let none = [UInt32](repeating: 0, count: 1 << Int(bits - finer))
        let empty = Dictionary(uniqueKeysWithValues: firsts.map { ($0, none) })
        let parts = try foldChunks(0..<source.customerChunkCount, into: empty) { bins, evaluator in
            for first in firsts {
                let lanes = first...Int64(clamping: Int128(first) + 1 << Int128(bits) - 1)
                try pass.count(population, evaluator, lanes, finer, into: &bins[first, default: none])
            }
        }
        return empty.keys.reduce(into: [:]) { counts, first in
            counts[first] = none.indices.map { bin in parts.reduce(0) { $0 + Int($1[first]?[bin] ?? 0) } }
        }
    }

    /// The bin that holds the value of this rank, from 1, and its rank among that bin's values.
    static func place(ofRank rank: Int, in counts: [Int]) -> (bin: Int, rank: Int) {
        var before = 0
        for (bin, count) in counts.enumerated() {
            if before + count >= rank { return (bin, rank - before) }
            before += count
        }
        preconditionFailure("a rank is no more than what was counted")
    }

    /// Smallest and largest lane over all chunks; nil where there is none, or a chunk does not know.
    private func columnRange(_ table: Int, _ column: Int) throws -> ClosedRange<Int64>? {
        let summaries = try summaries(table: table, column: column)
        guard summaries.allSatisfy({ $0.range != nil || $0.missingCount == $0.rowCount }) else { return nil }
        return summaries.compactMap(\.range).reduce(nil) { union, range in
            guard let union else { return range }
            return min(union.lowerBound, range.lowerBound)...max(union.upperBound, range.upperBound)
        }
    }
}

/// One look at every row of a column for the sake of ranks.
private struct QuantilePass: Sendable {
    let scalar: Scalar
    let column: Int
    let table: Int
    /// Values are lanes above this, all below 2^32.
    let lowest: Int64
    let shift: UInt32

    func count(_ population: Population, _ evaluator: ChunkEvaluator, into bins: inout [UInt32]) throws {
        guard let (chunk, rows) = try evaluator.known(column, population) else { return }
        let mask = rows.kernelBytes
        switch chunk.payload {
        case .constant(let lane): bins[Int(offset(lane) >> shift)] += UInt32(rows.setCount)
        case .codes8(let base, let step, let codes):
            countBins(codes, mask, scale(base, step), shift: shift, into: &bins)
        case .codes16(let base, let step, let codes):
            countBins(codes, mask, scale(base, step), shift: shift, into: &bins)
        case .codes32(let base, let step, let codes):
            countBins(codes, mask, scale(base, step), shift: shift, into: &bins)
        default:
            countBins(values(chunk), mask, CodeScale(offset: 0, step: 1), shift: shift, into: &bins)
        }
    }

    /// Adds the population's values among `lanes` to bins of 2^`bits` lanes each.
    func count(
        _ population: Population, _ evaluator: ChunkEvaluator, _ lanes: ClosedRange<Int64>, _ bits: Int64,
        into bins: inout [UInt32]
    ) throws {
        guard var (_, rows) = try evaluator.known(column, population) else { return }
        let scope = try evaluator.scope(table)
        try evaluator.narrow(&rows, scalar, passing: .lanes(lanes), scope)
        if rows.isNone { return }
        let values = try evaluator.vector(scalar, scope, at: rows.positions).lanes
        countBins(values, lowest: lanes.lowerBound, shift: UInt64(bits), into: &bins)
    }

    private func offset(_ lane: Int64) -> UInt32 { UInt32(truncatingIfNeeded: lane &- lowest) }

    /// Codes of missing rows may give anything; the mask leaves them out, but they must have a bin.
    private func scale(_ base: Int64, _ step: Int64) -> CodeScale {
        CodeScale(offset: offset(base), step: UInt32(truncatingIfNeeded: step))
    }

    private func values(_ chunk: Chunk) -> [UInt32] {
        let missing = chunk.missing
        return (chunk.decodedLanes() ?? []).enumerated().map { row, lane in missing?[row] == true ? 0 : offset(lane) }
    }
}

extension ChunkEvaluator {
    /// The population's rows that have a value of the stored column, with the chunk they stand in; nil where there are none.
    func known(_ column: Int, _ population: Population) throws -> (Chunk, Mask)? {
        var rows = try self.population(population, counting: false)
        if rows.isNone { return nil }
        let chunk = try self.chunk(column, scope(population.table))
        rows.removeMissing(of: chunk)
        return rows.isNone ? nil : (chunk, rows)
    }
}
