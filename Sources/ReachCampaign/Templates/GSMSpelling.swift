import Foundation
import ReachKernels

/// Ways to say the same in the GSM 7-bit default alphabet.
enum GSMSpelling {
    /// Nil where the character has none, or needs none.
    static func spelling(_ scalar: Unicode.Scalar) -> String? {
        if gsmSeptets(scalar.value) > 0 { return nil }
        if let known = punctuation[scalar] { return known }
        if (0x2000...0x200A).contains(scalar.value) { return " " }
        // An accented letter without its accent: á, ç, ő.
        let parts = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
        guard let first = parts.first, parts.count > 1, first.isASCII, first.properties.isAlphabetic else { return nil }
        return String(first)
    }

    private static let punctuation: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [
            "\u{2026}": "...", "\u{A0}": " ", "\u{202F}": " ", "\u{205F}": " ", "\u{3000}": " ", "\t": " ",
            "\u{200B}": "", "\u{200C}": "", "\u{200D}": "", "\u{2060}": "", "\u{FEFF}": "", "\u{AD}": "",
            "\u{FE0E}": "", "\u{FE0F}": "", "№": "No", "™": "TM", "©": "(c)", "®": "(r)", "×": "x", "÷": "/",
            "½": "1/2", "¼": "1/4", "¾": "3/4", "₽": "RUB", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d",
            "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "•": "*", "·": ".", "‹": "<", "›": ">", "ª": "a", "º": "o",
        ]
        for scalar in "“”„‟«»″".unicodeScalars { table[scalar] = "\"" }
        for scalar in "‘’‚‛′`´".unicodeScalars { table[scalar] = "'" }
        for scalar in "–—‐‑‒―−".unicodeScalars { table[scalar] = "-" }
        return table
    }()
}
