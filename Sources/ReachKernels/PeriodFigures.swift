/// Which period each day is in, and between which days a customer must have bought to count as active, or as gone, at its beginning.
package struct PeriodCalendar: Sendable {
    package let firstDay: Int32
    /// By day − `firstDay`.
    package let periods: [UInt16]
    /// By period: the first day of the stretch before its beginning.
    package let activeFrom: [Int32]
    /// By period: the first day after the stretch from its beginning on.
    package let goneAt: [Int32]

    package init(firstDay: Int32, periods: [UInt16], activeFrom: [Int32], goneAt: [Int32]) {
        precondition(activeFrom.count == goneAt.count, "both by period")
        self.firstDay = firstDay
        self.periods = periods
        self.activeFrom = activeFrom
        self.goneAt = goneAt
    }

    package var count: Int { activeFrom.count }
}

/// What customers did by period.
package struct PeriodFigures: Hashable, Sendable {
    /// Customers with an order in the period.
    package var active: [Int64]
    /// Customers whose first order is in it.
    package var new: [Int64]
    package var orders: [Int64]
    /// Of the active, those with two orders or more up to its end.
    package var repeaters: [Int64]
    /// Units of money, returns taken off.
    package var revenue: [Int128]
    /// Customers with an order in the stretch before the period's beginning.
    package var churnBase: [Int64]
    /// Those of them with none in the stretch after it.
    package var churned: [Int64]

    package init(count: Int) {
        let zeros = [Int64](repeating: 0, count: count)
        (active, new, orders, repeaters, churnBase, churned) = (zeros, zeros, zeros, zeros, zeros, zeros)
        revenue = [Int128](repeating: 0, count: count)
    }

    package mutating func add(_ other: PeriodFigures) {
        for period in active.indices {
            active[period] += other.active[period]
            new[period] += other.new[period]
            orders[period] += other.orders[period]
            repeaters[period] += other.repeaters[period]
            revenue[period] += other.revenue[period]
            churnBase[period] += other.churnBase[period]
            churned[period] += other.churned[period]
        }
    }
}

/// Adds up a partition. Rows outside `orders` (empty: none is) move money and nothing else.
package func addPeriodFigures(
    _ runs: DatedRuns, orders: [UInt8], money: [Int64], _ calendar: PeriodCalendar, into figures: inout PeriodFigures
) {
    precondition(money.count == runs.days.count && (orders.isEmpty || orders.count == money.count), "a lane per row")
    let starts = runs.offsets.span
    let days = runs.days.span
    let rows = runs.rows.span
    let members = runs.members.span
    let isOrder = orders.span
    let lanes = money.span
    let periods = calendar.periods.span
    let activeFrom = calendar.activeFrom.span
    let goneAt = calendar.goneAt.span
    let count = activeFrom.count
    // Taken out and put back, so that each has one owner while it changes.
    var arrays = PeriodFigures(count: 0)
    swap(&arrays, &figures)
    defer { swap(&arrays, &figures) }
    var activeCounts = moved(&arrays.active)
    var newCounts = moved(&arrays.new)
    var orderCounts = moved(&arrays.orders)
    var repeaterCounts = moved(&arrays.repeaters)
    var revenueSums = moved(&arrays.revenue)
    var baseCounts = moved(&arrays.churnBase)
    var churnedCounts = moved(&arrays.churned)
    defer {
        arrays.active = activeCounts
        arrays.new = newCounts
        arrays.orders = orderCounts
        arrays.repeaters = repeaterCounts
        arrays.revenue = revenueSums
        arrays.churnBase = baseCounts
        arrays.churned = churnedCounts
    }
    var active = activeCounts.mutableSpan
    var new = newCounts.mutableSpan
    var ordered = orderCounts.mutableSpan
    var repeaters = repeaterCounts.mutableSpan
    var revenue = revenueSums.mutableSpan
    var churnBase = baseCounts.mutableSpan
    var churned = churnedCounts.mutableSpan
    for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
        var orderCount = 0
        var before = 0
        var lastDay = Int32.min
        // Rows of one period stand together: their money is added to the period's once.
        var running = 0
        var sum: Int128 = 0
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || rows[row] != 0 {
            let day = days[row]
            let period = Int(periods[Int(day &- calendar.firstDay)])
            if period != running {
                revenue[running] &+= sum
                (running, sum) = (period, 0)
            }
            sum &+= Int128(lanes[row])
            if !isOrder.isEmpty, isOrder[row] == 0 { continue }
            ordered[period] &+= 1
            if orderCount == 0 {
                new[period] &+= 1
                active[period] &+= 1
            } else if period != before {
                active[period] &+= 1
                repeaters[before] &+= orderCount > 1 ? 1 : 0
                var boundary = before &+ 1
                while boundary <= period, activeFrom[boundary] <= lastDay {
                    churnBase[boundary] &+= 1
                    churned[boundary] &+= day >= goneAt[boundary] ? 1 : 0
                    boundary &+= 1
                }
            }
            orderCount &+= 1
            before = period
            lastDay = day
        }
        revenue[running] &+= sum
        if orderCount == 0 { continue }
        repeaters[before] &+= orderCount > 1 ? 1 : 0
        var boundary = before &+ 1
        while boundary < count, activeFrom[boundary] <= lastDay {
            churnBase[boundary] &+= 1
            churned[boundary] &+= 1
            boundary &+= 1
        }
    }
}

