/// Which period each day is in, and between which days a customer must have bought to count as active, or as gone, at its beginning.
package struct PeriodCalendar: Sendable {
    package let firstDay: Int32
    package let count: Int
    /// By day − `firstDay`, 16 bits each from the lowest: the day's period; the last period for which an order on that day makes a customer
    /// active; the last one from whose beginning on who orders on that day only has been gone. 0 where there is none.
    let marks: [UInt64]

    /// - Parameters:
    ///   - periods: by day − `firstDay`.
    ///   - activeFrom: by period, the first day of the stretch before its beginning, ascending.
    ///   - goneAt: by period, the first day after the stretch from its beginning on, ascending.
    package init(firstDay: Int32, periods: [UInt16], activeFrom: [Int32], goneAt: [Int32]) {
        precondition(activeFrom.count == goneAt.count && activeFrom.count < Int(UInt16.max), "both by period")
        precondition(periods.allSatisfy { Int($0) < activeFrom.count }, "a day is in one of the periods")
        self.firstDay = firstDay
        count = activeFrom.count
        var (active, gone) = (0, 0)
        var day = firstDay
        marks = periods.map { period in
            while active + 1 < activeFrom.count, activeFrom[active + 1] <= day { active += 1 }
            while gone + 1 < goneAt.count, goneAt[gone + 1] <= day { gone += 1 }
            day += 1
            return UInt64(period) | UInt64(active) << 16 | UInt64(gone) << 32
        }
    }
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
    /// Customers with two orders or more in all.
    package var everRepeaters: Int64 = 0

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
        everRepeaters += other.everRepeaters
    }

    /// The same customers in one period that holds all; of churn, which has no such period, nothing is left.
    package var inAll: PeriodFigures {
        var all = PeriodFigures(count: 1)
        all.new[0] = new.reduce(0, +)
        all.active[0] = all.new[0]
        all.orders[0] = orders.reduce(0, +)
        all.repeaters[0] = everRepeaters
        all.revenue[0] = revenue.reduce(0, +)
        all.everRepeaters = everRepeaters
        return all
    }
}

/// Adds up a partition. Rows outside `orders` (empty: none is) move money and nothing else.
package func addPeriodFigures(
    _ runs: DatedRuns, orders: [UInt8], money: RowMoney, _ calendar: PeriodCalendar, into figures: inout PeriodFigures
) {
    precondition(orders.isEmpty || orders.count == runs.rowCount, "a mask byte per row")
    var loop = PeriodLoop(runs: runs, orders: orders, calendar: calendar)
    runs.walk(money, &loop)
    figures.add(loop.figures)
}

/// A customer is active at the beginnings of the periods after an order's own, up to the last one that the order reaches or that of the
/// next order. Adding one at the first of these and taking it off after the last gives, summed up over the periods, how many are active at
/// each: two places are touched per order, however many periods lie in between. The firsts need not be counted, they are the orders of
/// the period before. Likewise of those who have gone by then.
private struct PeriodLoop: DayMoneyLoop {
    let runs: DatedRuns
    let orders: [UInt8]
    let calendar: PeriodCalendar
    var figures: PeriodFigures

    init(runs: DatedRuns, orders: [UInt8], calendar: PeriodCalendar) {
        self.runs = runs
        self.orders = orders
        self.calendar = calendar
        figures = PeriodFigures(count: calendar.count)
    }

    mutating func run<Money: RunMoneyReader>(_ days: some RunDayReader, _ money: Money) {
        let (runs, orders, calendar) = (runs, orders, calendar)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let isOrder = orders.span
        let marks = calendar.marks.span
        let firstDay = calendar.firstDay
        let zeros = [Int64](repeating: 0, count: calendar.count)
        var (counted, activeEnds, goneEnds, firsts, singles) = (zeros, zeros, zeros, zeros, zeros)
        var sums = [Money.Sum](repeating: 0, count: calendar.count)
        var counts = counted.mutableSpan
        var ends = activeEnds.mutableSpan
        var gone = goneEnds.mutableSpan
        var new = firsts.mutableSpan
        var single = singles.mutableSpan
        var revenue = sums.mutableSpan
        var (buyers, repeaters): (Int64, Int64) = (0, 0)
        for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
            // Of the order before: its period, and the last one that it reaches.
            var (before, reached) = (-1, 0)
            var (first, second) = (0, -1)
            var orderCount = 0
            for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || rows[row] != 0 {
                let mark = marks[Int(days.day(row) &- firstDay)]
                let period = Int(mark & 0xFFFF)
                // SAFETY: a calendar's marks hold periods below its count; before the first order nothing is reached but period 0.
                unsafe revenue[unchecked: period] &+= money.money(row)
                if !isOrder.isEmpty, isOrder[row] == 0 { continue }
                let end = min(period, reached)
                unsafe ends[unchecked: end] &+= 1
                unsafe gone[unchecked: max(before, min(end, Int(mark >> 32)))] &+= 1
                // Orders in the lower half, customers with one in the upper.
                unsafe counts[unchecked: period] &+= period == before ? 1 : 1 << 32 | 1
                first = orderCount == 0 ? period : first
                second = orderCount == 1 ? period : second
                orderCount &+= 1
                before = period
                reached = Int(mark >> 16 & 0xFFFF)
            }
            if orderCount == 0 { continue }
            buyers &+= 1
            repeaters &+= orderCount > 1 ? 1 : 0
            new[first] &+= 1
            single[first] &+= second == first ? 0 : 1
            ends[reached] &+= 1
            gone[reached] &+= 1
        }
        // First orders have none before them.
        if calendar.count > 0 {
            ends[0] &-= buyers
            gone[0] &-= buyers
        }
        figures.everRepeaters = repeaters
        figures.new = firsts
        figures.revenue = sums.map { Int128($0) }
        var (active, left): (Int64, Int64) = (0, 0)
        for period in 0..<calendar.count {
            let (orders, customers) = (counted[period] & 0xFFFF_FFFF, counted[period] >> 32)
            figures.orders[period] = orders
            figures.active[period] = customers
            figures.repeaters[period] = customers - singles[period]
            figures.churnBase[period] = active
            figures.churned[period] = left
            active += orders - activeEnds[period]
            left += orders - goneEnds[period]
        }
    }
}

/// An array's value, which it loses: whoever holds it then is its one owner.
func moved<Element>(_ array: inout [Element]) -> [Element] {
    var value: [Element] = []
    swap(&value, &array)
    return value
}
