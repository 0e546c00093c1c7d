import Foundation
import Glibc
import ReachDiagnostics
import ReachStatements
import Synchronization
import Testing

@testable import ReachShell

/// A session of the stub language on a pseudo-terminal, in a thread of this process.
final class StubTerminal: @unchecked Sendable {
    let terminal: PseudoTerminal
    let backend = StubBackend()
    let historyPath: String
    private let end: Int32
    private let exitCode = Mutex<Int32?>(nil)

    init(history: [String] = [], columns: UInt16 = 80, isDumb: Bool = false) throws {
        Terminal.useUTF8()
        terminal = try #require(PseudoTerminal(columns: columns))
        // SAFETY: the path is copied into a C text that lives through the call.
        end = unsafe open(terminal.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        historyPath = FileManager.default.temporaryDirectory.appendingPathComponent("reach-\(UUID())/history").path
        let store = History(path: historyPath)
        history.forEach(store.add)
        var options = ShellOptions()
        options.initFile = .none
        let input = TerminalInput(descriptor: end)
        let descriptor = end
        let context = ShellContext(
            options: options, backend: backend, workspace: .inMemory, sink: OutputSink(descriptor: end),
            console: Console(writesJSON: false, usesColor: false) { text in
                try? Descriptor.write(Array(text.utf8), to: descriptor)
            },
            isInteractive: true, makeOptions: { RenderOptions() })
        let repl = Repl(
            context, history: History(path: historyPath),
            ask: { try Confirmation.ask($0, input, output: descriptor) },
            makeLines: { complete in
                let plain = PlainLineReader(input: input, output: descriptor)
                if isDumb { return plain }
                return LineEditor(
                    input: input, output: descriptor, history: store, usesColor: { true }, complete: complete) ?? plain
            })
        nonisolated(unsafe) let session = repl
        let thread = Thread { [self] in
            // SAFETY: only this thread runs the session.
            let code = unsafe session.run()
            exitCode.withLock { $0 = code }
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit {
        close(end)
        try? FileManager.default.removeItem(atPath: (historyPath as NSString).deletingLastPathComponent)
    }

    func type(_ text: String) { terminal.type(text) }
    func expect(_ text: String) -> Bool { terminal.expect(text) }

    /// Waits for the session's end.
    func waitForExit(seconds: Double = 20) -> Int32? {
        let deadline = Date().addingTimeInterval(seconds)
        while Date() < deadline {
            if let code = exitCode.withLock({ $0 }) { return code }
            _ = terminal.expect("\u{0}", seconds: 0.02)
        }
        return nil
    }

    var texts: [String] { backend.session?.texts ?? [] }
    var history: String { (try? String(contentsOfFile: historyPath, encoding: .utf8)) ?? "" }
}

/// Slow by nature: each waits for a terminal. One after another, so that a busy machine does not make them late.
@Suite(.serialized) struct LineEditorTests {
    @Test func typedStatementsRunAndControlDLeaves() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("in memory, nothing is kept"))
        #expect(shell.expect("reach> "))
        shell.type("count\r")
        #expect(shell.expect("10 of 12 customers"))
        shell.type("echo x\u{7F}привет\r")
        #expect(shell.expect("\nпривет\n"))
        #expect(shell.expect("reach> "))
        shell.type("\u{4}")
        #expect(shell.waitForExit() == 0)
        #expect(shell.texts == ["count", "echo привет"])
    }

    @Test func whatCannotBeWrittenLaterIsSaidBeforeTheNextPrompt() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("later\r")
        #expect(shell.expect("what was left for later cannot be written"))
        #expect(shell.expect("reach> "))
        shell.type("\u{4}")
        #expect(shell.waitForExit() == 0)
    }

