import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `drop KIND NAME`, and `drop import N`.
package enum Drop: StatementDefinition {
    package static let syntax = StatementSyntax(
        "drop", summary: "remove a segment, attribute, table, channel or template, or take an import back",
        form: .choice([
            .sequence([.keyword("import"), .slot("number", .integer)]),
            .sequence([
                .word("kind", oneOf: ["segment", "attribute", "table", "channel", "template"]), .slot("name", .newName),
            ]),
        ]))
    package static let details = [
        """
        Refused, naming the users, while something refers to it; dropping what is not there is only a note. `drop table` asks first; \
        in batch it needs `--yes`. `drop attribute` takes away what `define` made, and what `rfm` and `predict` keep of each customer.
        """,
        """
        `drop import N`, with N from `tables` or `describe`, takes away the rows and customers that came by that import, and forgets it, \
        so that its file can be imported again. Values that it changed of customers known before stay as they are.
        """,
    ]
    package static let examples = [
        Example("drop segment lapsed", "forget a segment"),
        Example("drop attribute m_score", "of those that `rfm` keeps"),
        Example("drop import 3", "take the third import back"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        if let number = statement.integer("number") { return BoundDropImport(statement: statement, number: number) }
        guard let word = statement.word("kind"), let kind = Kind(rawValue: word), let name = statement.name("name")
        else {
            preconditionFailure("the form of `drop` has a kind and a name")
        }
        return BoundDrop(statement: statement, kind: kind, name: name)
    }

    enum Kind: String, Sendable { case segment, attribute, table, channel, template }
}

struct BoundDrop: BoundStatement {
    let statement: Statement
    let kind: Drop.Kind
    let name: Identifier

    func run(in session: Session) throws -> Answer {
        let context = try session.pin().context
        let users = kind == .table ? context.users(ofTable: name.text) : context.users(ofDefinition: name.text)
        var answer = Answer("drop")
        switch kind {
        case .segment, .attribute:
            try refuseUsed(by: users)
            let current = session.current?.audience.base
            if case .segment(let selected)? = current, Name.same(selected.text, name.text) { session.current = nil }
            let isDropped = try dropDefinition(session) || dropScore(context, session)
            if !isDropped { answer.notes = [absent] }
        case .channel:
            if try !dropDefinition(session) { answer.notes = [absent] }
        case .template:
            // All channels' texts of the name.
            let own = try session.templates().filter { Name.same($0.name, name.text) }
            for template in own { _ = try session.workspace.drop(.template, name: template.key) }
            if own.isEmpty { answer.notes = [absent] }
        case .table:
            guard let index = context.tableIndex(name.text), !context.schema.tables[index].columns.isEmpty else {
                answer.notes = [absent]
                return answer
            }
            if Name.same(name.text, "sends") { throw Diagnostic.ledgerIsKept(at: name.span) }
            try refuseUsed(by: users)
            guard try session.mayGoOn("drop table `\(name.text)` and all its rows?", statement) else {
                answer.notes = ["nothing is dropped"]
                return answer
            }
            session.unpin()
            _ = try session.workspace.dropTable(name.text, cancellation: session.cancellation)
            try session.log("drop table", name.text)
        }
        return answer
    }

    private var absent: String { "there is no \(kind.rawValue) `\(name.text)`" }

    private func dropDefinition(_ session: Session) throws -> Bool {
        guard let stored = StoredDefinition.Kind(rawValue: kind.rawValue) else { return false }
        if try session.workspace.drop(stored, name: name.text) { return true }
        return kind == .segment ? try session.workspace.dropFrozenSegment(name.text) : false
    }

    /// What a statement keeps of customers is an attribute too.
    private func dropScore(_ context: BindingContext, _ session: Session) throws -> Bool {
        guard kind == .attribute, let index = context.schema.customers.index(of: name.text),
            case .score = context.schema.customers.columns[index].role
        else { return false }
        try refuseUsed(by: context.users(ofColumn: name.text))
        session.unpin()
        return try session.workspace.dropScore(name.text, cancellation: session.cancellation)
    }

    private func refuseUsed(by users: [String]) throws {
        if !users.isEmpty { throw Diagnostic.stillUsed(name.text, by: users, kind: kind.rawValue, at: name.span) }
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
