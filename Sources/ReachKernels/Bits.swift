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
    let whole = count / 64
    // SAFETY: eight bytes are written at `word × 64 + part × 8`, which lie below `count` for whole words; the loop after writes
    // the rest one by one, so all `count` are written.
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
        let raw = UnsafeMutableRawBufferPointer(out)
        for word in 0..<whole {
            let bits = words[word]
            for part in 0..<8 {
                unsafe raw.storeBytes(
                    of: spreadBits(UInt8(truncatingIfNeeded: bits >> UInt64(part * 8))),
                    toByteOffset: word * 64 + part * 8, as: UInt64.self)
            }
        }
        for row in whole * 64..<count {
            unsafe out[row] = UInt8(truncatingIfNeeded: words[row >> 6] >> UInt64(row & 63)) & 1
        }
        initialized = count
    }
}

/// The eight bits as bytes of 0 or 1, the lowest first in memory.
@inline(__always)
private func spreadBits(_ bits: UInt8) -> UInt64 {
    // Each byte keeps one bit of its copy; adding 0x7F carries it into the byte's highest bit.
    let copies = UInt64(bits) &* 0x0101_0101_0101_0101 & 0x8040_2010_0804_0201
    return UInt64(littleEndian: (copies &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101)
}

/// Takes the rows whose bit is set out of the mask; gives how many are left. An empty mask is every one of `count` rows.
package func clear(_ mask: inout [UInt8], where words: [UInt64], count: Int) -> Int {
    precondition(words.count * 64 >= count, "a bit per row")
    let marks = unpackBits(words, count: count)
    return narrowRows(&mask, marks) { $0 == 0 }
}
