import ReachDiagnostics
import ReachKernels

/// Text with a row on a line and a delimiter between cells, RFC 4180 quotes.
struct CSVFormat: ImportFormat {
    static let name = "csv"

    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool { true }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        try TextRecordReader(head, CSVScanner(head, CSVOpening(head, options)), options)
    }
}

/// The scanner of such files.
private final class CSVScanner: TextScanner {
    let shape: FileShape
    private let opening: CSVOpening

    init(_ head: FileHead, _ opening: CSVOpening) {
        self.opening = opening
        shape = FileShape(
            format: CSVFormat.name, encoding: head.source.encoding.rawValue,
            delimiter: String(Unicode.Scalar(opening.dialect.delimiter)), byteCount: head.byteCount,
            hasQuotes: opening.dialect.hasQuotes, notes: head.notes + opening.notes)
    }

    var header: [String]? { opening.header }
    var columnCount: Int { opening.columnCount }
    func isNamedText(_ column: Int) -> Bool { opening.namedText[column] }
    var dataOffset: Int { opening.dataOffset }
    var dataLine: Int { opening.dataLine }

    var rejectsStyle: RejectsStyle {
        .delimited(
            by: opening.dialect.delimiter, header: opening.rawHeader,
            prefixCells: RejectsFile.prefixCells(of: opening.header), hasQuotes: opening.dialect.hasQuotes)
    }

    func finder(longestRecord: Int) -> (any RecordFinder)? {
        // Bare CRs end lines that are not counted like others.
        if opening.dialect.crEndsRecords { return nil }
        return DelimitedFinder(dialect: opening.dialect, width: columnCount, longestRecord: longestRecord)
    }

    func scan(_ bytes: [UInt8], isLast: Bool, longestRecord: Int, into index: inout CellIndex) -> TextScan {
        TextScan(
            scanRecords(
                bytes.span, dialect: opening.dialect, isLast: isLast, longestRecord: longestRecord, into: &index))
    }
}

/// What the first bytes of a delimited file say of it.
struct CSVOpening: Sendable {
    let dialect: CSVDialect
    /// Nil where the file has no header.
    let header: [String]?
    let rawHeader: [UInt8]
    let columnCount: Int
    /// Where the first row starts, in bytes and lines.
    let dataOffset: Int
    let dataLine: Int

    private(set) var notes: [String] = []
    /// By column: whether quotes around its name say that it is text.
    private(set) var namedText: [Bool]

    init(_ head: FileHead, _ options: ImportOptions) throws {
        let crEnds = Self.crEndsRecords(head.bytes)
        let chosen = try options.delimiter.map { try Self.delimiterByte($0) }
        let delimiter = chosen ?? Self.sniffDelimiter(head, crEndsRecords: crEnds)
        var dialect = CSVDialect(delimiter: delimiter, crEndsRecords: crEnds)
        dialect.fillsShortRows = options.fillsShortRows
        dialect.hasQuotes = options.hasQuotes ?? !Self.quotesAreText(head, dialect)
        if options.hasQuotes == nil, !dialect.hasQuotes {
            notes.append("no cell is put in quotes, so quotes are taken for text; `quotes yes` takes them for marks")
        }
        self.dialect = dialect
        let sample = HeadSample(head, dialect, limit: 64)
        let lead = Self.headerRecord(sample, head, dialect)
        guard let first = lead.record else {
            throw Diagnostic.recordTooLong(head.path, line: 1, at: head.span)
        }
        if lead.skipped > 0 { notes.append("\(lead.skipped) lines above the names of the columns passed over") }
        let cells = Self.headerCells(sample, first, head, dialect)
        columnCount = cells.count
        namedText = Array(repeating: false, count: cells.count)
        if cells.count == 1, chosen == nil {
            let lines = AlignedFormat.lines(head)
            if AlignedFormat.linedUpCount(lines) * 2 >= lines.count { notes.append(Diagnostic.fixedPlacesNote) }
        }
        let looksLikeData = options.hasHeader == nil && HeaderGuess.looksLikeData(cells)
        if options.hasHeader == false || looksLikeData {
            if looksLikeData { notes.append(HeaderGuess.note(columnCount)) }
            header = nil
            rawHeader = HeaderGuess.names(columnCount, delimiter)
            (dataOffset, dataLine) = (first.start, first.line)
            return
        }
        header = cells.map { String(decoding: $0, as: UTF8.self) }
        rawHeader = Array(head.bytes[first.start..<first.end])
        if dialect.hasQuotes {
            let quoted = Self.isQuoted(rawHeader, dialect, count: cells.count)
            namedText = HeaderQuotes.deliberate(cells, quoted: quoted, delimiter: delimiter)
        }
        (dataOffset, dataLine) = (first.next, first.nextLine)
    }

