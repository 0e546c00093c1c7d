/// Text from data made fit for a terminal: nothing in it can move the cursor, change colours or reorder what is read.
package enum SafeText {
    /// The text with control, bidirectional and invisible formatting characters written as escapes: `\n`, `\u{202e}`.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: needsEscape) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if needsEscape(scalar) {
                result.append(contentsOf: escape(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true
        // Marks, embeddings, overrides and isolates that change the direction of reading.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        // Line and paragraph separators, invisible operators, byte order mark, annotations, tags.
        case 0x2028, 0x2029, 0x2060...0x2064, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    /// Personal data shortened so that a row can be recognised but nobody reached: `j…@example.com`, `+7…12`, `J…`.
    package static func masked(_ text: String) -> String {
        if let at = text.lastIndex(of: "@"), at > text.startIndex {
            return String(text.prefix(1)) + "…" + text[at...]
        }
        let digitCount = text.reduce(0) { $0 + ($1.isASCII && $1.isNumber ? 1 : 0) }
        if digitCount >= 7 { return String(text.prefix(2)) + "…" + text.suffix(2) }
        return text.isEmpty ? "" : String(text.prefix(1)) + "…"
    }
}

extension SafeText {
    /// The lines of a text, each escaped but for its tabs, which become blanks.
    static func escapedLines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            escaped(String(line).replacing("\t", with: "    "))
        }
    }
}
