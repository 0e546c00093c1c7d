import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// `help [TOPIC]`.
package enum Help: StatementDefinition {
    package static let syntax = StatementSyntax(
        "help", aliases: ["?"], summary: "the statements, or one of them, or a topic",
        form: .optional(.slot("topic", .bareWord("topic"))))
    package static let details: [String] = []
    package static let examples = [Example("help segment", "one statement"), Example("help time", "a topic")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundHelp(topic: statement.topic)
    }
}

extension Statement {
    fileprivate var topic: Identifier? {
        guard case .word(let word, let span)? = self["topic"] else { return nil }
        return Identifier(word, at: span)
    }
}

struct BoundHelp: BoundStatement {
    let topic: Identifier?

    func run(in session: Session) throws -> Answer {
        guard let topic else { return overview }
        let name = Name.fold(topic.text)
        if let definition = Catalogue.statements.first(where: { $0.syntax.answers(to: name) }) {
            return page(of: definition)
        }
        if let subject = HelpTopic.all.first(where: { $0.name == name }) { return page(of: subject) }
        let known = Catalogue.statements.map { $0.syntax.keyword } + HelpTopic.all.map(\.name)
        throw Diagnostic.unknownTopic(topic, known: known)
    }

    private var overview: Answer {
        var answer = Answer("help", headline: "statements")
        let statements = Catalogue.statements.map { ($0.syntax.keyword, $0.syntax.summary) }
        let topics = HelpTopic.all.map { ($0.name, $0.summary) }
        answer.table = table(statements.map { ("statement", $0.0, $0.1) } + topics.map { ("topic", $0.0, $0.1) })
        answer.view = [
            .grid(statements.map { [ViewCell($0.0), ViewCell($0.1)] }), .heading("topics"),
            .grid(topics.map { [ViewCell($0.0), ViewCell($0.1)] }), .blank,
            .line(
                "`help segment` for one of them; a statement ends with its line, `;`, or an empty line after an indented one"
            ),
        ]
        return answer
    }

    private func table(_ rows: [(String, String, String)]) -> ResultTable {
        ResultTable(
            columns: [.init("kind", .text), .init("name", .text), .init("summary", .text)],
            rows: rows.map { [.text($0.0), .text($0.1), .text($0.2)] })
    }

    private func page(of definition: any StatementDefinition.Type) -> Answer {
        let syntax = definition.syntax
        var answer = Answer("help", headline: "\(syntax.keyword) — \(syntax.summary)")
        answer.view = syntax.usage().map { .line("  " + $0) }
        for paragraph in definition.details { answer.view += [.blank] + Prose.wrapped(paragraph).map(ViewBlock.line) }
        answer.view += [
            .heading("examples"),
            .grid(definition.examples.map { [ViewCell($0.text), ViewCell($0.meaning, isFaint: true)] }),
        ]
        answer.table = ResultTable(
            columns: [.init("example", .text), .init("meaning", .text)],
            rows: definition.examples.map { [.text($0.text), .text($0.meaning)] })
        return answer
    }

    private func page(of topic: HelpTopic) -> Answer {
        var answer = Answer("help", headline: "\(topic.name) — \(topic.summary)")
        answer.view = topic.lines.map { .line("  " + $0) }
        answer.table = ResultTable(columns: [.init("line", .text)], rows: topic.lines.map { [.text($0)] })
        return answer
    }

    func explain(in session: Session) throws -> Answer { try run(in: session) }
}

extension StatementSyntax {
    /// By keyword or alias.
    func answers(to name: String) -> Bool { ([keyword] + aliases).contains { Name.fold($0) == name } }
}

enum Prose {
    /// Lines of at most 80 characters.
    static func wrapped(_ paragraph: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > 80 {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
