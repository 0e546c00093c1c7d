/// The rows of a partition in time order per customer, of which those in `rows` take part.
package struct TimedRuns: Sendable {
    package let offsets: [UInt32]
    package let times: [Int64]
    /// A byte per row.
    package let rows: [UInt8]

    package init(offsets: [UInt32], times: [Int64], rows: [UInt8]) {
        checkRuns(offsets, rowCount: times.count)
        precondition(rows.count == times.count, "a mask byte per row")
        self.offsets = offsets
        self.times = times
        self.rows = rows
    }
}

/// A mask of the later rows that come after an earlier row of the same customer and no later than that row's bound.
/// One pass over both: the furthest bound among the earlier rows that lie before decides. `bounds` has an entry per earlier row.
package func markFollowing(
    _ earlier: TimedRuns, bounds: [Int64], by later: TimedRuns, sameTimeFollows: Bool
) -> [UInt8] {
    checkPair(earlier, bounds, later)
    var mask = [UInt8](repeating: 0, count: later.times.count)
    var out = mask.mutableSpan
    let starts = earlier.offsets.span
    let times = earlier.times.span
    let rows = earlier.rows.span
    let laterStarts = later.offsets.span
    let laterTimes = later.times.span
    let laterRows = later.rows.span
    let limits = bounds.span
    for customer in 0..<starts.count - 1 {
        var next = Int(starts[customer])
        let end = Int(starts[customer + 1])
        var furthest: Int64?
        for row in Int(laterStarts[customer])..<Int(laterStarts[customer + 1]) where laterRows[row] != 0 {
            let time = laterTimes[row]
            while next < end, rows[next] == 0 || times[next] < time || (sameTimeFollows && times[next] == time) {
                if rows[next] != 0 { furthest = max(furthest ?? .min, limits[next]) }
                next += 1
            }
            if let furthest, time <= furthest { out[row] = 1 }
        }
    }
    return mask
}

/// A mask of the earlier rows whose bound is before `now` and after which no later row of the same customer comes up to the bound.
package func markUnfollowed(
    _ earlier: TimedRuns, bounds: [Int64], by later: TimedRuns, sameTimeFollows: Bool, over now: Int64
) -> [UInt8] {
    checkPair(earlier, bounds, later)
    var mask = [UInt8](repeating: 0, count: earlier.times.count)
    var out = mask.mutableSpan
    let starts = earlier.offsets.span
    let times = earlier.times.span
    let rows = earlier.rows.span
    let laterStarts = later.offsets.span
    let laterTimes = later.times.span
    let laterRows = later.rows.span
    let limits = bounds.span
    for customer in 0..<starts.count - 1 {
        var next = Int(laterStarts[customer])
        let end = Int(laterStarts[customer + 1])
        for row in Int(starts[customer])..<Int(starts[customer + 1]) where rows[row] != 0 {
            let time = times[row]
            while next < end,
                laterRows[next] == 0 || laterTimes[next] < time || (!sameTimeFollows && laterTimes[next] == time)
            {
                next += 1
            }
            if limits[row] < now, next == end || laterTimes[next] > limits[row] { out[row] = 1 }
        }
    }
    return mask
}

private func checkPair(_ earlier: TimedRuns, _ bounds: [Int64], _ later: TimedRuns) {
    precondition(earlier.offsets.count == later.offsets.count, "both tables have the same customers")
    precondition(bounds.count == earlier.times.count, "a bound per earlier row")
}
