import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `tables`: what the workspace holds.
package enum Tables: StatementDefinition {
    package static let syntax = StatementSyntax(
        "tables", summary: "the tables of the workspace, their size and where they came from", form: .sequence([]))
    package static let details = [
        "Also prints the time zone, the currency and the file of the workspace, and every import with its number, source, time and counts."
    ]
    package static let examples = [Example("tables", "what is there")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundTables(statement: statement)
    }
}

struct BoundTables: BoundStatement {
    let statement: Statement

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let settings = try session.workspace.settings()
        let currency = settings[.currency].flatMap { $0.isEmpty ? nil : $0 }
        var answer = Answer(
            "tables",
            headline: "\(session.workspace.path), time zone \(pinned.context.moment.zone.identifier), "
                + (currency.map { "currency \($0)" } ?? "no currency set"))
        let imports = try session.workspace.imports()
        var rows: [[Value]] = []
        for (index, table) in pinned.snapshot.schema.tables.enumerated() {
            let count = index == 0 ? pinned.snapshot.customerCount : pinned.snapshot.activityRows(table: index)
            if table.columns.isEmpty || (count == 0 && Name.same(table.name, "sends")) { continue }
            let own = imports.filter { Name.same($0.table, table.name) }
            let newest = own.last
            rows.append([
                .text(table.name), .integer(Int64(count)), .integer(Int64(table.columns.count)),
                .integer(Int64(own.count)), newest.map { .text($0.source) } ?? .missing,
                newest.map { .datetime($0.finished / 1_000_000 * 1_000_000) } ?? .missing,
            ])
        }
        answer.facts = [
            Fact("tables", rows.count), Fact("customers", pinned.snapshot.customerCount),
            Fact("timezone", pinned.context.moment.zone.identifier),
        ]
        answer.table = ResultTable(
            columns: [
                .init("table", .text), .init("rows", .integer), .init("columns", .integer), .init("imports", .integer),
                .init("last_source", .text), .init("last_import", .datetime),
            ], rows: rows)
        if let table = answer.table, !rows.isEmpty {
            answer.view = [.table(table)] + ImportHistory.blocks(imports, namesTable: true)
        }
        if rows.isEmpty { answer.notes = ["nothing is imported yet: `import customers from \"FILE\"` or `demo`"] }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
