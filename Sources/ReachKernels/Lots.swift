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
    var drawn = [UInt64](repeating: 0, count: members.count)
    var out = drawn.mutableSpan
    let (starts, inside, text) = (offsets.span, members.span, bytes.span)
    // SAFETY: the raw view lives no longer than the bytes and is only read, inside its bounds.
    let raw = unsafe text.bytes
    for word in 0..<inside.count where inside[word] != 0 {
        var left = inside[word]
        while left != 0 {
            let row = left.trailingZeroBitCount
            left &= left &- 1
            let (from, to) = (Int(starts[word &* 64 &+ row]), Int(starts[word &* 64 &+ row &+ 1]))
            var hash = state
            var index = from
            while index &+ 8 <= to {
                // SAFETY: the eight bytes end at or before `to`, which is no larger than the number of bytes; any bits are a UInt64.
                hash = foldedWord(
                    hash, UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)))
                index &+= 8
            }
            if index < to {
                var rest: UInt64 = 0
                for place in index..<to { rest |= UInt64(text[place]) << UInt64((place &- index) &* 8) }
                hash = foldedWord(hash, rest)
            }
            if mixedBits(foldedWord(hash, UInt64(to &- from))) <= last { out[word] |= 1 << UInt64(row) }
        }
    }
    return drawn
}
