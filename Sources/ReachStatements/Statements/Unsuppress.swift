import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

/// `unsuppress KEY`: off the list again.
package enum Unsuppress: StatementDefinition {
    package static let syntax = StatementSyntax(
        "unsuppress", summary: "take a customer or an address off the list of suppressions",
        form: .sequence([
            Syntax.suppressed(withFile: false), .clauses([.clause("on", "channel", .name(.channel))]),
        ]))
    package static let details = ["Without `on` every entry of the customer or address goes."]
    package static let examples = [Example("unsuppress C000042", "write to a customer again")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundUnsuppress(
            statement: statement, subject: try session.suppressedSubject(statement),
            channel: try session.knownChannel(statement.name("channel")))
    }
}

struct BoundUnsuppress: BoundStatement {
    let statement: Statement
    let subject: Suppression.Subject
    let channel: String?

    func run(in session: Session) throws -> Answer {
        let count = try session.workspace.unsuppress(subject, channel: channel)
        var answer = Answer("unsuppress")
        answer.facts = [Fact("removed", count)]
        if count == 0 { answer.notes = ["that is not on the list"] } else { answer.headline = "no longer suppressed" }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
