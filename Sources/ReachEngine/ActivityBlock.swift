import ReachColumns
import ReachKernels
import ReachPlan

/// Which rows of an activity table a statistic walks over, customer by customer, and what it needs of each.
package struct ActivityQuestion: Sendable {
    package let table: Int
    /// Whose rows.
    package let audience: Condition
    /// Which of them; rows without a time never take part.
    package let rows: Condition
    /// Further yes/no questions of a row.
    package let marks: [Condition]
    /// A fixed-point column whose values are added up; a missing one counts as 0.
    package let money: Int?
    /// A value of any type, told by codes.
    package let coded: Scalar?

    package init(
        table: Int, audience: Condition, rows: Condition = .always(true), marks: [Condition] = [],
        money: Int? = nil, coded: Scalar? = nil
    ) {
        self.table = table
        self.audience = audience
        self.rows = rows
        self.marks = marks
        self.money = money
        self.coded = coded
    }
}

/// The activity of one chunk's customers, ready for a kernel.
package struct ActivityBlock {
    package let runs: DatedRuns
    /// A byte per row and mark; empty where every row has it.
    package let marks: [[UInt8]]
    /// Of every row; of none where it was not asked for.
    package let money: RowMoney
    let coded: (vector: Vector, type: DataType)?

    /// The codes of the rows at these positions; of all rows where they are nil.
    package func codes(_ codes: inout ValueCodes, at positions: [UInt32]? = nil) -> [UInt32] {
        guard let coded else { preconditionFailure("the question has a coded value") }
        return codes.codes(positions.map { coded.vector.taking($0) } ?? coded.vector, coded.type)
    }
}

extension Engine {
    /// One state per thread that took part, each having absorbed the activity of some chunks' customers: only for states that combine
    /// exactly. Chunks without rows or members are passed over.
    package func walk<State: Sendable>(
        _ question: ActivityQuestion, into initial: State,
        _ body: @Sendable (inout State, ActivityBlock) throws -> Void
    ) throws -> [State] {
        try foldChunks(0..<source.customerChunkCount, into: initial) { state, evaluator in
            if let block = try evaluator.block(question) { try body(&state, block) }
        }
    }

    /// What `body` makes of the activity of each chunk's customers, in the order of chunks; nil where there is none.
    package func mapActivity<Result: Sendable>(
        _ question: ActivityQuestion, _ body: @Sendable (ActivityBlock) throws -> Result
    ) throws -> [Result?] {
        try mapChunks { evaluator in try evaluator.block(question).map(body) }
    }
}

/// The members among a chunk's customers with what was made of their activity.
package struct MemberActivity<Result: Sendable>: Sendable {
    /// Rows of the members within the chunk, ascending.
    package let rows: [UInt32]
    /// A value of each customer of the chunk; nil where none was asked for.
    package let keys: ColumnView?
    /// Nil where none of them has activity.
    package let result: Result?
}

extension Engine {
    /// By chunk, an audience's members with a value of each and what `body` makes of their activity.
    package func membersWithActivity<Result: Sendable>(
        _ question: ActivityQuestion, _ key: Scalar?, _ body: @Sendable (ActivityBlock) throws -> Result
    ) throws -> [MemberActivity<Result>] {
        try mapChunks { evaluator in
            let rows = try evaluator.audience(question.audience).positions
            if rows.isEmpty { return MemberActivity(rows: [], keys: nil, result: nil) }
            let keys = try key.map { ColumnView(try evaluator.vector($0, evaluator.customers), $0.type) }
            return MemberActivity(rows: rows, keys: keys, result: try evaluator.block(question).map(body))
        }
    }
}

