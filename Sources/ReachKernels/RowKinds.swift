// Rows told apart step by step: each row has the number of its kind, and whatever else is known of rows parts kinds. Kind 0 is that of
// rows which do not count and is never parted.

/// The answers of rows to up to 64 yes/no questions as one word each: bit i is the answer to question i. `questions` hold a bit per row;
/// rows outside `members` get 0.
package func gatherPatterns(_ questions: [[UInt64]], members: [UInt64], count: Int) -> [UInt64] {
    precondition(questions.count <= 64 && members.count * 64 >= count, "a bit per question and row")
    precondition(questions.allSatisfy { $0.count == members.count }, "a word per question and 64 rows")
    var patterns = [UInt64](repeating: 0, count: members.count * 64)
    var out = patterns.mutableSpan
    let inside = members.span
    for first in stride(from: 0, to: questions.count, by: 8) {
        let asked = (first..<min(first + 8, questions.count)).map { questions[$0] }
        var eight = [UInt64](repeating: 0, count: 8 * members.count)
        var bytes = eight.mutableSpan
        for (question, words) in asked.enumerated() {
            let bits = words.span
            for word in 0..<inside.count {
                let own = bits[word] & inside[word]
                for group in 0..<8 {
                    bytes[word &* 8 &+ group] |= (own >> UInt64(group &* 8) & 0xFF) << UInt64(question &* 8)
                }
            }
        }
        for place in 0..<bytes.count where bytes[place] != 0 {
            let turned = transposed(bytes[place])
            for row in 0..<8 { out[place &* 8 &+ row] |= (turned >> UInt64(row &* 8) & 0xFF) << UInt64(first) }
        }
    }
    patterns.removeLast(patterns.count - count)
    return patterns
}

/// A kind for each distinct pattern, in the order of rows. Kind 0 is of rows outside `members`; its pattern says nothing.
package func numberPatterns(_ patterns: [UInt64], members: [UInt64]) -> (kinds: [UInt32], patterns: [UInt64]) {
    precondition(members.count * 64 >= patterns.count, "a bit per row")
    var kinds = [UInt32](repeating: 0, count: patterns.count)
    var distinct: [UInt64] = [0]
    var slots = [UInt32](repeating: 0, count: 256)
    var (last, lastKind): (UInt64, UInt32) = (0, 0)
    let (rows, inside) = (patterns.span, members.span)
    var out = kinds.mutableSpan
    for row in 0..<rows.count where inside[row >> 6] >> UInt64(row & 63) & 1 == 1 {
        let pattern = rows[row]
        if lastKind == 0 || pattern != last {
            last = pattern
            var slot = Int(truncatingIfNeeded: mixedBits(pattern)) & (slots.count - 1)
            while slots[slot] != 0, distinct[Int(slots[slot])] != pattern { slot = (slot + 1) & (slots.count - 1) }
            if slots[slot] == 0 {
                slots[slot] = UInt32(distinct.count)
                distinct.append(pattern)
                lastKind = slots[slot]
                if distinct.count * 2 > slots.count { slots = rehashed(distinct) }
            } else {
                lastKind = slots[slot]
            }
        }
        out[row] = lastKind
    }
    return (kinds, distinct)
}

/// Twice the room for the kinds of patterns, the first of which is none.
private func rehashed(_ distinct: [UInt64]) -> [UInt32] {
    var slots = [UInt32](repeating: 0, count: 256)
    while slots.count < distinct.count * 4 { slots += slots }
    for kind in 1..<distinct.count {
        var slot = Int(truncatingIfNeeded: mixedBits(distinct[kind])) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(kind)
    }
    return slots
}

/// Parts kinds by one more value of each row. Gives, per new kind, the one it comes from and its value; kind 0 stays.
package func partKinds(
    _ kinds: inout [UInt32], kindCount: Int, by values: [UInt8]
) -> (from: [UInt32], values: [UInt8]) {
    parted(&kinds, kindCount, values)
}

package func partKinds(
    _ kinds: inout [UInt32], kindCount: Int, by values: [UInt16]
) -> (from: [UInt32], values: [UInt16]) {
    parted(&kinds, kindCount, values)
}

@inline(__always)
private func parted<Number: FixedWidthInteger & UnsignedInteger>(
    _ kinds: inout [UInt32], _ kindCount: Int, _ values: [Number]
) -> (from: [UInt32], values: [Number]) {
    precondition(kinds.count == values.count, "a value per row")
    let own = values.span
    var largest: Number = 0
    for row in 0..<own.count { largest = max(largest, own[row]) }
    let width = Int(largest) + 1
    // New kinds by old kind and value, 0 where there is none yet.
    var table = [UInt32](repeating: 0, count: kindCount * width)
    var from: [UInt32] = [0]
    var found: [Number] = [0]
    var out = kinds.mutableSpan
    for row in 0..<out.count where out[row] != 0 {
        let place = Int(out[row]) &* width &+ Int(own[row])
        if table[place] == 0 {
            table[place] = UInt32(from.count)
            from.append(out[row])
            found.append(own[row])
        }
        out[row] = table[place]
    }
    return (from, found)
}

/// How many rows of each kind there are.
package func countKinds(_ kinds: [UInt32], kindCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: kindCount)
    var out = counts.mutableSpan
    let rows = kinds.span
    for row in 0..<rows.count { out[Int(rows[row])] &+= 1 }
    return counts
}

/// How many rows of each kind the mask, a byte per row, holds.
package func countKinds(_ kinds: [UInt32], kindCount: Int, where mask: [UInt8]) -> [Int] {
    precondition(kinds.count == mask.count, "a mark per row")
    var counts = [Int](repeating: 0, count: kindCount)
    var out = counts.mutableSpan
    let (rows, marks) = (kinds.span, mask.span)
    for row in 0..<rows.count { out[Int(rows[row])] &+= Int(marks[row]) }
    return counts
}
