import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `segment …`: who; saves, selects, narrows, describes and clears.
package enum SegmentStatement: StatementDefinition {
    package static let syntax = StatementSyntax(
        "segment", summary: "choose customers, and see how each condition narrows them",
        form: .optional(.slot("audience", .audience)))
    package static let details = [
        """
        `segment where C` makes the customers for whom C holds the current segment, of which later statements speak. `segment NAME \
        where C` saves it too; `segment NAME` selects a saved one; `segment current where C` narrows; `segment` describes; `segment \
        all` clears.
        """,
        """
        A saved segment is live: it is asked anew whenever it is used. It can be used like a yes/no column: `count where lapsed and \
        city = "Paris"`.
        """,
    ]
    package static let examples = [
        Example("segment where orders > 2 and last_seen > 60d", "loyal once, gone for two months"),
        Example("segment lapsed where stopped orders for 90d", "save a segment"),
        Example("segment current where email_consent", "narrow the current one"),
        Example("segment", "describe the current one"),
        Example("segment all", "speak of everybody again"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        guard let written = statement.audience else {
            return BoundSegment(
                statement: statement, audience: try binder.bindAudience(nil), change: .none, warnings: [])
        }
        if case .all? = written.base, written.condition == nil {
            return BoundSegment(statement: statement, audience: .everybody, change: .clear, warnings: [])
        }
        if case .segment(let name)? = written.base, let condition = written.condition {
            return try save(name, condition, statement, binder)
        }
        let audience = try binder.bindAudience(written)
        var kept = CurrentSegment(name: nil, audience: try binder.resolvingCurrent(written))
        if case .segment(let name)? = written.base, written.condition == nil {
            kept = CurrentSegment(name: binder.context.definition(name.text)?.name ?? name.text, audience: written)
        }
        return BoundSegment(statement: statement, audience: audience, change: .select(kept), warnings: binder.warnings)
    }

    /// `segment NAME where C`: bound as it will be, so that what is wrong is said before anything is saved.
    private static func save(
        _ name: Identifier, _ condition: Expression, _ statement: Statement, _ binder: Binder
    ) throws -> any BoundStatement {
        _ = try binder.context.checkNewName(name, as: .segment)
        try Binder.checkDefinition(name, .segment, condition, in: binder.context, statement: statement)
        let bound = try binder.bindAudience(AudienceSyntax(base: nil, condition: condition, span: condition.span))
        let base = AudienceSyntax(base: .segment(name), condition: nil, span: name.span)
        return BoundSegment(
            statement: statement, audience: bound,
            change: .save(name, condition, CurrentSegment(name: name.text, audience: base)), warnings: binder.warnings)
    }
}

struct BoundSegment: BoundStatement {
    enum Change: Sendable {
        case none
        case clear
        case select(CurrentSegment)
        case save(Identifier, Expression, CurrentSegment)
    }

    let statement: Statement
    let audience: BoundAudience
    let change: Change
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        var answer = try AudienceReport(audience, pinned, session).answer("segment")
        answer.warnings = warnings + pinned.engine.faultWarnings()
        switch change {
        case .none: break
        case .clear: session.current = nil
        case .select(let segment): session.current = segment
        case .save(let name, let condition, let segment):
            answer.notes += try session.store(.segment, name, condition, in: pinned.context)
            session.current = segment
        }
        return answer
    }

    func explain(in session: Session) throws -> Answer {
        let subject = BoundSubject(audience)
        return try session.explanation(of: statement, subject: subject, plan: .count(subject.population))
    }
}
