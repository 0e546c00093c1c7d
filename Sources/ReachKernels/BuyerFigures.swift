import CKernels

/// The day of the last order, the number of orders and the money of the customers of a partition who have ordered.
package struct BuyerFigures: Sendable {
    /// Their rows in the chunk, ascending.
    package fileprivate(set) var positions: [UInt32]
    package fileprivate(set) var days: [Int64]
    package fileprivate(set) var orders: [Int64]
    /// Units of money, returns taken off.
    package fileprivate(set) var money: [Int64]
    /// Somebody's money does not fit 64 bits.
    package fileprivate(set) var hasOverflow = false
}

/// Figures of the buyers among the members. Rows outside `orders` (empty: none is) move money and nothing else.
package func buyerFigures(_ runs: DatedRuns, orders: [UInt8], money: RowMoney) -> BuyerFigures {
    precondition(orders.isEmpty || orders.count == runs.rowCount, "a mask byte per row")
    var loop = BuyerLoop(runs: runs, orders: orders)
    runs.walk(money, &loop)
    return loop.figures
}

private struct BuyerLoop: DayMoneyLoop {
    let runs: DatedRuns
    let orders: [UInt8]
    var figures = BuyerFigures(positions: [], days: [], orders: [], money: [])

    init(runs: DatedRuns, orders: [UInt8]) {
        self.runs = runs
        self.orders = orders
    }

    mutating func run<Money: RunMoneyReader>(_ days: some RunDayReader, _ money: Money) {
        let (runs, orders) = (runs, orders)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let isOrder = orders.span
        let customers = starts.count - 1
        let takesAll = rows.isEmpty && isOrder.isEmpty
        var places = [UInt32](repeating: 0, count: customers)
        var lasts = [Int64](repeating: 0, count: customers)
        var (counts, sums) = (lasts, lasts)
        var place = places.mutableSpan
        var last = lasts.mutableSpan
        var count = counts.mutableSpan
        var total = sums.mutableSpan
        var next = 0
        var overflow = false
        for customer in 0..<customers where members.isEmpty || members[customer] != 0 {
            let (start, end) = (Int(starts[customer]), Int(starts[customer + 1]))
            var sum: Money.Sum = 0
            var orderCount = 0
            var lastOrder = start
            if takesAll {
                for row in start..<end { sum &+= money.money(row) }
                orderCount = end &- start
                lastOrder = end &- 1
            } else {
                for row in start..<end where rows.isEmpty || rows[row] != 0 {
                    sum &+= money.money(row)
                    if !isOrder.isEmpty, isOrder[row] == 0 { continue }
                    orderCount &+= 1
                    lastOrder = row
                }
            }
            if orderCount == 0 { continue }
            let narrow = Int64(truncatingIfNeeded: sum)
            overflow = overflow || Money.Sum(truncatingIfNeeded: narrow) != sum
            place[next] = UInt32(truncatingIfNeeded: customer)
            last[next] = Int64(days.day(lastOrder))
            count[next] = Int64(orderCount)
            total[next] = narrow
            next &+= 1
        }
        let unused = customers - next
        places.removeLast(unused)
        lasts.removeLast(unused)
        counts.removeLast(unused)
        sums.removeLast(unused)
        figures = BuyerFigures(positions: places, days: lasts, orders: counts, money: sums, hasOverflow: overflow)
    }
}

/// Smallest and largest; nil of none.
package func laneRange(_ lanes: [Int64]) -> ClosedRange<Int64>? {
    if lanes.isEmpty { return nil }
    var (low, high): (Int64, Int64) = (0, 0)
    // SAFETY: the kernel reads as many lanes as there are, one at least.
    unsafe reach_lane_range(lanes, lanes.count, &low, &high)
    return low...high
}

/// The lowest four bits of each number, a row of bits per bit of them, one row after the other.
package func packNibbles(_ numbers: [UInt8]) -> [[UInt64]] {
    let wordCount = (numbers.count + 63) / 64
    return (0..<UInt8(4)).map { plane in
        // SAFETY: the kernel writes a bit for every number, so all of the words.
        unsafe [UInt64](unsafeUninitializedCapacity: wordCount) { words, filled in
            guard let out = words.baseAddress else { return }
            unsafe reach_pack_plane(out, numbers, numbers.count, plane)
            filled = wordCount
        }
    }
}
