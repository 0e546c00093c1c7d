/// What a byte may be part of: bit 0 a local part, bit 1 a domain's label. Everything else (blanks, control characters, bytes beyond ASCII,
/// `@` and `.`) is neither here.
private let addressBytes: [UInt8] = (0..<256).map { byte in
    let isLabel =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
    let isLocal = byte > 0x20 && byte < 0x7F && byte != 0x40 && byte != 0x2E
    return (isLocal ? 1 : 0) | (isLabel ? 2 : 0)
}

/// 1 for texts that are e-mail addresses of the plainest kind: ASCII without blanks, one `@`, at most 64 characters before it that neither
/// begin nor end with a point, and behind it labels of 1 to 63 letters, digits and hyphens with points between them, two at least; 254
/// characters in all. An address that is marked 0 may still be one.
package func markPlainAddresses(_ offsets: [UInt32], _ bytes: [UInt8]) -> [UInt8] {
    precondition(offsets.last.map { Int($0) <= bytes.count } ?? false, "offsets end within the bytes")
    var marks = [UInt8](repeating: 0, count: offsets.count - 1)
    var out = marks.mutableSpan
    let starts = offsets.span
    let text = bytes.span
    let kinds = addressBytes.span
    for row in 0..<out.count {
        let end = Int(starts[row + 1])
        var place = Int(starts[row])
        let first = place
        if end &- first > 254 || end == first || text[first] == 0x2E { continue }
        while place < end, kinds[Int(text[place])] & 1 != 0 || text[place] == 0x2E { place &+= 1 }
        let length = place &- first
        if place == end || text[place] != 0x40 || length == 0 || length > 64 || text[place &- 1] == 0x2E { continue }
        var labels = 0
        var label = 0
        place &+= 1
        while place < end {
            let byte = text[place]
            if kinds[Int(byte)] & 2 != 0 {
                label &+= 1
            } else if byte == 0x2E, label > 0, label < 64 {
                labels &+= 1
                label = 0
            } else {
                break
            }
            place &+= 1
        }
        out[row] = place == end && labels > 0 && label > 0 && label < 64 ? 1 : 0
    }
    return marks
}
