import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan

/// `show …`: rows.
package enum Show: StatementDefinition {
    package static let syntax = StatementSyntax(
        "show", summary: "list customers or rows",
        form: .sequence([
            .optional(.expressions("columns")),
            .clauses([.slot("subject", .ofSubject), .sort, .top]),
        ]))
    package static let details = [
        "Without columns: all of them. `show lapsed` is `show of lapsed`. On a terminal the first 20 rows are shown; data formats get all."
    ]
    package static let examples = [
        Example("show name, city, orders where orders > 2 top 10 by sum(orders.total)", "the ten best"),
        Example("show of orders within 7d sort by total desc top 5", "rows of a table"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        var written = statement.named("columns")
        var syntax = try statement.subject
        if syntax == nil, let segment = segmentAlone(written, binder.context) {
            syntax = segment
            written = []
        }
        let subject = try binder.bindSubject(syntax)
        let columns =
            written.isEmpty
            ? binder.allColumns(subject.scope).map { NamedColumn($0) }
            : try written.map { try NamedColumn($0, binder, subject.scope) }
        let order = try Ordering(statement, binder, subject.scope, written)
        return BoundShow(
            statement: statement, subject: subject, columns: columns, order: order, warnings: binder.warnings)
    }

    /// `show lapsed` is `show of lapsed`, and `show orders` is `show of orders` where no column is called so.
    private static func segmentAlone(_ written: [NamedExpression], _ context: BindingContext) -> SubjectSyntax? {
        guard written.count == 1, written[0].name == nil, case .name(let name) = written[0].expression.kind,
            name.qualifier == nil, context.schema.customers.index(of: name.name.text) == nil
        else { return nil }
        let isSegment = context.definition(name.name.text).map { $0.kind != .attribute } ?? false
        if Name.same(name.name.text, "customers") {
            return SubjectSyntax(
                base: .all(name.span), audience: nil, window: nil, condition: nil, span: name.span)
        }
        guard isSegment || context.activityIndex(name.name.text) != nil else { return nil }
        return SubjectSyntax(
            base: .segment(name.name), audience: nil, window: nil, condition: nil, span: name.span)
    }
}

/// `sort by E [desc]` and `top N [by E]`.
struct Ordering: Sendable {
    let keys: [SortKey]
    let limit: Int?

    /// - Parameter named: columns and measures of the statement; a sort by one of their names is a sort by them.
    init(_ statement: Statement, _ binder: Binder, _ scope: Scope, _ named: [NamedExpression]) throws {
        keys = try statement.sortKeys.map { written in
            try binder.bindSortKey(Self.resolved(written.key, named), descending: written.descending, scope)
        }
        limit = try statement.integer("top").map { count in
            guard count.value > 0 else { throw Diagnostic.countTooSmall("top", at: count.span, help: "top 10") }
            return Int(clamping: count.value)
        }
    }

    /// The expression that a name given with `as` stands for.
    private static func resolved(_ written: Expression, _ named: [NamedExpression]) -> Expression {
        guard case .name(let name) = written.kind, name.qualifier == nil else { return written }
        return named.first { $0.name.map { Name.same($0.text, name.name.text) } ?? false }?.expression ?? written
    }
}

struct BoundShow: BoundStatement {
    /// Rows that views show where `top` does not say how many.
    static let viewRows = 20

    let statement: Statement
    let subject: BoundSubject
    let columns: [NamedColumn]
    let order: Ordering
    let warnings: [String]

    private var plan: LogicalPlan {
        .select(subject.population, columns: columns.map(\.scalar), sort: order.keys, limit: order.limit)
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let first = try firstRows(pinned)
        let count = try first?.count ?? pinned.engine.count(subject.population)
        let whole = pinned.rowCount(of: subject)
        var answer = Answer("show") { [subject] in Speaking.rows(count, of: whole, subject) }
        answer.facts = [Fact(subject.rows == nil ? "customers" : "rows", count), Fact("of", whole)]
        let shown = min(count, order.limit ?? count)
        answer.table =
            first.map { ResultTable(columns: columns.map(\.resultColumn), rows: $0.rows) }
            ?? pinned.rows(subject.population, columns, sort: order.keys, rowCount: shown)
        if order.limit == nil, shown > Self.viewRows {
            answer.view = [
                .table(pinned.rows(subject.population, columns, sort: order.keys, rowCount: Self.viewRows)),
                .line(
                    "… \(Figure.count(shown - Self.viewRows)) more: `show … top \(Self.viewRows * 5)`, or `export` for all"
                ),
            ]
        }
        answer.warnings = warnings + pinned.engine.faultWarnings()
        answer.notes = try pinned.futureNotes(of: subject)
        return answer
    }

    /// Rows that are few enough to be held together, found while they are counted; nil where they are too many, or not sorted.
    private func firstRows(_ pinned: Session.Pinned) throws -> (rows: [[Value]], count: Int)? {
        guard let limit = order.limit, limit <= 10_000 else { return nil }
        return try pinned.engine.first(
            subject.population, columns: columns.map(\.scalar), sort: order.keys, limit: limit)
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(of: statement, subject: subject, plan: plan)
    }
}
