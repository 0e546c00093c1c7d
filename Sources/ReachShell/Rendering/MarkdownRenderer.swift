import ReachStatements

/// Answers as GitHub-flavoured Markdown, for a page or a ticket. A view: personal data is masked.
final class MarkdownRenderer: AnswerRenderer {
    private var hasWritten = false

    func render(
        _ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        var paragraphs: [String] = []
        if let headline = answer.headline { paragraphs.append("**" + Self.escaped(headline) + "**") }
        for block in answer.visibleBlocks {
            switch block {
            case .line(let text): paragraphs.append(Self.escaped(text))
            case .heading(let text): paragraphs.append("### " + Self.escaped(text))
            case .blank: break
            case .grid(let rows): paragraphs.append(Self.grid(rows))
            case .table(let table):
                let view = try ViewTable(table, options, checkpoint: circumstances.checkpoint)
                paragraphs.append(Self.table(view))
                if let omission = view.omission(droppedColumns: 0, shortensCells: false) {
                    paragraphs.append(Self.escaped(omission))
                }
            case .bars(let bars):
                paragraphs.append(Self.grid(bars.map { [ViewCell($0.label), ViewCell($0.figure, .right)] }))
            }
        }
        for paragraph in paragraphs where !paragraph.isEmpty {
            if hasWritten { try sink.writeLine("") }
            try sink.writeLine(paragraph)
            hasWritten = true
        }
    }

    private static func grid(_ rows: [[ViewCell]]) -> String {
        let columnCount = rows.reduce(0) { max($0, $1.count) }
        let alignments = (0..<columnCount).map { index -> ViewCell.Alignment in
            rows.contains { index < $0.count && $0[index].alignment == .right } ? .right : .left
        }
        return lines(
            header: Array(repeating: "", count: columnCount), alignments,
            rows.map { row in (0..<columnCount).map { $0 < row.count ? SafeText.escaped(row[$0].text) : "" } })
    }

    private static func table(_ view: ViewTable) -> String {
        lines(header: view.header, view.columns.map(\.alignment), view.rows)
    }

    private static func lines(header: [String], _ alignments: [ViewCell.Alignment], _ rows: [[String]]) -> String {
        if header.isEmpty { return "" }
        let rule = alignments.map { $0 == .right ? "--:" : "---" }
        let body = [line(header.map(escaped)), line(rule)] + rows.map { line($0.map(escaped)) }
        return body.joined(separator: "\n")
    }

    private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// Text that Markdown shows as it stands.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in SafeText.escaped(text) {
            if #"\`*_|<>[]~#"#.contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
