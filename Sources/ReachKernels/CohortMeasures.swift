/// What is added up in the cells of cohorts.
package enum CohortMeasure: String, Hashable, Sendable, CaseIterable {
    /// Customers with an order in the period.
    case customers
    /// Money, returns taken off.
    case revenue
    case orders
    /// Customers whose second order is in the period.
    case `repeat`
}

/// Cells first × periods + period − first, and the customers by the period of their first order.
package struct CohortSums: Hashable, Sendable {
    package var sizes: [Int64]
    package var cells: [Int128]

    package init(periodCount: Int) {
        sizes = [Int64](repeating: 0, count: periodCount)
        cells = [Int128](repeating: 0, count: periodCount * periodCount)
    }

    package mutating func add(_ other: CohortSums) {
        for index in sizes.indices { sizes[index] += other.sizes[index] }
        for index in cells.indices { cells[index] += other.cells[index] }
    }
}

/// Adds a partition. `periods` is by day − `firstDay`; rows outside `orders` (empty: none is) move money and nothing else, and only after
/// the customer's first order.
package func addCohortMeasure(
    _ measure: CohortMeasure, _ runs: DatedRuns, orders: [UInt8], money: [Int64], firstDay: Int32, periods: [UInt16],
    into sums: inout CohortSums
) {
    precondition(orders.isEmpty || orders.count == runs.days.count, "a mask byte per row")
    precondition(measure != .revenue || money.count == runs.days.count, "a lane per row")
    let starts = runs.offsets.span
    let days = runs.days.span
    let rows = runs.rows.span
    let members = runs.members.span
    let isOrder = orders.span
    let lanes = money.span
    let table = periods.span
    let count = sums.sizes.count
    var sizeCounts = moved(&sums.sizes)
    var cellSums = moved(&sums.cells)
    defer {
        sums.sizes = sizeCounts
        sums.cells = cellSums
    }
    var sizes = sizeCounts.mutableSpan
    var cells = cellSums.mutableSpan
    for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
        var orderCount = 0
        var corner = 0
        var before = 0
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || rows[row] != 0 {
            let counts = isOrder.isEmpty || isOrder[row] != 0
            if !counts, orderCount == 0 { continue }
            let period = Int(table[Int(days[row] &- firstDay)])
            if orderCount == 0 {
                sizes[period] &+= 1
                corner = period &* count &- period
            }
            switch measure {
            case .revenue: cells[corner &+ period] &+= Int128(lanes[row])
            case .orders: cells[corner &+ period] &+= counts ? 1 : 0
            case .customers: cells[corner &+ period] &+= counts && (orderCount == 0 || period != before) ? 1 : 0
            case .repeat: cells[corner &+ period] &+= counts && orderCount == 1 ? 1 : 0
            }
            if counts {
                orderCount &+= 1
                before = period
            }
        }
    }
}
