import CKernels

// Lots drawn by a hash of a key: whoever has a key draws the same lot, whatever else there is.

/// One step of a hash over words: the state and the word are multiplied, and both halves of the product are kept.
@inlinable
package func foldedWord(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return (mixed.low ^ mixed.high) &+ 0xD1B5_4A32_D192_ED03
}

/// Of the rows of `members` those whose lot is at most `last`, a bit per row: the hash of a whole number, begun with `state`.
package func drawnLots(of keys: [Int64], members: [UInt64], state: UInt64, last: UInt64) -> [UInt64] {
    precondition(members.count * 64 >= keys.count, "a bit per row")
    var drawn = [UInt64](repeating: 0, count: members.count)
    var out = drawn.mutableSpan
    let (lanes, inside) = (keys.span, members.span)
    for word in 0..<inside.count where inside[word] != 0 {
        let first = word &* 64
        var bits: UInt64 = 0
        for row in 0..<min(64, lanes.count &- first) {
            let lot = mixedBits(foldedWord(state, UInt64(bitPattern: lanes[first &+ row])))
            bits |= (lot <= last ? 1 : 0) << UInt64(row)
        }
        out[word] = bits & inside[word]
    }
    return drawn
}

/// The same of texts: their UTF-8 bytes, eight to a word, then their number.
package func drawnLots(
    offsets: [UInt32], bytes: [UInt8], members: [UInt64], state: UInt64, last: UInt64
) -> [UInt64] {
    precondition(members.count * 64 >= offsets.count - 1, "a bit per row")
    precondition(offsets.last.map { Int($0) <= bytes.count } ?? true, "every text lies in the bytes")
    let rows = offsets.count - 1
    guard rows > 0 else { return [UInt64](repeating: 0, count: members.count) }
    // SAFETY: there are `rows` + 1 offsets, none beyond the bytes, and a bit per row in the words that are read and written; words past the
    // rows are cleared.
    return unsafe [UInt64](unsafeUninitializedCapacity: members.count) { out, initialized in
        unsafe out.update(repeating: 0)
        unsafe reach_draw_lots(out.baseAddress, members, rows, offsets, bytes, state, last)
        initialized = members.count
    }
}
