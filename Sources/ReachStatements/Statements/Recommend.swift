import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachExchange
import ReachInsight
import ReachKernels
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `recommend`: the next best category or product for each customer.
package enum Recommend: StatementDefinition {
    package static let syntax = StatementSyntax(
        "recommend", summary: "the next best category or product for each customer",
        form: .clauses([
            .clause("for", "key", .customerKey), .slot("audience", .ofAudience),
            .sequence([.keyword("on"), .slot("on", .name(.column))]), .clause("to", "file", .file),
        ]))
    package static let details = [
        "Of what a customer has not ordered yet, the value that goes best with what they have: the one with the highest confidence among all buyers (see `help basket`), counted by the lower end of its interval, so that a few customers decide nothing. Who has ordered nothing gets the value that most buyers have. What it rests on is in `because`.",
        "`to \"FILE\"` writes key, value, because and score of each to a CSV, TSV or JSONL file.",
    ]
    package static let examples = [
        Example("recommend for C000042", "one customer"),
        Example("recommend of lapsed to \"next-{today}.csv\"", "a file for a campaign"),
        Example("recommend of all", "who gets what"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let items = try ItemColumn(statement, binder)
        let audience = try binder.bindAudience(statement.audience)
        let key = statement.text("key")
        if let key, let syntax = statement.audience { _ = key; throw Diagnostic.keyAndAudience(at: syntax.span) }
        let file = statement.text("file")
        return BoundRecommend(
            statement: statement, audience: audience, key: key?.text, keySpan: key?.span ?? statement.span,
            items: items, path: try file.map { try session.filled($0) }, fileSpan: file?.span ?? statement.span,
            warnings: binder.warnings)
    }
}

struct BoundRecommend: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    /// Nil asks of the audience.
    let key: String?
    let keySpan: SourceSpan
    let items: ItemColumn
    /// Nil writes nothing.
    let path: String?
    let fileSpan: SourceSpan
    let warnings: [String]

    private static let viewRows = 20

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let customers = pinned.snapshot.schema.customers
        let condition = try key.map { try customer($0, pinned) } ?? audience.condition
        let progress = session.hooks.progress
        let (values, hidden) = try items.values(.always(true), pinned, progress)
        let rules = try items.rules(.always(true), over: values, pinned, progress)
        let next = try Recommendations(
            of: condition, items: items, values: values, rules: rules, key: customers.index(of: ColumnSchema.Role.key),
            pinned, progress)
        var answer = Answer("recommend", headline: headline(next, pinned))
        answer.facts = [Fact("customers", next.count), Fact("values", values.count), Fact("without", next.without)]
        answer.table = next.table
        answer.isHeadlineEnough = next.count == 0
        if next.count > 0 {
            answer.view = key == nil ? next.summary : []
            if key == nil {
                answer.view.append(.table(next.firstRows(Self.viewRows)))
                if next.count > Self.viewRows {
                    answer.view.append(
                        .line(
                            "… \(Figure.count(next.count - Self.viewRows)) more: `recommend … to \"next.csv\"` for all")
                    )
                }
            }
        }
        if values.isEmpty { answer.notes.append("nobody has ordered anything yet, so that there is nothing to go by") }
        if hidden > 0 {
            answer.notes.append(
                "the \(Figure.count(ItemColumn.mostValues)) most ordered values; \(Figure.count(hidden)) others left out"
            )
        }
        answer.notes += try items.purchases.futureNotes(pinned)
        if let path { try write(next, to: path, session, pinned, &answer) }
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func headline(_ next: Recommendations, _ pinned: Session.Pinned) -> String {
        if let key { return "customer \(key)" }
        return Speaking.customers(next.count, of: pinned.snapshot.customerCount, audience)
    }

    private func write(
        _ next: Recommendations, to path: String, _ session: Session, _ pinned: Session.Pinned, _ answer: inout Answer
    ) throws {
        let table = next.table
        let file = try ExportFile(
            path, columns: table.columns.map { ExportColumn($0.name, $0.type) }, zone: pinned.context.moment.zone,
            at: fileSpan)
        var rows: [[Value]] = []
        func hand() throws {
            try session.cancellation.check()
            try file.append(rows: rows)
            rows = []
            session.hooks.progress.report("writing", done: file.rowCount, total: next.count, unit: "customers")
        }
        try table.forEachRow { row in
            rows.append(row)
            if rows.count == 10_000 { try hand() }
            return true
        }
        try hand()
        try file.commit()
        session.hooks.progress.finish()
        try session.log("export", "recommendations, \(file.rowCount) rows to \(path)")
        answer.facts.append(Fact("file", path))
        answer.view.append(.line("\(Figure.count(file.rowCount, "row")) written to \(path)"))
    }

    /// True of one customer; keys are compared by their characters.
    private func customer(_ key: String, _ pinned: Session.Pinned) throws -> Condition {
        try pinned.customer(key, at: keySpan)
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
