import ReachColumns
import ReachKernels
import ReachPlan

/// Questions of all rows of a customer that figures kept beside the rows answer: no row is read, nor where each customer's begin.
extension ChunkEvaluator {
    func rollup(_ rollup: Rollup, _ column: Int, table: Int) throws -> Chunk? {
        try engine.source.activityRollup(rollup, table: table, column: column, chunk: chunk)
    }

    /// The figure of an aggregate over all rows, where it is kept.
    func rollup(of aggregate: Aggregate) throws -> Chunk? {
        guard case .column(let column, _)? = aggregate.value else { return nil }
        switch aggregate.function {
        case .sum: return try rollup(.total, column, table: aggregate.table)
        case .last: return try rollup(.last, column, table: aggregate.table)
        // Rows stand in order of time.
        case .max where isTime(column, table: aggregate.table):
            return try rollup(.last, column, table: aggregate.table)
        case .count, .avg, .min, .max, .first, .distinct: return nil
        }
    }

    func isTime(_ column: Int, table: Int) -> Bool {
        engine.source.schema.tables[table].columns[column].role == .time
    }

    /// Keeps the customers whose figure over all rows is known and lies in the range; false where it is not kept.
    func narrow(_ held: inout Mask, rolledUp aggregate: Aggregate, in range: ClosedRange<Int64>) throws -> Bool {
        if let filter = aggregate.filter {
            let rows = try filtered(filter, try activity(aggregate.table))
            guard rows.isEvery, rows.faults == nil else { return false }
        }
        guard let figures = try rollup(of: aggregate) else { return false }
        narrowKnown(&held, figures, in: range)
        return true
    }

    /// Keeps the customers whose number of rows lies in the range.
    func narrow(_ held: inout Mask, toCountsOf table: Int, from lower: UInt32, through upper: UInt32) throws {
        if let counts = try engine.source.activityCounts(table: table, chunk: chunk) {
            return narrowKnown(&held, counts, in: Int64(lower)...Int64(upper))
        }
        let scope = try activity(table)
        held.narrow { narrowRunLengths(&$0, scope.offsets, from: lower, through: upper) }
    }

    /// Keeps the rows whose lane is known and lies in the range.
    func narrowKnown(_ held: inout Mask, _ chunk: Chunk, in range: ClosedRange<Int64>) {
        guard let known = chunk.range, known.overlaps(range) else { return held.rows = .none }
        narrow(&held, chunk, in: range)
        held.removeMissing(of: chunk)
    }
}