    /// The record that names the columns: the first that is not blank, where spreadsheets put no title above it.
    private static func headerRecord(
        _ sample: HeadSample, _ head: FileHead, _ dialect: CSVDialect
    ) -> (record: HeadSample.Record?, skipped: Int) {
        let records = sample.records.filter { !$0.isBlank }
        var skipped = 0
        while skipped < min(10, records.count - 1), records[skipped].cellCount >= 3 {
            let known = cells(of: records[skipped], head, dialect).count { !$0.isEmpty }
            let next = cells(of: records[skipped + 1], head, dialect).count { !$0.isEmpty }
            // A title stands alone in its line, and more than it in the next; empty cells alone are no names.
            guard known == 0 || known == 1 && next >= 3 else { break }
            skipped += 1
        }
        // A file of nothing but empty cells is one of rows.
        if skipped == records.count - 1, skipped > 0 { skipped = 0 }
        return (skipped < records.count ? records[skipped] : sample.records.first, skipped)
    }

    /// Which cells of a line stand in quotes.
    private static func isQuoted(_ line: [UInt8], _ dialect: CSVDialect, count: Int) -> [Bool] {
        var index = CellIndex(width: count, capacity: 1)
        _ = scanRecords(line.span, dialect: dialect, isLast: true, longestRecord: line.count, into: &index)
        guard index.rowCount == 1 else { return Array(repeating: false, count: count) }
        return (0..<count).map { column in
            let start = index.cell(row: 0, column: column).lowerBound
            return start > 0 && start <= line.count && line[start - 1] == 0x22
        }
    }

    static func delimiterByte(_ option: OptionText) throws -> UInt8 {
        switch option.text.lowercased() {
        case "tab", "\\t": return 0x09
        case "comma": return 0x2C
        case "semicolon": return 0x3B
        case "pipe": return 0x7C
        default:
            guard option.text.utf8.count == 1, let byte = option.text.utf8.first, byte < 0x7F,
                byte >= 0x20 || byte == 0x09,
                byte != 0x22
            else { throw Diagnostic.badDelimiter(option) }
            return byte
        }
    }

    /// Whether rows break where quotes are taken for marks, and all of them fit where they are taken for text. A file that puts any cell in
    /// quotes is told by the rows that break, not by this.
    private static func quotesAreText(_ head: FileHead, _ dialect: CSVDialect) -> Bool {
        let broken = HeadSample(head, dialect, limit: 500).records.count { $0.hasStrayQuote }
        guard broken >= 3 else { return false }
        var plain = dialect
        plain.hasQuotes = false
        let records = HeadSample(head, plain, limit: 500).records.filter { !$0.isBlank }
        guard let width = records.first?.cellCount, width > 1 else { return false }
        return records.allSatisfy { record in
            record.cellCount == width
                && !cells(of: record, head, plain).contains { $0.count > 1 && $0.first == 0x22 && $0.last == 0x22 }
        }
    }

    /// Whether records end in a bare CR: there is one outside quotes, and no LF.
    static func crEndsRecords(_ bytes: [UInt8]) -> Bool {
        var isQuoted = false
        var hasCR = false
        for byte in bytes {
            if byte == 0x22 {
                isQuoted.toggle()
            } else if byte == 0x0A, !isQuoted {
                return false
            } else if byte == 0x0D, !isQuoted {
                hasCR = true
            }
        }
        return hasCR
    }

    /// The delimiter with which the header has several cells and most rows have as many.
    static func sniffDelimiter(_ head: FileHead, crEndsRecords: Bool) -> UInt8 {
        var best: (delimiter: UInt8, share: Double, width: Int) = (0x2C, 0, 1)
        for delimiter: UInt8 in [0x2C, 0x3B, 0x09, 0x7C] {
            let dialect = CSVDialect(delimiter: delimiter, crEndsRecords: crEndsRecords)
            let records = HeadSample(head, dialect, limit: 500).records.filter { !$0.isBlank }
            guard let width = records.first?.cellCount, width > 1 else { continue }
            let share = Double(records.count { $0.cellCount == width }) / Double(records.count)
            if share > best.share || share == best.share && width > best.width { best = (delimiter, share, width) }
        }
        return best.delimiter
    }

