import Foundation
import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `templates`: all of them; `templates from "DIR"` reads a folder of them.
package enum Templates: StatementDefinition {
    package static let syntax = StatementSyntax(
        "templates", summary: "what campaigns say; `from` reads a folder of mustache files",
        form: .optional(.sequence([.keyword("from"), .slot("folder", .file)])))
    package static let details = [
        """
        `templates from "DIR"` takes every file `NAME.CHANNEL.mustache` of the folder. A first line `Subject: …` is the subject of an \
        e-mail. One file that cannot be read, or names what is not there, and none is taken.
        """
    ]
    package static let examples = [Example("templates", "what is there to say")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let folder = statement.text("folder") else { return BoundTemplates(statement: statement) }
        return BoundTemplateFolder(
            statement: statement, folder: try session.filled(folder), span: folder.span)
    }
}

struct BoundTemplates: BoundStatement {
    let statement: Statement

    func run(in session: Session) throws -> Answer {
        let templates = try session.templates()
        var answer = Answer(
            "templates", headline: templates.isEmpty ? "no templates" : Figure.count(templates.count, "template"))
        answer.facts = [Fact("templates", templates.count)]
        answer.table = ResultTable(
            columns: [
                .init("template", .text), .init("channel", .text), .init("subject", .text), .init("body", .text),
            ],
            rows: templates.map {
                [.text($0.name), .text($0.channel), $0.subject.map(Value.text) ?? .missing, .text($0.body)]
            })
        if templates.isEmpty { answer.notes = ["make one: `template winter for sms \"Hello {{name|friend}}\"`"] }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

struct BoundTemplateFolder: BoundStatement {
    let statement: Statement
    let folder: String
    let span: SourceSpan

    func run(in session: Session) throws -> Answer {
        let path = (folder as NSString).expandingTildeInPath
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw Diagnostic.noTemplateFolder(folder, at: span)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".mustache") }
            .sorted()
        if files.isEmpty { throw Diagnostic.noTemplatesIn(folder, at: span) }
        let channels = try session.channels().map(\.name)
        let read = try files.map { file -> MessageTemplate in
            let text = try TextFile.read((path as NSString).appendingPathComponent(file), named: file, at: span)
            return try template(file, text, channels)
        }
        let all = try session.templates().filter { old in !read.contains { $0.key == old.key } } + read
        let binder = try session.binder(for: statement)
        for (file, template) in zip(files, read) {
            do {
                _ = try session.bound(template, among: all, binder: binder, at: span)
            } catch let diagnostic as Diagnostic {
                throw Diagnostic(
                    diagnostic.code, "in `\(file)`: \(diagnostic.message)", at: span, help: diagnostic.help)
            }
        }
        var answer = Answer("templates", headline: "\(Figure.count(read.count, "template")) from \(folder)")
        answer.facts = [Fact("templates", read.count)]
        for template in read { answer.notes += try session.store(template) }
        return answer
    }

    /// `winter.sms.mustache`; a subject on the first line.
    private func template(_ file: String, _ text: String, _ channels: [String]) throws -> MessageTemplate {
        let parts = file.dropLast(".mustache".count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let last = parts.last, !last.isEmpty else {
            throw Diagnostic.templateFileName(file, at: span)
        }
        let name = parts.dropLast().joined(separator: ".")
        guard !name.isEmpty else { throw Diagnostic.templateFileName(file, at: span) }
        guard let channel = channels.first(where: { Name.same($0, String(last)) }) else {
            throw Diagnostic.templateFileChannel(file, String(last), known: channels, at: span)
        }
        var body = text
        if body.hasSuffix("\n") { body.removeLast() }
        guard let line = body.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first,
            line.lowercased().hasPrefix("subject:")
        else { return MessageTemplate(name, channel: channel, body: body) }
        let subject = line.dropFirst("subject:".count).trimmingCharacters(in: .whitespaces)
        let rest = body.dropFirst(line.count).drop { $0.isNewline }
        return MessageTemplate(name, channel: channel, subject: subject, body: String(rest))
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
