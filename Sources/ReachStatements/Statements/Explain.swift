import ReachLanguage

/// `explain STATEMENT`: what it means and how it will be answered; nothing is changed.
package enum Explain: StatementDefinition {
    package static let syntax = StatementSyntax(
        "explain", summary: "what a statement means, date by date and condition by condition",
        form: .slot("statement", .statement))
    package static let details = [
        "Prints the canonical text, a sentence, the resolved dates, what missing values do, how each condition narrows, and the plan."
    ]
    package static let examples = [Example("explain segment where last_seen > 60d and city != \"Paris\"", "in words")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard case .statement(let inner)? = statement["statement"] else {
            preconditionFailure("the form of `explain` has a statement")
        }
        return BoundExplain(inner: try session.bind(inner))
    }
}

struct BoundExplain: BoundStatement {
    let inner: any BoundStatement

    func run(in session: Session) throws -> Answer { try inner.explain(in: session) }
    func explain(in session: Session) throws -> Answer { try inner.explain(in: session) }
}
