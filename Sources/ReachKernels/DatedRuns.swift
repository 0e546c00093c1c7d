// The rows of an activity partition as statistics walk them: customer by customer, in order of time, with the day and the money of each. What
// the column stores is read as it stands; nothing is decoded first.

/// The days of rows, ascending within a customer.
package struct RowDays: Sendable {
    enum Codes: Sendable {
        /// Codes of instants, and a table that has a period per day, from `firstDay` on.
        case instants([UInt32], PeriodTable)
        /// firstDay + step × code.
        case days([UInt16], step: Int32)
        case plain([Int32])
    }

    let codes: Codes
    let firstDay: Int32
    let count: Int

    package init(_ days: [Int32]) {
        codes = .plain(days)
        firstDay = 0
        count = days.count
    }

    /// Days from `firstDay` on are the periods of the table.
    package init(_ codes: [UInt32], _ table: PeriodTable, firstDay: Int32) {
        self.codes = .instants(codes, table)
        self.firstDay = firstDay
        count = codes.count
    }

    /// Day `firstDay` + `step` × code; all of them are days of the calendar.
    package init(_ codes: [UInt16], step: Int32, firstDay: Int32) {
        self.codes = .days(codes, step: step)
        self.firstDay = firstDay
        count = codes.count
    }
}

/// The days as lanes.
package func dayLanes(_ days: RowDays) -> [Int64] {
    var loop = DayLanes(count: days.count)
    days.read(&loop)
    return loop.lanes
}

private struct DayLanes: DayLoop {
    let count: Int
    var lanes: [Int64] = []

    init(count: Int) { self.count = count }

    mutating func run(_ days: some RunDayReader) {
        var found = [Int64](repeating: 0, count: count)
        var out = found.mutableSpan
        for row in 0..<out.count { out[row] = Int64(days.day(row)) }
        lanes = found
    }
}

/// The money of rows.
package struct RowMoney: Sendable {
    enum Codes: Sendable {
        case narrow([UInt16], base: Int64, step: Int64)
        case wide([UInt32], base: Int64, step: Int64)
        case lanes([Int64])
    }

    let codes: Codes
    let count: Int

    package init(_ lanes: [Int64]) {
        codes = .lanes(lanes)
        count = lanes.count
    }

    /// `base` + `step` × code. The caller knows that the sum of any of the rows fits 64 bits.
    package init(_ codes: [UInt16], base: Int64, step: Int64) {
        self.codes = .narrow(codes, base: base, step: step)
        count = codes.count
    }

    /// `base` + `step` × code. The caller knows that the sum of any of the rows fits 64 bits.
    package init(_ codes: [UInt32], base: Int64, step: Int64) {
        self.codes = .wide(codes, base: base, step: step)
        count = codes.count
    }
}

/// The rows that take part in a statistic over an activity partition, with their days.
package struct DatedRuns: Sendable {
    /// Where each customer's rows start, customers + 1 entries.
    package let offsets: [UInt32]
    let days: RowDays
    /// A byte per row; empty takes every row.
    package let rows: [UInt8]
    /// A byte per customer; empty takes every customer.
    package let members: [UInt8]

    package init(offsets: [UInt32], days: RowDays, rows: [UInt8], members: [UInt8]) {
        checkRuns(offsets, rowCount: days.count)
        precondition(rows.isEmpty || rows.count == days.count, "a mask byte per row")
        precondition(members.isEmpty || members.count == offsets.count - 1, "a mask byte per customer")
        self.offsets = offsets
        self.days = days
        self.rows = rows
        self.members = members
    }

    package var rowCount: Int { days.count }
}

/// Tells the day of a row, which is below the count of rows.
protocol RunDayReader {
    func day(_ row: Int) -> Int32
}

/// Tells the money of a row, which is below the count of rows, in a type in which the money of all rows can be added up.
protocol RunMoneyReader {
    associatedtype Sum: FixedWidthInteger & SignedInteger & Sendable
    func money(_ row: Int) -> Sum
}

/// A loop over rows, compiled once for every way in which days are stored.
protocol DayLoop {
    mutating func run(_ days: some RunDayReader)
}

/// A loop over rows, compiled once for every way in which days and money are stored.
protocol DayMoneyLoop {
    mutating func run(_ days: some RunDayReader, _ money: some RunMoneyReader)
}

