import ReachColumns
import ReachStatements

/// The part of a table that a view prints, as text.
struct ViewTable {
    let header: [String]
    let rows: [[String]]
    let columns: [GridLayout.Column]
    let rowCount: Int

    init(_ table: ResultTable, _ options: RenderOptions, checkpoint: () throws -> Void) throws {
        header = table.columns.map { SafeText.escaped($0.name) }
        columns = table.columns.map {
            GridLayout.Column(
                alignment: $0.type.isNumeric ? .right : .left, canShorten: $0.type == .text)
        }
        var rows: [[String]] = []
        let seen = try table.forEachRow(limit: options.viewRowLimit, checkpoint: checkpoint) { row in
            rows.append(
                zip(row, table.columns).map { value, column in
                    CellText.view(value, of: column, options)
                })
        }
        self.rows = rows
        rowCount = max(table.rowCount, seen)
    }

    /// `99,800 of 100,000 rows`: what is not printed, or nil where everything is.
    func omission(droppedColumns: Int, shortensCells: Bool) -> String? {
        var parts: [String] = []
        if rows.count < rowCount {
            parts.append("\(Figure.count(rowCount - rows.count)) of \(Figure.count(rowCount)) rows not shown")
        }
        if droppedColumns > 0 { parts.append("\(droppedColumns) of \(header.count) columns not shown") }
        if shortensCells { parts.append("cells shortened") }
        return parts.isEmpty ? nil : "… " + parts.joined(separator: ", ") + "; `--format csv` prints all"
    }
}
