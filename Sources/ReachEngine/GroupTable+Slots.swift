import ReachColumns
import ReachKernels
import ReachPlan

/// Counts, sums and means of stored columns by stored columns of few values: added up by slot within the chunk.
extension GroupTable {
    /// Takes in the population's rows in one chunk; false, and nothing taken in, where it has to be done row by row.
    mutating func absorbBySlot(_ rows: Mask, _ scope: Scope, _ evaluator: ChunkEvaluator) throws -> Bool {
        guard measures.allSatisfy({ $0.measure.isAddedUp }) else { return false }
        let areCounts = measures.allSatisfy { $0.measure.value == nil }
        guard
            let slots = try (areCounts ? SlotKeys(bitsOf: keys, scope, evaluator) : nil)
                ?? SlotKeys(keys, scope, evaluator)
        else { return false }
        let known = try firstTotals(rows, slots, scope, evaluator)
        let counts = known?.counts ?? slots.counts(rows)
        var totals: [(counts: [Int64], sums: [Int128])] = []
        for state in measures {
            if let known, state.measure.function != .count, state.measure.value == known.value {
                totals.append((counts, known.sums))
                continue
            }
            guard case .column(let column, _)? = state.measure.value else {
                totals.append((counts, []))
                continue
            }
            guard try !evaluator.isReference(column, scope),
                let figures = try Self.totals(state.measure, column, rows, counts, slots, scope, evaluator)
            else { return false }
            totals.append(figures)
        }
        let met = counts.indices.filter { counts[$0] > 0 }
        let groups = try groups(slots.values(of: met), rowCount: met.count)
        for index in totals.indices {
            absorb(
                index, groups, counts: met.map { totals[index].counts[$0] },
                sums: totals[index].sums.isEmpty ? [] : met.map { totals[index].sums[$0] })
        }
        return true
    }

    /// Of the first column to be added up, the rows in each slot and the sums, where one pass gives both.
    private func firstTotals(
        _ rows: Mask, _ slots: SlotKeys, _ scope: Scope, _ evaluator: ChunkEvaluator
    ) throws -> (value: Scalar, counts: [Int64], sums: [Int128])? {
        guard let value = measures.first(where: { $0.measure.function != .count })?.measure.value,
            case .column(let column, _) = value, try !evaluator.isReference(column, scope)
        else { return nil }
        let chunk = try evaluator.chunk(column, scope)
        guard chunk.missing == nil, let (counts, base, step, sums) = slots.figures(chunk, rows) else { return nil }
        return (value, counts, Self.lanes(counts, sums, base, step))
    }

    private static func lanes(_ counts: [Int64], _ sums: [UInt64], _ base: Int64, _ step: Int64) -> [Int128] {
        zip(counts, sums).map { Int128(base) * Int128($0) + Int128(step) * Int128($1) }
    }

    private static func totals(
        _ measure: Measure, _ column: Int, _ rows: Mask, _ counts: [Int64], _ slots: SlotKeys, _ scope: Scope,
        _ evaluator: ChunkEvaluator
    ) throws -> (counts: [Int64], sums: [Int128])? {
        let chunk = try evaluator.chunk(column, scope)
        var known = rows
        var knownCounts = counts
        if chunk.missing != nil {
            known.removeMissing(of: chunk)
            knownCounts = slots.counts(known)
        }
        if measure.function == .count { return (knownCounts, []) }
        if known.isNone { return (knownCounts, [Int128](repeating: 0, count: slots.slotCount)) }
        guard let (base, step, sums) = slots.codeSums(chunk, known) else { return nil }
        return (knownCounts, lanes(knownCounts, sums, base, step))
    }
}

extension Measure {
    /// What a sum and a count of a stored fixed-point column make.
    fileprivate var isAddedUp: Bool {
        guard pooled == nil else { return false }
        switch (function, value) {
        case (.count, nil): return true
        case (.count, .column): return true
        case (.sum, .column(_, let type)), (.avg, .column(_, let type)): return type != .float && type != .text
        default: return false
        }
    }
}
