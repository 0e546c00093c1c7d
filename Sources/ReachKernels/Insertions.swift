// Rows of later imports take their places among the rows of a column that is there already: `places[k]` rows of it stand before the
// k-th inserted one. Places ascend.

package func insert(_ rows: [UInt8], at places: [UInt32], into column: [UInt8]) -> [UInt8] {
    insertLoop(rows, places, column)
}

package func insert(_ rows: [UInt16], at places: [UInt32], into column: [UInt16]) -> [UInt16] {
    insertLoop(rows, places, column)
}

package func insert(_ rows: [UInt32], at places: [UInt32], into column: [UInt32]) -> [UInt32] {
    insertLoop(rows, places, column)
}

package func insert(_ rows: [Int64], at places: [UInt32], into column: [Int64]) -> [Int64] {
    insertLoop(rows, places, column)
}

package func insert(_ rows: [Double], at places: [UInt32], into column: [Double]) -> [Double] {
    insertLoop(rows, places, column)
}

@inline(__always)
private func insertLoop<Element>(_ rows: [Element], _ places: [UInt32], _ column: [Element]) -> [Element] {
    precondition(rows.count == places.count, "a place per row")
    var merged: [Element] = []
    merged.reserveCapacity(column.count + rows.count)
    var done = 0
    for index in 0..<rows.count {
        let place = Int(places[index])
        merged.append(contentsOf: column[done..<place])
        merged.append(rows[index])
        done = place
    }
    merged.append(contentsOf: column[done...])
    return merged
}

/// The same of text: row r of a column is `bytes[offsets[r]..<offsets[r + 1]]`. The result stays below 4 GiB.
package func insertTexts(
    _ offsets: [UInt32], _ bytes: [UInt8], at places: [UInt32], into columnOffsets: [UInt32], _ columnBytes: [UInt8]
) -> (offsets: [UInt32], bytes: [UInt8]) {
    precondition(offsets.count == places.count + 1, "a place per row")
    precondition(bytes.count + columnBytes.count <= Int(UInt32.max), "offsets have 32 bits")
    var merged = [UInt32](repeating: 0, count: columnOffsets.count + places.count)
    var out = merged.mutableSpan
    var text: [UInt8] = []
    text.reserveCapacity(columnBytes.count + bytes.count)
    let starts = columnOffsets.span
    var done = 0
    for index in 0...places.count {
        let place = index < places.count ? Int(places[index]) : columnOffsets.count - 1
        let shift = offsets[index]
        while done < place {
            out[done + index] = starts[done] &+ shift
            done += 1
        }
        text.append(contentsOf: columnBytes[(text.count - Int(shift))..<Int(starts[place])])
        out[place + index] = UInt32(truncatingIfNeeded: text.count)
        if index < places.count { text.append(contentsOf: bytes[Int(shift)..<Int(offsets[index + 1])]) }
    }
    return (merged, text)
}

/// Where inserted rows, sorted by owner and time, stand in a partition: behind all rows of their owner that are no later.
/// Owner o's rows are `offsets[o]..<offsets[o + 1]`, sorted by `times`.
package func insertionPlaces(
    owners: [UInt32], ownerTimes: [Int64], offsets: [UInt32], times: [Int64]
) -> [UInt32] {
    precondition(owners.count == ownerTimes.count, "a time per inserted row")
    checkRuns(offsets, rowCount: times.count)
    var places = [UInt32](repeating: 0, count: owners.count)
    var out = places.mutableSpan
    let stored = times.span
    for index in 0..<owners.count {
        let time = ownerTimes[index]
        var low = Int(offsets[Int(owners[index])])
        var high = Int(offsets[Int(owners[index]) + 1])
        // Later imports bring later times as a rule.
        if low < high, stored[high - 1] <= time { low = high }
        while low < high {
            let middle = (low + high) / 2
            if stored[middle] <= time { low = middle + 1 } else { high = middle }
        }
        out[index] = UInt32(truncatingIfNeeded: low)
    }
    return places
}

/// The offsets of a partition after each owner's rows were inserted.
package func offsetsAfterInserting(owners: [UInt32], into offsets: [UInt32]) -> [UInt32] {
    var merged = [UInt32](repeating: 0, count: offsets.count)
    var out = merged.mutableSpan
    for owner in owners { out[Int(owner) + 1] += 1 }
    let starts = offsets.span
    var inserted: UInt32 = 0
    for index in 0..<out.count {
        inserted += out[index]
        out[index] = starts[index] + inserted
    }
    return merged
}

/// The positions that make up `places` the other way round: `inverse[places[k]] == k`.
package func invert(places: [UInt32]) -> [UInt32] {
    var inverse = [UInt32](repeating: 0, count: places.count)
    var out = inverse.mutableSpan
    for index in 0..<places.count { out[Int(places[index])] = UInt32(truncatingIfNeeded: index) }
    return inverse
}
