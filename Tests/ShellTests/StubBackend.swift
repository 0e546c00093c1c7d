import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachShell
import ReachStatements

/// A language of a few words, enough to drive the shell: a statement is a line, goes on where it ends in `where` or an open
/// bracket, and over deeper lines.
final class StubBackend: ShellBackend {
    var exists = true
    private(set) var opened: [String] = []
    private(set) var session: StubSession?

    func parse(_ source: SourceText) throws -> [Statement] {
        let stream = StubStream(file: source.file)
        stream.append(source.text)
        stream.finish()
        var statements: [Statement] = []
        while let statement = try stream.next() { statements.append(statement) }
        return statements
    }

    func makeReader() -> any StatementStream { StubStream(file: nil) }

    func read(_ source: SourceText) -> InteractiveReading {
        let stream = StubStream(file: nil)
        stream.append(source.text)
        if stream.needsMore, !source.text.hasSuffix("\n\n") {
            return InteractiveReading(statements: [], wantsMore: true)
        }
        stream.finish()
        var statements: [Result<Statement, Diagnostic>] = []
        while true {
            do {
                guard let statement = try stream.next() else { break }
                statements.append(.success(statement))
            } catch {
                statements.append(.failure(error as? Diagnostic ?? .interrupted))
            }
        }
        return InteractiveReading(statements: statements, wantsMore: false)
    }

    func workspaceExists(_ workspace: WorkspaceChoice) -> Bool { exists }

    func open(_ workspace: WorkspaceChoice, _ options: ShellOptions, isInteractive: Bool, _ hooks: ShellHooks) throws
        -> any ShellSession
    {
        opened.append(workspace.path)
        let made = StubSession(hooks)
        session = made
        return made
    }
}

final class StubStream: StatementStream {
    private let file: String?
    private var text = ""
    private var isFinished = false

    init(file: String?) {
        self.file = file
    }

    func append(_ more: String) { text += more }
    func finish() { isFinished = true }

    var needsMore: Bool { text.split(separator: "\n").last.map(Self.isOpen) ?? false }

    func next() throws -> Statement? {
        while text.first?.isNewline == true { text.removeFirst() }
        guard let end = endOfStatement() else { return nil }
        let source = SourceText(String(text[..<end]), file: file)
        text = String(text[end...])
        let keyword = source.text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let span = SourceSpan(0, source.text.utf8.count)
        if keyword == "broken" {
            throw Diagnostic("unexpected-word", "`broken` is no statement", at: SourceSpan(0, 6), help: ["help"])
                .located(in: source)
        }
        return Statement(keyword: keyword, span: span, captures: [:], source: source)
    }

    private func endOfStatement() -> String.Index? {
        if text.allSatisfy(\.isWhitespace) { return nil }
        var index = text.startIndex
        while let lineEnd = text[index...].firstIndex(of: "\n") {
            let next = text.index(after: lineEnd)
            if !Self.isOpen(text[index..<lineEnd]) {
                if next == text.endIndex { return isFinished ? lineEnd : nil }
                if text[next] != " ", text[next] != "\t" { return lineEnd }
            }
            index = next
        }
        return isFinished ? text.endIndex : nil
    }

    private static func isOpen(_ line: Substring) -> Bool { line.hasSuffix("where") || line.hasSuffix("(") }
}

final class StubSession: ShellSession {
    let cancellation = Cancellation()
    var display = DisplaySettings(today: "2026-11-22")
    var prompt = PromptState()
    var isFinished = false
    private(set) var texts: [String] = []
    private let hooks: ShellHooks
    /// Whether something was left for later, which then cannot be written.
    private var isUnsettled = false

    init(_ hooks: ShellHooks) {
        self.hooks = hooks
    }

    func settle() throws {
        guard isUnsettled else { return }
        isUnsettled = false
        throw Diagnostic("disk-full", kind: .environment, "what was left for later cannot be written")
    }

    func run(_ statement: Statement) throws -> Answer {
        let text = statement.source[statement.span]
        texts.append(text)
        switch statement.keyword {
        case "quit": isFinished = true
        case "count":
            var answer = Answer("count", headline: "10 of 12 customers")
            answer.facts = [Fact("customers", 10), Fact("of", 12)]
            answer.table = ResultTable(
                columns: [.init("city", .text), .init("customers", .integer)],
                rows: [[.text("Paris"), .integer(10)], [.missing, .integer(2)]])
            return answer
        case "echo": return Answer("echo", headline: String(text.dropFirst(5)))
        case "warn":
            var answer = Answer("warn")
            answer.warnings = ["careful"]
            answer.notes = ["done unasked"]
            return answer
        case "ask": return Answer("ask", headline: try hooks.confirm("drop all?") ? "dropped" : "kept")
        case "guard": throw Diagnostic("guard", kind: .guardRefused, "the guard said no")
        case "fail":
            throw Diagnostic("unknown-column", "column `citty` not found", at: SourceSpan(0, 4), help: ["city"])
        case "later": isUnsettled = true
        case "pause": Thread.sleep(forTimeInterval: 0.5)
        case "slow":
            for _ in 0..<1000 {
                try cancellation.check()
                Thread.sleep(forTimeInterval: 0.01)
            }
        case "endless":
            var answer = Answer("endless")
            answer.table = ResultTable(columns: [.init("n", .integer)], rowCount: .max) { body in
                var number: Int64 = 0
                while try body([.integer(number)]) { number += 1 }
            }
            return answer
        default: break
        }
        return Answer(statement.keyword, headline: "[" + text.replacingOccurrences(of: "\n", with: "⏎") + "]")
    }

    func completions(in text: String, at offset: Int) -> CompletionList {
        let before = String(decoding: Array(text.utf8)[..<offset], as: UTF8.self)
        let word = before.split(whereSeparator: { $0 == " " || $0 == "\n" }).last.map(String.init) ?? ""
        let typed = before.last.map { $0 == " " || $0 == "\n" } ?? true ? "" : word
        let words = ["count", "country", "city", "quit", "заказы"]
        return CompletionList(
            start: offset - typed.utf8.count,
            candidates: words.filter { $0.hasPrefix(typed) })
    }
}
