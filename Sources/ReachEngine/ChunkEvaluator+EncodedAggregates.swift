import ReachColumns
import ReachKernels
import ReachPlan

/// Figures of activity, and tests of them, that are worked out on the stored codes without decoding a row.
extension ChunkEvaluator {
    /// The figure of a stored fixed-point column; nil where it has to be worked out of decoded rows. `rows` pass the aggregate's filter.
    func encodedFigure(_ aggregate: Aggregate, _ rows: Mask, _ scope: Scope) throws -> Vector? {
        guard case .column(let column, let type)? = aggregate.value, try !isReference(column, scope), rows.faults == nil
        else { return nil }
        if [.sum, .avg].contains(aggregate.function) { return try encodedTotals(aggregate, column, type, rows, scope) }
        if rows.isEvery, let kept = try rollup(of: aggregate) { return decode(kept) }
        switch aggregate.function {
        case .min, .max:
            // Rows stand in order of time: of all of a customer's times the first is the smallest, the last the largest.
            let chunk = try self.chunk(column, scope)
            if isTime(column, table: scope.table), chunk.missing == nil {
                return picked(chunk, type, aggregate.function == .max ? .last : .first, rows, scope.offsets)
            }
            return extremes(chunk, rows, scope.offsets, largest: aggregate.function == .max)
        case .first, .last:
            let chunk = try self.chunk(column, scope)
            return chunk.missing == nil ? picked(chunk, type, aggregate.function, rows, scope.offsets) : nil
        case .count, .sum, .avg, .distinct: return nil
        }
    }

    private func decode(_ figures: Chunk) -> Vector {
        Vector(
            .lanes(decodedLanes(figures)),
            missing: figures.missing.map { unpackBits($0.words, count: figures.rowCount) })
    }

    /// Sum or mean. Nil where a sum might leave 64 bits: then somebody has to look at each.
    private func encodedTotals(
        _ aggregate: Aggregate, _ column: Int, _ type: DataType, _ rows: Mask, _ scope: Scope
    ) throws -> Vector? {
        let key = RunTotals.Key(table: aggregate.table, column: column, filter: aggregate.filter)
        let totals: RunTotals
        if let known = runTotals[key] {
            totals = known
        } else {
            guard let sums = try runTotals(column, rows, scope) else { return nil }
            totals = sums
            runTotals[key] = totals
        }
        if aggregate.function == .sum { return Vector(.lanes(totals.sums)) }
        let divisor = Double(powerOfTen(type.scale))
        return Vector(
            .floats(ReachKernels.averages(totals.sums, totals.counts, divisor: divisor)), missing: zeros(totals.counts))
    }

    private func runTotals(_ column: Int, _ rows: Mask, _ scope: Scope) throws -> RunTotals? {
        if rows.isEvery, let kept = try rollup(.total, column, table: scope.table) {
            return RunTotals(sums: decodedLanes(kept), counts: runLengths(scope.offsets))
        }
        let chunk = try self.chunk(column, scope)
        var known = rows
        known.removeMissing(of: chunk)
        return sums(chunk, known, scope.offsets)
    }

    private func sums(_ chunk: Chunk, _ rows: Mask, _ offsets: [UInt32]) -> RunTotals? {
        let counts = counts(rows, offsets)
        if rows.isNone { return RunTotals(sums: counts, counts: counts) }
        return chunk.runTotals(offsets, counts: counts, mask: rows.kernelBytes).map {
            RunTotals(sums: $0, counts: counts)
        }
    }

    private func extremes(_ chunk: Chunk, _ rows: Mask, _ offsets: [UInt32], largest: Bool) -> Vector? {
        var known = rows
        known.removeMissing(of: chunk)
        if known.isNone { return nil }
        let mask = known.kernelBytes
        let (base, step, codes): (Int64, Int64, [UInt32])
        switch chunk.payload {
        case .codes8(let low, let by, let rows):
            (base, step, codes) = (low, by, runCodeExtremes(offsets, rows, mask, largest: largest))
        case .codes16(let low, let by, let rows):
            (base, step, codes) = (low, by, runCodeExtremes(offsets, rows, mask, largest: largest))
        case .codes32(let low, let by, let rows):
            (base, step, codes) = (low, by, runCodeExtremes(offsets, rows, mask, largest: largest))
        default: return nil
        }
        return Vector(.lanes(unpackLanes(codes, base: base, step: step)), missing: zeros(counts(known, offsets)))
    }

    /// Each customer's first or last row of the mask, in which nothing is missing; nil for what is not fixed-point.
    private func picked(
        _ chunk: Chunk, _ type: DataType, _ which: Aggregate.Function, _ rows: Mask, _ offsets: [UInt32]
    ) -> Vector? {
        let positions: [UInt32]
        if rows.isEvery {
            positions = which == .last ? runEnds(offsets) : runStarts(offsets)
        } else {
            let found = which == .last ? runLasts(offsets, rows.bytes) : runFirsts(offsets, rows.bytes)
            positions = found.map { $0 == .max ? 0 : $0 }
        }
        guard let lanes = chunk.lanes(at: positions) else { return nil }
        return Vector(.lanes(lanes), missing: zeros(counts(rows, offsets)))
    }

    /// Keeps the customers whose figure is known and lies in the range; false where all figures have to be worked out.
    func narrow(_ held: inout Mask, _ aggregate: Aggregate, in range: ClosedRange<Int64>) throws -> Bool {
        guard aggregate.value == nil else { return try narrow(&held, rolledUp: aggregate, in: range) }
        guard aggregate.function == .count else { return false }
        let limits = range.clamped(to: 0...Int64(UInt32.max))
        guard range.overlaps(limits) else {
            held.rows = .none
            return true
        }
        let (lower, upper) = (UInt32(limits.lowerBound), UInt32(limits.upperBound))
        guard let filter = aggregate.filter else {
            try narrow(&held, toCountsOf: aggregate.table, from: lower, through: upper)
            return true
        }
        if let start = try sinceStart(filter, table: aggregate.table) {
            try narrow(&held, since: start, from: lower, through: upper)
            return true
        }
        let scope = try activity(aggregate.table)
        let rows = try filtered(filter, scope)
        if rows.faults != nil { return false }
        switch rows.rows {
        case .none: if lower > 0 { held.rows = .none }
        case .every: try narrow(&held, toCountsOf: aggregate.table, from: lower, through: upper)
        case .bytes(let bytes):
            held.narrow { narrowRunCounts(&$0, scope.offsets, bytes, from: lower, through: upper) }
        case .bits(let words):
            held.narrow { narrowRunCounts(&$0, scope.offsets, bits: words, from: lower, through: upper) }
        }
        return true
    }
}

/// Sums of a column over each customer's rows, and how many rows they are of: shared by sums and means.
struct RunTotals {
    struct Key: Hashable {
        let table: Int
        let column: Int
        let filter: Condition?
    }

    let sums: [Int64]
    let counts: [Int64]
}
