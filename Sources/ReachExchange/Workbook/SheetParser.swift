import ReachColumns
import ReachKernels

/// Tells the rows of a sheet.
final class SheetParser: XMLHandler {
    typealias Cell = RowWriter.Cell

    struct Row {
        /// 1-based, as spreadsheets show it.
        let number: Int
        /// Up to the last cell that is there.
        let cells: [Cell]
        /// Its cells follow one another without saying where they are, so that none of them is left out.
        let isListed: Bool

        /// Rows of formatted cells that hold nothing stand below many tables.
        var isBlank: Bool { !isListed && cells.allSatisfy(\.bytes.isEmpty) }
    }

    /// Whole rows that nobody took yet.
    var rows: [Row] = []
    /// Cells that show an error, and cells of formulas that nobody worked out; both are missing.
    private(set) var errorCells = 0
    private(set) var formulaCells = 0
    private let texts: SharedTexts
    private let styles: WorkbookStyles
    private let countsFrom1904: Bool
    private var cells: [Cell] = []
    private var rowNumber = 0
    private var column = 0
    private var type = ""
    private var style = 0
    private var content: [UInt8] = []
    private var isInContent = false
    private var isListed = false
    private var hasFormula = false
    private var phoneticDepth = 0

    /// Columns past `XFD`, the last there is, are of no sheet.
    private static let mostColumns = 16_384

    init(_ texts: SharedTexts, _ styles: WorkbookStyles, countsFrom1904: Bool) {
        self.texts = texts
        self.styles = styles
        self.countsFrom1904 = countsFrom1904
    }

    func start(_ name: String, _ attributes: XMLAttributes) {
        switch name {
        case "row":
            rowNumber = attributes["r"].flatMap(Int.init) ?? rowNumber + 1
            cells.removeAll(keepingCapacity: true)
            column = -1
            isListed = false
        case "c":
            let place = attributes["r"].flatMap(Self.column)
            if place == nil { isListed = true }
            column = place ?? column + 1
            type = attributes["t"] ?? "n"
            style = attributes["s"].flatMap(Int.init) ?? 0
            content.removeAll(keepingCapacity: true)
            hasFormula = false
        case "f": hasFormula = true
        case "v": isInContent = true
        case "t": isInContent = phoneticDepth == 0
        case "rPh": phoneticDepth += 1
        default: break
        }
    }

    func end(_ name: String) {
        switch name {
        case "row": rows.append(Row(number: rowNumber, cells: cells, isListed: isListed))
        case "c": addCell()
        case "v", "t": isInContent = false
        case "rPh": phoneticDepth -= 1
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if isInContent { unsafe content.append(contentsOf: bytes) }
    }

    private func addCell() {
        if content.isEmpty, hasFormula { formulaCells += 1 }
        guard !content.isEmpty, (0..<Self.mostColumns).contains(column) else { return }
        while cells.count <= column { cells.append(([], .none)) }
        cells[column] = value()
    }

    private func value() -> Cell {
        switch type {
        case "s":
            let number = Int(String(decoding: content, as: UTF8.self)) ?? -1
            return (SheetText.unescaped(texts[number] ?? []), textMark)
        case "str", "inlineStr": return (SheetText.unescaped(content), textMark)
        case "b": return (Array((content == [0x31] ? "true" : "false").utf8), .none)
        case "e":
            errorCells += 1
            return ([], .none)
        case "d": return (content, .none)
        default: return (number(), .none)
        }
    }

    private var kind: WorkbookStyles.Kind {
        styles.kinds.indices.contains(style) ? styles.kinds[style] : WorkbookStyles.Kind()
    }

    /// Of text in a cell. Where the cell shows numbers, it is one that a spreadsheet cannot hold.
    private var textMark: TextMark {
        if kind.isTextOnly { return .textOnly }
        return kind.isNumber ? .none : .text
    }

    private func number() -> [UInt8] {
        let kind = kind
        let text = String(decoding: content, as: UTF8.self)
        if kind.hasDate || kind.hasTime, let serial = Double(text), let shown = time(serial, kind) { return shown }
        let digits = content.count { $0 &- 0x30 < 10 }
        // Nobody writes more zeros than a number has places but to say that it is a float.
        if digits > 18, content.last == 0x30, content.contains(0x2E) { return content }
        // What fits fifteen digits was written as it is meant; longer are the shortest number that is the same.
        guard digits > 15 || content.contains(0x45) || content.contains(0x65), let value = Double(text), value.isFinite
        else { return content }
        if digits <= 18, content.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2D }) { return content }
        if value == value.rounded(), abs(value) < 1e15 { return Array(String(Int64(value)).utf8) }
        return Array(value.description.utf8)
    }

    /// A number of days as what the cell shows; nil where it is no day of the calendar.
    private func time(_ serial: Double, _ kind: WorkbookStyles.Kind) -> [UInt8]? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        let milliseconds = Int64((serial * 86_400_000).rounded())
        let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        var clock = Self.clock(rest)
        if !kind.hasDate {
            // A time of day alone.
            return day == 0 ? Array(clock.utf8) : nil
        }
        // The format takes 1900 for a leap year, as Lotus 1-2-3 did: its day 60 is none.
        let epoch: Int64 = countsFrom1904 ? -24_107 : day < 60 ? -25_568 : -25_569
        let date = CivilDate(daysSinceEpoch: Int(day + epoch)).iso
        clock = kind.hasTime || rest != 0 ? "T" + clock : ""
        return Array((date + clock).utf8)
    }

    private static func clock(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        let base = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let fraction = milliseconds % 1000
        return fraction == 0 ? base : base + "." + String(String(1000 + fraction).dropFirst())
    }

    /// `AB12` is column 27, the first being 0.
    private static func column(_ reference: String) -> Int? {
        var column = 0
        for byte in reference.utf8 {
            guard (0x41...0x5A).contains(byte) else { break }
            column = column * 26 + Int(byte - 0x40)
            if column > mostColumns { return nil }
        }
        return column == 0 ? nil : column - 1
    }
}
