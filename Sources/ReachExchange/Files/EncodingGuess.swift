import ReachDiagnostics
import ReachKernels

extension TextEncoding {
    /// `windows-1251`, `cp1251`, `latin1`, …; nil where no encoding has that name.
    init?(named name: String) {
        switch name.lowercased().filter({ $0.isLetter || $0.isNumber }) {
        case "utf8", "ascii", "usascii": self = .utf8
        case "utf16", "utf16le", "unicode", "ucs2": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        case "windows1251", "cp1251", "win1251", "1251": self = .windows1251
        case "windows1252", "cp1252", "win1252", "1252", "latin1", "iso88591", "l1": self = .windows1252
        case "koi8r", "koi8", "koi8u": self = .koi8r
        case "ibm866", "cp866", "dos866", "866", "dos": self = .ibm866
        default: return nil
        }
    }
}

/// Finds the encoding of a text by looking at its first bytes.
enum EncodingGuess {
    /// A byte order mark, and zeros or the few upper bytes of letters in every other byte are certain; one-byte encodings are told by what they spell.
    static func encoding(of bytes: [UInt8]) -> (encoding: TextEncoding, isGuess: Bool) {
        if let wide = wideEncoding(bytes) { return (wide, false) }
        let lines = foreignLines(bytes)
        guard lines.invalid > 0, lines.invalid >= lines.valid, lines.invalid * 200 >= lines.all else {
            return (.utf8, false)
        }
        return (narrowEncoding(of: lines.sample), true)
    }

    /// Where `encoding` is UTF-16, the byte order is the one of the mark.
    static func withByteOrder(_ encoding: TextEncoding, _ bytes: [UInt8]) -> TextEncoding {
        guard encoding == .utf16LittleEndian else { return encoding }
        return wideEncoding(bytes) ?? encoding
    }

    private static func wideEncoding(_ bytes: [UInt8]) -> TextEncoding? {
        if bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        let sample = bytes.prefix(1024)
        guard sample.count >= 4 else { return nil }
        var zeros = [0, 0]
        var uppers = [0, 0]
        for (offset, byte) in sample.enumerated() {
            if byte == 0 { zeros[offset & 1] += 1 }
            // Of Latin, Greek and Cyrillic letters, and of signs.
            if byte <= 0x05 || byte == 0x20 || byte == 0x21 { uppers[offset & 1] += 1 }
        }
        let half = sample.count / 2
        if zeros[1] * 10 > half * 7, zeros[0] * 10 < half { return .utf16LittleEndian }
        if zeros[0] * 10 > half * 7, zeros[1] * 10 < half { return .utf16BigEndian }
        if uppers[1] * 20 > half * 19, zeros[1] * 20 > half, zeros[0] == 0 { return .utf16LittleEndian }
        if uppers[0] * 20 > half * 19, zeros[0] * 20 > half, zeros[1] == 0 { return .utf16BigEndian }
        return nil
    }

    /// Lines past ASCII that are UTF-8 and that are not, and some of the latter.
    private static func foreignLines(_ bytes: [UInt8]) -> (all: Int, valid: Int, invalid: Int, sample: [UInt8]) {
        var found = (all: 0, valid: 0, invalid: 0, sample: [UInt8]())
        if takeCensus(bytes.span).isUTF8 { return found }
        let separator: UInt8 = bytes.contains(0x0A) ? 0x0A : 0x0D
        // The last line may be cut in the middle of a character.
        var lines = bytes.split(separator: separator)
        if lines.count > 1, bytes.count == FileHead.limit { lines.removeLast() }
        for line in lines {
            found.all += 1
            let census = takeCensus(Array(line).span)
            if census.isASCII { continue }
            if census.isUTF8 {
                found.valid += 1
            } else {
                found.invalid += 1
                if found.sample.count < 16 << 10 { found.sample += line + [0x0A] }
            }
        }
        return found
    }

    /// The one-byte encoding in which `bytes` spell words best.
    static func narrowEncoding(of bytes: [UInt8]) -> TextEncoding {
        var best = (encoding: TextEncoding.windows1252, score: Int.min)
        for encoding in [TextEncoding.windows1252, .windows1251, .koi8r, .ibm866] {
            var text: [UInt8] = []
            var transcoder = Transcoder(encoding)
            transcoder.append(bytes, isLast: true, to: &text)
            let score = spelling(String(decoding: text, as: UTF8.self))
            if score > best.score { best = (encoding, score) }
        }
        return best.encoding
    }

    private enum Class { case other, symbol, latin, accented, lower, upper }

    /// Words are of one script, start with their only capital or are all capitals, and hold no symbols; frequent letters are frequent.
    private static func spelling(_ text: String) -> Int {
        var score = 0
        var previous = Class.other
        for scalar in text.unicodeScalars {
            let now = classify(scalar)
            switch (previous, now) {
            case (.lower, .lower), (.upper, .lower), (.upper, .upper): score += 2
            case (.other, .lower), (.other, .upper): score += 1
            case (.lower, .upper): score -= 4
            case (.latin, .accented), (.accented, .latin): score += 3
            case (.other, .accented): score += 1
            case (.accented, .accented): score -= 2
            case (.latin, .lower), (.latin, .upper), (.lower, .latin), (.upper, .latin): score -= 4
            case (_, .symbol), (.symbol, .lower), (.symbol, .upper), (.symbol, .accented): score -= 4
            default: break
            }
            if now == .lower || now == .upper, frequent.contains(scalar.properties.lowercaseMapping) { score += 2 }
            previous = now
        }
        return score
    }

    private static let frequent: Set<String> = ["о", "е", "а", "и", "н", "т", "с", "р", "в", "л"]

    private static func classify(_ scalar: Unicode.Scalar) -> Class {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A: return .latin
        case 0..<0x80: return .other
        case 0x430...0x45F: return .lower
        case 0x400...0x42F: return .upper
        case 0xC0...0xFF where scalar.value != 0xD7 && scalar.value != 0xF7: return .accented
        // What stands beside words in any encoding: no-break blanks, quotes, dashes, the number sign, currency.
        case 0xA0, 0xAB, 0xBB, 0x2013, 0x2014, 0x2018...0x201E, 0x2026, 0x2116, 0x20AC, 0xA7, 0xA9, 0xAE, 0xB0:
            return .other
        default: return .symbol
        }
    }
}
