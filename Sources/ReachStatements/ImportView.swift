import ReachColumns
import ReachDiagnostics
import ReachExchange
import ReachWorkspace

/// What an import found and did, in words.
struct ImportView {
    let table: String
    let plan: ImportPlan

    /// `import … check`: what would happen.
    func check(_ tally: ImportTally) -> Answer {
        var answer = Answer("import", headline: "CHECK — nothing is imported: \(found)")
        answer.facts = [
            Fact("rows", tally.records), Fact("added", 0), Fact("updated", 0), Fact("rejected", tally.rejected),
            Fact("customers_created", 0),
        ]
        describeColumns(&answer, tally)
        answer.notes += tally.notes
        if tally.rejected > 0 { answer.warnings.append("\(Figure.count(tally.rejected, "row")) would be rejected") }
        answer.warnings += Self.reasons(tally)
        return answer
    }

    /// The same file was imported before.
    func skipped(since before: ImportRecord, zone: Zone) -> Answer {
        let when = CivilDate(daysSinceEpoch: zone.day(of: before.finished)).iso
        var answer = Answer("import", headline: "\(plan.report.path) was imported into \(table) on \(when) already")
        answer.facts = [
            Fact("rows", 0), Fact("added", 0), Fact("updated", 0), Fact("rejected", 0), Fact("customers_created", 0),
        ]
        let rejected =
            before.rejected == 0
            ? ""
            : "; \(Figure.count(before.rejected, "row")) of it \(before.rejected == 1 ? "was" : "were") rejected then"
        answer.notes = ["the file has not changed since\(rejected); to import it all the same, add `again`"]
        return answer
    }

    func done(_ tally: ImportTally, _ result: ImportResult) -> Answer {
        let rejected = tally.rejected + result.rejected.count
        var counts = ["\(Figure.count(result.added)) added"]
        if result.updated > 0 { counts.append("\(Figure.count(result.updated)) updated") }
        if result.duplicatesInFile > 0 {
            counts.append("\(Figure.count(result.duplicatesInFile)) repeated in the file, the last one counts")
        }
        if rejected > 0 { counts.append("\(Figure.count(rejected)) rejected") }
        if result.customersCreated > 0 { counts.append("\(Figure.count(result.customersCreated, "customer")) created") }
        var answer = Answer(
            "import",
            headline: "\(table): \(Figure.count(tally.records, "row")) read, " + counts.joined(separator: ", "))
        answer.facts = [
            Fact("rows", tally.records), Fact("added", result.added), Fact("updated", result.updated),
            Fact("rejected", rejected), Fact("customers_created", result.customersCreated),
            Fact("repeated", result.duplicatesInFile),
        ]
        describeColumns(&answer, tally)
        answer.notes += tally.notes + result.notes
        if tally.rejected > 0 {
            answer.warnings.append(
                "\(Figure.count(tally.rejected, "row")) \(tally.rejected == 1 ? "was" : "were") rejected"
                    + (tally.rejectsPath.map { "; they are in \($0), to be mended and imported\(mending)" } ?? ""))
            answer.warnings += Self.reasons(tally)
        }
        if let first = result.rejected.first {
            answer.warnings.append("not taken: \(Figure.count(result.rejected.count, "row")), \(first.reason)")
        }
        return answer
    }

    /// What a file of rejected rows must be told where its own rows do not tell it.
    private var mending: String { plan.report.shape.hasQuotes ? "" : " with `quotes no`" }

    private var found: String {
        "\(Figure.count(plan.report.records, "row")), \(Figure.count(plan.schema.columns.count, "column"))"
    }

    /// The inference, column by column, and which column serves a channel.
    private func describeColumns(_ answer: inout Answer, _ tally: ImportTally) {
        let rows = plan.report.columns.map { column -> [Value] in
            [
                .text(column.name), .text(column.type.name), .text(column.role.phrase), .integer(Int64(column.missing)),
                .integer(Int64(tally.misfits[column.name] ?? 0)), .text(column.examples.joined(separator: ", ")),
            ]
        }
        answer.isTableAside = true
        answer.table = ResultTable(
            columns: [
                .init("column", .text), .init("type", .text), .init("use", .text), .init("missing", .integer),
                .init("rejected", .integer), .init("examples", .text),
            ], rows: rows)
        answer.notes += plan.report.shape.notes + plan.report.notes
        for channel in plan.report.channels {
            let parts = [channel.address.map { "address \($0)" }, channel.consent.map { "consent \($0)" }].compactMap(
                \.self)
            answer.notes.append(
                "channel \(channel.name): \(parts.joined(separator: ", ")); to change: `channel \(channel.name) address COLUMN consent COLUMN`"
            )
        }
    }

    private static func reasons(_ tally: ImportTally) -> [String] {
        tally.rejections.prefix(3).map(text)
            + tally.clauses.sorted().map(Diagnostic.clauseAdvice)
    }

    private static func text(_ rejection: Rejection) -> String {
        "line \(rejection.line)" + (rejection.column.map { ", \($0)" } ?? "") + ": \(rejection.reason)"
    }
}
