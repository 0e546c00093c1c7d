import Foundation
import ReachDiagnostics
import ReachLanguage

/// Runs statements without anybody to ask: from `-c`, `-f` or a pipe. Stops at the first error, or remembers its code and goes on.
final class BatchRunner {
    private let context: ShellContext
    private var printer: StatementPrinter?
    private var session: (any ShellSession)?
    private var firstFailure: Diagnostic?

    init(_ context: ShellContext) {
        self.context = context
    }

    /// Texts are parsed completely before anything runs. The exit code.
    func run(_ sources: [SourceText]) -> Int32 { finished(runAll(sources)) }

    /// Statements of a pipe run as soon as their end is known. Where the workspace does not exist they wait for one that may make it.
    func runStream(from descriptor: Int32) -> Int32 { finished(runAll(from: descriptor)) }

    private func finished(_ code: Int32) -> Int32 {
        defer { session?.close() }
        guard let printer, case .failed(let diagnostic) = printer.finish() else { return code }
        return code == 0 ? diagnostic.kind.exitCode : code
    }

    private func runAll(_ sources: [SourceText]) -> Int32 {
        var statements: [Statement] = []
        for source in sources {
            do {
                statements += try context.backend.parse(source)
            } catch {
                return fail(Diagnostic(reporting: error).located(in: source))
            }
        }
        if statements.isEmpty { return 0 }
        do {
            // `run` has as many statements as its file.
            try open(for: statements, isOnlyOne: statements.count == 1 && statements[0].keyword != "run")
        } catch {
            return fail(Diagnostic(reporting: error))
        }
        for statement in statements {
            if let code = run(statement) { return code }
        }
        return firstFailure?.kind.exitCode ?? 0
    }

    private func runAll(from descriptor: Int32) -> Int32 {
        let stream = context.backend.makeReader()
        var decoder = StreamDecoder()
        var waiting: [Statement] = []
        var isAtEnd = false
        while !isAtEnd {
            let bytes = Descriptor.read(descriptor)
            isAtEnd = bytes.isEmpty
            session?.expectStatement()
            stream.append(isAtEnd ? decoder.finish() : decoder.decode(bytes))
            if isAtEnd { stream.finish() }
            do {
                while let statement = try nextStatement(of: stream) {
                    waiting.append(statement)
                    guard session != nil || canOpen(for: waiting) else { continue }
                    if let code = try runAll(&waiting) { return code }
                }
            } catch {
                return fail(Diagnostic(reporting: error))
            }
        }
        if firstFailure != nil, waiting.isEmpty { return firstFailure?.kind.exitCode ?? 0 }
        do {
            return try runAll(&waiting) ?? firstFailure?.kind.exitCode ?? 0
        } catch {
            return fail(Diagnostic(reporting: error))
        }
    }

    /// With `--keep-going` a statement that does not parse is reported and passed over.
    private func nextStatement(of stream: any StatementStream) throws -> Statement? {
        while true {
            do {
                return try stream.next()
            } catch {
                guard context.options.keepsGoing else { throw error }
                remember(Diagnostic(reporting: error))
            }
        }
    }

    private func runAll(_ waiting: inout [Statement]) throws -> Int32? {
        if waiting.isEmpty { return nil }
        if session == nil { try open(for: waiting) }
        defer { waiting = [] }
        for statement in waiting {
            if let code = run(statement) { return code }
        }
        return nil
    }

    private func canOpen(for statements: [Statement]) -> Bool {
        context.workspace.isMemory || context.backend.workspaceExists(context.workspace)
            || statements.contains { WorkspaceChoice.creatingKeywords.contains($0.keyword) }
    }

    /// - Parameter isOnlyOne: one statement is all that will run.
    private func open(for statements: [Statement], isOnlyOne: Bool = false) throws {
        var workspace = context.workspace
        if !canOpen(for: statements) {
            let needsNone = statements.allSatisfy { WorkspaceChoice.independentKeywords.contains($0.keyword) }
            guard needsNone else { throw Diagnostic.missingWorkspace(workspace.path) }
            workspace = .inMemory
        }
        let (session, printer) = try context.open(workspace, forOneStatement: isOnlyOne, confirm: confirm)
        self.session = session
        self.printer = printer
    }

    private func confirm(_ question: String) throws -> Bool {
        guard context.options.confirmsAll else { throw Diagnostic.confirmationNeeded(question) }
        return true
    }

    /// The code to leave with, or nil to go on.
    private func run(_ statement: Statement) -> Int32? {
        guard let printer, let session else { return nil }
        context.signals?.enter(.running(session.cancellation))
        let outcome = printer.run(statement)
        context.signals?.enter(.idle)
        if let code = context.signals?.terminationCode { return code }
        switch outcome {
        case .outputClosed: return 0
        case .done:
            // Ctrl-C that came when the statement was all but over means the run; nothing takes it back before the next.
            if session.cancellation.isRequested { return Diagnostic.interrupted.kind.exitCode }
            return session.isFinished ? firstFailure?.kind.exitCode ?? 0 : nil
        case .failed(let diagnostic):
            if !context.options.keepsGoing || diagnostic.kind == .interrupted { return diagnostic.kind.exitCode }
            firstFailure = firstFailure ?? diagnostic
            return nil
        }
    }

    private func remember(_ diagnostic: Diagnostic) {
        context.console.error(diagnostic)
        firstFailure = firstFailure ?? diagnostic
    }

    private func fail(_ diagnostic: Diagnostic) -> Int32 {
        remember(diagnostic)
        return firstFailure?.kind.exitCode ?? 0
    }
}

/// UTF-8 that arrives in blocks: a character cut between two blocks is put together again.
struct StreamDecoder {
    private var pending: [UInt8] = []

    mutating func decode(_ bytes: [UInt8]) -> String {
        let all = pending + bytes
        let end = Self.completeCount(all)
        pending = Array(all[end...])
        return String(decoding: all[..<end], as: UTF8.self)
    }

    mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes belong to whole characters.
    private static func completeCount(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}
