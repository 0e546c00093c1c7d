import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `define NAME = EXPRESSION`: a computed attribute.
package enum Define: StatementDefinition {
    package static let syntax = StatementSyntax(
        "define", summary: "name an expression, to be used like a column",
        form: .sequence([.slot("name", .newName), .keyword("="), .slot("value", .expression)]))
    package static let details = [
        "The attribute is live: it is computed wherever it is used. Text changes replace an attribute of the same name."
    ]
    package static let examples = [
        Example("define ltv = sum(orders.total)", "what a customer has spent"),
        Example("define is_vip = sum(orders.total) > 1000 and orders > 5", "a yes/no attribute"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        guard let name = statement.name("name"), let value = statement.expression("value") else {
            preconditionFailure("the form of `define` has a name and a value")
        }
        _ = try binder.context.checkNewName(name, as: .attribute)
        try Binder.checkDefinition(name, .attribute, value, in: binder.context, statement: statement)
        let scalar = try binder.bindScalar(value)
        return BoundDefine(statement: statement, name: name, value: value, scalar: scalar, warnings: binder.warnings)
    }
}

struct BoundDefine: BoundStatement {
    let statement: Statement
    let name: Identifier
    let value: Expression
    let scalar: Scalar
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let known = try pinned.engine.count(.customers(.not(.isMissing(scalar))))
        let whole = pinned.snapshot.customerCount
        var answer = Answer(
            "define",
            headline:
                "`\(name.text)` is \(scalar.type.phrase), known of \(Figure.count(known)) of \(Figure.count(whole, "customer"))"
        )
        answer.facts = [Fact("customers", known), Fact("of", whole), Fact("type", scalar.type.name)]
        answer.warnings = warnings + pinned.engine.faultWarnings()
        answer.notes = try session.store(.attribute, name, value, in: pinned.context)
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

extension DataType {
    /// `an integer`, `text`
    var phrase: String {
        switch self {
        case .integer: "an integer"
        case .text: "text"
        default: "a \(name)"
        }
    }
}
