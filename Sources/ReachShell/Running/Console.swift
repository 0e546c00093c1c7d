import ReachDiagnostics

/// Standard error: notes, warnings and errors, as text or, with `--format json`, as a JSON object per line.
package final class Console {
    private let emit: (String) -> Void
    private let writesJSON: Bool
    private let usesColor: Bool
    /// What a session asked for; nil leaves what the terminal and the command line say.
    var sessionColor: ShellOptions.ColorChoice?
    private let width: () -> Int

    /// - Parameter width: columns that an excerpt of a statement may take.
    package init(
        writesJSON: Bool, usesColor: Bool, width: @escaping () -> Int = { 120 }, _ emit: @escaping (String) -> Void
    ) {
        self.writesJSON = writesJSON
        self.width = width
        self.usesColor = usesColor
        self.emit = emit
    }

    private var style: TerminalStyle {
        switch sessionColor {
        case .always: TerminalStyle(usesColor: true)
        case .never: TerminalStyle(usesColor: false)
        case .auto, nil: TerminalStyle(usesColor: usesColor)
        }
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
