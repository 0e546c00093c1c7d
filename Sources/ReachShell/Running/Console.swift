import ReachDiagnostics

/// Standard error: notes, warnings and errors, as text or, with `--format json`, as a JSON object per line.
package final class Console {
    private let emit: (String) -> Void
    private let writesJSON: Bool
    private let style: TerminalStyle

    package init(writesJSON: Bool, usesColor: Bool, _ emit: @escaping (String) -> Void) {
        self.writesJSON = writesJSON
        style = TerminalStyle(usesColor: usesColor)
        self.emit = emit
    }

    package func note(_ text: String) {
        if writesJSON {
            emit("{\"note\":" + JSONText.string(text) + "}\n")
        } else {
            emit(style.faint("note: " + SafeText.escaped(text)) + "\n")
        }
    }

    package func warning(_ text: String) {
        if writesJSON {
            emit("{\"warning\":" + JSONText.string(text) + "}\n")
        } else {
            emit(style.bold("warning: ") + SafeText.escaped(text) + "\n")
        }
    }

    package func error(_ diagnostic: Diagnostic) {
        if writesJSON {
            emit(DiagnosticText.json(diagnostic) + "\n")
        } else {
            emit(DiagnosticText.text(diagnostic, style) + "\n")
        }
    }
}
