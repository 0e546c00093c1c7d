/// Appends what the JSON text `start ..< end` stands for; false where an escape stands for nothing.
@inline(never)
package func appendUnescapedJSON(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, to output: inout [UInt8]) -> Bool {
    var at = start
    while at < end {
        let byte = bytes[at]
        at += 1
        guard byte == 0x5C else {
            output.append(byte)
            continue
        }
        guard at < end else { return false }
        let letter = bytes[at]
        at += 1
        switch letter {
        case 0x22, 0x5C, 0x2F: output.append(letter)
        case 0x62: output.append(0x08)
        case 0x66: output.append(0x0C)
        case 0x6E: output.append(0x0A)
        case 0x72: output.append(0x0D)
        case 0x74: output.append(0x09)
        case 0x75:
            guard var scalar = hexUnit(bytes, at, end) else { return false }
            at += 4
            if scalar & 0xFC00 == 0xD800 {
                guard at + 6 <= end, bytes[at] == 0x5C, bytes[at + 1] == 0x75, let low = hexUnit(bytes, at + 2, end),
                    low & 0xFC00 == 0xDC00
                else { return false }
                scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (low & 0x3FF)
                at += 6
            }
            // Half a pair is no character, and a zero byte none that a table holds.
            guard scalar != 0, let valid = Unicode.Scalar(scalar), let utf8 = UTF8.encode(valid) else { return false }
            output.append(contentsOf: utf8)
        default: return false
        }
    }
    return true
}

private func hexUnit(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var unit: UInt32 = 0
    for at in start..<start + 4 {
        let byte = bytes[at]
        let digit: UInt8
        switch byte {
        case 0x30...0x39: digit = byte - 0x30
        case 0x41...0x46: digit = byte - 0x37
        case 0x61...0x66: digit = byte - 0x57
        default: return nil
        }
        unit = unit << 4 | UInt32(digit)
    }
    return unit
}
