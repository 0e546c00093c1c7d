import Foundation
import Glibc
import ReachDiagnostics

/// The shell as a process: reads what the command line names, or asks at a terminal, and answers with an exit code.
package enum Shell {
    /// Runs to the end. To be called once, on the main thread, before other threads start.
    package static func run(_ options: ShellOptions, _ backend: any ShellBackend = SessionBackend()) -> Int32 {
        HeapShape.prepare()
        Descriptor.occupyStandardOnes()
        Terminal.useUTF8()
        let environment = ProcessInfo.processInfo.environment
        let isInteractive =
            options.input == .standardInput && Terminal.isTerminal(STDIN_FILENO) && Terminal.isTerminal(STDOUT_FILENO)
        let signals = SignalWatch(isInteractive: isInteractive)
        let console = makeConsole(options, environment)
        guard let workspace = WorkspaceChoice(named: options.workspace, environment: environment) else {
            console.error(.noDefaultWorkspace)
            return Diagnostic.noDefaultWorkspace.kind.exitCode
        }
        let context = ShellContext(
            options: options, backend: backend, workspace: workspace, sink: OutputSink(descriptor: STDOUT_FILENO),
            console: console, progress: makeProgress(options), signals: signals, isInteractive: isInteractive
        ) {
            let color = console.sessionColor ?? options.color
            let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
            return RenderOptions(
                terminalWidth: isTerminal ? Terminal.width(of: STDOUT_FILENO) : nil,
                usesColor: Self.usesColor(color, environment, STDOUT_FILENO),
                viewRowLimit: isTerminal ? 200 : 1000)
        }
        let code = isInteractive ? runSession(context, environment) : runBatch(context)
        context.progress.finish()
        return signals.terminationCode ?? code
    }

    private static func runBatch(_ context: ShellContext) -> Int32 {
        if case .path = context.options.initFile {
            context.console.note("the init file is for sessions at a terminal; it is not run here")
        }
        let runner = BatchRunner(context)
        switch context.options.input {
        case .texts(let texts): return runner.run(texts.map { SourceText($0) })
        case .standardInput: return runner.runStream(from: STDIN_FILENO)
        case .scripts(let paths):
            do {
                return runner.run(try paths.map(ScriptFile.read))
            } catch {
                let diagnostic = Diagnostic(reporting: error)
                context.console.error(diagnostic)
                return diagnostic.kind.exitCode
            }
        }
    }

    private static func runSession(_ context: ShellContext, _ environment: [String: String]) -> Int32 {
        let input = TerminalInput(descriptor: STDIN_FILENO, signals: context.signals)
        let history = History(path: History.defaultPath(environment))
        let isDumb = environment["TERM"].map { $0.isEmpty || $0 == "dumb" } ?? true
        let repl = Repl(
            context, history: history,
            ask: { try Confirmation.ask($0, input, output: STDOUT_FILENO) },
            makeLines: { complete in
                let editor =
                    isDumb
                    ? nil
                    : LineEditor(
                        input: input, output: STDOUT_FILENO, history: history,
                        usesColor: {
                            usesColor(context.console.sessionColor ?? context.options.color, environment, STDOUT_FILENO)
                        },
                        complete: complete)
                return editor ?? PlainLineReader(input: input, output: STDOUT_FILENO)
            })
        return repl.run()
    }

    private static func makeConsole(_ options: ShellOptions, _ environment: [String: String]) -> Console {
        Console(
            writesJSON: options.format == .json, usesColor: usesColor(options.color, environment, STDERR_FILENO),
            width: { (Terminal.width(of: STDERR_FILENO) ?? 128) - 8 }
        ) { text in
            try? Descriptor.write(Array(text.utf8), to: STDERR_FILENO)
        }
    }

    private static func makeProgress(_ options: ShellOptions) -> any ProgressReporter {
        guard Terminal.isTerminal(STDERR_FILENO) else { return SilentProgress() }
        return ProgressLine(width: { Terminal.width(of: STDERR_FILENO) ?? 80 }) { text in
            try? Descriptor.write(Array(text.utf8), to: STDERR_FILENO)
        }
    }

    /// Prints what is known before there is anything to run: help, the version, a mistake in the command line.
    package static func say(_ text: String, isError: Bool) {
        try? Descriptor.write(Array((text + "\n").utf8), to: isError ? STDERR_FILENO : STDOUT_FILENO)
    }

    /// `NO_COLOR`, set to anything, turns colour off unless it is asked for.
    static func usesColor(
        _ choice: ShellOptions.ColorChoice, _ environment: [String: String], _ descriptor: Int32
    ) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto:
            Terminal.isTerminal(descriptor) && environment["TERM"] != "dumb"
                && (environment["NO_COLOR"] ?? "").isEmpty
        }
    }
}
