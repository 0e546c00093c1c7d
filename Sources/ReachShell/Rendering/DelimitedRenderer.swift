import ReachColumns
import ReachDiagnostics
import ReachStatements

/// The table of an answer as csv or tsv: a header and every row, exact, quoted as RFC 4180 says, lines ended by a line feed. Answers without
/// a table print nothing.
final class DelimitedRenderer: AnswerRenderer {
    enum Delimiter: String {
        case csv = ","
        case tsv = "\t"
    }

    private let delimiter: Delimiter
    private let allowsManyTables: Bool
    private var tableCount = 0

    init(_ delimiter: Delimiter, allowsManyTables: Bool) {
        self.delimiter = delimiter
        self.allowsManyTables = allowsManyTables
    }

    func render(
        _ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        guard let table = answer.table else { return }
        tableCount += 1
        if tableCount > 1, !allowsManyTables {
            throw Diagnostic.secondTable(format: delimiter == .csv ? "csv" : "tsv")
        }
        try sink.writeLine(line(table.columns.map(\.name)))
        try table.forEachRow(checkpoint: circumstances.checkpoint) { row in
            try sink.writeLine(line(row.map { CellText.data($0, options.zone) ?? "" }))
        }
    }

    private func line(_ cells: [String]) -> String {
        // An empty line would be read as no row at all.
        if cells == [""] { return "\"\"" }
        return cells.map(quoted).joined(separator: delimiter.rawValue)
    }

    private func quoted(_ cell: String) -> String {
        let separator: UInt8 = delimiter == .csv ? 0x2C : 0x09
        let needsQuotes = cell.utf8.contains { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return cell }
        var result = "\""
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { result.unicodeScalars.append("\"") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
