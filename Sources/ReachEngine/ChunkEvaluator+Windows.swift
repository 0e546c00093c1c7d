import ReachColumns
import ReachKernels
import ReachPlan

/// Windows that reach up to the newest row: since rows stand in order of time, a customer has N rows since a day exactly when the Nth
/// row from the end is not before it, so one row of each customer tells.
extension ChunkEvaluator {
    /// Rows of a table whose time is at or after a lane.
    struct Since {
        let table: Int
        let time: Int
        let first: Int64
    }

    /// What the filter says where it is no more than that rows are at or after some time, and some are; nil otherwise.
    func sinceStart(_ filter: Condition, table: Int) throws -> Since? {
        guard let time = engine.source.schema.tables[table].index(of: .time) else { return nil }
        var window: ClosedRange<Int64> = .min ... .max
        let parts = if case .all(let parts) = filter { parts } else { [filter] }
        for part in parts {
            guard let (scalar, test) = part.valueTest, case .column(time, _) = scalar, case .lanes(let range) = test,
                window.overlaps(range)
            else { return nil }
            window = window.clamped(to: range)
        }
        let summary = try engine.summary(table: table, column: time, chunk: chunk)
        guard summary.missingCount == 0, let known = summary.range, window.upperBound >= known.upperBound,
            window.lowerBound <= known.upperBound
        else { return nil }
        return Since(table: table, time: time, first: window.lowerBound)
    }

    /// Keeps the customers with `lower` to `upper` rows at or after the start.
    func narrow(_ held: inout Mask, since start: Since, from lower: UInt32, through upper: UInt32) throws {
        if lower > 0 { try narrow(&held, since: start, atLeast: Int(lower)) }
        guard upper < UInt32.max, !held.isNone else { return }
        var more = Mask(.every, count: customers.rowCount)
        try narrow(&more, since: start, atLeast: Int(upper) + 1)
        held.narrow(toRowsOutside: more)
    }

    private func narrow(_ held: inout Mask, since start: Since, atLeast count: Int) throws {
        if count == 1, let last = try rollup(.last, start.time, table: start.table) {
            return narrowKnown(&held, last, in: start.first...Int64.max)
        }
        let scope = try activity(start.table)
        narrow(&held, scope, try chunk(start.time, scope), since: start, atLeast: count)
    }

    private func narrow(_ held: inout Mask, _ scope: Scope, _ times: Chunk, since start: Since, atLeast count: Int) {
        let range = start.first...Int64.max
        switch times.payload {
        case .codes8(let base, let step, let codes):
            guard let (low, _) = codeRange(range, base, step, last: UInt8.max) else { return held.rows = .none }
            held.narrow { narrowRunEnds(&$0, scope.offsets, codes, place: count, from: low) }
        case .codes16(let base, let step, let codes):
            guard let (low, _) = codeRange(range, base, step, last: UInt16.max) else { return held.rows = .none }
            held.narrow { narrowRunEnds(&$0, scope.offsets, codes, place: count, from: low) }
        case .codes32(let base, let step, let codes):
            guard let (low, _) = codeRange(range, base, step, last: UInt32.max) else { return held.rows = .none }
            held.narrow { held in
                guard let leads = times.leads else {
                    return narrowRunEnds(&held, scope.offsets, codes, place: count, from: low)
                }
                return narrowRunEnds(&held, scope.offsets, codes, leads, place: count, from: low)
            }
        case .lanes(let lanes):
            held.narrow { narrowRunEnds(&$0, scope.offsets, lanes, place: count, from: start.first) }
        case .constant:
            // The one time there is was found to pass.
            held.narrow { narrowRunLengths(&$0, scope.offsets, from: UInt32(count), through: .max) }
        default: preconditionFailure("times are fixed-point")
        }
    }
}
