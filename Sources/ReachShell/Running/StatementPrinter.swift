import ReachDiagnostics
import ReachLanguage
import ReachStatements

/// Runs statements one after another and prints what they answer: results to standard output, everything else to the console.
final class StatementPrinter {
    /// How a statement ended.
    enum Outcome {
        case done
        case failed(Diagnostic)
        /// Nobody reads standard output any more.
        case outputClosed
    }

    private let session: any ShellSession
    private let sink: OutputSink
    private let console: Console
    private let progress: any ProgressReporter
    private let baseFormat: OutputFormat
    private let allowsManyTables: Bool
    private let isVerbose: Bool
    private let makeOptions: () -> RenderOptions
    private let clock = ContinuousClock()
    /// When what is being answered began.
    private var began = ContinuousClock.now
    private var renderers: [OutputFormat: any AnswerRenderer] = [:]

    /// - Parameter makeOptions: how views are drawn at this moment; called for every answer, since a window may change.
    init(
        session: any ShellSession, sink: OutputSink, console: Console, progress: any ProgressReporter,
        format: OutputFormat, allowsManyTables: Bool, isVerbose: Bool = false,
        makeOptions: @escaping () -> RenderOptions
    ) {
        self.session = session
        self.sink = sink
        self.console = console
        self.progress = progress
        baseFormat = format
        self.allowsManyTables = allowsManyTables
        self.isVerbose = isVerbose
        self.makeOptions = makeOptions
    }

    /// Runs one statement; a failure is printed here and handed back.
    func run(_ statement: Statement) -> Outcome {
        do {
            let start = clock.now
            began = start
            try show(try session.run(statement))
            if isVerbose {
                let elapsed = ElapsedTime.text((clock.now - start) / .milliseconds(1))
                let lines = statement.source[statement.span].split(separator: "\n")
                console.note(elapsed + "  " + (lines.first ?? "") + (lines.count > 1 ? " …" : ""))
            }
            return .done
        } catch is OutputClosed {
            return .outputClosed
        } catch {
            let diagnostic = Diagnostic(reporting: error).located(
                in: statement.source, statement: statement.keyword)
            // An export to `-` whose reader has gone.
            if diagnostic.code == "output-closed" { return .outputClosed }
            report(diagnostic)
            return .failed(diagnostic)
        }
    }

    /// Prints an answer: of a statement, or one given along the way.
    func show(_ answer: Answer) throws {
        let elapsed = (clock.now - began) / .milliseconds(1)
        defer { began = clock.now }
        progress.finish()
        let display = session.display
        console.sessionColor = display.color
        var options = makeOptions()
        options.masksPersonal = display.masksPersonal
        options.zone = display.zone
        let cancellation = session.cancellation
        let circumstances = AnswerCircumstances(
            asOf: display.today, elapsedMilliseconds: elapsed, checkpoint: { try cancellation.check() })
        do {
            if !answer.ownsOutput {
                try renderer(display.format ?? baseFormat).render(answer, circumstances, options, to: sink)
            }
        } catch let closed as OutputClosed {
            throw closed
        } catch {
            // What was printed before the failure belongs above its message.
            try sink.flush()
            throw error
        }
        try sink.flush()
        answer.notes.forEach(console.note)
        answer.warnings.forEach(console.warning)
    }

    /// Prints what was held back for the end of the run, and writes what was left for later.
    func finish() -> Outcome {
        let printed = ending { for renderer in renderers.values { try renderer.finish(to: sink) } }
        let written = settle()
        if case .done = printed { return written }
        return printed
    }

    /// Writes what statements have left for later; says what keeps it from being written.
    func settle() -> Outcome { ending { try session.settle() } }

    private func ending(_ body: () throws -> Void) -> Outcome {
        do {
            try body()
            return .done
        } catch is OutputClosed {
            return .outputClosed
        } catch {
            let diagnostic = Diagnostic(reporting: error)
            report(diagnostic)
            return .failed(diagnostic)
        }
    }

    func report(_ diagnostic: Diagnostic) {
        progress.finish()
        console.error(diagnostic)
    }

    private func renderer(_ format: OutputFormat) -> any AnswerRenderer {
        if let known = renderers[format] { return known }
        let made = format.makeRenderer(allowsManyTables: allowsManyTables)
        renderers[format] = made
        return made
    }
}

extension Diagnostic {
    /// Any error as something that can be told: whatever is no diagnostic is a defect.
    init(reporting error: any Error) {
        self = error as? Diagnostic ?? .unexpected(error)
    }
}
