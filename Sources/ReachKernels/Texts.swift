// Text is UTF-8 bytes; row r of a column is `bytes[offsets[r]..<offsets[r + 1]]`. Order is by bytes, which is order by scalar.

/// Less than 0, 0 or more than 0 as the first text comes before, equals or comes after the second.
package func compareBytes(
    _ left: [UInt8], _ leftFrom: Int, _ leftTo: Int, _ right: [UInt8], _ rightFrom: Int, _ rightTo: Int
) -> Int {
    let lefts = left.span
    let rights = right.span
    let shared = min(leftTo - leftFrom, rightTo - rightFrom)
    for index in 0..<shared {
        let difference = Int(lefts[leftFrom + index]) - Int(rights[rightFrom + index])
        if difference != 0 { return difference }
    }
    return (leftTo - leftFrom) - (rightTo - rightFrom)
}

/// The sign of comparing every text with `needle`: -1, 0 or 1.
package func compareTexts(offsets: [UInt32], bytes: [UInt8], with needle: [UInt8]) -> [Int8] {
    var signs = [Int8](repeating: 0, count: offsets.count - 1)
    var out = signs.mutableSpan
    let starts = offsets.span
    for row in 0..<out.count {
        let sign = compareBytes(bytes, Int(starts[row]), Int(starts[row + 1]), needle, 0, needle.count)
        out[row] = sign < 0 ? -1 : sign > 0 ? 1 : 0
    }
    return signs
}

/// A mask of the texts equal to `needle`; only those as long are read.
package func markEqualTexts(offsets: [UInt32], bytes: [UInt8], to needle: [UInt8]) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: offsets.count - 1)
    var out = mask.mutableSpan
    let starts = offsets.span
    for row in 0..<out.count {
        let start = Int(starts[row])
        let end = Int(starts[row + 1])
        guard end - start == needle.count else { continue }
        if compareBytes(bytes, start, end, needle, 0, needle.count) == 0 { out[row] = 1 }
    }
    return mask
}

/// Keeps the bits of the rows whose text equals `needle`, each text's fingerprint (`textFingerprints`) at hand: bytes are read only where it is the
/// one looked for. Where texts are stems, fingerprints may be of the whole ones. Gives how many are left; no words are every row.
package func narrowEqualTexts(
    _ held: inout [UInt64], offsets: [UInt32], bytes: [UInt8], fingerprints: [UInt16], fingerprint: UInt16,
    to needle: [UInt8]
) -> Int {
    precondition(fingerprints.count == offsets.count - 1, "a fingerprint per text")
    var left = narrowRange(&held, fingerprints, from: fingerprint, through: fingerprint)
    if left == 0 { return 0 }
    for row in selectedRows(bits: held).lazy.map({ Int($0) }) {
        let (start, end) = (Int(offsets[row]), Int(offsets[row + 1]))
        if compareBytes(bytes, start, end, needle, 0, needle.count) != 0 {
            held[row >> 6] &= ~(1 << UInt64(row & 63))
            left -= 1
        }
    }
    return left
}

/// Where `needle` first stands in `bytes[from..<to]`, or nil.
package func find(_ needle: [UInt8], in bytes: [UInt8], from: Int, to: Int) -> Int? {
    guard let first = needle.first else { return from }
    let haystack = bytes.span
    let pattern = needle.span
    var start = from
    while start + pattern.count <= to {
        if haystack[start] == first {
            var index = 1
            while index < pattern.count, haystack[start + index] == pattern[index] { index += 1 }
            if index == pattern.count { return start }
        }
        start += 1
    }
    return nil
}

/// Whether the byte is among the bytes.
package func holdsByte(_ byte: UInt8, _ bytes: [UInt8]) -> Bool {
    let rows = bytes.span
    var found: UInt8 = 0
    for index in 0..<rows.count { found |= rows[index] == byte ? 1 : 0 }
    return found != 0
}

/// Whether `bytes[from..<to]` are all ASCII.
package func isASCII(_ bytes: [UInt8], from: Int, to: Int) -> Bool {
    let rows = bytes.span
    var union: UInt8 = 0
    for index in from..<to { union |= rows[index] }
    return union < 0x80
}

/// Appends to `offsets` where each of `rows` of a text ends, moved by `place`. Gives whether one of these rows is empty.
package func appendOffsets(
    _ source: [UInt32], rows: Range<Int>, moved place: UInt32, to offsets: inout [UInt32]
) -> Bool {
    precondition(rows.upperBound < source.count, "each row has an end")
    let first = offsets.count
    offsets.append(contentsOf: source[(rows.lowerBound + 1)...rows.upperBound])
    let starts = source.span.extracting(rows)
    let ends = source.span.extracting((rows.lowerBound + 1)..<(rows.upperBound + 1))
    var emptyCount: UInt32 = 0
    for row in 0..<starts.count { emptyCount &+= starts[row] == ends[row] ? 1 : 0 }
    var moved = offsets.mutableSpan
    for row in first..<moved.count { moved[row] &+= place }
    return emptyCount > 0
}
