import ReachColumns
import ReachLanguage

/// `echo "text"`.
package enum Echo: StatementDefinition {
    package static let syntax = StatementSyntax("echo", summary: "print a line", form: .slot("text", .text))
    package static let details = ["`{today}`, `{month}` and `{$name}` are filled in."]
    package static let examples = [Example("echo \"weekly run of {today}\"", "a line in a log")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundEcho(statement: statement, text: try session.filled(statement.text("text")))
    }
}

struct BoundEcho: BoundStatement {
    let statement: Statement
    let text: String

    func run(in session: Session) -> Answer {
        var answer = Answer("echo")
        answer.view = [.line(text)]
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
