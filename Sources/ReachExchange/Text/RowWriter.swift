import ReachKernels

/// Makes blocks of rows that come cell by cell, for formats that are no text. Each row also stands in the block as a line of CSV: that is
/// what a rejects file gets.
struct RowWriter {
    private let width: Int
    private var bytes: [UInt8] = []
    private var index: CellIndex
    private var textMarks: [TextMark]
    private var malformed: [MalformedRecord] = []
    /// Cells with quotes in them, once more and plain: the column they are in and where they are in `plain`.
    private var escaped: [(row: Int, column: Int, range: Range<Int>)] = []
    private var plain: [UInt8] = []
    private var cells: [Range<Int>] = []
    private var recordStart = 0
    private var quotedCells: [(column: Int, range: Range<Int>)] = []
    private var blankLines = 0
    private let firstLine: Int

    private static let mostBytes = 16 << 20

    /// `firstLine` is the first row's number in the file: a row of a sheet, say.
    init(width: Int, capacity: Int, firstLine: Int) {
        self.width = width
        self.firstLine = firstLine
        index = CellIndex(width: width, capacity: capacity)
        textMarks = Array(repeating: .none, count: width)
    }

    var isFull: Bool { index.rowCount == index.capacity || bytes.count + plain.count > Self.mostBytes }
    var isEmpty: Bool { index.rowCount == 0 && malformed.isEmpty }

    mutating func addBlankLine() { blankLines += 1 }

    /// A cell, empty where missing, and what the file says of it.
    typealias Cell = (bytes: [UInt8], mark: TextMark)

    mutating func add(_ row: [Cell], line: Int) {
        cells.removeAll(keepingCapacity: true)
        quotedCells.removeAll(keepingCapacity: true)
        recordStart = bytes.count
        for (column, cell) in row.enumerated() {
            if column > 0 { bytes.append(0x2C) }
            append(cell.bytes, column)
            if !cell.bytes.isEmpty, row.count == width { textMarks[column] = max(textMarks[column], cell.mark) }
        }
        let record = recordStart..<bytes.count
        bytes.append(0x0A)
        guard row.count == width else {
            malformed.append(
                MalformedRecord(
                    range: record, line: line - firstLine, column: min(row.count, width) - 1,
                    reason: .cellCount(row.count), rowsBefore: index.rowCount))
            return
        }
        escaped += quotedCells.map { (index.rowCount, $0.column, $0.range) }
        index.append(cells: cells, record: record, line: line - firstLine)
    }

    private mutating func append(_ cell: [UInt8], _ column: Int) {
        let needsQuotes =
            cell.first == 0x20 || cell.last == 0x20
            || cell.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            let start = bytes.count
            bytes += cell
            cells.append(start..<bytes.count)
            return
        }
        bytes.append(0x22)
        let start = bytes.count
        if cell.contains(0x22) {
            for byte in cell {
                if byte == 0x22 { bytes.append(0x22) }
                bytes.append(byte)
            }
            quotedCells.append((column, plain.count..<plain.count + cell.count))
            plain += cell
        } else {
            bytes += cell
        }
        cells.append(start..<bytes.count)
        bytes.append(0x22)
    }

    /// The block of the rows so far.
    func block() -> RecordBlock {
        var index = index
        for cell in escaped {
            index.move(
                row: cell.row, column: cell.column,
                to: bytes.count + cell.range.lowerBound..<bytes.count + cell.range.upperBound)
        }
        var block = RecordBlock(bytes: bytes + plain, index: index, malformed: malformed, firstLine: firstLine)
        block.blankLines = blankLines
        block.textMarks = textMarks
        return block
    }

    /// A line of CSV.
    static func line(_ cells: [String]) -> [UInt8] {
        var line: [UInt8] = []
        CSVEncoding().append(header: cells, to: &line)
        line.removeLast()
        return line
    }
}
