import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// `run "other.reach"`.
package enum Run: StatementDefinition {
    package static let syntax = StatementSyntax(
        "run", summary: "run the statements of a file", form: .slot("file", .file))
    package static let details = ["The file shares the session: its current segment, parameters and today."]
    package static let examples = [Example("run \"segments.reach\"", "statements kept in a file")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let file = statement.text("file") else { preconditionFailure("the form of `run` has a file") }
        return BoundRun(statement: statement, file: try session.filled(file), span: file.span)
    }
}

struct BoundRun: BoundStatement {
    let statement: Statement
    let file: String
    let span: SourceSpan

    /// Files within files; more is taken for a circle.
    private static let deepest = 16

    func run(in session: Session) throws -> Answer {
        let path = resolvedPath
        if session.running.contains(path) || session.running.count >= Self.deepest {
            throw Diagnostic.runsItself(file, at: span)
        }
        let source = SourceText(try TextFile.read(path, named: file, at: span), file: file)
        let statements = try session.parse(source)
        session.running.append(path)
        defer { session.running.removeLast() }
        session.unpin()
        for statement in statements where !session.isFinished {
            try session.hooks.emit(try session.run(statement))
        }
        return Answer("run")
    }

    /// Relative to the file that says `run`, else to the working folder.
    private var resolvedPath: String {
        let folder = statement.source.file.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        return URL(fileURLWithPath: file, relativeTo: folder).standardizedFileURL.path
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
