// When and how often customers bought, counted in days: several rows of a day are one purchase. Rows of a customer stand in order of time.

/// Purchases of the customers of a chunk, a place per customer.
package struct CustomerPurchases: Hashable, Sendable {
    /// Days with a purchase; 0 where there is none, and then the other figures are 0 too.
    package let days: [UInt32]
    /// First and last such day, as numbers of the table's periods.
    package let first: [UInt16]
    package let last: [UInt16]
    /// What was paid on all days, and on the first of them; empty where money was not asked for.
    package let paid: [Int64]
    package let paidFirst: [Int64]

    package init(customers: Int, hasMoney: Bool) {
        days = [UInt32](repeating: 0, count: customers)
        first = [UInt16](repeating: 0, count: customers)
        last = first
        paid = [Int64](repeating: 0, count: hasMoney ? customers : 0)
        paidFirst = paid
    }

    fileprivate init(days: [UInt32], first: [UInt16], last: [UInt16], paid: [Int64], paidFirst: [Int64]) {
        self.days = days
        self.first = first
        self.last = last
        self.paid = paid
        self.paidFirst = paidFirst
    }
}

/// Purchases of every customer of a mask (empty: all), over the rows of another (empty: all). `table` has a period per day; `money` has a lane
/// per row, or is empty. Sums wrap around.
package func customerPurchases(
    _ offsets: [UInt32], _ codes: [UInt8], _ people: [UInt8], _ rows: [UInt8], _ money: [Int64], _ table: PeriodTable
) -> CustomerPurchases { purchases(offsets, codes, people, rows, money, table) }

package func customerPurchases(
    _ offsets: [UInt32], _ codes: [UInt16], _ people: [UInt8], _ rows: [UInt8], _ money: [Int64], _ table: PeriodTable
) -> CustomerPurchases { purchases(offsets, codes, people, rows, money, table) }

package func customerPurchases(
    _ offsets: [UInt32], _ codes: [UInt32], _ people: [UInt8], _ rows: [UInt8], _ money: [Int64], _ table: PeriodTable
) -> CustomerPurchases { purchases(offsets, codes, people, rows, money, table) }

@inline(__always)
private func purchases<Code: FixedWidthInteger & UnsignedInteger>(
    _ offsets: [UInt32], _ codes: [Code], _ people: [UInt8], _ rows: [UInt8], _ money: [Int64], _ table: PeriodTable
) -> CustomerPurchases {
    checkRuns(offsets, rowCount: codes.count)
    let customers = offsets.count - 1
    precondition(people.isEmpty || people.count == customers, "a mask byte per customer")
    precondition(rows.isEmpty || rows.count == codes.count, "a mask byte per row")
    precondition(money.isEmpty || money.count == codes.count, "a lane per row")
    let hasMoney = !money.isEmpty
    let none = CustomerPurchases(customers: customers, hasMoney: hasMoney)
    var (allDays, allFirst, allLast, allPaid, allPaidFirst) = (none.days, none.first, none.last, none.paid, none.paid)
    let buckets = table.buckets.span
    let (starts, times, kept, lanes) = (offsets.span, codes.span, rows.span, money.span)
    var days = allDays.mutableSpan
    var first = allFirst.mutableSpan
    var last = allLast.mutableSpan
    var paid = allPaid.mutableSpan
    var paidFirst = allPaidFirst.mutableSpan
    for customer in 0..<customers where people.isEmpty || people[customer] != 0 {
        var count: UInt32 = 0
        var (firstDay, day) = (0, -1)
        var (sum, firstSum): (Int64, Int64) = (0, 0)
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || kept[row] != 0 {
            let period = table.period(UInt32(truncatingIfNeeded: times[row]), buckets)
            if count == 0 { firstDay = period }
            count &+= period != day ? 1 : 0
            day = period
            if hasMoney {
                sum &+= lanes[row]
                if count == 1 { firstSum = sum }
            }
        }
        if count == 0 { continue }
        days[customer] = count
        first[customer] = UInt16(truncatingIfNeeded: firstDay)
        last[customer] = UInt16(truncatingIfNeeded: day)
        if hasMoney {
            paid[customer] = sum
            paidFirst[customer] = firstSum
        }
    }
    return CustomerPurchases(days: allDays, first: allFirst, last: allLast, paid: allPaid, paidFirst: allPaidFirst)
}
