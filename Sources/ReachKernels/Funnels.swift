/// The times of an activity table's rows, ascending within a customer.
package enum FunnelTimes: Sendable {
    /// Microseconds, or days.
    case lanes([Int64])
    /// Something + `step` × code.
    case codes([UInt32], step: Int64)

    var count: Int {
        switch self {
        case .lanes(let lanes): lanes.count
        case .codes(let codes, _): codes.count
        }
    }
}

/// One step of a funnel in a partition: the rows of its table, in time order per customer, of which those in the mask take part.
package struct FunnelStep: Sendable {
    package let offsets: [UInt32]
    package let times: FunnelTimes
    /// A byte per row; empty takes every row.
    package let rows: [UInt8]
    /// Steps of one table have one number; no row of it is two steps of an attempt.
    package let table: Int

    package init(offsets: [UInt32], times: FunnelTimes, rows: [UInt8], table: Int) {
        checkRuns(offsets, rowCount: times.count)
        precondition(rows.isEmpty || rows.count == times.count, "a mask byte per row")
        self.offsets = offsets
        self.times = times
        self.rows = rows
        self.table = table
    }
}

/// The last time that counts after a row of the first step.
package enum FunnelBound: Sendable {
    /// So much later, not negative.
    case length(Int64)
    /// By row of the first step.
    case lanes([Int64])
}

/// How far each customer got, and when.
package struct FunnelReach: Sendable {
    /// Steps reached, 0 where the first was not.
    package var depths: [UInt8]
    /// The row of the first step in the attempt that counts; of who has none it says nothing.
    package var firsts: [UInt32]
    /// By step after the first: how long after the step before it came, for the customers who reached it, in order.
    package var gaps: [[Int64]]
}

/// For every customer of the mask (empty: all) the attempt that gets furthest, of equals the earliest. An attempt begins with each row of
/// the first step and takes for every step the next row at the same time or later that is no step of it yet, up to the bound that the
/// first row has. The times of all steps are lanes, or all are codes of one table's rows.
package func reach(_ steps: [FunnelStep], bound: FunnelBound, members: [UInt8]) -> FunnelReach {
    precondition(!steps.isEmpty && steps.count < 256, "a step or more")
    let customerCount = steps[0].offsets.count - 1
    precondition(members.isEmpty || members.count == customerCount, "a mask byte per customer")
    for step in steps { precondition(step.offsets.count == customerCount + 1, "all tables have the same customers") }
    switch steps[0].times {
    case .lanes:
        let times = steps.map { step -> [Int64] in
            guard case .lanes(let lanes) = step.times else { preconditionFailure("the times of all steps are alike") }
            return lanes
        }
        return withRows(steps, times) { rows in furthest(rows, bound, unit: 1, members, customerCount) }
    case .codes(_, let unit):
        let times = steps.map { step -> [UInt32] in
            guard case .codes(let codes, unit) = step.times else {
                preconditionFailure("the times of all steps are alike")
            }
            return codes
        }
        return withRows(steps, times) { rows in furthest(rows, bound, unit: unit, members, customerCount)
        }
    }
}

/// A step's rows where they stand.
// SAFETY: handed out by `withRows` alone, as long as the buffers live.
@safe private struct StepRows<Time: FixedWidthInteger> {
    let starts: UnsafeBufferPointer<UInt32>
    let times: UnsafeBufferPointer<Time>
    let marks: UnsafeBufferPointer<UInt8>
    let takesAll: Bool
    let table: Int

    // SAFETY: rows are taken from the offsets, which lie inside times and marks; a step checked that.
    @inline(__always)
    func time(_ row: Int) -> Int64 { unsafe Int64(truncatingIfNeeded: times[row]) }

    @inline(__always)
    func takes(_ row: Int) -> Bool { unsafe takesAll || marks[row] != 0 }

    @inline(__always)
    func start(_ customer: Int) -> Int { unsafe Int(starts[customer]) }
}

/// Hands the rows of all steps to `body`; they stand where they are as long as it runs.
private func withRows<Time: FixedWidthInteger & BitwiseCopyable, Result>(
    _ steps: [FunnelStep], _ times: [[Time]], _ found: [StepRows<Time>] = [], _ body: ([StepRows<Time>]) -> Result
) -> Result {
    if found.count == steps.count { return body(found) }
    let step = steps[found.count]
    // SAFETY: `body` runs inside, and the rows that it is given are not kept.
    return unsafe step.offsets.withUnsafeBufferPointer { starts in
        unsafe times[found.count].withUnsafeBufferPointer { lanes in
            unsafe step.rows.withUnsafeBufferPointer { marks in
                let rows = unsafe StepRows(
                    starts: starts, times: lanes, marks: marks, takesAll: step.rows.isEmpty, table: step.table)
                return withRows(steps, times, found + [rows], body)
            }
        }
    }
}

@inline(__always)
private func furthest<Time: FixedWidthInteger & BitwiseCopyable>(
    _ steps: [StepRows<Time>], _ bound: FunnelBound, unit: Int64, _ members: [UInt8], _ customerCount: Int
) -> FunnelReach {
    var found = FunnelReach(
        depths: [UInt8](repeating: 0, count: customerCount), firsts: [UInt32](repeating: 0, count: customerCount),
        gaps: Array(repeating: [], count: steps.count - 1))
    let limits = Limits(bound, unit: unit, rowCount: unsafe steps[0].times.count)
    if steps.count == 2 {
        followPairs(steps[0], steps[1], limits, members, &found)
    } else {
        followAll(steps, limits, members, &found)
    }
    if unit != 1 { found.gaps = found.gaps.map { gaps in gaps.map { $0 &* unit } } }
    return found
}

