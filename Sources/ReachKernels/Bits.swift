/// The mask as bits, least significant first; bits past the last row are 0.
package func packBits(_ mask: [UInt8]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (mask.count + 63) / 64)
    var out = words.mutableSpan
    // SAFETY: the raw view lives no longer than the mask and is only read, inside its bounds.
    let raw = unsafe mask.span.bytes
    let whole = mask.count / 64
    for word in 0..<whole {
        var bits: UInt64 = 0
        for part in 0..<8 {
            // SAFETY: `word` < count / 64 and `part` < 8, so the eight bytes at `word × 64 + part × 8` lie inside the mask; any bit
            // pattern is a UInt64.
            let eight = unsafe raw.unsafeLoadUnaligned(fromByteOffset: word * 64 + part * 8, as: UInt64.self)
            // The multiplication moves byte i's lowest bit to bit 56 + i.
            let gathered = ((eight & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) >> 56
            bits |= gathered << UInt64(part * 8)
        }
        out[word] = bits
    }
    let rows = mask.span
    for row in whole * 64..<mask.count {
        out[row >> 6] |= UInt64(rows[row] & 1) << UInt64(row & 63)
    }
    return words
}

/// The first `count` bits as a mask.
package func unpackBits(_ words: [UInt64], count: Int) -> [UInt8] {
    precondition(words.count * 64 >= count, "a bit per row")
    var mask = [UInt8](repeating: 0, count: count)
    var out = mask.mutableSpan
    let bits = words.span
    for row in 0..<count {
        out[row] = UInt8(truncatingIfNeeded: bits[row >> 6] >> UInt64(row & 63)) & 1
    }
    return mask
}

/// Takes the rows whose bit is set out of the mask.
package func clear(_ mask: inout [UInt8], where words: [UInt64]) {
    precondition(words.count * 64 >= mask.count, "a bit per row")
    var rows = mask.mutableSpan
    let bits = words.span
    var start = 0
    while start < rows.count {
        let word = bits[start >> 6]
        let end = min(start + 64, rows.count)
        if word != 0 {
            for row in start..<end {
                rows[row] &= UInt8(truncatingIfNeeded: word >> UInt64(row & 63)) & 1 ^ 1
            }
        }
        start = end
    }
}
