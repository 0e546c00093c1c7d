import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachExchange
import ReachLanguage
import ReachPlan

/// `export … to "FILE"`: an audience or rows, complete and exact, written beside the target and renamed.
package enum Export: StatementDefinition {
    package static let syntax = StatementSyntax(
        "export", summary: "write customers or rows to a CSV, TSV or JSONL file",
        form: .sequence([
            .optional(.slot("subject", .subject)),
            .clauses([
                .slot("rest", .ofSubject),
                .sequence([.keyword("columns"), .expressions("columns")]),
                .clause("to", "file", .file),
            ]),
        ]))

    package static let details = [
        "The ending of the file name gives the format: `.csv`, `.tsv` or `.jsonl`. `{today}` and `{month}` in it are filled in.",
        """
        Text that a spreadsheet would run as a formula gets a leading `'`, which `import` takes off again; numbers and phones stay as \
        they are. Every export is logged.
        """,
    ]

    package static let examples = [
        Example("export where orders > 5 to \"loyal-{today}.csv\"", "customers with all their columns"),
        Example(
            "export orders within 30d columns customer_id, at, total to \"orders.jsonl\"", "rows of an activity table"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        guard let file = statement.text("file") else { throw Diagnostic.exportWithoutFile(at: statement.span) }
        let subject = try binder.bindSubject(try statement.subject)
        let written = statement.named("columns")
        let columns =
            written.isEmpty
            ? binder.allColumns(subject.scope).map { NamedColumn($0) }
            : try written.map { try NamedColumn($0, binder, subject.scope) }
        return BoundExport(
            statement: statement, subject: subject, columns: columns, path: try session.filled(file), span: file.span,
            warnings: binder.warnings)
    }
}

struct BoundExport: BoundStatement {
    let statement: Statement
    let subject: BoundSubject
    let columns: [NamedColumn]
    let path: String
    let span: SourceSpan
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let header = columns.map { ExportColumn($0.plainName, $0.scalar.type) }
        let file = try ExportFile(path, columns: header, zone: pinned.context.moment.zone, at: span)
        let total = try pinned.engine.count(subject.population)
        try pinned.engine.select(subject.population, columns: columns.map(\.scalar)) { block in
            try session.cancellation.check()
            for row in 0..<block.rowCount { try file.append(block.values(row: row)) }
            session.hooks.progress.report("exporting", done: file.rowCount, total: total, unit: "rows")
        }
        try file.commit()
        session.hooks.progress.finish()
        let count = file.rowCount
        try session.log("export", "\(subject.description), \(count) rows to \(path)")
        var answer = Answer(
            "export",
            headline:
                "\(Figure.count(count)) \(subject.rows == nil ? "customers" : "rows of \(subject.rows?.tableName ?? "")") to \(path)"
        )
        answer.facts = [Fact("rows", count), Fact("file", path)]
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    func explain(in session: Session) throws -> Answer {
        let plan = LogicalPlan.select(subject.population, columns: columns.map(\.scalar), sort: [], limit: nil)
        return try session.explanation(of: statement, subject: subject, plan: plan)
    }
}