/// Up to when attempts run, in the unit of the times.
private struct Limits {
    private let bounds: [Int64]
    private let length: Int64
    private let latest: Int64

    init(_ bound: FunnelBound, unit: Int64, rowCount: Int) {
        switch bound {
        case .length(let given):
            // Rounded down: whole units are compared.
            length = given / unit
            bounds = []
        case .lanes(let given):
            precondition(unit == 1 && given.count == rowCount, "a bound per row of the first step")
            length = 0
            bounds = given
        }
        latest = Int64.max - length
    }

    @inline(__always)
    func end(_ row: Int, _ time: Int64) -> Int64 {
        if !bounds.isEmpty { return bounds[row] }
        return time > latest ? .max : time &+ length
    }
}

/// Two steps: the attempt that gets furthest is the first that finds a second row, and without any the first of all.
@inline(__always)
private func followPairs<Time: FixedWidthInteger & BitwiseCopyable>(
    _ first: StepRows<Time>, _ second: StepRows<Time>, _ limits: Limits, _ members: [UInt8], _ found: inout FunnelReach
) {
    // Taken out and put back, so that each has one owner while it changes.
    var (depths, firsts, gaps) = (moved(&found.depths), moved(&found.firsts), moved(&found.gaps[0]))
    defer { (found.depths, found.firsts, found.gaps[0]) = (depths, firsts, gaps) }
    var reached = depths.mutableSpan
    var begun = firsts.mutableSpan
    let people = members.span
    let isOneTable = first.table == second.table
    for customer in 0..<reached.count where people.isEmpty || people[customer] != 0 {
        let (end, lastEnd) = (first.start(customer + 1), second.start(customer + 1))
        var place = second.start(customer)
        for row in first.start(customer)..<end where first.takes(row) {
            if reached[customer] == 0 {
                reached[customer] = 1
                begun[customer] = UInt32(truncatingIfNeeded: row)
            }
            let time = first.time(row)
            let bound = limits.end(row, time)
            while place < lastEnd, second.time(place) < time { place &+= 1 }
            var next = place
            while next < lastEnd, second.time(next) <= bound, !second.takes(next) || isOneTable && next == row {
                next &+= 1
            }
            if next == lastEnd || second.time(next) > bound { continue }
            gaps.append(second.time(next) &- time)
            reached[customer] = 2
            begun[customer] = UInt32(truncatingIfNeeded: row)
            break
        }
    }
}

@inline(__always)
private func followAll<Time: FixedWidthInteger & BitwiseCopyable>(
    _ steps: [StepRows<Time>], _ limits: Limits, _ members: [UInt8], _ found: inout FunnelReach
) {
    let zeros = [Int](repeating: 0, count: steps.count)
    // Rows of each step before which no later attempt looks, where the customer's rows end, the rows of this attempt and of the best.
    var (firstPlaces, lastEnds, attempted, kept) = (zeros, zeros, zeros, zeros)
    var places = firstPlaces.mutableSpan
    var ends = lastEnds.mutableSpan
    var chosen = attempted.mutableSpan
    var best = kept.mutableSpan
    let people = members.span
    let first = steps[0]
    for customer in 0..<found.depths.count where people.isEmpty || people[customer] != 0 {
        let end = first.start(customer + 1)
        for step in 1..<max(1, steps.count) {
            places[step] = steps[step].start(customer)
            ends[step] = steps[step].start(customer + 1)
        }
        var bestDepth = 0
        for row in first.start(customer)..<end where first.takes(row) {
            chosen[0] = row
            let time = first.time(row)
            let depth = attempt(steps, from: time, until: limits.end(row, time), ends.span, &places, &chosen)
            if depth <= bestDepth { continue }
            bestDepth = depth
            for step in 0..<depth { best[step] = chosen[step] }
            if depth == steps.count { break }
        }
        found.depths[customer] = UInt8(truncatingIfNeeded: bestDepth)
        found.firsts[customer] = UInt32(truncatingIfNeeded: best[0])
        for step in 1..<max(1, bestDepth) {
            found.gaps[step - 1].append(steps[step].time(best[step]) &- steps[step - 1].time(best[step - 1]))
        }
    }
}

/// How many steps an attempt takes whose first row is chosen.
@inline(__always)
private func attempt<Time: FixedWidthInteger & BitwiseCopyable>(
    _ steps: [StepRows<Time>], from start: Int64, until bound: Int64, _ ends: Span<Int>,
    _ places: inout MutableSpan<Int>, _ chosen: inout MutableSpan<Int>
) -> Int {
    var time = start
    for step in 1..<max(1, steps.count) {
        let rows = steps[step]
        let end = ends[step]
        var row = places[step]
        while row < end, rows.time(row) < start { row &+= 1 }
        places[step] = row
        while true {
            if row >= end || rows.time(row) > bound { return step }
            if rows.time(row) >= time, rows.takes(row) {
                var isUsed = false
                for earlier in 0..<step where chosen[earlier] == row && steps[earlier].table == rows.table {
                    isUsed = true
                }
                if !isUsed { break }
            }
            row &+= 1
        }
        chosen[step] = row
        time = rows.time(row)
    }
    return steps.count
}
