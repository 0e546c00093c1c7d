import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

/// What counts as an order, and as its money.
package struct BuyerQuestion: Sendable {
    package let table: Int
    package let audience: Condition
    /// Rows that take part.
    package let rows: Condition
    /// Those of them that are orders; the others move money alone.
    package let isOrder: Condition
    /// A fixed-point column.
    package let money: Int

    package init(table: Int, audience: Condition, rows: Condition, isOrder: Condition, money: Int) {
        self.table = table
        self.audience = audience
        self.rows = rows
        self.isOrder = isOrder
        self.money = money
    }
}

extension Engine {
    /// By chunk, of the members who have ordered: day of the last order, orders, money. Who has spent more than 64 bits hold is left out,
    /// and counted as an overflow.
    package func buyers(_ question: BuyerQuestion) throws -> [MemberLanes] {
        let walked = ActivityQuestion(
            table: question.table, audience: question.audience, rows: question.rows, marks: [question.isOrder],
            money: question.money)
        return try mapChunks { evaluator in
            if let kept = try evaluator.keptBuyers(question) { return kept }
            let rowCount = evaluator.customers.rowCount
            guard let block = try evaluator.block(walked) else {
                return MemberLanes(rowCount: rowCount, positions: [], lanes: [[], [], []])
            }
            let found = buyerFigures(block.runs, orders: block.marks[0], money: block.money)
            if found.hasOverflow { return try evaluator.fittingBuyers(question, found) }
            return MemberLanes(
                rowCount: rowCount, positions: found.positions.count == rowCount ? nil : found.positions,
                lanes: [found.days, found.orders, found.money])
        }
    }
}

extension ChunkEvaluator {
    /// The same from figures kept beside the rows, where every row takes part and is an order; nil where rows have to tell.
    fileprivate func keptBuyers(_ question: BuyerQuestion) throws -> MemberLanes? {
        let schema = engine.source.schema.tables[question.table]
        guard let time = schema.index(of: .time), let last = try rollup(.last, time, table: question.table),
            let money = try rollup(.total, question.money, table: question.table)
        else { return nil }
        let scope = try activity(question.table)
        for condition in [question.rows, question.isOrder] {
            let rows = try filtered(condition, scope)
            guard rows.isEvery, rows.faults == nil else { return nil }
        }
        var members = try audience(question.audience)
        members.removeMissing(of: last)
        let lanes = [days(last, schema.columns[time].type), runLengths(scope.offsets), decodedLanes(money)]
        if members.isEvery { return MemberLanes(rowCount: customers.rowCount, positions: nil, lanes: lanes) }
        let positions = members.positions
        return MemberLanes(
            rowCount: customers.rowCount, positions: positions, lanes: lanes.map { take($0, at: positions) })
    }

    private func days(_ times: Chunk, _ type: DataType) -> [Int64] {
        type == .date ? decodedLanes(times) : dayLanes(rowDays(times, type))
    }

    /// Without those whose money overflows, who are found by their sum as any expression has it.
    fileprivate func fittingBuyers(_ question: BuyerQuestion, _ found: BuyerFigures) throws -> MemberLanes {
        let type = engine.source.schema.tables[question.table].columns[question.money].type
        let sum = try aggregate(
            Aggregate(
                .sum, table: question.table, value: .column(question.money, type), filter: question.rows, type: type))
        engine.faults.count(sum.faults)
        let kept = found.positions.indices.filter { sum.missing?[Int(found.positions[$0])] != 1 }
        func taken(_ lanes: [Int64]) -> [Int64] { kept.map { lanes[$0] } }
        return MemberLanes(
            rowCount: customers.rowCount, positions: kept.map { found.positions[$0] },
            lanes: [taken(found.days), taken(found.orders), taken(found.money)])
    }
}
