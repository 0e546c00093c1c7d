import ReachColumns
import ReachDiagnostics
import ReachExchange
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `import TABLE from "FILE" …`: a file's rows into the workspace, wholly or not at all.
package enum Import: StatementDefinition {
    package static let syntax = StatementSyntax(
        "import", summary: "load a file into customers or an activity table",
        form: .sequence([
            .slot("table", .name(.table)), .keyword("from"), .slot("file", .file),
            .clauses([
                .clause("key", "key", .newName),
                .clause("customer", "customer", .newName),
                .clause("at", "at", .newName),
                .sequence([
                    .keyword("types"),
                    .bracketed("types", of: .sequence([.slot("column", .newName), .slot("type", .dataType)])),
                ]),
                .sequence([
                    .keyword("rename"),
                    .bracketed("rename", of: .sequence([.slot("old", .newName), .slot("new", .newName)])),
                ]),
                .clause("delimiter", "delimiter", .text),
                .clause("encoding", "encoding", .text),
                .clause("sheet", "sheet", .text),
                .sequence([.keyword("header"), .word("header", oneOf: ["yes", "no"])]),
                .sequence([.keyword("quotes"), .word("quotes", oneOf: ["yes", "no"])]),
                .flag("ragged"),
                .clause("dates", "dates", .text),
                .clause("decimal", "decimal", .text),
                .sequence([.keyword("missing"), .bracketed("missing", of: .slot("text", .text))]),
                .flag("replace"), .flag("again"), .flag("strict"),
                .clause("rejects", "rejects", .file),
                .flag("check"),
            ]),
        ]))

    package static let details = [
        """
        The table `customers` holds one row per customer; every other table is an activity table: rows with a customer and a time. \
        Without `key`, `customer` and `at` the obvious columns are taken, and the answer says which.
        """,
        """
        Customers whose key is known are updated, others added; columns that the file does not have stay as they are. `replace` takes \
        the file as the whole table. Activity is added; with `key` rows of the same key are replaced. Customers that only an activity \
        file knows are created.
        """,
        """
        CSV and its kin with any delimiter, text lined up with blanks or in columns of fixed width, JSON (a list of objects or of lists, or an object on a line; what is nested becomes \
        columns `a_b`), workbooks (.xlsx) and tables of SQLite files (`sheet "NAME"` chooses) are told apart by looking, not by name; gzip, \
        zstd and bzip2 are undone, encodings found or named. `from "-"` is standard input, `from "orders-*.csv"` all files of \
        that name, imported as one. Parquet is not read: no reader is at hand that a small binary could hold.
        """,
        """
        Numbers may have decimal commas, parted thousands, signs of currency or percent; times may be seconds or milliseconds since 1970. What \
        fits two readings is refused, with the clause that settles it: `dates "dd/mm/yyyy"`, `dates "epoch"`, `decimal ","`.
        """,
        """
        `delimiter "19, 30"` cuts lines where columns touch: it names the characters at which the second and later columns begin. \
        `quotes no` takes quotes in delimited text for text, as files do that never put a cell in quotes; `ragged` takes rows with fewer cells \
        than the header, which spreadsheets write where the last cells are empty.
        """,
        """
        Types are found by looking at every row. Rows that do not fit go, as they stand, to a rejects file, and what an earlier import put there \
        is kept as `NAME~`; `strict` refuses the whole file instead. `check` reports and changes nothing.
        """,
    ]

    package static let examples = [
        Example("import customers from \"customers.csv\"", "customers, with everything inferred"),
        Example("import orders from \"orders.csv\" customer client at paid", "orders, naming the columns"),
        Example("import orders from \"log-*.jsonl.gz\" customer client at paid", "several files, compressed, as one"),
        Example("import customers from \"crm.xlsx\" sheet \"Clients\"", "a sheet of a workbook"),
        Example("import customers from \"crm.csv\" key email types (key text) check", "what would happen"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let table = statement.name("table"), let file = statement.text("file") else {
            preconditionFailure("the form of `import` has a table and a file")
        }
        let isLedger = Name.same(table.text, "sends")
        if isLedger, statement.has("replace") { throw Diagnostic.ledgerIsKept(at: table.span) }
        let context = try session.pin().context
        if BindingContext.reservedNames.contains(Name.fold(table.text)), !isLedger,
            !Name.same(table.text, "customers")
        {
            throw Diagnostic.reservedName(table)
        }
        if let definition = context.definition(table.text) {
            throw Diagnostic.nameTaken(table, by: definition.kind == .attribute ? "an attribute" : "a segment")
        }
        if file.text == "-", session.options.inputHoldsStatements {
            throw Diagnostic.inputHoldsStatements(table.text, at: file.span)
        }
        return BoundImport(
            statement: statement,
            table: context.tableIndex(table.text).map { context.schema.tables[$0].name } ?? table.text,
            path: try session.filled(file), options: try options(statement, table, file.span, session))
    }

    private static func options(
        _ statement: Statement, _ table: Identifier, _ file: SourceSpan, _ session: Session
    ) throws -> ImportOptions {
        let context = try session.pin().context
        let isCustomers = Name.same(table.text, "customers")
        var options = ImportOptions(
            table: table.text, kind: isCustomers ? .customers : .activity, zone: context.moment.zone)
        options.key = statement.option("key")
        options.customer = statement.option("customer")
        options.time = statement.option("at")
        options.delimiter = statement.option("delimiter")
        options.encoding = statement.option("encoding")
        options.dates = statement.option("dates")
        options.decimal = statement.option("decimal")
        options.part = statement.option("sheet")
        options.hasHeader = statement.word("header").map { $0 == "yes" }
        options.hasQuotes = statement.word("quotes").map { $0 == "yes" }
        options.fillsShortRows = statement.has("ragged")
        options.today = Int64(context.moment.today)
        options.missing = statement.groups("missing").compactMap { group in
            if case .text(let text, _)? = group["text"] { return text }
            return nil
        }
        options.renames = statement.groups("rename").compactMap { group in
            guard case .name(let old)? = group["old"], case .name(let new)? = group["new"] else { return nil }
            return .init(OptionText(old.text, at: old.span), OptionText(new.text, at: new.span))
        }
        options.types = statement.groups("types").compactMap { group in
            guard case .name(let column)? = group["column"], case .dataType(let type, _)? = group["type"],
                let declared = DeclaredType(type.text)
            else { return nil }
            return .init(OptionText(column.text, at: column.span), declared)
        }
        options.isStrict = statement.has("strict")
        options.rejectsPath = try statement.text("rejects").map { try session.filled($0) }
        options.fileSpan = file
        let existing = context.tableIndex(table.text).map { context.schema.tables[$0] }
        if !statement.has("replace"), let existing, !existing.columns.isEmpty { options.existing = existing }
        if !isCustomers, let key = context.schema.customers.index(of: ColumnSchema.Role.key) {
            options.customerKey = context.schema.customers.columns[key]
        }
        return options
    }
}

extension Statement {
    /// The word or text of a clause, with its place.
    fileprivate func option(_ slot: String) -> OptionText? {
        switch self[slot] {
        case .name(let name)?: OptionText(name.text, at: name.span)
        case .text(let text, let span)?: OptionText(text, at: span)
        default: nil
        }
    }
}

struct BoundImport: BoundStatement {
    let statement: Statement
    let table: String
    let path: String
    let options: ImportOptions

    func run(in session: Session) throws -> Answer {
        // Whether the same file was imported before is told by all its bytes, before anything is written.
        let mayBeKnown =
            try !statement.has("again") && !statement.has("replace")
            && session.workspace.imports().contains { Name.same($0.table, table) }
        if statement.has("check") || mayBeKnown || path == "-" { return try lookThenRead(session) }
        return try load(session)
    }

    private func lookThenRead(_ session: Session) throws -> Answer {
        let plan = try ImportFile.open(
            path, options, cancellation: session.cancellation, progress: session.hooks.progress)
        let view = ImportView(table: table, plan: plan)
        if statement.has("check") {
            let tally = try plan.read(
                writesRejects: false, cancellation: session.cancellation, progress: session.hooks.progress
            ) { _ in }
            return view.check(tally)
        }
        if !statement.has("again"), !statement.has("replace"),
            let before = try session.workspace.importRecord(ofContent: hash(plan), into: table),
            // Whoever had all rows rejected mends the statement and tries again.
            before.added + before.updated > 0 || before.rejected == 0
        {
            return view.skipped(since: before, zone: options.zone)
        }
        guard try mayReplace(session) else { return declined }
        let writer = try begin(plan, session)
        do {
            let tally = try plan.read(cancellation: session.cancellation, progress: session.hooks.progress) { batch in
                try writer.append(batch)
            }
            return try finish(plan, tally, writer, session)
        } catch {
            writer.cancel()
            throw error
        }
    }

    private func load(_ session: Session) throws -> Answer {
        var isAllowed: Bool?
        let loaded = try ImportFile.load(
            path, options, cancellation: session.cancellation, progress: session.hooks.progress
        ) { plan -> ImportWriter? in
            let allowed = try isAllowed ?? mayReplace(session)
            isAllowed = allowed
            return allowed ? try begin(plan, session) : nil
        }
        guard let loaded else { return declined }
        return try finish(loaded.plan, loaded.tally, loaded.target, session)
    }

    private var declined: Answer { Answer("import", headline: "nothing is imported") }

    private func hash(_ plan: ImportPlan) -> String { String(plan.fingerprint, radix: 16) }

    private func mayReplace(_ session: Session) throws -> Bool {
        guard statement.has("replace"), try session.pin().context.tableIndex(table) != nil else { return true }
        return try session.mayGoOn("replace all rows of `\(table)`?", statement)
    }

    private func begin(_ plan: ImportPlan, _ session: Session) throws -> ImportWriter {
        session.unpin()
        let request = ImportRequest(
            table: table, kind: options.kind, columns: plan.schema.columns,
            mode: statement.has("replace") ? .replace : .merge, strict: options.isStrict, source: path,
            statement: statement.source[statement.span])
        return try session.workspace.beginImport(
            request, cancellation: session.cancellation, progress: session.hooks.progress)
    }

    private func finish(
        _ plan: ImportPlan, _ tally: ImportTally, _ writer: ImportWriter, _ session: Session
    ) throws -> Answer {
        let view = ImportView(table: table, plan: plan)
        var answer = view.done(
            tally, try writer.finish(contentHash: hash(plan), rejectedBefore: tally.rejected))
        if options.kind == .customers, let note = try PhoneCountryNote(session).note { answer.notes.append(note) }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

extension ImportWriter: ImportTarget {}
