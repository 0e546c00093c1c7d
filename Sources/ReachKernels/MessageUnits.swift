// Lengths of short messages in the units networks count: septets of the GSM 7-bit default alphabet (3GPP TS 23.038), or 16-bit units
// where a character is not in it. A text's length is a word, and lengths of texts that stand one behind the other add up:
//
//     bits 0…23   UTF-16 units
//     bits 24…47  septets, a character of the extension table being two
//     bits 48…55  pieces that hold a character outside the GSM alphabet
//     bits 56…63  pieces that hold a pair which no border may split: an escaped character, or two surrogates
//
// Worked example: `10€` is 3 UTF-16 units, 4 septets and one piece with a pair.

/// The length of one message, or of a piece of one.
package struct MessageUnits: Hashable, Sendable {
    package let packed: UInt64

    package init(packed: UInt64) { self.packed = packed }

    package static let none = MessageUnits(packed: 0)

    package var utf16: Int { Int(packed & 0xFF_FFFF) }
    /// Of no meaning where `isUnicode`.
    package var septets: Int { Int(packed >> 24 & 0xFF_FFFF) }
    package var isUnicode: Bool { packed >> 48 & 0xFF != 0 }
    package var hasPairs: Bool { packed >> 56 != 0 }

    package static func + (one: MessageUnits, other: MessageUnits) -> MessageUnits {
        MessageUnits(packed: one.packed &+ other.packed)
    }

    /// Pieces of one message that may be added up; each counts at most 65,535 units.
    package static let mostPieces = 255
    package static let unicodeBit: UInt64 = 1 << 48
    package static let pairBit: UInt64 = 1 << 56

    /// How many parts such a message has; 0 where that depends on where its pairs stand. More than 255 are counted as 255, the most
    /// that can be put together again.
    package var parts: Int {
        let length = isUnicode ? utf16 : septets
        let single = isUnicode ? 70 : 160
        if length <= single { return 1 }
        let each = isUnicode ? 67 : 153
        let parts = (length &+ each &- 1) / each
        // A pair that a border would split moves on as a whole and leaves one unit empty, at each of parts − 1 borders at most.
        if hasPairs, length &+ parts &- 1 > parts &* each, parts < 255 { return 0 }
        return min(parts, 255)
    }
}

/// How a character counts: 1 or 2 septets, or 0 where it is not in the GSM alphabet.
package func gsmSeptets(_ scalar: UInt32) -> Int {
    if scalar < 0x80 { return Int(asciiSeptets[Int(scalar)]) }
    switch scalar {
    case 0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xBF, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xD1, 0xD6, 0xD8, 0xDC, 0xDF, 0xE0, 0xE4,
        0xE5, 0xE6, 0xE8, 0xE9, 0xEC, 0xF1, 0xF2, 0xF6, 0xF8, 0xF9, 0xFC, 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0,
        0x3A3, 0x3A6, 0x3A8, 0x3A9:
        return 1
    case 0x20AC: return 2
    default: return 0
    }
}

private let asciiSeptets: [UInt8] = (0..<0x80).map { code in
    switch code {
    case 0x0A, 0x0D, 0x20...0x5A, 0x5F, 0x61...0x7A: 1
    case 0x0C, 0x5B, 0x5C, 0x5D, 0x5E, 0x7B, 0x7C, 0x7D, 0x7E: 2
    default: 0
    }
}

/// By ASCII character: what it adds to a length.
private let asciiUnits: [UInt64] = asciiSeptets.map { septets in 1 | UInt64(septets) << 24 }

/// The length of `bytes[from..<to]`, UTF-8, as one piece.
package func messageUnits(_ bytes: [UInt8], from: Int, to: Int) -> MessageUnits {
    MessageUnits(packed: units(bytes.span, from, to, asciiUnits.span))
}

/// The lengths of texts, each as one piece.
package func messageUnits(offsets: [UInt32], bytes: [UInt8]) -> [UInt64] {
    var lengths = [UInt64](repeating: 0, count: max(0, offsets.count - 1))
    var out = lengths.mutableSpan
    let (starts, text, table) = (offsets.span, bytes.span, asciiUnits.span)
    for row in 0..<out.count { out[row] = units(text, Int(starts[row]), Int(starts[row + 1]), table) }
    return lengths
}

