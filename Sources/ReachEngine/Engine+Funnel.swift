import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

/// A funnel: rows of activity tables, one after another, all within a length of time of the first.
package struct FunnelQuestion: Sendable {
    package struct Step: Hashable, Sendable {
        package let table: Int
        /// Nil takes every row.
        package let filter: Condition?

        package init(table: Int, filter: Condition?) {
            self.table = table
            self.filter = filter
        }
    }

    package let audience: Condition
    package let steps: [Step]
    package let within: ResolvedDuration
    /// A value of the customer by which they are told apart.
    package let key: Scalar?

    package init(audience: Condition, steps: [Step], within: ResolvedDuration, key: Scalar?) {
        self.audience = audience
        self.steps = steps
        self.within = within
        self.key = key
    }
}

/// How far customers got.
package struct FunnelCounts: Sendable {
    /// By code of the key (one without a key): customers by steps reached, from none to all.
    package fileprivate(set) var depths: [[Int]] = []
    package fileprivate(set) var keys = ValueCodes()
    /// By step after the first, how long it took from the step before, parts in no particular order: microseconds, or days where
    /// `isByDate`.
    package fileprivate(set) var gaps: [[[Int64]]]

    init(stepCount: Int) { gaps = Array(repeating: [], count: stepCount - 1) }
}

extension Engine {
    /// Whether a funnel compares days: one of its tables has no time of day.
    package func isByDate(_ question: FunnelQuestion) -> Bool {
        question.steps.contains { step in
            let schema = source.schema.tables[step.table]
            return schema.index(of: .time).map { schema.columns[$0].type == .date } ?? true
        }
    }

    /// Walks every customer of the audience through the steps; see `ReachKernels.reach`.
    package func funnel(_ question: FunnelQuestion) throws -> FunnelCounts {
        let byDate = isByDate(question)
        let empty = FunnelCounts(stepCount: question.steps.count)
        let states = try foldChunks(0..<source.customerChunkCount, into: empty) { state, evaluator in
            let members = try evaluator.audience(question.audience)
            if members.isNone { return }
            var times: [Int: [Int64]] = [:]
            let steps = try question.steps.map { try evaluator.step($0, byDate: byDate, &times) }
            let bounds = evaluator.bounds(steps[0], question.within, byDate: byDate)
            let reach = ReachKernels.reach(steps, bounds: bounds, members: members.kernelBytes)
            try state.add(reach, members, question, evaluator)
        }
        guard var total = states.first else { return empty }
        for state in states.dropFirst() { total.add(state) }
        return total
    }
}

extension FunnelCounts {
    fileprivate mutating func add(
        _ reach: FunnelReach, _ members: Mask, _ question: FunnelQuestion, _ evaluator: ChunkEvaluator
    ) throws {
        for (step, gaps) in reach.gaps.enumerated() where !gaps.isEmpty { self.gaps[step].append(gaps) }
        let slotCount = question.steps.count + 1
        var depths = reach.depths
        guard let key = question.key else {
            if depths.isEmpty { return }
            if self.depths.isEmpty { self.depths = [Array(repeating: 0, count: slotCount)] }
            let counts = countSlots(depths, members.kernelBytes, slotCount: slotCount)
            for slot in 0..<slotCount { self.depths[0][slot] += Int(counts[slot]) }
            return
        }
        let positions = members.positions
        depths = take(depths, at: positions)
        let vector = try evaluator.vector(key, evaluator.customers)
        let codes = keys.codes(vector.taking(positions), key.type)
        while self.depths.count < keys.values.count { self.depths.append(Array(repeating: 0, count: slotCount)) }
        for (code, depth) in zip(codes, depths) { self.depths[Int(code)][Int(depth)] += 1 }
    }

    fileprivate mutating func add(_ other: FunnelCounts) {
        for step in gaps.indices { gaps[step] += other.gaps[step] }
        for (index, counts) in other.depths.enumerated() {
            let code = other.keys.values.isEmpty ? 0 : Int(keys.code(other.keys.values[index]))
            while depths.count <= code { depths.append(Array(repeating: 0, count: counts.count)) }
            for slot in counts.indices { depths[code][slot] += counts[slot] }
        }
    }
}

extension ChunkEvaluator {
    /// Steps over one table share its times.
    fileprivate func step(
        _ step: FunnelQuestion.Step, byDate: Bool, _ known: inout [Int: [Int64]]
    ) throws -> FunnelStep {
        let scope = try activity(step.table)
        let schema = engine.source.schema.tables[step.table]
        guard let column = schema.index(of: .time), scope.rowCount > 0 else {
            let none = [UInt32](repeating: 0, count: customers.rowCount + 1)
            return FunnelStep(offsets: none, times: [], rows: [], table: step.table)
        }
        var rows = try filtered(step.filter, scope)
        engine.faults.count(rows.faults)
        rows.faults = nil
        let type = schema.columns[column].type
        rows.removeMissing(of: try chunk(column, scope))
        let times =
            try known[step.table]
            ?? (byDate && type != .date
                ? try dayNumbers(column, type, scope).map { Int64($0) }
                : try vector(column: column, type: type, scope).lanes)
        known[step.table] = times
        return FunnelStep(offsets: scope.offsets, times: times, rows: rows.bytes, table: step.table)
    }

    /// The last time that counts after each row of the first step.
    fileprivate func bounds(_ first: FunnelStep, _ within: ResolvedDuration, byDate: Bool) -> [Int64] {
        let zone = engine.moment.zone
        let type: DataType = byDate ? .date : .datetime
        if let length = plainLength(within, byDate: byDate) {
            let limit = Int64.max - max(0, length)
            return first.times.map { $0 <= limit ? $0 + length : .max }
        }
        return first.times.indices.map { row in
            first.rows[row] == 0 ? .min : TimeStep.add(within, to: first.times[row], type, in: zone) ?? .max
        }
    }

    /// The length in days or microseconds where it is the same for every row: no calendar month, no clock that is set.
    private func plainLength(_ within: ResolvedDuration, byDate: Bool) -> Int64? {
        switch within {
        case .days(let days):
            byDate ? days : engine.moment.zone.offsets.count == 1 ? days * Zone.microsecondsPerDay : nil
        case .microseconds(let length): byDate ? nil : length
        case .months: nil
        }
    }
}
