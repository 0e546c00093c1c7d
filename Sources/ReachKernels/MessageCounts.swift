// Figures of the messages of a chunk of customers. `kinds` has the number of each row's kind; a table by kind says which rows count.

/// The parts of each message whose kind counts, 0 for all others; and the rows of messages whose parts depend on where their pairs stand,
/// which are 0 too.
package func messageParts(
    _ lengths: [UInt64], kinds: [UInt32], counted: [Bool]
) -> (parts: [UInt8], open: [UInt32]) {
    precondition(kinds.count == lengths.count, "a kind per row")
    var parts = [UInt8](repeating: 0, count: lengths.count)
    var open: [UInt32] = []
    var out = parts.mutableSpan
    let (length, kind, table) = (lengths.span, kinds.span, counted.span)
    for row in 0..<out.count where table[Int(kind[row])] {
        let count = MessageUnits(packed: length[row]).parts
        out[row] = UInt8(count)
        if count == 0 { open.append(UInt32(row)) }
    }
    return (parts, open)
}

/// The rows of kinds that count whose messages hold a character outside the GSM alphabet.
package func unicodeRows(_ lengths: [UInt64], kinds: [UInt32], counted: [Bool]) -> [UInt32] {
    precondition(kinds.count == lengths.count, "a kind per row")
    var rows: [UInt32] = []
    let (length, kind, table) = (lengths.span, kinds.span, counted.span)
    for row in 0..<length.count where table[Int(kind[row])] && MessageUnits(packed: length[row]).isUnicode {
        rows.append(UInt32(row))
    }
    return rows
}

/// What the GSM spelling of messages saves.
package struct SpellingSavings: Sendable {
    package var messages = 0
    /// By kind.
    package var parts: [Int]
    /// Rows whose spelled parts depend on where their pairs stand: to be counted one by one.
    package var open: [UInt32] = []

    package init(kindCount: Int) { parts = [Int](repeating: 0, count: kindCount) }
}

/// Compares the parts of some rows with those of their GSM spelling; messages without such a spelling are passed over.
package func spellingSavings(
    rows: [UInt32], spelled: [UInt64], parts: [UInt8], kinds: [UInt32], kindCount: Int
) -> SpellingSavings {
    precondition(spelled.count == parts.count && kinds.count == parts.count, "a length per row")
    var savings = SpellingSavings(kindCount: kindCount)
    let (length, count, kind) = (spelled.span, parts.span, kinds.span)
    for row in rows {
        let row = Int(row)
        let units = MessageUnits(packed: length[row])
        if units.isUnicode { continue }
        let shorter = units.parts
        if shorter == 0 {
            savings.open.append(UInt32(row))
        } else if shorter < Int(count[row]) {
            savings.messages &+= 1
            savings.parts[Int(kind[row])] &+= Int(count[row]) &- shorter
        }
    }
    return savings
}

/// Gives rows without a length the one of what stands in for their value.
package func fillMessageUnits(_ lengths: inout [UInt64], with fallback: UInt64) {
    var out = lengths.mutableSpan
    for row in 0..<out.count where out[row] == 0 { out[row] = fallback }
}

/// Adds one length to every row, where `mask` is set; an empty mask is every row.
package func addMessageUnits(_ lengths: inout [UInt64], constant: UInt64, where mask: [UInt8]) {
    precondition(mask.isEmpty || mask.count == lengths.count, "a mark per row")
    var out = lengths.mutableSpan
    if mask.isEmpty {
        for row in 0..<out.count { out[row] &+= constant }
    } else {
        let held = mask.span
        for row in 0..<out.count { out[row] &+= held[row] == 0 ? 0 : constant }
    }
}

/// The lengths of whole numbers and of decimals as they are written, all digits and signs being one septet; 0 where missing.
///
/// Worked example: −5 at scale 2 is `-0.05`, five.
package func numberUnits(_ lanes: [Int64], scale: Int, missing: [UInt8]?) -> [UInt64] {
    precondition(missing == nil || missing?.count == lanes.count, "a mark per row")
    var units = [UInt64](repeating: 0, count: lanes.count)
    var out = units.mutableSpan
    let values = lanes.span
    for row in 0..<out.count {
        var length = scale == 0 ? digits(values[row].magnitude) : max(digits(values[row].magnitude), scale &+ 1) &+ 1
        if values[row] < 0 { length &+= 1 }
        out[row] = UInt64(length) | UInt64(length) << 24
    }
    if let missing {
        let absent = missing.span
        for row in 0..<out.count where absent[row] != 0 { out[row] = 0 }
    }
    return units
}

@inline(__always)
private func digits(_ number: UInt64) -> Int {
    if number < 10_000 { return number < 100 ? (number < 10 ? 1 : 2) : (number < 1_000 ? 3 : 4) }
    var (rest, count) = (number / 10_000, 5)
    while rest >= 10 {
        rest /= 10
        count &+= 1
    }
    return count
}
