import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

/// `plans [ID]`.
package enum Plans: StatementDefinition {
    package static let syntax = StatementSyntax(
        "plans", summary: "the dry runs so far, or one of them",
        form: .optional(.slot("plan", .name(.plan))))
    package static let details: [String] = []
    package static let examples = [Example("plans", "the dry runs so far")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundPlans(statement: statement, id: statement.name("plan"))
    }
}

struct BoundPlans: BoundStatement {
    let statement: Statement
    let id: Identifier?

    func run(in session: Session) throws -> Answer {
        let plans = try session.workspace.cascadePlans()
        if let id {
            guard let plan = plans.first(where: { Name.same($0.id, id.text) }) else {
                throw Diagnostic.unknownPlan(id, known: plans.map(\.id))
            }
            var answer = PlanView(plan).answer("plans")
            let drift = try PlanDrift(plan, session)
            answer.view += drift.blocks
            answer.facts += drift.facts
            return answer
        }
        var answer = Answer("plans", headline: plans.isEmpty ? "no dry runs yet" : Figure.count(plans.count, "dry run"))
        answer.facts = [Fact("plans", plans.count)]
        answer.table = ResultTable(
            columns: [
                .init("plan", .text), .init("campaign", .text), .init("as_of", .date), .init("audience", .integer),
                .init("channels", .text), .init("floor", .text), .init("ceiling", .text),
            ],
            rows: plans.map { plan in
                [
                    .text(plan.id), .text(plan.campaign), .date(plan.today), .integer(Int64(plan.audience.size)),
                    .text(plan.channels.map(\.name).joined(separator: ",")),
                    plan.floor.map { .text($0.description) } ?? .missing,
                    plan.ceiling.map { .text($0.description) } ?? .missing,
                ]
            })
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