/// An array's value, which it loses: whoever holds it then is its one owner.
func moved<Element>(_ array: inout [Element]) -> [Element] {
    var value: [Element] = []
    swap(&value, &array)
    return value
}

/// Sums over the customers with an order in both of two stretches of days: of what is per day in the second less what is per day in the
/// first, times the product of both lengths, so that it stays a whole number.
package struct PairedSums: Hashable, Sendable {
    package var customers: Int64 = 0
    package var before: Int128 = 0
    package var after: Int128 = 0
    package var differences: Int128 = 0
    package var squares: Int128 = 0
    /// The squares do not fit 128 bits.
    package var hasOverflow = false

    package init() {}

    package mutating func add(_ other: PairedSums) {
        customers += other.customers
        before += other.before
        after += other.after
        differences += other.differences
        hasOverflow = hasOverflow || other.hasOverflow
        addSquare(other.squares)
    }

    mutating func addSquare(_ square: Int128) {
        let (sum, overflow) = squares.addingReportingOverflow(square)
        squares = sum
        hasOverflow = hasOverflow || overflow
    }

    @inline(__always)
    mutating func add(before first: Int128, after second: Int128, firstDays: Int128, secondDays: Int128) {
        customers &+= 1
        before &+= first
        after &+= second
        let difference = second &* firstDays &- first &* secondDays
        differences &+= difference
        let (square, overflow) = difference.multipliedReportingOverflow(by: difference)
        hasOverflow = hasOverflow || overflow
        addSquare(square)
    }
}

/// Adds a partition to the sums of money and of orders. Rows outside `orders` (empty: none is) move money and nothing else.
package func addPairedSums(
    _ runs: DatedRuns, orders: [UInt8], money: [Int64], first: Range<Int32>, second: Range<Int32>,
    moneySums: inout PairedSums, orderSums: inout PairedSums
) {
    precondition(money.count == runs.days.count && (orders.isEmpty || orders.count == money.count), "a lane per row")
    let starts = runs.offsets.span
    let days = runs.days.span
    let rows = runs.rows.span
    let members = runs.members.span
    let isOrder = orders.span
    let lanes = money.span
    let firstDays = Int128(first.count)
    let secondDays = Int128(second.count)
    for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
        var sums: (first: Int128, second: Int128) = (0, 0)
        var counts: (first: Int128, second: Int128) = (0, 0)
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || rows[row] != 0 {
            let day = days[row]
            let counted: Int128 = isOrder.isEmpty || isOrder[row] != 0 ? 1 : 0
            if first.contains(day) {
                sums.first &+= Int128(lanes[row])
                counts.first &+= counted
            } else if second.contains(day) {
                sums.second &+= Int128(lanes[row])
                counts.second &+= counted
            }
        }
        if counts.first == 0 || counts.second == 0 { continue }
        moneySums.add(before: sums.first, after: sums.second, firstDays: firstDays, secondDays: secondDays)
        orderSums.add(before: counts.first, after: counts.second, firstDays: firstDays, secondDays: secondDays)
    }
}
