import Glibc

/// Line editing on a terminal: history, search, completion, paste. Keys and drawing are libedit's, see `EditLine`.
///
/// A paste of several lines is taken whole, whether the terminal marks it (bracketed paste) or its keys merely come faster than anybody types;
/// tabs in it stay tabs.
package final class LineEditor: LineReading {
    package typealias Complete = (_ text: String, _ offset: Int) -> CompletionList

    /// What `perform(.queued)` does next.
    enum Action {
        case complete
        case list(String, cursorFromEnd: Int)
        case paste(String)
        case fill(String, cursorFromEnd: Int)
        case showMatch
        case moveToEnd
    }

    let input: TerminalInput
    let output: Int32
    private let history: History
    let usesColor: () -> Bool
    let complete: Complete
    var editor: EditLine?

    var prompt = Prompt(name: "", rest: "")
    /// Lines before the one being edited: completion needs them.
    var context = ""
    var cursor = HistoryCursor(entries: [])
    var search: HistorySearch?
    var queuedActions: [Action] = []
    var queuedKeys: [Unicode.Scalar] = []
    /// Whether keys were pressed before the prompt stood there. The terminal has read them, and turned a Ctrl-D into a NUL.
    var hasTypeAhead = false
    /// Why reading stops, where it is not for Enter or Ctrl-D.
    var stopReason: LineEntry?
    /// The lines of a paste behind its first, the last of them to be edited with so many characters behind the cursor.
    var pasteRest: (lines: [String], cursorFromEnd: Int)?

    /// Nil where the terminal cannot be edited on.
    init?(
        input: TerminalInput, output: Int32, history: History, usesColor: @escaping () -> Bool,
        complete: @escaping Complete
    ) {
        self.input = input
        self.output = output
        self.history = history
        self.usesColor = usesColor
        self.complete = complete
        guard let editor = EditLine(input: input.descriptor, output: output, client: self) else { return nil }
        self.editor = editor
    }

    package func read(_ prompt: Prompt, context: String) -> LineEntry {
        var lines: [String] = []
        var isPasted = false
        var fill: Action?
        cursor = HistoryCursor(entries: history.entries)
        while true {
            self.prompt = lines.isEmpty ? prompt : prompt.name.isEmpty ? prompt : prompt.continuation
            self.context = context + lines.map { $0 + "\n" }.joined()
            let line = readLine(fill)
            if let reason = stopReason { return stop(reason, after: lines) }
            guard let line else {
                write("\n")
                return .end
            }
            lines.append(line)
            guard let rest = pasteRest else {
                return .text(
                    lines.joined(separator: "\n"), isPasted: isPasted || line.contains("\n"), isEchoed: true)
            }
            isPasted = true
            for line in rest.lines.dropLast() { write(prompt.continuation.text + line + "\n") }
            lines += rest.lines.dropLast()
            fill = .fill(rest.lines.last ?? "", cursorFromEnd: rest.cursorFromEnd)
        }
    }

    private func readLine(_ fill: Action?) -> String? {
        stopReason = nil
        pasteRest = nil
        search = nil
        queuedKeys = []
        queuedActions = fill.map { [$0] } ?? []
        editor?.takeTerminal()
        hasTypeAhead = input.hasMore(within: 0)
        write(Self.bracketedPasteOn)
        defer { write(Self.bracketedPasteOff) }
        return editor?.readLine()
    }

    private func stop(_ reason: LineEntry, after lines: [String]) -> LineEntry {
        switch reason {
        case .interrupted: write("^C\n")
        case .end, .terminated: write("\n")
        case .text(let text, let isPasted, _):
            guard !lines.isEmpty else { return reason }
            write(text.hasSuffix("\n") ? text : text + "\n")
            return .text((lines + [text]).joined(separator: "\n"), isPasted: isPasted, isEchoed: true)
        }
        return reason
    }

    func write(_ text: String) {
        try? Descriptor.write(Array(text.utf8), to: output)
    }

    static let bracketedPasteOn = "\u{1B}[?2004h"
    private static let bracketedPasteOff = "\u{1B}[?2004l"
}
