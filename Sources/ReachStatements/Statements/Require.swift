import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan

/// `require CONDITION [else "message"]`.
package enum Require: StatementDefinition {
    package static let syntax = StatementSyntax(
        "require", summary: "stop the script where a figure is not as it should be",
        form: .sequence([
            .slot("condition", .requirement), .optional(.sequence([.keyword("else"), .slot("message", .text)])),
        ]))
    package static let details = [
        """
        Names are facts of the last statement that produced any (`customers`, `rejected`, `cost_ceiling` …); `count(AUDIENCE)` counts. \
        Where the condition is false the script stops with exit code 4.
        """
    ]
    package static let examples = [
        Example("require count(all) > 0 else \"no customers\"", "a guard in a weekly script")
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let condition = statement.expression("condition") else {
            preconditionFailure("the form of `require` has a condition")
        }
        return BoundRequire(statement: statement, condition: condition, message: statement.text("message")?.text)
    }
}

struct BoundRequire: BoundStatement {
    let statement: Statement
    let condition: Expression
    let message: String?

    func run(in session: Session) throws -> Answer {
        let binder = try session.binder(for: statement)
        let pinned = try session.pin()
        let facts = session.facts.map { RequiredFact(name: $0.name, value: $0.value) }
        let outcome = try binder.evaluateRequirement(condition, facts: facts) { subject in
            try pinned.engine.count(subject.population)
        }
        let looked = outcome.used.map { "\($0.name) is \($0.value.plain)" }.joined(separator: ", ")
        guard outcome.holds else {
            throw Diagnostic.requirementFailed(outcome.text, looked: looked, message: message, at: condition.span)
        }
        return Answer("require")
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

extension Value {
    /// As a sentence says it: no grouping, no quotes.
    var plain: String {
        switch self {
        case .missing: "missing"
        case .integer(let value): String(value)
        case .decimal(let units, let scale):
            Figure.decimal(units: units, scale: scale).split(separator: ",").joined()
        case .float(let value): String(value)
        case .text(let text): text
        case .boolean(let value): value ? "true" : "false"
        case .date(let day): CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant): InstantText.iso(instant)
        }
    }
}
