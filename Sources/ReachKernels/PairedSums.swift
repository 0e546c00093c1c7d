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
    _ runs: DatedRuns, orders: [UInt8], money: RowMoney, first: Range<Int32>, second: Range<Int32>,
    moneySums: inout PairedSums, orderSums: inout PairedSums
) {
    precondition(orders.isEmpty || orders.count == runs.rowCount, "a mask byte per row")
    var loop = PairedLoop(
        runs: runs, orders: orders, first: first, second: second, moneySums: moneySums, orderSums: orderSums)
    runs.walk(money, &loop)
    (moneySums, orderSums) = (loop.moneySums, loop.orderSums)
}

private struct PairedLoop: DayMoneyLoop {
    let runs: DatedRuns
    let orders: [UInt8]
    let first: Range<Int32>
    let second: Range<Int32>
    var moneySums: PairedSums
    var orderSums: PairedSums

    mutating func run<Money: RunMoneyReader>(_ days: some RunDayReader, _ money: Money) {
        let (runs, orders) = (runs, orders)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let isOrder = orders.span
        let firstDays = Int128(first.count)
        let secondDays = Int128(second.count)
        for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
            var sums: (first: Money.Sum, second: Money.Sum) = (0, 0)
            var counts: (first: Int64, second: Int64) = (0, 0)
            for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || rows[row] != 0 {
                let day = days.day(row)
                let counted: Int64 = isOrder.isEmpty || isOrder[row] != 0 ? 1 : 0
                if first.contains(day) {
                    sums.first &+= money.money(row)
                    counts.first &+= counted
                } else if second.contains(day) {
                    sums.second &+= money.money(row)
                    counts.second &+= counted
                }
            }
            if counts.first == 0 || counts.second == 0 { continue }
            moneySums.add(
                before: Int128(sums.first), after: Int128(sums.second), firstDays: firstDays, secondDays: secondDays)
            orderSums.add(
                before: Int128(counts.first), after: Int128(counts.second), firstDays: firstDays,
                secondDays: secondDays)
        }
    }
}
