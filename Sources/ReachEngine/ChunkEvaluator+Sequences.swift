import ReachColumns
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// The times of an activity table's rows and which rows have one.
    private struct Times {
        var lanes: [Int64]
        let type: DataType
        /// Rows that pass the step's filter and have a time.
        var rows: [UInt8]
        let offsets: [UInt32]
    }

    /// The customers with a row of the first step that is followed as the steps say.
    func sequences(_ sequence: ActivitySequence) throws -> Mask {
        var faults: [UInt8]?
        var reached: Times?
        for step in sequence.steps {
            let scope = try activity(step.table)
            let filter = try filtered(step.filter, scope)
            faults = united(faults, filter.faults.map { runUnions(scope.offsets, $0) })
            let times = try times(scope, among: filter)
            guard let before = reached, let within = step.within else {
                reached = times
                continue
            }
            reached = follow(before, times, step, within)
        }
        guard let reached else { return Mask(.none, count: customers.rowCount) }
        return Mask(bytes: runUnions(reached.offsets, reached.rows), faults: faults)
    }

    /// The rows of `later` that follow one of `earlier` in time; where the step is negated, the rows of `earlier` that none follows.
    private func follow(
        _ earlier: Times, _ later: Times, _ step: ActivitySequence.Step, _ within: ResolvedDuration
    ) -> Times {
        let zone = engine.moment.zone
        let byDate = step.byDate || earlier.type != later.type
        let from = byDate ? dates(earlier) : earlier
        let to = byDate ? dates(later) : later
        var bounds = [Int64](repeating: .min, count: from.lanes.count)
        for row in bounds.indices where from.rows[row] != 0 {
            bounds[row] = TimeStep.add(within, to: from.lanes[row], from.type, in: zone) ?? .max
        }
        let earlierRuns = TimedRuns(offsets: from.offsets, times: from.lanes, rows: from.rows)
        let laterRuns = TimedRuns(offsets: to.offsets, times: to.lanes, rows: to.rows)
        if step.negated {
            let now = from.type == .date ? Int64(engine.moment.today) : engine.moment.now
            var left = earlier
            left.rows = markUnfollowed(earlierRuns, bounds: bounds, by: laterRuns, sameTimeFollows: byDate, over: now)
            return left
        }
        var following = later
        following.rows = markFollowing(earlierRuns, bounds: bounds, by: laterRuns, sameTimeFollows: byDate)
        return following
    }

    private func dates(_ times: Times) -> Times {
        if times.type == .date { return times }
        let zone = engine.moment.zone
        return Times(
            lanes: times.lanes.map { Int64(zone.day(of: $0)) }, type: .date, rows: times.rows, offsets: times.offsets)
    }

    private func times(_ scope: Scope, among filter: Mask) throws -> Times {
        let schema = engine.source.schema.tables[scope.table]
        guard let column = schema.index(of: .time) else {
            let none = [UInt8](repeating: 0, count: scope.rowCount)
            return Times(
                lanes: [Int64](repeating: 0, count: scope.rowCount), type: .date, rows: none, offsets: scope.offsets)
        }
        let type = schema.columns[column].type
        let vector = try vector(column: column, type: type, scope)
        var rows = filter
        rows.remove(vector.missing)
        return Times(lanes: vector.lanes, type: type, rows: rows.bytes, offsets: scope.offsets)
    }

    /// The customers whose newest row that passes the filter is more than `gap` after the row before it in the whole table.
    func resumptions(table: Int, gap: ResolvedDuration, filter: Condition?) throws -> Mask {
        let scope = try activity(table)
        if scope.rowCount == 0 { return Mask(.none, count: customers.rowCount) }
        let passing = try filtered(filter, scope)
        let all = try times(scope, among: Mask(.every, count: scope.rowCount))
        var candidates = Mask(bytes: all.rows)
        candidates.faults = nil
        candidates.narrow(to: Mask(passing.rows, count: passing.count))
        let newest = runLasts(scope.offsets, candidates.bytes)
        var resumed = [UInt8](repeating: 0, count: customers.rowCount)
        for customer in resumed.indices where newest[customer] != .max {
            let row = Int(newest[customer])
            guard row > Int(scope.offsets[customer]), all.rows[row - 1] != 0 else { continue }
            let end = TimeStep.add(gap, to: all.lanes[row - 1], all.type, in: engine.moment.zone) ?? .max
            if all.lanes[row] > end { resumed[customer] = 1 }
        }
        return Mask(bytes: resumed, faults: passing.faults.map { runUnions(scope.offsets, $0) })
    }
}
