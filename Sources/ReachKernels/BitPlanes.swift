import CKernels

/// Codes of up to sixteen bits as planes: the lowest bit of 512 rows in one run of words, then the next bit, and so on, as many as the largest code
/// among them has; then the next 512 rows.
///
/// A comparison with a constant takes one operation per plane for 256 rows at once, reads no more bits than the codes have, and gives the rows
/// as bits (Li, Patel: BitWeaving: Fast Scans for Main Memory Data Processing).
package struct BitPlanes: Hashable, Sendable {
    /// Rows.
    package let count: Int
    /// Planes, by block of 512 rows: 0 to 16.
    package let widths: [UInt8]
    /// By block, plane and 64 rows.
    package let words: [UInt64]

    private static let blockRows = Int(REACH_PLANE_ROWS)
    private static let blockWords = Int(REACH_PLANE_WORDS)

    package static func blockCount(rows: Int) -> Int { rows / blockRows + (rows % blockRows == 0 ? 0 : 1) }

    /// Words of blocks with so many planes; nil where some have more than a code has bits.
    package static func wordCount(widths: [UInt8]) -> Int? {
        var planes = 0
        for width in widths {
            if width > UInt16.bitWidth { return nil }
            planes += Int(width)
        }
        return planes * blockWords
    }

    /// - Parameters:
    ///   - widths: one for each of `blockCount(rows:)` blocks.
    ///   - words: as many as `wordCount(widths:)` says.
    package init(count: Int, widths: [UInt8], words: [UInt64]) {
        precondition(widths.count == Self.blockCount(rows: count), "blocks are whole")
        precondition(words.count == Self.wordCount(widths: widths), "a block has the words of its planes")
        self.count = count
        self.widths = widths
        self.words = words
    }

    package init(_ codes: [UInt8]) {
        let widths = Self.widths(codes)
        // SAFETY: there is room for the planes that the widths say, which all codes fit in.
        unsafe self.init(codes.count, widths) { unsafe reach_u8_planes($0, widths, codes, codes.count) }
    }

    package init(_ codes: [UInt16]) {
        let widths = Self.widths(codes)
        // SAFETY: there is room for the planes that the widths say, which all codes fit in.
        unsafe self.init(codes.count, widths) { unsafe reach_u16_planes($0, widths, codes, codes.count) }
    }

    private init(_ count: Int, _ widths: [UInt8], _ fill: (UnsafeMutablePointer<UInt64>) -> Void) {
        var words = [UInt64](repeating: 0, count: Self.wordCount(widths: widths) ?? 0)
        // SAFETY: the pointer does not outlive the call.
        unsafe words.withUnsafeMutableBufferPointer { if let planes = $0.baseAddress { unsafe fill(planes) } }
        self.init(count: count, widths: widths, words: words)
    }

    private static func widths<Code: FixedWidthInteger & UnsignedInteger>(_ codes: [Code]) -> [UInt8] {
        stride(from: 0, to: codes.count, by: blockRows).map { start in
            var union: Code = 0
            for row in start..<min(start + blockRows, codes.count) { union |= codes[row] }
            return UInt8(Code.bitWidth - union.leadingZeroBitCount)
        }
    }

    /// How many bits the largest code has.
    package var width: Int { Int(widths.max() ?? 0) }

    /// One bit of every code, 64 rows to a word; there may be words behind the last row.
    package func rows(ofBit bit: Int) -> [UInt64] {
        // Planes of one bit are those words.
        if bit == 0, words.count == widths.count * Self.blockWords, width == 1 { return words }
        var rows = [UInt64](repeating: 0, count: widths.count * Self.blockWords)
        var place = 0
        for (block, width) in widths.enumerated() {
            if bit < Int(width) {
                for word in 0..<Self.blockWords {
                    rows[block * Self.blockWords + word] = words[place + bit * Self.blockWords + word]
                }
            }
            place += Int(width) * Self.blockWords
        }
        return rows
    }

    /// Whether no code takes more than eight bits.
    package var isNarrow: Bool { widths.allSatisfy { $0 <= UInt8.bitWidth } }

    /// The codes, of which none takes more than eight bits.
    package func codes8() -> [UInt8] {
        precondition(isNarrow, "the codes fit in a byte")
        // SAFETY: the planes hold `count` rows; as many codes are written.
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
            if let codes = out.baseAddress { unsafe reach_u8_codes(codes, words, widths, count) }
            initialized = count
        }
    }

    package func codes16() -> [UInt16] {
        // SAFETY: the planes hold `count` rows; as many codes are written.
        unsafe [UInt16](unsafeUninitializedCapacity: count) { out, initialized in
            if let codes = out.baseAddress { unsafe reach_u16_codes(codes, words, widths, count) }
            initialized = count
        }
    }
}

/// Keeps the bits of the rows with `lower` ≤ code ≤ `upper`, or of all others; gives how many are left. No words are every row.
package func narrowRange(
    _ held: inout [UInt64], _ planes: BitPlanes, from lower: UInt32, through upper: UInt32, outside: Bool = false
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    let (low, high) = planeBounds(lower, upper)
    // SAFETY: the kernel reads the planes that the widths say are there, and writes the words that their rows take.
    return unsafe narrowWords(&held, count: planes.count) { words, isFresh in
        unsafe reach_narrow_planes(
            words, isFresh, planes.words, planes.widths, planes.count, low, high, outside)
    }
}

/// Bounds as kernels take them: no code is as large as they may be, and one further can be counted.
func planeBounds(_ lower: UInt32, _ upper: UInt32) -> (lower: UInt32, upper: UInt32) {
    (min(lower, 1 << 16), min(upper, 1 << 16))
}
