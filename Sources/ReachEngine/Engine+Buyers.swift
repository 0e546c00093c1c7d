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