extension RowDays {
    @inline(__always)
    func read(_ loop: inout some DayLoop) {
        // SAFETY: readers live as long as the buffers they read, and are asked for rows below the count alone, which `DatedRuns` checked.
        switch codes {
        case .instants(let codes, let table):
            unsafe codes.withUnsafeBufferPointer { codes in
                unsafe table.buckets.withUnsafeBufferPointer { buckets in
                    loop.run(
                        unsafe InstantDays(
                            codes: codes, buckets: buckets, shift: table.shift, lastBucket: buckets.count - 1,
                            firstDay: firstDay))
                }
            }
        case .days(let codes, let step):
            unsafe codes.withUnsafeBufferPointer { codes in
                loop.run(unsafe CodedDays(codes: codes, firstDay: firstDay, step: step))
            }
        case .plain(let days):
            unsafe days.withUnsafeBufferPointer { days in loop.run(unsafe PlainDays(days: days)) }
        }
    }
}

extension DatedRuns {
    /// Runs the loop with a reader of days.
    func walk(_ loop: inout some DayLoop) { days.read(&loop) }

    /// Runs the loop with readers of days and of money, which has as many rows.
    func walk(_ money: RowMoney, _ loop: inout some DayMoneyLoop) {
        precondition(money.count == days.count, "the money of every row")
        // SAFETY: as in `RowDays.read`.
        switch money.codes {
        case .narrow(let codes, let base, let step):
            unsafe codes.withUnsafeBufferPointer { codes in
                both(unsafe CodedMoney(codes: codes, base: base, step: step), &loop)
            }
        case .wide(let codes, let base, let step):
            unsafe codes.withUnsafeBufferPointer { codes in
                both(unsafe CodedMoney(codes: codes, base: base, step: step), &loop)
            }
        case .lanes(let lanes):
            unsafe lanes.withUnsafeBufferPointer { lanes in both(unsafe PlainMoney(lanes: lanes), &loop) }
        }
    }

    @inline(__always)
    private func both<Money: RunMoneyReader, Loop: DayMoneyLoop>(_ money: Money, _ loop: inout Loop) {
        var pair = WithMoney(money: money, loop: loop)
        days.read(&pair)
        loop = pair.loop
    }
}

/// A loop over days that has its reader of money already.
private struct WithMoney<Money: RunMoneyReader, Loop: DayMoneyLoop>: DayLoop {
    let money: Money
    var loop: Loop

    @inline(__always)
    mutating func run(_ days: some RunDayReader) { loop.run(days, money) }
}

// SAFETY: readers are handed to loops alone, which run while the buffers live and ask for rows below their count.
@safe private struct InstantDays: RunDayReader {
    let codes: UnsafeBufferPointer<UInt32>
    let buckets: UnsafeBufferPointer<UInt64>
    let shift: UInt32
    let lastBucket: Int
    let firstDay: Int32

    @inline(__always)
    func day(_ row: Int) -> Int32 {
        // SAFETY: the row is below the count; what a row without a time holds may lie beyond the table and is taken to its end.
        let code = unsafe codes[row]
        let bucket = unsafe buckets[min(Int(code &>> shift), lastBucket)]
        return firstDay &+ Int32(truncatingIfNeeded: bucket & 0xFFFF) &+ (UInt64(code) > bucket >> 16 ? 1 : 0)
    }
}

@safe private struct CodedDays: RunDayReader {
    let codes: UnsafeBufferPointer<UInt16>
    let firstDay: Int32
    let step: Int32

    // SAFETY: the row is below the count.
    @inline(__always)
    func day(_ row: Int) -> Int32 { unsafe firstDay &+ step &* Int32(codes[row]) }
}

@safe private struct PlainDays: RunDayReader {
    let days: UnsafeBufferPointer<Int32>

    // SAFETY: the row is below the count.
    @inline(__always)
    func day(_ row: Int) -> Int32 { unsafe days[row] }
}

@safe private struct CodedMoney<Code: FixedWidthInteger & UnsignedInteger & Sendable>: RunMoneyReader {
    let codes: UnsafeBufferPointer<Code>
    let base: Int64
    let step: Int64

    // SAFETY: the row is below the count.
    @inline(__always)
    func money(_ row: Int) -> Int64 { unsafe base &+ step &* Int64(truncatingIfNeeded: codes[row]) }
}

@safe private struct PlainMoney: RunMoneyReader {
    let lanes: UnsafeBufferPointer<Int64>

    // SAFETY: the row is below the count.
    @inline(__always)
    func money(_ row: Int) -> Int128 { unsafe Int128(lanes[row]) }
}
