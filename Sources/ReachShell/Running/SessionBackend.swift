import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachStatements
import ReachWorkspace

/// The language of the catalogue over a workspace.
package final class SessionBackend: ShellBackend {
    private let grammar = Catalogue.grammar

    package init() {}

    package func parse(_ source: SourceText) throws -> [Statement] { try grammar.parseScript(source) }

    package func makeReader() -> any StatementStream { GrammarStream(StatementReader(grammar)) }

    package func read(_ source: SourceText) -> InteractiveReading {
        let reading = grammar.read(source)
        return InteractiveReading(statements: reading.statements, wantsMore: reading.wantsMore)
    }

    package func workspaceExists(_ workspace: WorkspaceChoice) -> Bool {
        workspace.isMemory || FileManager.default.fileExists(atPath: workspace.path)
    }

    package func open(
        _ workspace: WorkspaceChoice, _ options: ShellOptions, isInteractive: Bool, _ hooks: ShellHooks
    ) throws -> any ShellSession {
        if workspace.isDefault { try makeFolder(of: workspace.path) }
        var storage = WorkspaceOptions()
        storage.readOnly = options.isReadOnly
        if options.runsOneStatement { storage.keepNoChunks() }
        let opened = try Workspace.open(workspace.path, options: storage)
        var choices = SessionOptions()
        // A script sees one instant, however long it runs.
        choices.clock = isInteractive ? .system : .fixed(microseconds: Clock.systemMicroseconds())
        if let today = options.today { choices.clock = try clock(today, try opened.zone()) }
        choices.isInteractive = isInteractive
        choices.assumesYes = options.confirmsAll
        choices.inputHoldsStatements = options.input == .standardInput
        for parameter in options.parameters { choices.parameters[parameter.name] = parameter.value }
        let session = Session(workspace: opened, options: choices)
        session.hooks.confirm = hooks.confirm
        session.hooks.progress = hooks.progress
        session.hooks.emit = hooks.emit
        return RunningSession(session)
    }

    /// `--today`: a date, or a datetime.
    private func clock(_ text: String, _ zone: Zone) throws -> Clock {
        switch Session.literal(of: text) {
        case .date(let day): return .endOfDay(day)
        case .datetime(let wall, let offsetSeconds):
            let instant = offsetSeconds.map { wall - Int64($0) * 1_000_000 } ?? zone.instant(ofWall: wall)
            return .fixed(microseconds: instant)
        default: throw Diagnostic.todayNotADate(text)
        }
    }

    private func makeFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        if FileManager.default.fileExists(atPath: folder) { return }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Diagnostic.cannotMakeFolder(folder)
        }
    }
}

/// `StatementReader` where a reference is wanted.
private final class GrammarStream: StatementStream {
    private var reader: StatementReader

    init(_ reader: StatementReader) {
        self.reader = reader
    }

    func append(_ text: String) { reader.feed(text) }
    func finish() { reader.finish() }
    func next() throws -> Statement? { try reader.next() }
}

/// A session with what the shell shows of it between two statements.
final class RunningSession: ShellSession {
    private let session: Session
    private var customerCount: Int?
    private var isCountKnown = false

    init(_ session: Session) {
        self.session = session
    }

    var cancellation: Cancellation { session.cancellation }
    var isFinished: Bool { session.isFinished }

    func run(_ statement: Statement) throws -> Answer {
        if Self.keywordsThatChangeCounts.contains(statement.keyword) { isCountKnown = false }
        return try session.run(statement)
    }

    func expectStatement() { session.expectStatement() }

    func settle() throws { try session.settle() }

    /// What was written is whole without the log beside it; where that fails the next writer sees to it.
    func close() { try? session.workspace.close() }

    var prompt: PromptState {
        guard session.hasCurrent else { return PromptState() }
        if !isCountKnown {
            customerCount = (try? session.currentCount()) ?? nil
            isCountKnown = true
        }
        return PromptState(segment: session.currentName, customerCount: customerCount)
    }

    var display: DisplaySettings {
        let appearance = session.appearance
        return DisplaySettings(
            format: session.display["format"].flatMap(OutputFormat.init(rawValue:)),
            color: session.display["color"].flatMap(ShellOptions.ColorChoice.init(rawValue:)),
            masksPersonal: appearance.masksPersonal, zone: appearance.zone, today: appearance.today)
    }

    func completions(in text: String, at offset: Int) -> CompletionList {
        let completion = session.grammar.completion(in: text, at: offset)
        guard !completion.expectations.isEmpty, let source = session.completionSource() else {
            return CompletionList(start: offset, candidates: [])
        }
        let candidates = completion.candidates(session.grammar, source).map(\.text)
        return CompletionList(start: completion.span.lower, candidates: candidates)
    }

    private static let keywordsThatChangeCounts: Set<String> = [
        "segment", "import", "demo", "define", "drop", "set", "freeze", "run", "forget", "merge", "connect",
    ]
}
