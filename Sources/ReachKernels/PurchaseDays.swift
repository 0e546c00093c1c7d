// Purchases of a customer as days: several rows of one day are one purchase. A mask that is empty is every row, or every customer.

/// Up to when a purchase is a return: `ends[day − firstDay]` is the last day that counts after a purchase on `day`, and purchases after
/// `border` are too young to tell. Without `ends` everything counts.
package struct ReturnWindow: Sendable {
    package let firstDay: Int32
    package let ends: [Int32]
    package let border: Int32

    package init(firstDay: Int32, ends: [Int32], border: Int32) {
        self.firstDay = firstDay
        self.ends = ends
        self.border = border
    }

    package static let unbounded = ReturnWindow(firstDay: 0, ends: [], border: .max)

    @inline(__always)
    func end(_ day: Int32, _ ends: Span<Int32>) -> Int32 { ends.isEmpty ? .max : ends[Int(day &- firstDay)] }
}

/// Adds to `bases[n]` the customers whose nth purchase is old enough, to `returns[n]` those of them who bought again in time. Purchases
/// beyond the counts' length are not told apart from it and left out.
package func addPurchaseDays(
    _ runs: DatedRuns, _ window: ReturnWindow, bases: inout [Int64], returns: inout [Int64]
) {
    precondition(bases.count == returns.count && bases.count > 1, "a count per purchase")
    var loop = PurchaseDayLoop(runs: runs, window: window, bases: moved(&bases), returns: moved(&returns))
    runs.walk(&loop)
    (bases, returns) = (loop.bases, loop.returns)
}

private struct PurchaseDayLoop: DayLoop {
    let runs: DatedRuns
    let window: ReturnWindow
    var bases: [Int64]
    var returns: [Int64]

    mutating func run(_ days: some RunDayReader) {
        let (runs, window) = (runs, window)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let ends = window.ends.span
        let border = window.border
        // Taken out and put back, so that each has one owner while it changes.
        var (baseCounts, returnCounts) = (moved(&bases), moved(&returns))
        defer { (bases, returns) = (baseCounts, returnCounts) }
        var base = baseCounts.mutableSpan
        var again = returnCounts.mutableSpan
        let most = base.count - 1
        for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
            var purchases = 0
            var before = Int32.min
            var end = Int32.min
            var isOld = false
            for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows.isEmpty || rows[row] != 0 {
                let day = days.day(row)
                if day == before, purchases > 0 { continue }
                if isOld, day <= end { again[purchases] &+= 1 }
                if purchases == most {
                    isOld = false
                    break
                }
                purchases &+= 1
                isOld = day <= border
                base[purchases] &+= isOld ? 1 : 0
                end = window.end(day, ends)
                before = day
            }
        }
    }
}

/// The row of each customer's first purchase, `UInt32.max` where there is none that is old enough, and whether they bought again on a
/// later day, in time.
package func firstPurchases(_ runs: DatedRuns, _ window: ReturnWindow) -> (rows: [UInt32], returned: [UInt8]) {
    let customers = runs.offsets.count - 1
    var loop = FirstPurchaseLoop(
        runs: runs, window: window, firsts: [UInt32](repeating: .max, count: customers),
        returned: [UInt8](repeating: 0, count: customers))
    runs.walk(&loop)
    return (loop.firsts, loop.returned)
}

private struct FirstPurchaseLoop: DayLoop {
    let runs: DatedRuns
    let window: ReturnWindow
    var firsts: [UInt32]
    var returned: [UInt8]

    mutating func run(_ days: some RunDayReader) {
        let (runs, window) = (runs, window)
        let starts = runs.offsets.span
        let rows = runs.rows.span
        let members = runs.members.span
        let ends = window.ends.span
        let border = window.border
        // Taken out and put back, so that each has one owner while it changes.
        var (firstRows, isBack) = (moved(&firsts), moved(&returned))
        defer { (firsts, returned) = (firstRows, isBack) }
        var first = firstRows.mutableSpan
        var again = isBack.mutableSpan
        for customer in 0..<starts.count - 1 where members.isEmpty || members[customer] != 0 {
            let last = Int(starts[customer + 1])
            var row = Int(starts[customer])
            while row < last, !rows.isEmpty, rows[row] == 0 { row &+= 1 }
            if row == last { continue }
            let day = days.day(row)
            if day > border { continue }
            first[customer] = UInt32(truncatingIfNeeded: row)
            let end = window.end(day, ends)
            row &+= 1
            while row < last {
                if rows.isEmpty || rows[row] != 0 {
                    let next = days.day(row)
                    if next != day {
                        again[customer] = next <= end ? 1 : 0
                        break
                    }
                }
                row &+= 1
            }
        }
    }
}
