import CKernels

// Searching text for ASCII needles whatever the case. A needle is given folded (small letters); a byte matches a letter of it where
// setting the bit that tells small letters from capitals makes them equal, and any other character as it is.

/// An ASCII pattern, ready to be looked for.
package struct ASCIINeedle: Sendable {
    /// Small letters.
    let bytes: [UInt8]
    /// 0x20 where the byte is a letter, else 0.
    let caseBits: [UInt8]
    /// The places whose characters are rarest in ordinary text; of a shorter needle some twice.
    private let probes: (Int, Int, Int)
    private let head: NeedleWord
    /// The last eight bytes; where the needle is shorter the same as the head.
    private let tail: NeedleWord

    /// Nil where the pattern is empty or not ASCII.
    package init?(folded: [UInt8]) {
        guard !folded.isEmpty, folded.allSatisfy({ $0 < 0x80 }) else { return nil }
        bytes = folded
        caseBits = folded.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? 0x20 : 0 }
        let byRarity = folded.indices.sorted { Self.commonness(folded[$0]) < Self.commonness(folded[$1]) }
        let places = (0..<3).map { byRarity[min($0, byRarity.count - 1)] }
        probes = (places[0], places[1], places[2])
        let edge = min(8, folded.count)
        head = NeedleWord(bytes[..<edge], caseBits[..<edge])
        tail = NeedleWord(bytes[(folded.count - edge)...], caseBits[(folded.count - edge)...])
    }

    /// Whether characters beyond ASCII fold into one of the needle's: the Kelvin sign into k, the long s into s.
    package var hasForeignForms: Bool { bytes.contains(UInt8(ascii: "k")) || bytes.contains(UInt8(ascii: "s")) }

    /// The later in this list, the more often it is met in names and addresses.
    private static func commonness(_ byte: UInt8) -> Int {
        Array("zqxjkvwybpfghdcmulrtsnioae0123456789".utf8).firstIndex(of: byte) ?? (byte == UInt8(ascii: ".") ? 24 : -1)
    }

    /// The first eight bytes, or the last eight so that the last is the highest.
    fileprivate func edge(atEnd: Bool) -> NeedleWord {
        guard atEnd else { return head }
        var word = tail
        let shift = UInt64(8 * max(0, 8 - bytes.count))
        word.bytes <<= shift
        word.caseBits <<= shift
        word.kept <<= shift
        return word
    }

    /// Hands out the needle as the loops take it.
    fileprivate func withNeedle(_ body: (UnsafePointer<reach_needle>) -> Void) {
        // SAFETY: the arrays outlive the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe caseBits.withUnsafeBufferPointer { caseBits in
                let needle = unsafe reach_needle(
                    bytes: bytes.baseAddress, case_bits: caseBits.baseAddress, length: bytes.count, probes: probes)
                unsafe withUnsafePointer(to: needle, body)
            }
        }
    }
}

/// Up to eight bytes of a needle as a word, the first lowest.
private struct NeedleWord: Sendable {
    fileprivate(set) var bytes: UInt64 = 0
    fileprivate(set) var caseBits: UInt64 = 0
    /// Ones where there is a byte.
    fileprivate(set) var kept: UInt64 = 0

    init(_ folded: ArraySlice<UInt8>, _ cases: ArraySlice<UInt8>) {
        for (index, (byte, bit)) in zip(folded, cases).enumerated() {
            let shift = UInt64(8 * index)
            bytes |= UInt64(byte) << shift
            caseBits |= UInt64(bit) << shift
            kept |= 0xFF << shift
        }
    }
}

/// A bit per text, set for those that contain the needle. The bytes of all rows are searched as one, 64 places at a time; only where all probes
/// match is it asked which row that is.
package func bitsContaining(offsets: [UInt32], bytes: [UInt8], _ needle: ASCIINeedle) -> [UInt64] {
    var found = [UInt64](repeating: 0, count: (offsets.count + 62) / 64)
    precondition(Int(offsets[offsets.count - 1]) <= bytes.count, "offsets lie inside the bytes")
    // SAFETY: offsets ascend up to the bytes' count, and there is a bit for every row and every byte, and two words more.
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: bytes.count / 64 + 2) { marks in
        unsafe needle.withNeedle { needle in
            unsafe reach_find_needle(&found, marks.baseAddress, bytes, offsets, offsets.count - 1, needle)
        }
    }
    return found
}

/// Keeps the bits of the texts that end with the needle (`atEnd`) or begin with it; gives how many are left. No words are every row.
package func narrowAffix(
    _ held: inout [UInt64], offsets: [UInt32], bytes: [UInt8], _ needle: ASCIINeedle, atEnd: Bool
) -> Int {
    precondition(Int(offsets[offsets.count - 1]) <= bytes.count, "offsets lie inside the bytes")
    let length = needle.bytes.count
    let word = needle.edge(atEnd: atEnd)
    // SAFETY: offsets ascend up to the bytes' count, and the wrapper hands out words for as many rows as there are texts.
    var left = unsafe narrowWords(&held, count: offsets.count - 1) { words, isFresh in
        unsafe reach_narrow_affix(
            words, isFresh, bytes, bytes.count, offsets, offsets.count - 1, atEnd, UInt32(clamping: length),
            word.bytes, word.caseBits, word.kept)
    }
    if length <= 8 || left == 0 { return left }
    // SAFETY: the rows that are left are as long as the needle, and have their bits in the words.
    unsafe needle.withNeedle { needle in
        left = unsafe reach_keep_affix(&held, bytes, offsets, held.count, atEnd, needle)
    }
    return left
}
