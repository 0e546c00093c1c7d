/// Text between the tags of a sheet: characters that XML cannot hold stand in it as `_x0001_` (ECMA-376, 22.9.2.19).
enum SheetText {
    /// Appends it escaped, and what looks like an escape too. Gives its length in UTF-16 units.
    static func append(_ text: ArraySlice<UInt8>, to sheet: inout [UInt8]) -> Int {
        var units = 0
        var isPlain = true
        for byte in text {
            // A byte that begins a character counts one, or two outside the basic plane.
            if byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
            switch byte {
            case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "_"), 0xEF:
                isPlain = false
            default: break
            }
        }
        if isPlain { sheet += text } else { appendEscaped(text, to: &sheet) }
        return units
    }

    private static func appendEscaped(_ text: ArraySlice<UInt8>, to sheet: inout [UInt8]) {
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "&"): sheet.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): sheet.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): sheet.append(contentsOf: "&gt;".utf8)
            case 0x09, 0x0A: sheet.append(byte)
            case 0..<0x20: sheet += Array("_x00\(hex(byte))_".utf8)
            case UInt8(ascii: "_") where looksEscaped(text[index...]): sheet += Array("_x005F_".utf8)
            case 0xEF
            where text[index...].starts(with: [0xEF, 0xBF, 0xBE]) || text[index...].starts(with: [0xEF, 0xBF, 0xBF]):
                sheet += Array("_xFF\(hex(text[index + 2] | 0xC0))_".utf8)
                index += 2
            default: sheet.append(byte)
            }
            index += 1
        }
    }

    /// The text that was escaped; half a pair of surrogates stays as it is.
    static func unescaped(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(UInt8(ascii: "_")) else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "_"), looksEscaped(text[index...]),
                let value = UInt32(String(decoding: text[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            {
                result.append(contentsOf: String(scalar).utf8)
                index += 7
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    /// `_x` and four digits and `_`.
    private static func looksEscaped(_ text: ArraySlice<UInt8>) -> Bool {
        let head = Array(text.prefix(7))
        return head.count == 7 && head[1] == UInt8(ascii: "x") && head[6] == UInt8(ascii: "_")
            && head[2..<6].allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