    /// Without the empty last cell that a delimiter at the end of the line makes, where the rows have none there.
    private static func headerCells(
        _ sample: HeadSample, _ first: HeadSample.Record, _ head: FileHead, _ dialect: CSVDialect
    ) -> [[UInt8]] {
        let cells = cells(of: first, head, dialect)
        guard cells.count > 1, cells[cells.count - 1].isEmpty else { return cells }
        let rows = sample.records.filter { !$0.isBlank && $0.start > first.start }
        return rows.isEmpty || rows.contains { $0.cellCount >= cells.count } ? cells : Array(cells.dropLast())
    }

    private static func cells(of record: HeadSample.Record, _ head: FileHead, _ dialect: CSVDialect) -> [[UInt8]] {
        var index = CellIndex(width: record.cellCount, capacity: 1)
        let bytes = Array(head.bytes[record.start..<record.end])
        let result = scanRecords(
            bytes.span, dialect: dialect, isLast: true, longestRecord: bytes.count, into: &index)
        let all = bytes + result.unescaped
        // A first record with stray quotes is taken as it stands: its cells are only names.
        if index.rowCount == 0 {
            return bytes.split(separator: dialect.delimiter, omittingEmptySubsequences: false).map(Array.init)
        }
        return (0..<record.cellCount).map { Array(all[index.cell(row: 0, column: $0)]) }
    }
}

/// The first records of a file and how many cells each has.
struct HeadSample {
    struct Record {
        let start: Int
        let end: Int
        let line: Int
        let cellCount: Int
        /// Where the next record starts.
        let next: Int
        let nextLine: Int
        let hasStrayQuote: Bool

        var isBlank: Bool { start == end }
    }

    private(set) var records: [Record] = []

    init(_ head: FileHead, _ dialect: CSVDialect, limit: Int) {
        var start = head.markBytes
        var line = 1
        while start < head.bytes.count, records.count < limit {
            // An index of one row and one column: records with more cells come back as malformed, with their count.
            var index = CellIndex(width: 1, capacity: 1)
            let span = head.bytes.span.extracting(start..<head.bytes.count)
            var result = scanRecords(span, dialect: dialect, isLast: head.isWhole, longestRecord: .max, into: &index)
            if result.consumed == 0, records.isEmpty {
                result = scanRecords(span, dialect: dialect, isLast: true, longestRecord: .max, into: &index)
            }
            if result.consumed == 0 { return }
            append(index, result, offset: start, line: line, limit: limit)
            start += result.consumed
            line += result.lineCount
        }
    }

    private mutating func append(
        _ index: CellIndex, _ result: CSVScanResult, offset: Int, line: Int, limit: Int
    ) {
        var found = result.malformed.filter { $0.rowsBefore == 0 }.map(Self.found)
        if index.rowCount > 0 {
            // A delimiter at the end of the only cell makes two, the second empty.
            found.append((index.record(0), Int(index.lines[0]), result.trailingDelimiters > 0 ? 2 : 1, false))
            found += result.malformed.filter { $0.rowsBefore > 0 }.map(Self.found)
        }
        for (position, one) in found.enumerated() where records.count < limit {
            let isLast = position + 1 == found.count
            records.append(
                Record(
                    start: offset + one.range.lowerBound, end: offset + one.range.upperBound, line: line + one.line,
                    cellCount: one.count,
                    next: offset + (isLast ? result.consumed : found[position + 1].range.lowerBound),
                    nextLine: line + (isLast ? result.lineCount : found[position + 1].line),
                    hasStrayQuote: one.hasStrayQuote))
        }
    }

    private typealias Found = (range: Range<Int>, line: Int, count: Int, hasStrayQuote: Bool)

    private static func found(_ record: MalformedRecord) -> Found {
        if case .cellCount(let cells) = record.reason { return (record.range, record.line, cells, false) }
        return (record.range, record.line, record.column + 1, true)
    }
}
