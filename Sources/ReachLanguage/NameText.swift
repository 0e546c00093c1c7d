/// How names are written.
package enum NameText {
    /// In backticks where it cannot stand bare, or is one of `reserved` (lower case).
    package static func written(_ name: String, reserved: Set<String> = []) -> String {
        CharacterClass.isPlainName(name) && !reserved.contains(Words.key(name)) ? name : quoted(name)
    }

    /// Where a value is expected: `city`, `` `today` ``, `` `first name` ``.
    package static func value(_ name: String) -> String { written(name, reserved: Words.reservedAsValue) }

    /// Where an audience may stand.
    package static func audience(_ name: String) -> String { written(name, reserved: audienceWords) }

    static let audienceWords = Words.reservedAsAudience.union(["customers"])

    /// Always in backticks. A line break, which no name read from text has, becomes a blank.
    package static func quoted(_ name: String) -> String {
        var result = "`"
        for scalar in name.unicodeScalars {
            if scalar == "`" { result += "`" }
            result.unicodeScalars.append(scalar == "\n" ? " " : scalar)
        }
        return result + "`"
    }
}

/// How texts are written.
package enum TextLiteral {
    /// The canonical quoting: `"…"`, `'…'` around a double quote, `"""…"""` over several lines.
    package static func written(_ text: String) -> String {
        if text.utf8.contains(0x0A) { return "\"\"\"" + text + "\"\"\"" }
        guard text.utf8.contains(UInt8(ascii: "\"")) else { return "\"" + text + "\"" }
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { result += "'" }
            result.unicodeScalars.append(scalar)
        }
        return result + "'"
    }
}
