import ReachLanguage

/// `quit`.
package enum Quit: StatementDefinition {
    package static let syntax = StatementSyntax(
        "quit", aliases: ["exit", "\\q"], summary: "leave", form: .sequence([]))
    package static let details: [String] = []
    package static let examples = [Example("quit", "leave")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundQuit(statement: statement)
    }
}

struct BoundQuit: BoundStatement {
    let statement: Statement

    func run(in session: Session) -> Answer {
        session.isFinished = true
        return Answer("quit")
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