@inline(__always)
private func units(_ bytes: Span<UInt8>, _ from: Int, _ to: Int, _ table: Span<UInt64>) -> UInt64 {
    var length: UInt64 = 0
    var isForeign = false
    var hasPair = false
    var index = from
    while index < to {
        let byte = bytes[index]
        if byte < 0x80 {
            let own = table[Int(byte)]
            length &+= own
            // Bits 24 and 25 hold 0, 1 or 2.
            if own >> 24 != 1 {
                if own >> 24 == 0 { isForeign = true } else { hasPair = true }
            }
            index += 1
            continue
        }
        let (scalar, size) = decode(bytes, index, to)
        let septets = gsmSeptets(scalar)
        if septets == 0 { isForeign = true }
        if septets == 2 || scalar > 0xFFFF { hasPair = true }
        length &+= (scalar > 0xFFFF ? 2 : 1) | UInt64(septets) << 24
        index += size
    }
    let utf16 = min(length & 0xFF_FFFF, 0xFFFF)
    let septets = min(length >> 24, 0xFFFF)
    return utf16 | septets << 24 | (isForeign ? MessageUnits.unicodeBit : 0) | (hasPair ? MessageUnits.pairBit : 0)
}

/// A character beyond ASCII; texts are valid UTF-8, and a torn one at the end counts as one unknown character.
@inline(__always)
func decode(_ bytes: Span<UInt8>, _ index: Int, _ end: Int) -> (scalar: UInt32, size: Int) {
    let first = UInt32(bytes[index])
    let size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard index + size <= end else { return (0xFFFD, end - index) }
    var scalar = first & (size == 4 ? 0x07 : size == 3 ? 0x0F : 0x1F)
    for next in 1..<size { scalar = scalar << 6 | UInt32(bytes[index + next] & 0x3F) }
    return (scalar, size)
}

/// Adds to every row's length that of its word; a row without a word adds nothing.
package func addMessageUnits(_ lengths: inout [UInt64], codes: [UInt32], words: [UInt64], missing: [UInt8]?) {
    precondition(codes.count == lengths.count, "a code per row")
    precondition(missing == nil || missing?.count == lengths.count, "a mark per row")
    var out = lengths.mutableSpan
    let (code, table) = (codes.span, words.span)
    guard let missing else {
        for row in 0..<out.count { out[row] &+= table[Int(code[row])] }
        return
    }
    let absent = missing.span
    for row in 0..<out.count where absent[row] == 0 { out[row] &+= table[Int(code[row])] }
}

/// Adds lengths row by row, where `mask` is set; an empty mask is every row.
package func addMessageUnits(_ lengths: inout [UInt64], _ more: [UInt64], where mask: [UInt8]) {
    precondition(more.count == lengths.count && (mask.isEmpty || mask.count == lengths.count), "a length per row")
    var out = lengths.mutableSpan
    let (add, held) = (more.span, mask.span)
    if mask.isEmpty {
        for row in 0..<out.count { out[row] &+= add[row] }
    } else {
        for row in 0..<out.count { out[row] &+= held[row] == 0 ? 0 : add[row] }
    }
}

/// The parts of a message as it is sent, filled one after the other, no pair split.
///
/// Worked example: 153 times `]` are 306 septets; 76 pairs fit into 153, so there are 3 parts and not 2.
package func countParts(_ bytes: [UInt8]) -> Int {
    let whole = messageUnits(bytes, from: 0, to: bytes.count)
    let isUnicode = whole.isUnicode
    let text = bytes.span
    var (parts, filled, length) = (1, 0, 0)
    var index = 0
    while index < text.count {
        var (scalar, size) = (UInt32(text[index]), 1)
        if scalar >= 0x80 { (scalar, size) = decode(text, index, text.count) }
        index += size
        let own = isUnicode ? (scalar > 0xFFFF ? 2 : 1) : gsmSeptets(scalar)
        length += own
        if filled + own > (isUnicode ? 67 : 153) {
            parts += 1
            filled = 0
        }
        filled += own
    }
    return length <= (isUnicode ? 70 : 160) ? 1 : min(parts, 255)
}
