import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `freeze NAME as NEW`: today's members, by key.
package enum Freeze: StatementDefinition {
    package static let syntax = StatementSyntax(
        "freeze", summary: "save today's members of a segment under a new name",
        form: .sequence([.slot("segment", .name(.segment)), .keyword("as"), .slot("new", .newName)]))
    package static let details = [
        "A frozen segment keeps its members whatever happens to the data; those who are deleted leave it."
    ]
    package static let examples = [Example("freeze lapsed as lapsed_november", "who is lapsed today")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        guard let name = statement.name("segment"), let new = statement.name("new") else {
            preconditionFailure("the form of `freeze` has both names")
        }
        _ = try binder.context.checkNewName(new, as: .frozen)
        let base: AudienceSyntax.Base =
            !name.quoted && Name.same(name.text, "current") ? .current(name.span) : .segment(name)
        let audience = try binder.bindAudience(AudienceSyntax(base: base, condition: nil, span: name.span))
        return BoundFreeze(statement: statement, audience: audience, new: new)
    }
}

struct BoundFreeze: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let new: Identifier

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let members = try pinned.engine.members(of: audience.condition)
        let day = CivilDate(daysSinceEpoch: Int(pinned.context.moment.today)).iso
        _ = try session.workspace.freeze(new.text, text: "\(audience.description), \(day)", members: members.chunks)
        var answer = Answer(
            "freeze", headline: "\(Figure.count(members.count, "customer")) saved as `\(new.text)`, as of \(day)")
        answer.facts = [Fact("customers", members.count), Fact("of", pinned.snapshot.customerCount)]
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