extension ChunkEvaluator {
    func block(_ question: ActivityQuestion) throws -> ActivityBlock? {
        let schema = engine.source.schema.tables[question.table]
        guard let time = schema.index(of: .time) else { return nil }
        let members = try audience(question.audience)
        let scope = try activity(question.table)
        if members.isNone || scope.rowCount == 0 { return nil }
        var rows = try filtered(question.rows, scope)
        engine.faults.count(rows.faults)
        rows.faults = nil
        rows.removeMissing(of: try chunk(time, scope))
        if rows.isNone { return nil }
        let runs = DatedRuns(
            offsets: scope.offsets, days: rowDays(try chunk(time, scope), schema.columns[time].type),
            rows: rows.kernelBytes,
            members: members.kernelBytes)
        let marks = try question.marks.map { condition -> [UInt8] in
            let mask = try filtered(condition, scope)
            return mask.isEvery ? [] : mask.bytes
        }
        let money = try question.money.map { try rowMoney($0, scope) } ?? RowMoney([])
        let coded = try question.coded.map { scalar in
            let vector = try vector(scalar, scope)
            engine.faults.count(vector.faults)
            return (vector, scalar.type)
        }
        return ActivityBlock(runs: runs, marks: marks, money: money, coded: coded)
    }

    /// The day of each row in the workspace's zone, as it is stored; what stands in rows without a time is arbitrary.
    func rowDays(_ chunk: Chunk, _ type: DataType) -> RowDays {
        let zone = engine.moment.zone
        if type == .date {
            switch chunk.payload {
            case .codes16(let base, let step, let codes):
                if let first = Int32(exactly: base), let step = Int32(exactly: step) {
                    return RowDays(codes, step: step, firstDay: first)
                }
            default: break
            }
        } else if case .codes32(let base, let step, let codes) = chunk.payload, let range = chunk.range {
            let (first, last) = (zone.day(of: range.lowerBound), zone.day(of: range.upperBound))
            if last - first < Self.mostTableDays, let firstDay = Int32(exactly: first) {
                let table = PeriodTable(
                    starts: (first...last).map { zone.start(ofDay: $0) }, base: base, step: step,
                    largest: UInt32(clamping: (range.upperBound - base) / step))
                return RowDays(codes, table, firstDay: firstDay)
            }
        }
        return RowDays(dayNumbers(chunk, type))
    }

    /// Beyond these a table of days takes longer to make, or to look up, than all days do.
    private static let mostTableDays = 36_525

    /// The values of a fixed-point column, as they are stored; 0 where one is missing.
    func rowMoney(_ column: Int, _ scope: Scope) throws -> RowMoney {
        let chunk = try chunk(column, scope)
        if chunk.missing == nil, let range = chunk.range {
            let largest = Int64(clamping: max(range.lowerBound.magnitude, range.upperBound.magnitude))
            if !largest.multipliedReportingOverflow(by: Int64(scope.rowCount)).overflow {
                switch chunk.payload {
                case .codes16(let base, let step, let codes): return RowMoney(codes, base: base, step: step)
                case .codes32(let base, let step, let codes): return RowMoney(codes, base: base, step: step)
                default: break
                }
            }
        }
        let type = engine.source.schema.tables[scope.table].columns[column].type
        return RowMoney(try vector(column: column, type: type, scope).lanesWithoutMissing)
    }

    /// The day of each row in the workspace's zone; what stands in rows without a time is arbitrary.
    func dayNumbers(_ chunk: Chunk, _ type: DataType) -> [Int32] {
        let zone = engine.moment.zone
        if type == .date { return narrowDays(chunk.decodedLanes() ?? []) }
        guard let offset = zone.onlyOffset(in: chunk.range) else {
            return (chunk.decodedLanes() ?? []).map { Int32(truncatingIfNeeded: zone.day(of: $0)) }
        }
        if case .codes32(let base, let step, let codes) = chunk.payload {
            return ReachKernels.dayNumbers(codes, base: base, step: step, offset: offset)
        }
        return ReachKernels.dayNumbers(chunk.decodedLanes() ?? [], offset: offset)
    }
}

extension Vector {
    /// Its lanes, 0 where the value is missing.
    var lanesWithoutMissing: [Int64] {
        var lanes = lanes
        if let missing { clearLanes(&lanes, where: missing) }
        return lanes
    }
}

extension Zone {
    /// The offset that holds for all of these instants; nil where the clock is set in between.
    fileprivate func onlyOffset(in range: ClosedRange<Int64>?) -> Int64? {
        guard offsets.count > 1 else { return offsets[0] }
        guard let range else { return nil }
        let hasTransition = transitions.contains { range.lowerBound < $0 && $0 <= range.upperBound }
        return hasTransition ? nil : offset(at: range.lowerBound)
    }
}
