import ReachDiagnostics
import ReachStatements

/// Answers as people read them: a headline, then aligned blocks.
final class TableRenderer: AnswerRenderer {
    func render(
        _ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        let style = TerminalStyle(usesColor: options.usesColor)
        if let headline = answer.headline {
            try sink.writeLine(Self.headline(headline, circumstances.elapsedMilliseconds, options, style))
        }
        for block in answer.visibleBlocks {
            switch block {
            case .line(let text): try sink.writeLine(SafeText.escaped(text))
            case .heading(let text): try sink.writeLine(style.bold(SafeText.escaped(text)))
            case .blank: try sink.writeLine("")
            case .grid(let rows): try write(rows, options, style, to: sink)
            case .table(let table):
                let view = try ViewTable(table, options, checkpoint: circumstances.checkpoint)
                try write(view, options, style, to: sink)
            case .bars(let bars): try write(bars, options, style, to: sink)
            }
        }
    }

    /// The headline, and at a terminal how long the answer took, at the right edge.
    private static func headline(
        _ text: String, _ milliseconds: Double, _ options: RenderOptions, _ style: TerminalStyle
    ) -> String {
        let headline = SafeText.escaped(text)
        guard let width = options.terminalWidth, width > 0 else { return style.bold(headline) }
        let elapsed = ElapsedTime.text(milliseconds)
        let room = width - DisplayWidth.of(headline) - DisplayWidth.of(elapsed)
        return style.bold(headline) + String(repeating: " ", count: max(2, room)) + style.faint(elapsed)
    }

    private func write(
        _ rows: [[ViewCell]], _ options: RenderOptions, _ style: TerminalStyle, to sink: OutputSink
    ) throws {
        let texts = rows.map { $0.map { SafeText.escaped($0.text) } }
        let columnCount = rows.reduce(0) { max($0, $1.count) }
        let columns = (0..<columnCount).map { index in
            let cells = rows.compactMap { index < $0.count ? $0[index] : nil }
            let isNumber = cells.contains { $0.alignment == .right }
            return GridLayout.Column(alignment: isNumber ? .right : .left, canShorten: !isNumber)
        }
        let layout = GridLayout(
            columns: columns, widths: Self.widths(texts, columnCount), indent: 2, gap: 3, limit: options.terminalWidth)
        for (row, cells) in zip(rows, texts) {
            try sink.writeLine(
                layout.line(cells) { index, text in
                    guard index < row.count else { return text }
                    if let heat = row[index].heat { return style.heat(text, heat) }
                    return row[index].isFaint ? style.faint(text) : text
                })
        }
        if layout.shortensCells || layout.droppedColumnCount > 0 {
            let width = options.terminalWidth ?? 0
            try sink.writeLine(style.faint("  … shortened to \(width) columns; a wider window shows all"))
        }
    }

    private func write(
        _ table: ViewTable, _ options: RenderOptions, _ style: TerminalStyle, to sink: OutputSink
    ) throws {
        let layout = GridLayout(
            columns: table.columns, widths: Self.widths([table.header] + table.rows, table.header.count),
            indent: 0, gap: 2, limit: options.terminalWidth)
        try sink.writeLine(layout.line(table.header) { style.bold($1) })
        try sink.writeLine(style.faint(layout.line(layout.columns.map { String(repeating: "─", count: $0.width) })))
        for row in table.rows {
            try sink.writeLine(layout.line(row) { $1 == CellText.missing ? style.faint($1) : $1 })
        }
        if let omission = table.omission(
            droppedColumns: layout.droppedColumnCount, shortensCells: layout.shortensCells)
        {
            try sink.writeLine(style.faint(omission))
        }
    }

    private func write(
        _ bars: [ViewBlock.Bar], _ options: RenderOptions, _ style: TerminalStyle, to sink: OutputSink
    ) throws {
        let cells = bars.map { [SafeText.escaped($0.label), SafeText.escaped($0.figure)] }
        let widths = Self.widths(cells, 2)
        let known = options.terminalWidth.flatMap { $0 > 0 ? $0 : nil }
        let room = min(BarText.greatestWidth, (known ?? 100) - widths[0] - widths[1] - 7)
        let heaviest = bars.reduce(0) { max($0, $1.weight.isFinite ? $1.weight : 0) }
        let layout = GridLayout(
            columns: [
                .init(alignment: .left, canShorten: true), .init(alignment: .right, canShorten: false),
                .init(alignment: .left, canShorten: false),
            ],
            widths: widths + [max(0, room)], indent: 2, gap: 2, limit: known)
        for (bar, cells) in zip(bars, cells) {
            try sink.writeLine(layout.line(cells + [BarText.bar(bar.weight, of: heaviest, width: room)]))
        }
    }

    private static func widths(_ rows: [[String]], _ columnCount: Int) -> [Int] {
        var widths = Array(repeating: 0, count: columnCount)
        for row in rows {
            for (index, cell) in row.enumerated() where index < columnCount {
                widths[index] = max(widths[index], DisplayWidth.of(cell))
            }
        }
        return widths
    }
}

extension Answer {
    /// What a view prints below the headline: the answer's own view, else its table.
    var visibleBlocks: [ViewBlock] {
        if !view.isEmpty || isHeadlineEnough { return view }
        return table.map { [.table($0)] } ?? []
    }
}

/// Bars drawn in eighths of a column.
enum BarText {
    static let greatestWidth = 40

    static func bar(_ weight: Double, of heaviest: Double, width: Int) -> String {
        guard width > 0, heaviest > 0, weight > 0, weight.isFinite else { return "" }
        let eighths = Int((weight / heaviest * Double(width * 8)).rounded())
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        // A weight that is there is seen, however small.
        if eighths == 0 { return partial[1] }
        return String(repeating: "█", count: eighths / 8) + partial[eighths % 8]
    }
}

/// `0.4 ms`, `312 ms`, `1.2 s`, `2 min 5 s`.
enum ElapsedTime {
    static func text(_ milliseconds: Double) -> String {
        switch milliseconds {
        case ..<9.95: tenths(milliseconds) + " ms"
        case ..<999.5: "\(Int(milliseconds.rounded())) ms"
        case ..<59_950: tenths(milliseconds / 1000) + " s"
        default: minutes(Int((milliseconds / 1000).rounded()))
        }
    }

    static func tenths(_ number: Double) -> String {
        let tenths = Int((max(0, number) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func minutes(_ seconds: Int) -> String {
        seconds < 3600 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}
