import Glibc
import ReachDiagnostics

/// A yes/no question at the terminal. What was typed or pasted before it does not answer it.
enum Confirmation {
    static func ask(_ question: String, _ input: TerminalInput, output: Int32) throws -> Bool {
        input.discardPending()
        tcflush(input.descriptor, TCIFLUSH)
        let reader = PlainLineReader(input: input, output: output)
        switch reader.read(Prompt(name: SafeText.escaped(question), rest: " [y/N] "), context: "") {
        case .text(let answer, _, _): return isYes(answer)
        case .end: return false
        case .interrupted, .terminated: throw Diagnostic.interrupted
        }
    }

    static func isYes(_ answer: String) -> Bool {
        let words: Set<String> = ["y", "yes", "д", "да"]
        return words.contains(CaseFolding.fold(answer.filter { !$0.isWhitespace }))
    }
}
