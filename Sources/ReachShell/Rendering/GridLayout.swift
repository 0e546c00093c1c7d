import ReachDiagnostics
import ReachStatements

/// Cells of a view arranged in columns that line up and, where the terminal's width is known, fit into it.
struct GridLayout {
    struct Column {
        var alignment: ViewCell.Alignment
        /// Numbers are never cut: a cut number is another number.
        var canShorten: Bool
        var width = 0
    }

    private(set) var columns: [Column]
    let indent: Int
    let gap: Int
    /// Whether a cell had to be cut, and how many columns at the right were left out.
    private(set) var shortensCells = false
    private(set) var droppedColumnCount = 0

    /// - Parameter widths: per column the widest cell, in columns of the terminal.
    init(columns: [Column], widths: [Int], indent: Int, gap: Int, limit: Int?) {
        self.columns = columns
        self.indent = indent
        self.gap = gap
        for index in self.columns.indices { self.columns[index].width = widths[index] }
        if let limit, limit > 0 { fit(into: limit) }
    }

    var totalWidth: Int {
        indent + columns.reduce(0) { $0 + $1.width } + gap * max(0, columns.count - 1)
    }

    /// Takes from the widest text column first, then leaves out columns at the right; the first column always stays.
    private mutating func fit(into limit: Int) {
        while totalWidth > limit {
            let shortenable = columns.indices.filter { columns[$0].canShorten && columns[$0].width > Self.leastWidth }
            if let widest = shortenable.max(by: { columns[$0].width < columns[$1].width }) {
                let others = shortenable.filter { $0 != widest }.map { columns[$0].width }.max() ?? Self.leastWidth
                let spare = columns[widest].width - max(Self.leastWidth, min(others, columns[widest].width - 1))
                columns[widest].width -= min(max(1, spare), totalWidth - limit)
                shortensCells = true
            } else if columns.count > 1 {
                columns.removeLast()
                droppedColumnCount += 1
            } else {
                return
            }
        }
    }

    /// One line of cells; `style` may add codes that take no room.
    func line(_ cells: [String], style: (Int, String) -> String = { $1 }) -> String {
        var line = String(repeating: " ", count: indent)
        for (index, column) in columns.enumerated() {
            let cell = index < cells.count ? DisplayWidth.shortened(cells[index], to: column.width) : ""
            let padding = String(repeating: " ", count: max(0, column.width - DisplayWidth.of(cell)))
            let isLast = index == columns.count - 1
            if index > 0 { line += String(repeating: " ", count: gap) }
            if column.alignment == .right { line += padding }
            line += style(index, cell)
            if column.alignment == .left, !isLast { line += padding }
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    private static let leastWidth = 8
}

/// Codes that make text stand out, or nothing where colour is off.
struct TerminalStyle {
    let usesColor: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }

    /// On a blue that is the stronger the higher `level`, 0 to 1; dark letters on the pale ones.
    func heat(_ text: String, _ level: Double) -> String {
        let backgrounds = [195, 153, 117, 75, 33, 25]
        let step = level.isFinite ? min(5, max(0, Int(level * 6))) : 0
        return wrap(text, "38;5;\(step < 4 ? 16 : 231);48;5;\(backgrounds[step])")
    }

    private func wrap(_ text: String, _ code: String) -> String {
        usesColor && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
