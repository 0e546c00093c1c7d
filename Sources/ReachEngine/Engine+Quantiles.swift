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
        let shift = UInt32(max(0, UInt32.bitWidth - spread.leadingZeroBitCount - 16))
        let binCount = Int(spread >> shift) + 1
        let pass = QuantilePass(column: column, table: table, lowest: range.lowerBound, shift: shift)
        let bins = try foldChunks(0..<source.customerChunkCount, into: [UInt32](repeating: 0, count: binCount)) {
            bins, evaluator in try pass.count(population, evaluator, into: &bins)
        }
        let counts = (0..<binCount).map { bin in bins.reduce(0) { $0 + Int($1[bin]) } }
        let known = counts.reduce(0, +)
        if known == 0 { return shares.map { _ in .missing } }
        let places = shares.map { Self.place(ofRank: Quantile.rank($0, of: known), in: counts) }
        if shift == 0 { return places.map { Value(lane: range.lowerBound + Int64($0.bin), of: type) } }
        var isWanted = [UInt8](repeating: 0, count: binCount)
        for place in places { isWanted[place.bin] = 1 }
        let wanted = isWanted
        let gathered = try foldChunks(0..<source.customerChunkCount, into: [UInt32]()) { values, evaluator in
            try pass.gather(population, evaluator, isWanted: wanted, into: &values)
        }
        var byBin: [Int: [UInt32]] = [:]
        for value in gathered.joined() { byBin[Int(value >> shift), default: []].append(value) }
        for bin in byBin.keys { byBin[bin]?.sort() }
        return places.map { place in
            guard let values = byBin[place.bin] else { preconditionFailure("what was counted is gathered") }
            return Value(lane: range.lowerBound + Int64(values[place.rank - 1]), of: type)
        }
    }

    /// The bin that holds the value of this rank, from 1, and its rank among that bin's values.
    private static func place(ofRank rank: Int, in counts: [Int]) -> (bin: Int, rank: Int) {
        var before = 0
        for (bin, count) in counts.enumerated() {
            if before + count >= rank { return (bin, rank - before) }
            before += count
        }
        preconditionFailure("a rank is no more than what was counted")
    }

    /// Smallest and largest lane over all chunks; nil where there is none, or a chunk does not know.
    private func columnRange(_ table: Int, _ column: Int) throws -> ClosedRange<Int64>? {
        let ranges = try (0..<source.customerChunkCount).map { chunk -> (isKnown: Bool, range: ClosedRange<Int64>?) in
            if table != 0, try source.activityOffsets(table: table, chunk: chunk) == nil { return (true, nil) }
            let summary =
                table == 0
                ? try source.customerChunkSummary(column: column, chunk: chunk)
                : try source.activityChunkSummary(table: table, column: column, chunk: chunk)
            return (summary.range != nil || summary.missingCount == summary.rowCount, summary.range)
        }
        guard ranges.allSatisfy(\.isKnown) else { return nil }
        return ranges.compactMap(\.range).reduce(nil) { union, range in
            guard let union else { return range }
            return min(union.lowerBound, range.lowerBound)...max(union.upperBound, range.upperBound)
        }
    }
}

/// One look at every row of a column for the sake of ranks.
private struct QuantilePass: Sendable {
    let column: Int
    let table: Int
    /// Values are lanes above this, all below 2^32.
    let lowest: Int64
    let shift: UInt32

    func count(_ population: Population, _ evaluator: ChunkEvaluator, into bins: inout [UInt32]) throws {
        guard let (chunk, rows) = try known(population, evaluator) else { return }
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

    func gather(
        _ population: Population, _ evaluator: ChunkEvaluator, isWanted: [UInt8], into values: inout [UInt32]
    ) throws {
        guard let (chunk, rows) = try known(population, evaluator) else { return }
        let mask = rows.kernelBytes
        switch chunk.payload {
        case .constant(let lane):
            guard isWanted[Int(offset(lane) >> shift)] != 0 else { return }
            values += [UInt32](repeating: offset(lane), count: rows.setCount)
        case .codes8(let base, let step, let codes):
            gatherBins(codes, mask, scale(base, step), shift: shift, isWanted: isWanted, into: &values)
        case .codes16(let base, let step, let codes):
            gatherBins(codes, mask, scale(base, step), shift: shift, isWanted: isWanted, into: &values)
        case .codes32(let base, let step, let codes):
            gatherBins(codes, mask, scale(base, step), shift: shift, isWanted: isWanted, into: &values)
        default:
            gatherBins(
                self.values(chunk), mask, CodeScale(offset: 0, step: 1), shift: shift, isWanted: isWanted, into: &values
            )
        }
    }

    /// The population's rows that have a value; nil where there are none.
    private func known(_ population: Population, _ evaluator: ChunkEvaluator) throws -> (Chunk, Mask)? {
        var rows = try evaluator.population(population, counting: false)
        if rows.isNone { return nil }
        let chunk = try evaluator.chunk(column, evaluator.scope(table))
        rows.removeMissing(of: chunk)
        return rows.isNone ? nil : (chunk, rows)
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
