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

    fileprivate init(sizes: [Int64], cells: [Int128]) {
        self.sizes = sizes
        self.cells = cells
    }

    package mutating func add(_ other: CohortSums) {
        for index in sizes.indices { sizes[index] += other.sizes[index] }
        for index in cells.indices { cells[index] += other.cells[index] }
    }
}

/// Adds a partition. `periods` is by day − `firstDay`; rows outside `orders` (empty: none is) move money and nothing else, and only after
/// the customer's first order.
package func addCohortMeasure(
    _ measure: CohortMeasure, _ runs: DatedRuns, orders: [UInt8], money: RowMoney, firstDay: Int32,
    periods: [UInt16], into sums: inout CohortSums
) {
    precondition(orders.isEmpty || orders.count == runs.rowCount, "a mask byte per row")
    precondition(periods.allSatisfy { Int($0) < sums.sizes.count }, "a day is in one of the periods")
    let table = CohortTable(firstDay: firstDay, periods: periods, count: sums.sizes.count)
    if measure == .customers, let codes = PeriodCodes(runs.days, firstDay: firstDay, periods: periods) {
        codes.add(runs, orders: orders, to: &sums)
    } else if measure == .revenue {
        var loop = CohortRevenueLoop(runs: runs, orders: orders, table: table)
        runs.walk(money, &loop)
        sums.add(loop.sums)
    } else {
        var loop = CohortCountLoop(measure: measure, runs: runs, orders: orders, table: table)
        runs.walk(&loop)
        sums.add(loop.sums)
    }
}

private struct CohortTable {
    let firstDay: Int32
    let periods: [UInt16]
    let count: Int
}

/// The place of the first order among a customer's rows, `end` where there is none.
@inline(__always)
private func firstOrder(
    _ start: Int, _ end: Int, _ rows: Span<UInt8>, _ isOrder: Span<UInt8>
) -> Int {
    var row = start
    while row < end, !rows.isEmpty && rows[row] == 0 || !isOrder.isEmpty && isOrder[row] == 0 { row &+= 1 }
    return row
}

private struct CohortRevenueLoop: DayMoneyLoop {
    let runs: DatedRuns
    let orders: [UInt8]
    let table: CohortTable
    var sums = CohortSums(periodCount: 0)

    init(runs: DatedRuns, orders: [UInt8], table: CohortTable) {
        self.runs = runs
        self.orders = orders
        self.table = table
    }

    mutating func run<Money: RunMoneyReader>(_ days: some RunDayReader, _ money: Money) {
        let (runs, orders, table) = (runs, orders, table)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let isOrder = orders.span
        let periods = table.periods.span
        let (count, firstDay) = (table.count, table.firstDay)
        var all = [Money.Sum](repeating: 0, count: count * count)
        var sizeCounts = [Int64](repeating: 0, count: count)
        var cells = all.mutableSpan
        var sizes = sizeCounts.mutableSpan
        for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
            let end = Int(starts[customer + 1])
            let start = firstOrder(Int(starts[customer]), end, rows, isOrder)
            if start == end { continue }
            let first = Int(periods[Int(days.day(start) &- firstDay)])
            sizes[first] &+= 1
            let corner = first &* count &- first
            for row in start..<end where rows.isEmpty || rows[row] != 0 {
                cells[corner &+ Int(periods[Int(days.day(row) &- firstDay)])] &+= money.money(row)
            }
        }
        sums = CohortSums(sizes: sizeCounts, cells: all.map { Int128($0) })
    }
}

private struct CohortCountLoop: DayLoop {
    let measure: CohortMeasure
    let runs: DatedRuns
    let orders: [UInt8]
    let table: CohortTable
    var sums = CohortSums(periodCount: 0)

    init(measure: CohortMeasure, runs: DatedRuns, orders: [UInt8], table: CohortTable) {
        self.measure = measure
        self.runs = runs
        self.orders = orders
        self.table = table
    }

    mutating func run(_ days: some RunDayReader) {
        let (runs, orders, table) = (runs, orders, table)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let isOrder = orders.span
        let periods = table.periods.span
        let (count, firstDay) = (table.count, table.firstDay)
        var all = [Int64](repeating: 0, count: count * count)
        var sizeCounts = [Int64](repeating: 0, count: count)
        var cells = all.mutableSpan
        var sizes = sizeCounts.mutableSpan
        let (countsAll, isRepeat) = (measure == .orders, measure == .repeat)
        for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
            let end = Int(starts[customer + 1])
            let start = firstOrder(Int(starts[customer]), end, rows, isOrder)
            if start == end { continue }
            let first = Int(periods[Int(days.day(start) &- firstDay)])
            sizes[first] &+= 1
            let corner = first &* count &- first
            if isRepeat {
                let second = firstOrder(start + 1, end, rows, isOrder)
                if second < end { cells[corner &+ Int(periods[Int(days.day(second) &- firstDay)])] &+= 1 }
                continue
            }
            var before = -1
            for row in start..<end
            where (rows.isEmpty || rows[row] != 0) && (isOrder.isEmpty || isOrder[row] != 0) {
                let period = Int(periods[Int(days.day(row) &- firstDay)])
                // Added always, 0 where it does not count: nothing to mispredict.
                cells[corner &+ period] &+= countsAll || period != before ? 1 : 0
                before = period
            }
        }
        sums = CohortSums(sizes: sizeCounts, cells: all.map { Int128($0) })
    }
}
