import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

@testable import ReachShell
@testable import ReachStatements

/// Runs the cases of golden files: each in a workspace of its own, as of 2026-11-22 in UTC.
struct GoldenSession {
    /// Where and how the data of a fixture lies while a case runs.
    enum Storage: CaseIterable {
        case memory
        /// A file that was closed and opened again before the case.
        case reopenedFile
        /// A reopened file with three customers to a chunk.
        case tinyChunks
    }

    static let today: Int32 = 20_779

    let file: GoldenFile
    let storage: Storage
    /// Deleted by whoever made it.
    let folder: URL
    private let template: URL?

    init(_ file: GoldenFile, _ storage: Storage) throws {
        self.file = file
        self.storage = storage
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-golden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard storage != .memory else {
            template = nil
            return
        }
        let path = folder.appendingPathComponent("template.db")
        let workspace = try Workspace.open(path.path, options: Self.options(storage))
        try Self.fill(workspace, file.setting("fixture"))
        try workspace.close()
        template = path
    }

    /// What a case prints, by section.
    func run(_ golden: GoldenFile.Case) throws -> [String: String] {
        let files = folder.appendingPathComponent("files")
        try? FileManager.default.removeItem(at: files)
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        let workspace: Workspace
        if let template {
            let path = folder.appendingPathComponent("case.db")
            try? FileManager.default.removeItem(at: path)
            try FileManager.default.copyItem(at: template, to: path)
            workspace = try Workspace.open(path.path, options: Self.options(storage))
        } else {
            workspace = try Workspace.open(":memory:", options: Self.options(storage))
            try Self.fill(workspace, file.setting("fixture"))
        }
        defer { try? workspace.close() }
        return Self.sections(printed(golden.statements, workspace, files), files)
    }

    private typealias Printed = (output: String, error: String, exit: Int32)

    private func printed(_ statements: String, _ workspace: Workspace, _ files: URL) -> Printed {
        let collected = Collected()
        var options = ShellOptions()
        options.format = file.setting("with format").flatMap(OutputFormat.init(rawValue:)) ?? .table
        options.confirmsAll = file.has("yes")
        options.keepsGoing = file.has("keep-going")
        options.parameters = [("files", Self.fixtures.path), ("made", files.path)]
        let console = Console(writesJSON: options.format == .json, usesColor: false) { collected.error += $0 }
        let context = ShellContext(
            options: options, backend: GoldenBackend(workspace), workspace: .inMemory,
            sink: OutputSink { collected.output += $0 }, console: console,
            makeOptions: { RenderOptions() })
        let code = BatchRunner(context).run([SourceText(statements)])
        return (String(decoding: collected.output, as: UTF8.self), collected.error, code)
    }

    /// The texts of a case as its file shows them: without paths of this machine and figures of this moment.
    private static func sections(_ printed: Printed, _ files: URL) -> [String: String] {
        func clean(_ text: String) -> String {
            let text = text.replacingOccurrences(of: files.path, with: "{$made}")
                .replacingOccurrences(of: fixtures.path, with: "{$files}")
                .replacing(#/"elapsed_ms":[0-9.]+/#, with: "\"elapsed_ms\":[..]")
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
        var sections: [String: String] = [:]
        if !printed.output.isEmpty { sections["output"] = clean(printed.output) }
        if !printed.error.isEmpty { sections["error"] = clean(printed.error) }
        let isError = printed.error.contains("error[") || printed.error.contains("{\"error\"")
        if printed.exit != (isError ? 1 : 0) { sections["exit"] = String(printed.exit) }
        return sections
    }

    static let fixtures = GoldenFile.folder.appendingPathComponent("fixtures")

    private static func options(_ storage: Storage) -> WorkspaceOptions {
        var options = WorkspaceOptions()
        options.timezone = "UTC"
        options.clock = { Int64(today) * 86_400_000_000 }
        if storage == .tinyChunks { options.geometry = .init(chunkRows: 3) }
        return options
    }

    /// Runs the fixture's `fixture.reach`, whose files lie beside it.
    private static func fill(_ workspace: Workspace, _ fixture: String?) throws {
        guard let fixture, fixture != "none" else { return }
        let script = fixtures.appendingPathComponent(fixture).appendingPathComponent("fixture.reach")
        let session = Session(workspace: workspace, options: sessionOptions([("files", fixtures.path)]))
        let source = SourceText(try String(contentsOf: script, encoding: .utf8), file: script.path)
        for statement in try session.parse(source) { _ = try session.run(statement) }
    }

    fileprivate static func sessionOptions(_ parameters: [(name: String, value: String)]) -> SessionOptions {
        var options = SessionOptions(clock: .endOfDay(today), threads: 2)
        for parameter in parameters { options.parameters[parameter.name] = parameter.value }
        return options
    }
}

/// What a case printed so far.
private final class Collected {
    var output: [UInt8] = []
    var error = ""
}

/// The language of the catalogue over a workspace that is open already.
private final class GoldenBackend: ShellBackend {
    private let workspace: Workspace
    private let language = SessionBackend()

    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    func parse(_ source: SourceText) throws -> [Statement] { try language.parse(source) }
    func makeReader() -> any StatementStream { language.makeReader() }
    func read(_ source: SourceText) -> InteractiveReading { language.read(source) }
    func workspaceExists(_ workspace: WorkspaceChoice) -> Bool { true }

    func open(
        _ choice: WorkspaceChoice, _ options: ShellOptions, isInteractive: Bool, _ hooks: ShellHooks
    ) throws -> any ShellSession {
        var choices = GoldenSession.sessionOptions(options.parameters)
        choices.assumesYes = options.confirmsAll
        let session = Session(workspace: workspace, options: choices)
        session.hooks.confirm = hooks.confirm
        session.hooks.progress = hooks.progress
        session.hooks.emit = hooks.emit
        return RunningSession(session)
    }
}
