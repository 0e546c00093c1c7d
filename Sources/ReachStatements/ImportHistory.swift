import ReachColumns
import ReachWorkspace

/// Every import that is remembered: where it came from, when, and what it did. Its number is what `drop import` takes.
enum ImportHistory {
    /// Nothing where there are none.
    static func blocks(_ imports: [ImportRecord], namesTable: Bool) -> [ViewBlock] {
        imports.isEmpty ? [] : [.heading("imports"), .table(table(imports, namesTable: namesTable))]
    }

    private static func table(_ imports: [ImportRecord], namesTable: Bool) -> ResultTable {
        var columns: [ResultTable.Column] = [.init("import", .integer, isIdentifier: true)]
        if namesTable { columns.append(.init("table", .text)) }
        columns += [
            .init("at", .datetime), .init("rows", .integer), .init("added", .integer), .init("updated", .integer),
            .init("rejected", .integer), .init("customers_created", .integer), .init("source", .text),
        ]
        return ResultTable(
            columns: columns,
            rows: imports.map { record in
                var row: [Value] = [.integer(record.id)]
                if namesTable { row.append(.text(record.table)) }
                row.append(.datetime(record.finished / 1_000_000 * 1_000_000))
                let counts = [record.rows, record.added, record.updated, record.rejected, record.customersCreated]
                row += counts.map { .integer(Int64($0)) }
                return row + [.text(record.isReplacement ? record.source + ", replacing all" : record.source)]
            })
    }
}
