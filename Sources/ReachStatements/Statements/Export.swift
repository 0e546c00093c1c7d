import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachExchange
import ReachLanguage
import ReachPlan

/// `export … to "FILE"`: an audience or rows, complete and exact, written beside the target and renamed.
package enum Export: StatementDefinition {
    package static let syntax = StatementSyntax(
        "export", summary: "write customers or rows to a CSV, TSV, JSONL or XLSX file",
        form: .sequence([
            .optional(.slot("subject", .subject)),
            .clauses([
                .slot("rest", .ofSubject),
                .sequence([.keyword("columns"), .expressions("columns")]),
                .clause("to", "file", .file),
                .sequence([
                    .flag("hashed"),
                    .optional(.sequence([.keyword("for"), .word("platform", oneOf: AddressDigests.platforms)])),
                ]),
            ]),
        ]))

    package static let details = [
        """
        The ending of the file name gives the format: `.csv`, `.tsv`, `.jsonl` or `.xlsx`. `{today}` and `{month}` in it are filled in. \
        `-` is standard output, as CSV.
        """,
        """
        `hashed` writes what advertising platforms match custom audiences by: digests of e-mails in small letters and of phones with their \
        country code, of all such columns or of those among the `columns`. Whoever has no valid one is left out. Platforms differ: \
        `hashed` and `hashed for google` are the SHA-256 of phones in E.164 (`+79161234567`), `for meta`, `for tiktok` and `for yandex` that of \
        their digits (`79161234567`), `for vk` the MD5 of their digits. `columns phone as Phone` names a column as a platform wants it.
        """,
        """
        Columns come back by `import` as what they are. Where cells do not show that a column is text (`42`, `yes`), quotes around its name do; \
        where a file cannot tell, a note names the `types (…)` to import it with.
        """,
        """
        Text that a spreadsheet would run as a formula gets a leading `'`, which `import` takes off again; numbers and phones stay as \
        they are. The file takes its place when all of it is written. Every export is logged: `audit`.
        """,
    ]

    package static let examples = [
        Example("export where orders > 5 to \"loyal-{today}.csv\"", "customers with all their columns"),
        Example(
            "export orders within 30d columns customer_id, at, total to \"orders.jsonl\"", "rows of an activity table"),
        Example("export where orders > 5 to \"audience.csv\" hashed", "a custom audience"),
        Example("export where orders > 5 columns phone to \"meta.csv\" hashed for meta", "the same for Meta, by phone"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        guard let file = statement.text("file") else { throw Diagnostic.exportWithoutFile(at: statement.span) }
        let subject = try binder.bindSubject(try statement.subject)
        let written = statement.named("columns")
        var columns =
            written.isEmpty
            ? binder.allColumns(subject.scope).map { NamedColumn($0) }
            : try written.map { try NamedColumn($0, binder, subject.scope) }
        var hashed: [Int: TextDigest] = [:]
        if statement.has("hashed") {
            let customers = binder.context.schema.customers
            let digests = AddressDigests(
                customers, scope: subject.scope, platform: statement.word("platform") ?? AddressDigests.platforms[0])
            if written.isEmpty { columns = columns.filter { digests.hashed($0.scalar) != nil } }
            for (place, column) in columns.enumerated() {
                guard let scalar = digests.hashed(column.scalar) else { continue }
                columns[place] = column.with(scalar.text)
                hashed[place] = scalar.digest
            }
            if hashed.isEmpty { throw Diagnostic.nothingToHash(at: statement.span, known: digests.known) }
        }
        return BoundExport(
            statement: statement, subject: subject, columns: columns, hashed: hashed,
            path: try session.filled(file), span: file.span, warnings: binder.warnings)
    }
}

struct BoundExport: BoundStatement {
    let statement: Statement
    let subject: BoundSubject
    let columns: [NamedColumn]
    /// How columns are digested, by their place.
    let hashed: [Int: TextDigest]
    let path: String
    let span: SourceSpan
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let header = columns.enumerated().map { place, column in
            ExportColumn(column.plainName, column.scalar.type, digest: hashed[place])
        }
        let population = population
        let total = try pinned.engine.count(population)
        let leftOut = hashed.isEmpty ? 0 : try pinned.engine.count(subject.population) - total
        let file = try ExportFile(path, columns: header, zone: pinned.context.moment.zone, at: span)
        try file.check(rowCount: total)
        let isSeen = path != "-"
        let (writer, cancellation) = (file.writer, session.cancellation)
        try pinned.engine.export(
            population, columns: columns.map(\.scalar),
            encode: { try writer.encode($0, checkpoint: cancellation.check) }
        ) {
            rows in
            try session.cancellation.check()
            try file.append(rows)
            if isSeen { session.hooks.progress.report("exporting", done: file.rowCount, total: total, unit: "rows") }
        }
        try session.cancellation.check()
        // Before the file takes its place: what left the workspace is known even where the machine stops now.
        try session.log("export", detail(file))
        try file.commit(checkpoint: session.cancellation.check)
        session.hooks.progress.finish()
        return answer(file, leftOut, pinned.engine)
    }

    /// With digests, only those who have one.
    private var population: Population {
        if hashed.isEmpty { return subject.population }
        let known = hashed.keys.sorted().map { Condition.not(.isMissing(columns[$0].scalar)) }
        let some = known.count == 1 ? known[0] : .any(known)
        switch subject.population {
        case .customers(let condition): return .customers(.all([condition, some]))
        case .rows(let table, let filter, let audience):
            return .rows(table: table, filter: .all([filter, some]), audience: audience)
        }
    }

    private func detail(_ file: ExportFile) -> String {
        let names = columns.enumerated().map { place, column in
            hashed[place] == nil
                ? column.plainName
                : "\(column.plainName) hashed" + (statement.word("platform").map { " for \($0)" } ?? "")
        }
        return "\(subject.description): \(Figure.count(file.rowCount, "row")) to \(path), columns "
            + names.joined(separator: ", ")
    }

    private func answer(_ file: ExportFile, _ leftOut: Int, _ engine: Engine) -> Answer {
        let count = file.rowCount
        let unit =
            subject.rows.map { "\(count == 1 ? "row" : "rows") of \($0.tableName)" }
            ?? (count == 1 ? "customer" : "customers")
        let headline = "\(Figure.count(count)) \(unit) to \(path == "-" ? "standard output" : path)"
        var answer = Answer("export", headline: headline)
        answer.facts = [Fact("rows", count), Fact("file", path), Fact("bytes", file.written.byteCount)]
        if !hashed.isEmpty { answer.facts.append(Fact("left_out", leftOut)) }
        if path == "-" {
            answer.headline = nil
            answer.ownsOutput = true
            answer.notes.append(headline)
        }
        if leftOut > 0 {
            let who = subject.rows == nil ? Figure.count(leftOut, "customer") : Figure.count(leftOut, "row")
            answer.notes.append(
                "\(who) left out: no valid \(hashed.keys.sorted().map { columns[$0].name }.joined(separator: " or "))")
        }
        if let clause = file.typesClause {
            answer.notes.append(
                "the file cannot tell all types: `import … \(clause)` reads them as they are")
        }
        answer.warnings = warnings + engine.faultWarnings()
        return answer
    }

    func explain(in session: Session) throws -> Answer {
        let plan = LogicalPlan.select(population, columns: columns.map(\.scalar), sort: [], limit: nil)
        return try session.explanation(of: statement, subject: subject, plan: plan)
    }
}
