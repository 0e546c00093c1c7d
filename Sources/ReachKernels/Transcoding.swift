/// How text is written as bytes.
package enum TextEncoding: String, Hashable, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case windows1251 = "windows-1251"
    case windows1252 = "windows-1252"
    case koi8r = "KOI8-R"
    case ibm866 = "IBM866"

    /// What the bytes from 0x80 on stand for, in order; U+FFFD where nothing does. Nil where a character is not one byte.
    fileprivate var upperHalf: String? {
        switch self {
        case .utf8, .utf16LittleEndian, .utf16BigEndian: nil
        case .windows1251:
            "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{FFFD}™љ›њќћџ\u{A0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{AD}®Ї°±Ііґµ¶·ё№є»јЅѕї"
                + "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"
        case .windows1252:
            "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ\u{A0}¡¢£¤¥¦§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿"
                + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
        case .koi8r:
            "─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u{A0}⌡°²·÷═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©"
                + "юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ"
        case .ibm866:
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
                + "рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u{A0}"
        }
    }
}

/// Turns bytes in one encoding into UTF-8, piece by piece; a character may be cut in two by the end of a piece.
///
/// Bytes that stand for nothing are handed on as they are, and half of a surrogate pair as the three bytes it would have: neither is
/// UTF-8, so that the row they are in is found to be undecodable.
package struct Transcoder: Sendable {
    package let encoding: TextEncoding
    /// Per byte: the length of its UTF-8 in the topmost byte, below it these bytes, the first lowest.
    private let table: [UInt32]
    /// Bytes of a character that the last piece ended in.
    private var rest: [UInt8] = []

    package init(_ encoding: TextEncoding) {
        self.encoding = encoding
        guard let upperHalf = encoding.upperHalf else {
            table = []
            return
        }
        var table = (0..<128).map { UInt32(1) << 24 | UInt32($0) }
        for scalar in upperHalf.unicodeScalars {
            let own = UInt32(1) << 24 | UInt32(table.count)
            var packed: UInt32 = 0
            let utf8 = UTF8.encode(scalar).map(Array.init) ?? []
            for (position, byte) in utf8.enumerated() { packed |= UInt32(byte) << UInt32(8 * position) }
            table.append(scalar == "\u{FFFD}" ? own : UInt32(utf8.count) << 24 | packed)
        }
        precondition(table.count == 256, "a one-byte encoding has 256 bytes")
        self.table = table
    }

    /// Appends the UTF-8 of `piece`; with `isLast`, also of what is left over.
    package mutating func append(_ piece: [UInt8], isLast: Bool, to output: inout [UInt8]) {
        switch encoding {
        case .utf8: output.append(contentsOf: piece)
        case .utf16LittleEndian, .utf16BigEndian: appendWide(piece, isLast: isLast, to: &output)
        default: appendNarrow(piece, to: &output)
        }
    }

    private func appendNarrow(_ piece: [UInt8], to output: inout [UInt8]) {
        // SAFETY: a byte becomes three at most, and one more is written only to be overwritten; `written` counts what stands.
        let text = unsafe [UInt8](unsafeUninitializedCapacity: piece.count * 3 + 4) { buffer, written in
            var at = 0
            for byte in piece {
                let packed = table[Int(byte)]
                unsafe buffer[at] = UInt8(truncatingIfNeeded: packed)
                unsafe buffer[at + 1] = UInt8(truncatingIfNeeded: packed >> 8)
                unsafe buffer[at + 2] = UInt8(truncatingIfNeeded: packed >> 16)
                at += Int(packed >> 24)
            }
            written = at
        }
        if output.isEmpty { output = text } else { output.append(contentsOf: text) }
    }

    private mutating func appendWide(_ piece: [UInt8], isLast: Bool, to output: inout [UInt8]) {
        let bytes = rest.isEmpty ? piece : rest + piece
        let high = encoding == .utf16BigEndian ? 0 : 1
        var used = 0
        // SAFETY: two bytes become three at most, four become four, and a byte left over becomes itself.
        let text = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count * 2 + 4) { buffer, written in
            var at = 0
            func put(_ byte: UInt32) {
                unsafe buffer[at] = UInt8(truncatingIfNeeded: byte)
                at += 1
            }
            func unit(_ offset: Int) -> UInt32 { UInt32(bytes[offset + high]) << 8 | UInt32(bytes[offset + 1 - high]) }
            while used + 1 < bytes.count {
                var scalar = unit(used)
                var length = 2
                if scalar & 0xFC00 == 0xD800 {
                    guard used + 3 < bytes.count || isLast else { break }
                    if used + 3 < bytes.count {
                        let second = unit(used + 2)
                        if second & 0xFC00 == 0xDC00 {
                            scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (second & 0x3FF)
                            length = 4
                        }
                    }
                }
                used += length
                if scalar < 0x80 {
                    put(scalar)
                } else if scalar < 0x800 {
                    put(0xC0 | scalar >> 6)
                    put(0x80 | scalar & 0x3F)
                } else if scalar < 0x10000 {
                    put(0xE0 | scalar >> 12)
                    put(0x80 | scalar >> 6 & 0x3F)
                    put(0x80 | scalar & 0x3F)
                } else {
                    put(0xF0 | scalar >> 18)
                    put(0x80 | scalar >> 12 & 0x3F)
                    put(0x80 | scalar >> 6 & 0x3F)
                    put(0x80 | scalar & 0x3F)
                }
            }
            // Half a character at the end of the file: no UTF-8 either.
            if isLast, used < bytes.count {
                put(0xFF)
                used = bytes.count
            }
            written = at
        }
        rest = Array(bytes[used...])
        output.append(contentsOf: text)
    }
}
