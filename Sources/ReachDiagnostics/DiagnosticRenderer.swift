/// Draws diagnostics for people: message, place, the line with carets under what is meant, help.
package struct DiagnosticRenderer: Sendable {
    /// ANSI colours, for terminals only.
    package let isColored: Bool
    /// Source lines longer than this many columns are shown in part.
    package let width: Int

    package init(isColored: Bool = false, width: Int = 120) {
        self.isColored = isColored
        self.width = max(width, 40)
    }

    /// Lines without a final line break.
    ///
    ///     error[unknown-column]: column `citty` not found in `customers`
    ///       1 | count all by citty
    ///         |              ^^^^^
    ///       help: a similar column exists: `city`
    package func text(_ diagnostic: Diagnostic) -> String {
        var lines = [paint("error[\(diagnostic.code)]", .red) + paint(": " + visible(diagnostic.message), .bold)]
        if let source = diagnostic.source, let span = diagnostic.span {
            lines += excerpt(source, span, diagnostic.labels)
        }
        lines += diagnostic.help.map { "  " + paint("help", .cyan) + ": " + visible($0, keepsLayout: true) }
        return lines.joined(separator: "\n")
    }

    /// The source line of `span` with carets below, then each label.
    private func excerpt(_ source: SourceText, _ span: SourceSpan, _ labels: [Diagnostic.Label]) -> [String] {
        let (number, column, _, _) = source.location(of: span.lower)
        var lines: [String] = []
        if let file = source.file { lines.append("  " + paint("-->", .blue) + " \(visible(file)):\(number):\(column)") }
        let numbers = ([span] + labels.map(\.span)).map { source.location(of: $0.lower).line }
        let gutter = numbers.map { String($0).count }.max() ?? 1
        lines += marked(source, span, "^", "", gutter)
        for label in labels { lines += marked(source, label.span, "-", " " + visible(label.text), gutter) }
        return lines
    }

    private func marked(
        _ source: SourceText, _ span: SourceSpan, _ mark: Character, _ text: String, _ gutter: Int
    ) -> [String] {
        let (number, _, line, lineStart) = source.location(of: span.lower)
        let lineEnd = lineStart + line.utf8.count
        let before = source[SourceSpan(lineStart, max(lineStart, min(span.lower, lineEnd)))]
        let inside = source[
            SourceSpan(min(span.lower, lineEnd), max(min(span.upper, lineEnd), min(span.lower, lineEnd)))]
        let from = DisplayWidth.of(shown(before))
        let to = DisplayWidth.of(shown(before + inside))
        let (visibleLine, offset) = window(shown(line), from)
        let blanks = String(repeating: " ", count: gutter)
        let place = String(number)
        let carets = String(repeating: mark, count: max(1, min(to - from, width - (from - offset))))
        let head = String(repeating: " ", count: gutter - place.count) + place
        return [
            "  " + paint(head + " |", .blue) + " " + visibleLine,
            "  " + paint(blanks + " |", .blue) + " " + String(repeating: " ", count: from - offset)
                + paint(carets + text, mark == "^" ? .red : .blue),
        ]
    }

    /// The part of a long line around column `from`, and the columns cut off before it.
    private func window(_ line: String, _ from: Int) -> (String, Int) {
        guard DisplayWidth.of(line) > width else { return (line, 0) }
        let start = from < width * 2 / 3 ? 0 : from - width / 2
        var column = 0
        var result = ""
        var skipped = 0
        for character in line {
            let columns = DisplayWidth.of(character)
            if column < start {
                skipped = column + columns
            } else if column + columns <= skipped + width - 1 {
                result.append(character)
            } else {
                result += "…"
                break
            }
            column += columns
        }
        return skipped > 0 ? ("…" + result, skipped - 1) : (result, 0)
    }

    private func shown(_ text: String) -> String {
        DisplayWidth.expandingTabs(PlainText.visible(text, keepsLayout: true))
    }

    private func visible(_ text: String, keepsLayout: Bool = false) -> String {
        PlainText.visible(text, keepsLayout: keepsLayout)
    }

    private enum Style: String {
        case red = "1;31"
        case blue = "1;34"
        case cyan = "1;36"
        case bold = "1"
    }

    private func paint(_ text: String, _ style: Style) -> String {
        isColored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension Diagnostic {
    /// One line of JSON: `{"error":{"code":…,"message":…,"file":…,"statement":…,"line":1,"column":15,"length":5,"help":[…]}}`, places
    /// 1-based and in characters; what is not known is null.
    package var json: String {
        var fields = ["\"code\":" + JSONText.quoted(code), "\"message\":" + JSONText.quoted(message)]
        fields.append("\"file\":" + (source?.file.map { JSONText.quoted($0) } ?? "null"))
        fields.append("\"statement\":" + (statement.map { JSONText.quoted($0) } ?? "null"))
        if let source, let span {
            let (line, column, _, _) = source.location(of: span.lower)
            fields += ["\"line\":\(line)", "\"column\":\(column)", "\"length\":\(source[span].count)"]
        } else {
            fields += ["\"line\":null", "\"column\":null", "\"length\":null"]
        }
        fields.append("\"help\":[" + help.map { JSONText.quoted($0) }.joined(separator: ",") + "]")
        return "{\"error\":{" + fields.joined(separator: ",") + "}}"
    }
}
