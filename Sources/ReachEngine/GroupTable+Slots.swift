import ReachColumns
import ReachKernels
import ReachPlan

/// What was added up by slot over chunks whose slots stand for the same.
struct SlotTotals: Sendable {
    /// Of one measure, by slot; without sums where it is a count.
    typealias Total = (counts: [Int64], sums: [Int128])

    let meaning: SlotMeaning
    /// Rows by slot.
    private(set) var counts: [Int64]
    /// By measure.
    private(set) var totals: [Total]

    mutating func add(_ counts: [Int64], _ totals: [Total]) {
        for slot in counts.indices { self.counts[slot] += counts[slot] }
        for index in totals.indices {
            for slot in counts.indices { self.totals[index].counts[slot] += totals[index].counts[slot] }
            for slot in totals[index].sums.indices { self.totals[index].sums[slot] += totals[index].sums[slot] }
        }
    }
}

/// Counts, sums and means of stored columns by stored columns of few values: added up by slot.
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
        var totals: [SlotTotals.Total] = []
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
        try add(counts, totals, slots.meaning)
        return true
    }

    /// Takes in how many of the population's customers in one chunk answer yes/no columns alike; false, and nothing taken in, where that is not all
    /// that is asked, or bits do not tell.
    mutating func absorbAnswers(_ population: Population, _ evaluator: ChunkEvaluator) throws -> Bool {
        guard measures.allSatisfy({ $0.measure.isCountOfRows }),
            let (found, meaning) = try evaluator.answerCounts(population, keys)
        else { return false }
        let counts = found.map { Int64($0) }
        try add(counts, measures.map { _ in (counts, []) }, meaning)
        return true
    }

    private mutating func add(_ counts: [Int64], _ totals: [SlotTotals.Total], _ meaning: SlotMeaning) throws {
        if slotTotals?.meaning != meaning {
            try settle()
            slotTotals = SlotTotals(meaning: meaning, counts: counts, totals: totals)
        } else {
            slotTotals?.add(counts, totals)
        }
    }

    /// Hands what was added up by slot to the groups that the slots stand for.
    mutating func settle() throws {
        guard let known = slotTotals else { return }
        slotTotals = nil
        let met = known.counts.indices.filter { known.counts[$0] > 0 }
        let groups = try groups(known.meaning.values(of: met), rowCount: met.count)
        for (index, total) in known.totals.enumerated() {
            absorb(
                index, groups, counts: met.map { total.counts[$0] },
                sums: total.sums.isEmpty ? [] : met.map { total.sums[$0] })
        }
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
    fileprivate var isCountOfRows: Bool { function == .count && value == nil && pooled == nil }

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
