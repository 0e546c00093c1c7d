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
    /// What customers are told apart by.
    package enum Key: Sendable {
        /// A value of theirs.
        case customers(Scalar)
        /// A value of the row with which the attempt that counts begins.
        case firstStep(Scalar)
    }

    package let key: Key?

    package init(audience: Condition, steps: [Step], within: ResolvedDuration, key: Key?) {
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
            let (steps, bound) = try evaluator.steps(question, byDate: byDate)
            let reach = ReachKernels.reach(steps, bound: bound, members: members.kernelBytes)
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
        var positions = members.positions
        let codes: [UInt32]
        switch key {
        case .customers(let scalar):
            codes = keys.codes(try evaluator.vector(scalar, evaluator.customers).taking(positions), scalar.type)
        case .firstStep(let scalar):
            let scope = try evaluator.activity(question.steps[0].table)
            positions = positions.filter { depths[Int($0)] > 0 }
            if positions.isEmpty { return }
            let rows = take(reach.firsts, at: positions)
            codes = keys.codes(try evaluator.vector(scalar, scope).taking(rows), scalar.type)
        }
        depths = take(depths, at: positions)
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
    /// The steps, and up to when each attempt may run. Where all are of one table, its times are compared as they are stored.
    fileprivate func steps(_ question: FunnelQuestion, byDate: Bool) throws -> ([FunnelStep], FunnelBound) {
        let length = plainLength(question.within, byDate: byDate)
        var known: [Int: FunnelTimes] = [:]
        if !byDate, length != nil, Set(question.steps.map(\.table)).count == 1 {
            let table = question.steps[0].table
            if let column = engine.source.schema.tables[table].index(of: .time),
                case .codes32(_, let step, let codes) = try chunk(column, try activity(table)).payload, step > 0
            {
                known[table] = .codes(codes, step: step)
            }
        }
        let steps = try question.steps.map { try step($0, byDate: byDate, &known) }
        if let length { return (steps, .length(max(0, length))) }
        return (steps, .lanes(bounds(steps[0], question.within, byDate: byDate)))
    }

    /// Steps over one table share its times.
    private func step(
        _ step: FunnelQuestion.Step, byDate: Bool, _ known: inout [Int: FunnelTimes]
    ) throws -> FunnelStep {
        let scope = try activity(step.table)
        let schema = engine.source.schema.tables[step.table]
        guard let column = schema.index(of: .time), scope.rowCount > 0 else {
            let none = [UInt32](repeating: 0, count: customers.rowCount + 1)
            return FunnelStep(offsets: none, times: known[step.table] ?? .lanes([]), rows: [], table: step.table)
        }
        var rows = try filtered(step.filter, scope)
        engine.faults.count(rows.faults)
        rows.faults = nil
        let type = schema.columns[column].type
        rows.removeMissing(of: try chunk(column, scope))
        let times: FunnelTimes =
            if let times = known[step.table] {
                times
            } else if byDate, type != .date {
                .lanes(dayNumbers(try chunk(column, scope), type).map { Int64($0) })
            } else {
                .lanes(try vector(column: column, type: type, scope).lanes)
            }
        known[step.table] = times
        return FunnelStep(offsets: scope.offsets, times: times, rows: rows.kernelBytes, table: step.table)
    }

    /// The last time that counts after each row of the first step, where that takes a calendar or a clock.
    private func bounds(_ first: FunnelStep, _ within: ResolvedDuration, byDate: Bool) -> [Int64] {
        guard case .lanes(let times) = first.times else { preconditionFailure("codes have bounds of one length") }
        let zone = engine.moment.zone
        let type: DataType = byDate ? .date : .datetime
        return times.indices.map { row in
            !first.rows.isEmpty && first.rows[row] == 0
                ? .min : TimeStep.add(within, to: times[row], type, in: zone) ?? .max
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
