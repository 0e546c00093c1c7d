import Foundation
import ReachDiagnostics

/// What a run has to hand from its beginning: streams, options, the language and the store.
final class ShellContext {
    let options: ShellOptions
    let backend: any ShellBackend
    let workspace: WorkspaceChoice
    let sink: OutputSink
    let console: Console
    let progress: any ProgressReporter
    let signals: SignalWatch?
    let isInteractive: Bool
    private let makeOptions: () -> RenderOptions

    init(
        options: ShellOptions, backend: any ShellBackend, workspace: WorkspaceChoice, sink: OutputSink,
        console: Console, progress: any ProgressReporter = SilentProgress(), signals: SignalWatch? = nil,
        isInteractive: Bool = false, makeOptions: @escaping () -> RenderOptions
    ) {
        self.options = options
        self.backend = backend
        self.workspace = workspace
        self.sink = sink
        self.console = console
        self.progress = progress
        self.signals = signals
        self.isInteractive = isInteractive
        self.makeOptions = makeOptions
    }

    /// Opens a session and makes what runs and prints its statements.
    /// - Parameter forOneStatement: nothing comes after the first.
    func open(
        _ workspace: WorkspaceChoice, forOneStatement: Bool = false, confirm: @escaping (String) throws -> Bool
    ) throws -> (any ShellSession, StatementPrinter) {
        // The session needs its hooks before the printer it will print through exists.
        var printer: StatementPrinter?
        let hooks = ShellHooks(
            confirm: { [progress] question in
                progress.finish()
                return try confirm(question)
            },
            progress: progress,
            emit: { answer in try printer?.show(answer) })
        var options = options
        options.runsOneStatement = forOneStatement
        let session = try backend.open(workspace, options, isInteractive: isInteractive, hooks)
        let made = StatementPrinter(
            session: session, sink: sink, console: console, progress: progress, format: options.format,
            allowsManyTables: isInteractive, isVerbose: options.isVerbose,
            makeOptions: makeOptions)
        printer = made
        return (session, made)
    }
}

extension WorkspaceChoice {
    static let inMemory = WorkspaceChoice(path: memory, isDefault: false)

    private init(path: String, isDefault: Bool) {
        self.path = path
        self.isDefault = isDefault
    }
}
