/// The characters outside the GSM alphabet in the messages of some rows, each once per message, gathered piece by piece.
package struct MessageCharacters: Sendable {
    /// Of row i those from `starts[i]` to before `starts[i + 1]`.
    package private(set) var starts: [UInt32]
    package private(set) var scalars: [UInt32] = []

    package init(rowCount: Int) { starts = [UInt32](repeating: 0, count: rowCount + 1) }

    /// Adds to each row the characters of one of `lists`, each of which names a character once: of list l those from `listStarts[l]` to
    /// before `listStarts[l + 1]`.
    package mutating func add(lists: [UInt32], listStarts: [UInt32], characters: [UInt32]) {
        precondition(lists.count + 1 == starts.count, "a list per row")
        (starts, scalars) = merged(starts, scalars, lists, listStarts, characters)
    }

    /// How many rows have each character.
    package func counts(into counts: inout [UInt32: Int]) {
        // Nearly all characters are of the first planes.
        var table = [UInt32](repeating: 0, count: 0x2_0000)
        var out = table.mutableSpan
        let all = scalars.span
        var largest = 0
        for place in 0..<all.count {
            let scalar = Int(all[place])
            if scalar < out.count {
                out[scalar] &+= 1
                largest = max(largest, scalar)
            } else {
                counts[all[place], default: 0] += 1
            }
        }
        if all.count == 0 { return }
        for scalar in 0...largest where out[scalar] > 0 { counts[UInt32(scalar), default: 0] += Int(out[scalar]) }
    }
}

/// Each row's characters, and behind them those of its list that it has not yet.
private func merged(
    _ starts: [UInt32], _ scalars: [UInt32], _ lists: [UInt32], _ listStarts: [UInt32], _ characters: [UInt32]
) -> (starts: [UInt32], scalars: [UInt32]) {
    var merged: [UInt32] = []
    merged.reserveCapacity(scalars.count + 8 * lists.count)
    var borders = starts
    var out = borders.mutableSpan
    let (before, known, chosen) = (starts.span, scalars.span, lists.span)
    let (begins, more) = (listStarts.span, characters.span)
    for row in 0..<chosen.count {
        let (from, to) = (Int(before[row]), Int(before[row + 1]))
        for place in from..<to { merged.append(known[place]) }
        let list = Int(chosen[row])
        for place in Int(begins[list])..<Int(begins[list + 1]) {
            let scalar = more[place]
            var isKnown = false
            for other in from..<to where known[other] == scalar { isKnown = true }
            if !isKnown { merged.append(scalar) }
        }
        out[row + 1] = UInt32(merged.count)
    }
    return (borders, merged)
}

/// The characters of texts that are outside the GSM alphabet, each once per text: of text t those from `starts[t]` to before
/// `starts[t + 1]`.
package func foreignCharacters(
    offsets: [UInt32], bytes: [UInt8], rows: [UInt32]
) -> (starts: [UInt32], characters: [UInt32]) {
    var starts: [UInt32] = [0]
    starts.reserveCapacity(rows.count + 1)
    var characters: [UInt32] = []
    let (begins, text) = (offsets.span, bytes.span)
    for row in rows {
        let first = characters.count
        var index = Int(begins[Int(row)])
        let end = Int(begins[Int(row) + 1])
        while index < end {
            var (scalar, size) = (UInt32(text[index]), 1)
            if scalar >= 0x80 { (scalar, size) = decode(text, index, end) }
            index += size
            if gsmSeptets(scalar) > 0 { continue }
            var isKnown = false
            for place in first..<characters.count where characters[place] == scalar { isKnown = true }
            if !isKnown { characters.append(scalar) }
        }
        starts.append(UInt32(characters.count))
    }
    return (starts, characters)
}
