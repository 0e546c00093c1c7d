import ReachDiagnostics
import ReachKernels

/// Text whose cells are lined up with blanks: a row on a line, cells parted by runs of blanks.
struct AlignedFormat: ImportFormat {
    static let name = "blank-aligned"

    /// Asked for by `delimiter "blanks"`, or found where no other delimiter parts the lines, blanks part all of them alike, and most
    /// are lined up.
    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool {
        if let delimiter = options.delimiter { return ["blank", "blanks", " "].contains(delimiter.text.lowercased()) }
        let lines = Self.lines(head)
        guard lines.count > 0, !lines.contains(where: { !$0.isDisjoint(with: [0x2C, 0x3B, 0x7C]) }) else {
            return false
        }
        guard isLinedUp(lines) else { return false }
        let widths = lines.map { Self.cells(of: $0).count }
        guard let width = widths.first, width > 1 else { return false }
        return widths.count { $0 == width } * 10 >= widths.count * 9
    }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        try TextRecordReader(head, AlignedScanner(head, options), options)
    }

    /// Whether most lines have two blanks in a row, or one at the start, as sentences have not.
    static func isLinedUp(_ lines: [[UInt8]]) -> Bool { linedUpCount(lines) * 2 > lines.count }

    /// How many lines have two blanks in a row, or one at the start.
    static func linedUpCount(_ lines: [[UInt8]]) -> Int {
        lines.count { line in
            line.first == 0x20 || zip(line, line.dropFirst()).contains { $0.0 == 0x20 && $0.1 == 0x20 }
        }
    }

    /// Up to 500 whole lines that are not blank.
    static func lines(_ head: FileHead) -> [[UInt8]] {
        let text = head.bytes.dropFirst(head.markBytes)
        let separator: UInt8 = CSVOpening.crEndsRecords(head.bytes) ? 0x0D : 0x0A
        var lines = text.split(separator: separator, maxSplits: 500)
        if lines.count > 1, !head.isWhole || lines.count > 500 { lines.removeLast() }
        return lines.map { $0.last == 0x0D ? Array($0.dropLast()) : Array($0) }.filter { !cells(of: $0).isEmpty }
    }

    fileprivate static func cells(of line: [UInt8]) -> [[UInt8]] {
        var ranges: [Range<Int>] = []
        _ = splitAligned(line.span, 0, line.count, into: &ranges)
        return ranges.map { Array(line[$0]) }
    }
}

extension [UInt8] {
    fileprivate func isDisjoint(with others: [UInt8]) -> Bool { !contains { others.contains($0) } }
}

/// The scanner of such files.
private final class AlignedScanner: TextScanner {
    let shape: FileShape
    let header: [String]?
    let rawHeader: [UInt8]
    let columnCount: Int
    let dataOffset: Int
    let dataLine: Int
    private let crEndsRecords: Bool

    init(_ head: FileHead, _ options: ImportOptions) throws {
        crEndsRecords = CSVOpening.crEndsRecords(head.bytes)
        guard let first = AlignedFormat.lines(head).first else {
            throw Diagnostic.recordTooLong(head.path, line: 1, at: head.span)
        }
        let cells = AlignedFormat.cells(of: first)
        columnCount = cells.count
        var notes = head.notes
        let isData = options.hasHeader == nil && HeaderGuess.looksLikeData(cells)
        if isData { notes.append(HeaderGuess.note(columnCount)) }
        if isData || options.hasHeader == false {
            header = nil
            rawHeader = HeaderGuess.names(columnCount, 0x20)
            (dataOffset, dataLine) = (head.markBytes, 1)
        } else {
            header = cells.map { String(decoding: $0, as: UTF8.self) }
            rawHeader = first
            // Up to the header there are only blank lines, which a scan of one row passes over.
            var index = CellIndex(width: columnCount, capacity: 1)
            let text = head.bytes.span.extracting(head.markBytes..<head.bytes.count)
            let result = scanAligned(text, crEndsRecords: crEndsRecords, isLast: head.isWhole, into: &index)
            (dataOffset, dataLine) = (head.markBytes + result.consumed, 1 + result.lineCount)
        }
        shape = FileShape(
            format: AlignedFormat.name, encoding: head.source.encoding.rawValue, delimiter: " ",
            byteCount: head.byteCount, notes: notes)
    }

    var rejectsStyle: RejectsStyle {
        .aligned(header: rawHeader, prefixCells: RejectsFile.prefixCells(of: header))
    }

    func scan(_ bytes: [UInt8], isLast: Bool, longestRecord: Int, into index: inout CellIndex) -> TextScan {
        TextScan(scanAligned(bytes.span, crEndsRecords: crEndsRecords, isLast: isLast, into: &index))
    }
}
