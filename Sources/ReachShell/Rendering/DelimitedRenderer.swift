import ReachColumns
import ReachDiagnostics
import ReachExchange
import ReachStatements

/// The table of an answer as csv or tsv: a header and every row, exact, quoted as RFC 4180 says, lines ended by a line feed. Answers without
/// a table print nothing.
final class DelimitedRenderer: AnswerRenderer {
    enum Delimiter {
        case csv, tsv
    }

    private let delimiter: Delimiter
    private let allowsManyTables: Bool
    private var tableCount = 0
    /// The latest table that gives way to others, as it would be written.
    private var aside: [UInt8] = []

    init(_ delimiter: Delimiter, allowsManyTables: Bool) {
        self.delimiter = delimiter
        self.allowsManyTables = allowsManyTables
    }

    func render(
        _ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        guard let table = answer.table else { return }
        if answer.isTableAside, !allowsManyTables {
            // Told only where nothing else is: held in memory, and small, since it tells about one thing done.
            var bytes: [UInt8] = []
            let memory = OutputSink { bytes += $0 }
            try write(table, circumstances, options, to: memory)
            try memory.flush()
            aside = bytes
            return
        }
        tableCount += 1
        if tableCount > 1, !allowsManyTables {
            throw Diagnostic.secondTable(format: delimiter == .csv ? "csv" : "tsv")
        }
        try write(table, circumstances, options, to: sink)
    }

    func finish(to sink: OutputSink) throws {
        if tableCount == 0 { try sink.write { $0 += aside } }
        aside = []
        try sink.flush()
    }

    private func write(
        _ table: ResultTable, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        let encoding = CSVEncoding(
            delimiter: delimiter == .csv ? UInt8(ascii: ",") : CSVEncoding.tab, zone: options.zone)
        try sink.write { encoding.append(header: table.columns.map(\.name), to: &$0) }
        try table.forEachRow(checkpoint: circumstances.checkpoint) { row in
            try sink.write { encoding.append(row: row, to: &$0) }
        }
    }
}
