import Glibc

/// Something that asks a person for the next line.
package protocol LineReading: AnyObject {
    /// - Parameter context: the lines of the statement that are typed already, each ended by a line feed.
    func read(_ prompt: Prompt, context: String) -> LineEntry
}

/// What came of asking.
package enum LineEntry: Hashable, Sendable {
    /// One line, or the lines of one paste. `isEchoed`: they stand on the screen already.
    case text(String, isPasted: Bool, isEchoed: Bool)
    /// Ctrl-C: what was typed is given up.
    case interrupted
    /// Ctrl-D on an empty line, or the end of the input.
    case end
    /// A signal asks the process to end.
    case terminated
}

/// Reads lines as the terminal hands them over, without editing: for `TERM=dumb`, and input that is no terminal.
package final class PlainLineReader: LineReading {
    private let input: TerminalInput
    private let output: Int32

    init(input: TerminalInput, output: Int32) {
        self.input = input
        self.output = output
    }

    package func read(_ prompt: Prompt, context: String) -> LineEntry {
        try? Descriptor.write(Array(prompt.text.utf8), to: output)
        var line = String.UnicodeScalarView()
        while let event = input.next() {
            switch event {
            case .scalar("\n"): return .text(String(line), isPasted: false, isEchoed: true)
            case .scalar("\r"): continue
            case .scalar(let scalar): line.append(scalar)
            case .interrupted:
                try? Descriptor.write(Array("\n".utf8), to: output)
                return .interrupted
            case .terminated: return .terminated
            case .resized, .resumed: continue
            case .end:
                if !line.isEmpty { return .text(String(line), isPasted: false, isEchoed: true) }
                try? Descriptor.write(Array("\n".utf8), to: output)
                return .end
            }
        }
        return .end
    }
}
