/// Eight digits at a time: bytes of a word are looked at and put together side by side (after Lemire, "Quickly parsing eight digits").
enum DigitWord {
    private static let zeros: UInt64 = 0x3030_3030_3030_3030
    private static let upperHalves: UInt64 = 0xF0F0_F0F0_F0F0_F0F0

    /// Whether all eight bytes are digits.
    @inline(__always)
    static func isDigits(_ word: UInt64) -> Bool {
        (word & upperHalves) == zeros && ((word &+ 0x0606_0606_0606_0606) & upperHalves) == zeros
    }

    /// The number that eight digits spell, the first in the lowest byte.
    @inline(__always)
    static func value(_ word: UInt64) -> UInt64 {
        let pairs = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) >> 8
        let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
        return ((fours & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
    }

    /// The first `count` bytes, 1 to 8, moved to the end and zeros put before them.
    @inline(__always)
    static func padded(_ word: UInt64, count: Int) -> UInt64 {
        let shift = UInt64(64 - 8 * count)
        // A shift by the whole width would be no shift at all.
        return count == 8 ? word : (word << shift) | (zeros >> (64 - shift))
    }
}

/// Bytes from which words are read, wherever eight of them are left.
@safe
struct CellBytes {
    private let raw: UnsafeRawBufferPointer

    /// The buffer outlives this value.
    @unsafe
    init(_ buffer: UnsafeBufferPointer<UInt8>) { unsafe raw = UnsafeRawBufferPointer(buffer) }

    /// `at` lies within.
    @inline(__always)
    subscript(at: Int) -> UInt8 {
        // SAFETY: cells of an index lie within the block's bytes.
        unsafe raw[at]
    }

    @inline(__always)
    func word(at start: Int) -> UInt64? {
        guard unsafe raw.count >= start + 8 else { return nil }
        // SAFETY: eight bytes are there, as was just looked at.
        return UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }

    /// The number spelled by the `count` digits at `start`, 1 to 16 of them; nil where one is no digit, or too near the end to tell.
    @inline(__always)
    func digits(_ start: Int, _ count: Int) -> UInt64? {
        guard let first = word(at: start) else { return nil }
        if count <= 8 {
            let padded = DigitWord.padded(first, count: count)
            return DigitWord.isDigits(padded) ? DigitWord.value(padded) : nil
        }
        guard count <= 16, let second = word(at: start + count - 8), DigitWord.isDigits(first) else { return nil }
        let rest = DigitWord.padded(first, count: count - 8)
        guard DigitWord.isDigits(second) else { return nil }
        return DigitWord.value(rest) &* 100_000_000 &+ DigitWord.value(second)
    }
}
