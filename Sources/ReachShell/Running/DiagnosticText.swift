import ReachDiagnostics

/// An error as it is printed.
enum DiagnosticText {
    static func text(_ diagnostic: Diagnostic, _ style: TerminalStyle) -> String {
        if diagnostic.kind == .interrupted { return style.bold(diagnostic.message) }
        var lines = [style.bold("error[\(diagnostic.code)]: ") + SafeText.escaped(diagnostic.message)]
        if let source = diagnostic.source, let span = diagnostic.span {
            let place = source.location(of: span.lower)
            let number = String(place.line)
            if let file = source.file { lines.append("  --> \(file):\(place.line):\(place.column)") }
            lines.append("  \(number) | " + SafeText.escaped(place.lineText))
            let before = String(repeating: " ", count: place.column - 1)
            lines.append(
                "  " + String(repeating: " ", count: number.count) + " | " + before
                    + String(repeating: "^", count: max(1, source[span].count)))
        }
        lines += diagnostic.help.map { "  help: " + SafeText.escaped($0) }
        return lines.joined(separator: "\n")
    }

    static func json(_ diagnostic: Diagnostic) -> String {
        var members = [
            "\"code\":" + JSONText.string(diagnostic.code), "\"message\":" + JSONText.string(diagnostic.message),
            "\"file\":" + (diagnostic.source?.file.map(JSONText.string) ?? "null"),
            "\"statement\":" + (diagnostic.statement.map(JSONText.string) ?? "null"),
        ]
        if let source = diagnostic.source, let span = diagnostic.span {
            let place = source.location(of: span.lower)
            members += ["\"line\":\(place.line)", "\"column\":\(place.column)", "\"length\":\(source[span].count)"]
        }
        members.append("\"help\":[" + diagnostic.help.map(JSONText.string).joined(separator: ",") + "]")
        return "{\"error\":{" + members.joined(separator: ",") + "}}"
    }
}