    @Test func keysPressedBeforeThePromptAreNotLost() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("pause\r")
        #expect(shell.expect("pause\n"))
        shell.type("echo x\u{7F}ahead\r\u{4}")
        #expect(shell.waitForExit() == 0)
        #expect(shell.texts == ["pause", "echo ahead"])
    }

    @Test func tabCompletesOneMatchAndListsSeveral() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("qu")
        #expect(shell.expect("qu"))
        shell.type("\t")
        #expect(shell.expect("it "))
        shell.type("\u{15}cou\t")
        #expect(shell.expect("cou"))
        #expect(shell.expect("nt"))
        shell.type("\t")
        #expect(shell.expect("count    country\n"))
        #expect(shell.expect("reach> count"))
        shell.type("r\t")
        #expect(shell.expect("r"))
        shell.type("\u{15}за\t")
        #expect(shell.expect("казы "))
        shell.type("\r")
        #expect(shell.expect("[заказы ]"))
    }

    @Test func controlRSearchesHistoryInAnyScript() throws {
        let shell = try StubTerminal(history: ["count all", "показать заказы", "count by city"])
        #expect(shell.expect("reach> "))
        shell.type("\u{12}")
        #expect(shell.expect("search"))
        shell.type("ЗАК")
        #expect(shell.expect("показать заказы"))
        shell.type("\r")
        #expect(shell.expect("[показать заказы]"))
        #expect(shell.expect("reach> "))
        shell.type("\u{12}count")
        Thread.sleep(forTimeInterval: 0.2)
        shell.type("\u{12}")
        Thread.sleep(forTimeInterval: 0.2)
        shell.type("\r")
        #expect(shell.expect("10 of 12 customers"))
        #expect(shell.texts.last == "count all")
    }

    @Test func arrowsGoThroughHistoryAndLinesCanBeEdited() throws {
        let shell = try StubTerminal(history: ["echo one", "seg where\n  two"])
        #expect(shell.expect("reach> "))
        shell.type("\u{1B}[A")
        #expect(shell.expect("two"))
        shell.type("\r")
        #expect(shell.expect("[seg where⏎  two]"))
        shell.type("\u{1B}[A")
        Thread.sleep(forTimeInterval: 0.1)
        shell.type("\u{1B}[A")
        Thread.sleep(forTimeInterval: 0.1)
        shell.type("!\u{1}\u{1B}[3~")
        Thread.sleep(forTimeInterval: 0.1)
        shell.type("E\r")
        #expect(shell.expect("[Echo one!]"))
    }

    @Test func aStatementGoesOnUntilItIsComplete() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("segment where\r")
        #expect(shell.expect("     > "))
        shell.type("orders > 2\r")
        #expect(shell.expect("[segment where⏎orders > 2]"))
        shell.type("segment where\r")
        #expect(shell.expect("     > "))
        shell.type("\r")
        #expect(shell.expect("[segment where"))
        #expect(shell.expect("reach> "))
        #expect(shell.history == "segment where\n\torders > 2\nsegment where\n")
    }

    @Test(arguments: [true, false]) func aPasteOf500LinesArrivesWhole(_ isMarked: Bool) throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        let statements = (0..<250).map { "seg\t\($0) where\n\ta\t> \($0) and заказы" }
        let text = statements.joined(separator: "\n") + "\n"
        shell.type(isMarked ? "\u{1B}[200~" + text + "\u{1B}[201~" : text)
        #expect(shell.expect("[seg\\t249 where⏎\\ta\\t> 249 and заказы]"))
        #expect(shell.texts == statements)
        shell.type("echo fine\r")
        #expect(shell.expect("\nfine\n"))
    }

    @Test func aPasteWithoutAnEndWaitsForEnter() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("\u{1B}[200~seg where\n\ta > 1\necho la\u{1B}[201~")
        #expect(shell.expect("echo la"))
        #expect(shell.texts.isEmpty)
        shell.type("st\r")
        #expect(shell.expect("[seg where⏎\\ta > 1]"))
        #expect(shell.expect("\nlast\n"))
        shell.type("\u{1B}[200~echo a\tb\u{1B}[201~\r")
        #expect(shell.expect("\na\\tb\n"))
    }

    @Test func anErrorKeepsTheSessionAndTheRestOfThePasteIsLeft() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("fail\r")
        #expect(shell.expect("error[unknown-column]"))
        #expect(shell.expect("reach> "))
        shell.type("\u{1B}[200~echo one\nfail\necho two\n\u{1B}[201~")
        #expect(shell.expect("error[unknown-column]"))
        #expect(shell.expect("reach> "))
        shell.type("echo three\r")
        #expect(shell.expect("\nthree\n"))
        #expect(shell.texts == ["fail", "echo one", "fail", "echo three"])
    }

    @Test func questionsAreAskedAndOnlyYesIsYes() throws {
        let shell = try StubTerminal()
        #expect(shell.expect("reach> "))
        shell.type("ask\r")
        #expect(shell.expect("drop all? [y/N] "))
        shell.type("y\r")
        #expect(shell.expect("dropped"))
        #expect(shell.expect("reach> "))
        shell.type("ask\r")
        #expect(shell.expect("drop all? [y/N] "))
        shell.type("\r")
        #expect(shell.expect("kept"))
        shell.type("quit\r")
        #expect(shell.waitForExit() == 0)
    }

    @Test func longLinesAndSmallTerminalsSurvive() throws {
        let shell = try StubTerminal(columns: 20)
        #expect(shell.expect("reach> "))
        let long = (0..<120).map { "слово\($0)" }.joined(separator: " ")
        shell.type("\u{1B}[200~" + long + "\u{1B}[201~")
        shell.type("\u{1}\u{5}\u{1B}[D\u{1B}[C\r")
        #expect(shell.expect("слово119]"))
        #expect(shell.texts == [long])
    }

    @Test func aDumbTerminalReadsPlainLines() throws {
        let shell = try StubTerminal(isDumb: true)
        #expect(shell.expect("reach> "))
        shell.type("seg where\n")
        #expect(shell.expect("     > "))
        shell.type("a\tb\n")
        #expect(shell.expect("[seg where⏎a\\tb]"))
        shell.type("\u{4}")
        #expect(shell.waitForExit() == 0)
        #expect(!shell.terminal.rawOutput.contains("\u{1B}"))
    }
}
