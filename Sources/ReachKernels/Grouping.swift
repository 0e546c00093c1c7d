// Figures per group: `groups` has the number of each row's group, below the count of the accumulators.

/// Counts each group's rows.
package func addCounts(_ groups: [UInt32], into counts: inout [Int64]) {
    var out = counts.mutableSpan
    let rows = groups.span
    for row in 0..<rows.count { out[Int(rows[row])] += 1 }
}

/// Adds each row's lane to its group.
package func addLanes(_ values: [Int64], _ groups: [UInt32], into totals: inout [Int128]) {
    precondition(values.count == groups.count, "a group per row")
    var out = totals.mutableSpan
    let rows = groups.span
    let lanes = values.span
    for row in 0..<rows.count { out[Int(rows[row])] &+= Int128(lanes[row]) }
}

/// Adds each row's float to its group.
package func addFloats(_ values: [Double], _ groups: [UInt32], into totals: inout [ExactSum]) {
    precondition(values.count == groups.count, "a group per row")
    for row in 0..<values.count { totals[Int(groups[row])].add(values[row]) }
}

/// Lowers (or raises) each group's extreme to its rows' lanes.
package func addExtremes(_ values: [Int64], _ groups: [UInt32], largest: Bool, into extremes: inout [Int64]) {
    precondition(values.count == groups.count, "a group per row")
    var out = extremes.mutableSpan
    let rows = groups.span
    let lanes = values.span
    for row in 0..<rows.count {
        let group = Int(rows[row])
        out[group] = largest ? max(out[group], lanes[row]) : min(out[group], lanes[row])
    }
}

/// The lanes group by group, and where each group's begin: groupCount + 1 entries.
package func gatherGroups(_ values: [Int64], _ groups: [UInt32], groupCount: Int) -> (starts: [Int], lanes: [Int64]) {
    precondition(values.count == groups.count, "a group per row")
    var starts = [Int](repeating: 0, count: groupCount + 1)
    for group in groups { starts[Int(group) + 1] += 1 }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    var next = starts
    var lanes = [Int64](repeating: 0, count: values.count)
    for row in 0..<values.count {
        let group = Int(groups[row])
        lanes[next[group]] = values[row]
        next[group] += 1
    }
    return (starts, lanes)
}
