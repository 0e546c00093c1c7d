/// What the table holds for each cell, at the row that each cell belongs to; 0 in all other rows. Without positions cell i belongs to row i.
package func scatterScores(_ cells: [UInt8], _ table: [UInt8], to positions: [UInt32], rowCount: Int) -> [UInt8] {
    scatterLoop(cells, table, positions, rowCount)
}

package func scatterScores(_ cells: [UInt16], _ table: [UInt8], to positions: [UInt32], rowCount: Int) -> [UInt8] {
    scatterLoop(cells, table, positions, rowCount)
}

package func scatterScores(_ cells: [UInt8], _ table: [UInt16], to positions: [UInt32], rowCount: Int) -> [UInt16] {
    scatterLoop(cells, table, positions, rowCount)
}

package func scatterScores(_ cells: [UInt16], _ table: [UInt16], to positions: [UInt32], rowCount: Int) -> [UInt16] {
    scatterLoop(cells, table, positions, rowCount)
}

@inline(__always)
private func scatterLoop<Cell: FixedWidthInteger & UnsignedInteger, Entry: FixedWidthInteger & UnsignedInteger>(
    _ cells: [Cell], _ table: [Entry], _ positions: [UInt32], _ rowCount: Int
) -> [Entry] {
    precondition(positions.isEmpty ? cells.count <= rowCount : positions.count == cells.count, "a position per cell")
    var scores = [Entry](repeating: 0, count: rowCount)
    var out = scores.mutableSpan
    let known = table.span
    let rows = cells.span
    let places = positions.span
    if places.isEmpty {
        for row in 0..<rows.count { out[row] = known[Int(rows[row])] }
    } else {
        for row in 0..<rows.count { out[Int(places[row])] = known[Int(rows[row])] }
    }
    return scores
}

/// slot = slot + factor × how many of the cuts, ascending, the lane is above.
package func addScores(_ slots: inout [UInt16], _ lanes: [Int64], cuts: [Int64], factor: UInt16) {
    precondition(slots.count == lanes.count, "a lane per slot")
    var out = slots.mutableSpan
    let rows = lanes.span
    let limits = cuts.span
    for row in 0..<rows.count {
        var score: UInt16 = 0
        for cut in 0..<limits.count { score &+= rows[row] > limits[cut] ? 1 : 0 }
        out[row] &+= score &* factor
    }
}
