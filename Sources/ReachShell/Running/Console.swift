import ReachDiagnostics

/// Standard error: notes, warnings and errors, as text or, with `--format json`, as a JSON object per line.
package final class Console {
    private let emit: (String) -> Void
    private let writesJSON: Bool
    private let style: TerminalStyle
    private let width: () -> Int

    /// - Parameter width: columns that an excerpt of a statement may take.
    package init(
        writesJSON: Bool, usesColor: Bool, width: @escaping () -> Int = { 120 }, _ emit: @escaping (String) -> Void
    ) {
        self.writesJSON = writesJSON
        self.width = width
        style = TerminalStyle(usesColor: usesColor)
        self.emit = emit
    }

    package func note(_ text: String) {
        if writesJSON {
            emit(JSONText.note(text) + "\n")
        } else {
            emit(style.faint("note: " + SafeText.escaped(text)) + "\n")
        }
    }

    package func warning(_ text: String) {
        if writesJSON {
            emit(JSONText.warning(text) + "\n")
        } else {
            emit(style.bold("warning: ") + SafeText.escaped(text) + "\n")
        }
    }

    package func error(_ diagnostic: Diagnostic) {
        if writesJSON {
            emit(diagnostic.json + "\n")
        } else if diagnostic.kind == .interrupted {
            emit(style.bold(diagnostic.message) + "\n")
        } else {
            emit(DiagnosticRenderer(isColored: style.usesColor, width: width()).text(diagnostic) + "\n")
        }
    }
}
