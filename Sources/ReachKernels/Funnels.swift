/// One step of a funnel in a partition: the rows of its table, in time order per customer, of which those in the mask take part.
package struct FunnelStep: Sendable {
    package let offsets: [UInt32]
    package let times: [Int64]
    /// A byte per row.
    package let rows: [UInt8]
    /// Steps of one table have one number; no row of it is two steps of an attempt.
    package let table: Int

    package init(offsets: [UInt32], times: [Int64], rows: [UInt8], table: Int) {
        checkRuns(offsets, rowCount: times.count)
        precondition(rows.count == times.count, "a mask byte per row")
        self.offsets = offsets
        self.times = times
        self.rows = rows
        self.table = table
    }
}

/// How far each customer got, and when.
package struct FunnelReach: Sendable {
    /// Steps reached, 0 where the first was not.
    package var depths: [UInt8]
    /// By step after the first: how long after the step before it came, for the customers who reached it, in order.
    package var gaps: [[Int64]]
}

/// For every customer of the mask (empty: all) the attempt that gets furthest, of equals the earliest. An attempt begins with each row of
/// the first step and takes for every step the next row at the same time or later that is no step of it yet, up to the bound that the
/// first row has.
package func reach(_ steps: [FunnelStep], bounds: [Int64], members: [UInt8]) -> FunnelReach {
    precondition(!steps.isEmpty && steps.count < 256, "a step or more")
    let customerCount = steps[0].offsets.count - 1
    precondition(bounds.count == steps[0].times.count, "a bound per row of the first step")
    precondition(members.isEmpty || members.count == customerCount, "a mask byte per customer")
    for step in steps { precondition(step.offsets.count == customerCount + 1, "all tables have the same customers") }
    var reach = FunnelReach(
        depths: [UInt8](repeating: 0, count: customerCount), gaps: Array(repeating: [], count: steps.count - 1))
    var places = [Int](repeating: 0, count: steps.count)
    var chosen = [Int](repeating: 0, count: steps.count)
    var best = [Int](repeating: 0, count: steps.count)
    let (firstTimes, firstMask, firstOffsets) = (steps[0].times, steps[0].rows, steps[0].offsets)
    let first = firstTimes.span
    let firstRows = firstMask.span
    let starts = firstOffsets.span
    let limits = bounds.span
    for customer in 0..<customerCount where members.isEmpty || members[customer] != 0 {
        let end = Int(starts[customer + 1])
        var row = Int(starts[customer])
        while row < end, firstRows[row] == 0 { row &+= 1 }
        if row == end { continue }
        for step in 1..<max(1, steps.count) { places[step] = Int(steps[step].offsets[customer]) }
        var bestDepth = 0
        while row < end {
            if firstRows[row] != 0 {
                chosen[0] = row
                let depth = attempt(steps, customer, from: first[row], until: limits[row], &places, &chosen)
                if depth > bestDepth {
                    bestDepth = depth
                    for step in 0..<depth { best[step] = chosen[step] }
                    if depth == steps.count { break }
                }
            }
            row &+= 1
        }
        reach.depths[customer] = UInt8(truncatingIfNeeded: bestDepth)
        for step in 1..<max(1, bestDepth) {
            reach.gaps[step - 1].append(steps[step].times[best[step]] &- steps[step - 1].times[best[step - 1]])
        }
    }
    return reach
}

/// How many steps an attempt takes whose first row is chosen. `places` are rows of each step before which no later attempt looks.
@inline(__always)
private func attempt(
    _ steps: [FunnelStep], _ customer: Int, from start: Int64, until bound: Int64, _ places: inout [Int],
    _ chosen: inout [Int]
) -> Int {
    var time = start
    for step in 1..<max(1, steps.count) {
        let end = Int(steps[step].offsets[customer + 1])
        while places[step] < end, steps[step].times[places[step]] < start { places[step] &+= 1 }
        var row = places[step]
        while row < end, steps[step].times[row] <= bound {
            if steps[step].rows[row] != 0, steps[step].times[row] >= time {
                var isUsed = false
                for earlier in 0..<step where chosen[earlier] == row && steps[earlier].table == steps[step].table {
                    isUsed = true
                }
                if !isUsed { break }
            }
            row &+= 1
        }
        if row >= end || steps[step].times[row] > bound { return step }
        chosen[step] = row
        time = steps[step].times[row]
    }
    return steps.count
}
