import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

/// What counts as a purchase.
package struct PurchaseQuestion: Hashable, Sendable {
    package let table: Int
    /// Over rows of the table.
    package let filter: Condition
    /// A fixed-point column; nil where money does not matter.
    package let money: Int?
    /// First instants, or days, of adjoining days, ascending; no row that passes the filter is before the first.
    package let starts: [Int64]

    package init(table: Int, filter: Condition, money: Int?, starts: [Int64]) {
        precondition(!starts.isEmpty && starts.count < Int(UInt16.max), "days by 16-bit numbers")
        self.table = table
        self.filter = filter
        self.money = money
        self.starts = starts
    }
}

extension Engine {
    /// By chunk, the purchases of each customer row; those of dead customers, and of others than the audience, are none.
    package func customerPurchases(of audience: Condition, _ question: PurchaseQuestion) throws -> [CustomerPurchases] {
        try mapChunks { evaluator in
            let members = try evaluator.audience(audience)
            let scope = try evaluator.activity(question.table)
            let customers = evaluator.customers.rowCount
            let none = CustomerPurchases(customers: customers, hasMoney: question.money != nil)
            if members.isNone || scope.rowCount == 0 { return none }
            let rows = try evaluator.filtered(question.filter, scope)
            faults.count(rows.faults)
            return rows.isNone ? none : try evaluator.purchases(members, rows, scope, question)
        }
    }
}

extension ChunkEvaluator {
    fileprivate func purchases(
        _ members: Mask, _ rows: Mask, _ scope: Scope, _ question: PurchaseQuestion
    ) throws -> CustomerPurchases {
        guard let time = engine.source.schema.tables[question.table].index(of: .time) else {
            preconditionFailure("activity has a time")
        }
        var kept = rows
        let timeChunk = try chunk(time, scope)
        kept.removeMissing(of: timeChunk)
        var money: [Int64] = []
        if let column = question.money {
            let type = engine.source.schema.tables[question.table].columns[column].type
            let paid = try vector(column: column, type: type, scope)
            // What nobody knows the price of is a purchase all the same; missing lanes hold 0.
            money = paid.lanes
            if let missing = paid.missing { for row in missing.indices where missing[row] != 0 { money[row] = 0 } }
        }
        let (people, mask, offsets, starts) = (members.kernelBytes, kept.kernelBytes, scope.offsets, question.starts)
        switch timeChunk.payload {
        case .codes8(let base, let step, let codes):
            let table = PeriodTable(starts: starts, base: base, step: step, largest: UInt32(UInt8.max))
            return ReachKernels.customerPurchases(offsets, codes, people, mask, money, table)
        case .codes16(let base, let step, let codes):
            let table = PeriodTable(starts: starts, base: base, step: step, largest: UInt32(UInt16.max))
            return ReachKernels.customerPurchases(offsets, codes, people, mask, money, table)
        case .codes32(let base, let step, let codes):
            let largest = timeChunk.range.map { UInt32(clamping: ($0.upperBound - base) / step) } ?? .max
            let table = PeriodTable(starts: starts, base: base, step: step, largest: largest)
            return ReachKernels.customerPurchases(offsets, codes, people, mask, money, table)
        default:
            let lanes = try vector(
                column: time, type: engine.source.schema.tables[question.table].columns[time].type, scope
            ).lanes
            let codes = lanes.map { lane in UInt16(max(0, partition(starts, above: lane) - 1)) }
            let table = PeriodTable(firstCodes: starts.indices.map { Int64($0) }, largest: UInt32(UInt16.max))
            return ReachKernels.customerPurchases(offsets, codes, people, mask, money, table)
        }
    }

    /// How many of the ascending starts are at most the lane.
    private func partition(_ starts: [Int64], above lane: Int64) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= lane { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension PeriodTable {
    /// The periods of a chunk's codes. Periods that begin before its first code, or beyond its last, keep their numbers; what is before the
    /// first period is taken to it.
    init(starts: [Int64], base: Int64, step: Int64, largest: UInt32) {
        // The smallest code at or after each start.
        var codes = starts.map { start in
            let distance = max(0, start - base)
            return distance / step + (distance % step == 0 ? 0 : 1)
        }
        codes[0] = 0
        self.init(firstCodes: codes, largest: largest)
    }
}
