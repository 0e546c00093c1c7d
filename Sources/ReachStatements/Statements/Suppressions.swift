import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

/// `suppressions`: who is not written to.
package enum Suppressions: StatementDefinition {
    package static let syntax = StatementSyntax(
        "suppressions", summary: "the customers and addresses that are never written to", form: .sequence([]))
    package static let details: [String] = []
    package static let examples = [Example("suppressions", "who is left alone")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundSuppressions(statement: statement)
    }
}

struct BoundSuppressions: BoundStatement {
    let statement: Statement

    func run(in session: Session) throws -> Answer {
        let list = try session.workspace.suppressions()
        let zone = try session.workspace.zone()
        var answer = Answer(
            "suppressions", headline: list.isEmpty ? "nobody is suppressed" : "\(Figure.count(list.count)) suppressed")
        answer.facts = [Fact("suppressions", list.count)]
        answer.table = ResultTable(
            columns: [
                .init("customer", .text), .init("address", .text, isPersonal: true), .init("channel", .text),
                .init("reason", .text), .init("since", .date),
            ],
            rows: list.map { entry in
                let (key, address): (Value, Value) =
                    switch entry.subject {
                    case .key(let key): (.text(key), .missing)
                    case .address(let address): (.missing, .text(address))
                    }
                return [
                    key, address, entry.channel.map(Value.text) ?? .missing,
                    entry.reason.map(Value.text) ?? .missing, .date(Int32(clamping: zone.day(of: entry.since))),
                ]
            })
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
