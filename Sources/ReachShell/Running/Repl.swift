import Foundation
import ReachDiagnostics
import ReachLanguage

/// A session at a terminal: asks for a statement, runs it, prints, asks again.
final class Repl {
    private let context: ShellContext
    private let history: History
    private let makeLines: (_ complete: @escaping LineEditor.Complete) -> any LineReading
    private let ask: (String) throws -> Bool

    /// The session's, once there is one.
    private var cancellation: Cancellation?
    /// Lines of a statement whose end is not known yet, each ended by a line feed.
    private var pending = ""
    private var isPendingPasted = false

    init(
        _ context: ShellContext, history: History, ask: @escaping (String) throws -> Bool,
        makeLines: @escaping (_ complete: @escaping LineEditor.Complete) -> any LineReading
    ) {
        self.context = context
        self.history = history
        self.ask = ask
        self.makeLines = makeLines
    }

    /// Runs until `quit`, Ctrl-D or a signal; the exit code.
    func run() -> Int32 {
        let session: any ShellSession
        let printer: StatementPrinter
        do {
            (session, printer) = try context.open(context.workspace) { [context, ask, unowned self] question in
                context.signals?.enter(.prompting)
                defer { cancellation.map { context.signals?.enter(.running($0)) } }
                return try ask(question)
            }
            cancellation = session.cancellation
            try printBanner()
        } catch is OutputClosed {
            return 0
        } catch {
            let diagnostic = Diagnostic(reporting: error)
            context.console.error(diagnostic)
            return diagnostic.kind.exitCode
        }
        defer { session.close() }
        context.signals?.enter(.running(session.cancellation))
        if let code = runInitFile(session, printer) { return code }
        let lines = makeLines { text, offset in session.completions(in: text, at: offset) }
        while !session.isFinished {
            // Nobody waits while an answer is being read.
            if case .outputClosed = printer.settle() { return 0 }
            let prompt = Prompt(session.prompt)
            context.signals?.enter(.prompting)
            let entry = lines.read(pending.isEmpty ? prompt : prompt.continuation, context: pending)
            context.signals?.enter(.running(session.cancellation))
            switch entry {
            case .end: return 0
            case .terminated: return context.signals?.terminationCode ?? 0
            case .interrupted: forget()
            case .text(let text, let isPasted, let isEchoed):
                if let code = take(text, isPasted: isPasted, isEchoed: isEchoed, session, printer) { return code }
            }
            if let code = context.signals?.terminationCode { return code }
        }
        return 0
    }

    /// Runs what the text completes; the exit code where the session ends with it.
    private func take(
        _ text: String, isPasted: Bool, isEchoed: Bool, _ session: any ShellSession, _ printer: StatementPrinter
    ) -> Int32? {
        session.expectStatement()
        pending += text.hasSuffix("\n") ? text : text + "\n"
        isPendingPasted = isPendingPasted || isPasted
        let reading = context.backend.read(SourceText(pending))
        if reading.wantsMore { return nil }
        let keepsEach = isPendingPasted && reading.statements.count > 1
        if !keepsEach { history.add(pending) }
        forget()
        for (index, result) in reading.statements.enumerated() {
            switch result {
            case .failure(let diagnostic):
                if !isEchoed { echo(diagnostic, isFirst: index == 0, session) }
                printer.report(diagnostic)
                // Later statements of a paste were written for a state that does not exist now.
                return nil
            case .success(let statement):
                if !isEchoed { echo(statement.source[statement.span], isFirst: index == 0, session) }
                if keepsEach { history.add(statement.source[statement.span]) }
                session.cancellation.reset()
                switch printer.run(statement) {
                case .outputClosed: return 0
                case .failed: return nil
                case .done: if session.isFinished { return 0 }
                }
            }
        }
        return nil
    }

    private func forget() {
        pending = ""
        isPendingPasted = false
    }

    /// Shows a statement of a paste before its answer, as if it had been typed. The first follows the prompt that is there.
    private func echo(_ statement: String, isFirst: Bool, _ session: any ShellSession) {
        let prompt = Prompt(session.prompt)
        let text = SafeText.escapedLines(statement).joined(separator: "\n" + prompt.continuation.text)
        try? context.sink.writeLine((isFirst ? "" : prompt.text) + text)
        try? context.sink.flush()
    }

    /// Of a statement that does not parse, the line with the mistake.
    private func echo(_ diagnostic: Diagnostic, isFirst: Bool, _ session: any ShellSession) {
        let line = diagnostic.span.flatMap { span in diagnostic.source?.location(of: span.lower).lineText } ?? ""
        echo(line, isFirst: isFirst, session)
    }

    private func printBanner() throws {
        let place = context.workspace.isMemory ? "in memory, nothing is kept" : context.workspace.path
        try context.sink.writeLine(
            "reach \(ReachVersion.current) · \(SafeText.escaped(place))"
                + (context.workspace.isDefault ? " (the default workspace)" : ""))
        try context.sink.writeLine("`help` lists the statements, Tab completes, Ctrl-D leaves")
        try context.sink.flush()
    }

    /// Runs the init file, loudly where it fails; the session goes on, so that what is wrong can be mended from it.
    private func runInitFile(_ session: any ShellSession, _ printer: StatementPrinter) -> Int32? {
        let environment = ProcessInfo.processInfo.environment
        guard let path = InitFile.path(context.options.initFile, environment) else { return nil }
        do {
            let source = try ScriptFile.read(path)
            do {
                for statement in try context.backend.parse(source) {
                    session.cancellation.reset()
                    switch printer.run(statement) {
                    case .done: break
                    case .outputClosed: return 0
                    case .failed:
                        context.console.warning("the init file `\(path)` stopped at this error")
                        return nil
                    }
                    if session.isFinished { return 0 }
                }
            } catch {
                printer.report(Diagnostic(reporting: error).located(in: source))
                context.console.warning("the init file `\(path)` was not run")
            }
        } catch {
            printer.report(Diagnostic(reporting: error))
            context.console.warning("the init file `\(path)` was not run")
        }
        return nil
    }
}
