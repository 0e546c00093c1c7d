extension StatementSyntax {
    /// The form as `help` shows it, in lines of at most `width` columns: ``count [AUDIENCE or ROWS] [by EXPRESSION [as NAME], …]``.
    package func usage(width: Int = 80) -> [String] {
        let whole = form.usage(isNested: false)
        return Self.wrapped(whole.isEmpty ? keyword : keyword + " " + whole, width: width)
    }

    /// Breaks between parts in outer brackets first, inside them only where a part is too long for a line by itself.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for part in parts(text, depth: 0, width: width - 4) {
            if !line.isEmpty, line.count + 1 + part.count > width {
                lines.append(line)
                line = "    " + part
            } else {
                line += line.isEmpty ? part : " " + part
            }
        }
        return lines + [line]
    }

    /// The text cut at blanks inside of at most `depth` brackets, and parts longer than `width` at blanks deeper inside.
    private static func parts(_ text: String, depth: Int, width: Int) -> [String] {
        var parts = [""]
        var open = 0
        for character in text {
            if character == "[" || character == "(" { open += 1 }
            if character == "]" || character == ")" { open -= 1 }
            if character == " ", open <= depth { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.flatMap { $0.count > width && depth < 8 ? Self.parts($0, depth: depth + 1, width: width) : [$0] }
    }
}

extension Syntax {
    /// `isNested`: alternatives need brackets of their own.
    fileprivate func usage(isNested: Bool) -> String {
        switch self {
        case .keyword(let words), .flag(let words): return words
        case .word(_, let options): return options.joined(separator: "|")
        case .slot(let name, let kind): return kind.placeholder(name)
        case .sequence(let parts):
            return parts.map { $0.usage(isNested: parts.count > 1) }.filter { !$0.isEmpty }.reduce("") { text, part in
                text.isEmpty || part == "," || part == "." || text.hasSuffix(".") ? text + part : text + " " + part
            }
        case .choice(let alternatives):
            let text = alternatives.map { $0.usage(isNested: false) }.joined(separator: " | ")
            return isNested ? "(" + text + ")" : text
        case .optional(let inner): return "[" + inner.usage(isNested: false) + "]"
        case .list(_, let element): return element.usage(isNested: true) + ", …"
        case .chain(_, let word, let element):
            let one = element.usage(isNested: true)
            return "\(one) \(word) \(one) [\(word) …]"
        case .bracketed(_, let element): return "(" + element.usage(isNested: true) + ", …)"
        case .clauses(let clauses): return clauses.map { "[" + $0.usage(isNested: false) + "]" }.joined(separator: " ")
        }
    }
}

extension SlotKind {
    fileprivate func placeholder(_ slot: String) -> String {
        switch self {
        case .name(.parameter): "$NAME"
        case .name(.customerColumn), .name(.column): "COLUMN"
        case .name(let kind): kind.rawValue.uppercased()
        case .newName: slot == "as" || slot == "name" ? "NAME" : slot.uppercased()
        case .expression: "EXPRESSION"
        case .condition, .requirement: "CONDITION"
        case .measure: "MEASURE"
        case .text: "\"\(slot.uppercased())\""
        case .file: "\"FILE\""
        case .integer, .number: "N"
        case .duration: "D"
        case .date: "DATE"
        case .period: "PERIOD"
        case .timeOfDay: "HH:MM"
        case .timeRange: "HH:MM-HH:MM"
        case .rate: "N/s"
        case .dataType: "TYPE"
        case .value, .settingValue: "VALUE"
        case .audience: "AUDIENCE"
        case .subject: "AUDIENCE or ROWS"
        case .ofAudience: "of AUDIENCE"
        case .ofSubject: "of AUDIENCE or ROWS"
        case .tableOrColumn: "TABLE[.COLUMN]"
        case .customerKey: "KEY"
        case .statement: "STATEMENT"
        case .bareWord(let what): what.uppercased()
        }
    }
}
