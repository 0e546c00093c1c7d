import ReachDiagnostics
import ReachKernels

/// Finds the records in a run of a file's text. What is particular to a format is here; reading is `TextRecordReader`'s.
protocol TextScanner: AnyObject {
    var shape: FileShape { get }
    var header: [String]? { get }
    var columnCount: Int { get }
    func isNamedText(_ column: Int) -> Bool
    var rejectsStyle: RejectsStyle { get }
    /// Where the first row starts, in bytes and lines, the first of which is 1.
    var dataOffset: Int { get }
    var dataLine: Int { get }
    var lateColumns: [String] { get }
    /// Finds records on any thread; nil where they have to be found one after another.
    func finder(longestRecord: Int) -> (any RecordFinder)?
    func learn(_ lateColumns: [String])
    /// The records that are whole in `bytes`, until the index is full.
    func scan(_ bytes: [UInt8], isLast: Bool, longestRecord: Int, into index: inout CellIndex) -> TextScan
    /// Called once all records were found.
    func finish() throws
}

extension TextScanner {
    var lateColumns: [String] { [] }
    func isNamedText(_ column: Int) -> Bool { false }
    func finder(longestRecord: Int) -> (any RecordFinder)? { nil }
    func learn(_ lateColumns: [String]) {}
    func finish() throws {}
}

/// What a scan found beside the cells.
struct TextScan {
    var result: CSVScanResult
    /// As in `RecordBlock`.
    var textMarks: [TextMark] = []

    init(_ result: CSVScanResult, textMarks: [TextMark] = []) {
        self.result = result
        self.textMarks = textMarks
    }
}

/// One pass over a text file, block by block. Records can be handed out before their cells are found, so that several threads look for them
/// at once.
final class TextRecordReader: RecordReader {
    private let scanner: any TextScanner
    private var file: FileReader
    private let longestRecord: Int
    private let batchRows: Int
    private let splitBytes: Int
    /// Bytes that were read and belong to no block yet.
    private var carry: [UInt8] = []
    private var line: Int
    private var isFinished = false
    /// Nil where `next` alone reads.
    let finder: (any RecordFinder)?
    private var splits: Bool

    /// Past this and the longest record, what has no end is no record.
    private static let mostBytes = 16 << 20
    private static let mostCells = 4 << 20

    init(_ head: FileHead, _ scanner: any TextScanner, _ options: ImportOptions) throws {
        file = try FileReader(head.source)
        self.scanner = scanner
        longestRecord = options.longestRecordBytes
        batchRows = options.batchRows
        splitBytes = options.splitBytes
        file.skipBytes = scanner.dataOffset
        line = scanner.dataLine
        finder = scanner.finder(longestRecord: options.longestRecordBytes)
        splits = finder != nil
    }

    var shape: FileShape { scanner.shape }
    var header: [String]? { scanner.header }
    var columnCount: Int { scanner.columnCount }
    func isNamedText(_ column: Int) -> Bool { scanner.isNamedText(column) }
    var rejectsStyle: RejectsStyle { scanner.rejectsStyle }
    var lateColumns: [String] { scanner.lateColumns }
    var readBytes: Int { file.readBytes }

    func fingerprint() throws -> UInt64 { try file.wholeFingerprint() }

    /// Takes note of columns that the finder came upon.
    func learn(_ lateColumns: [String]) { scanner.learn(lateColumns) }

    /// The next whole records of the file; nil where none are left, and where the rest has to be read by `next`.
    func nextRaw() throws -> RawRecords? {
        guard splits, let finder else { return nil }
        var bytes = carry
        carry = []
        var wanted = splitBytes
        while true {
            while bytes.count < wanted, !file.isAtEnd { try file.readPiece(into: &bytes) }
            if file.isAtEnd, bytes.count <= wanted {
                splits = false
                return bytes.isEmpty ? nil : raw(bytes, isLast: true)
            }
            if let end = finder.lastEnd(bytes.span.extracting(first: wanted)) {
                carry = Array(bytes[end...])
                bytes.removeLast(bytes.count - end)
                return raw(bytes, isLast: false)
            }
            // One long record, or a quote that nothing closes: for `next` to find out.
            if bytes.count > Self.mostBytes {
                putBack(bytes, line: line)
                return nil
            }
            wanted *= 2
        }
    }

    /// Nil where there are more rows than a batch may have; then `next` reads on.
    private func raw(_ bytes: [UInt8], isLast: Bool) -> RawRecords? {
        let lineCount = countBytes(bytes.span, 0x0A)
        guard lineCount < batchRows else {
            putBack(bytes, line: line)
            return nil
        }
        defer { line += lineCount }
        return RawRecords(bytes: bytes, firstLine: line, lineCount: lineCount, isLast: isLast)
    }

    /// Takes back bytes that turned out to be cut elsewhere than between records; from here on, `next` reads.
    func putBack(_ bytes: [UInt8], line: Int) {
        carry = bytes + carry
        self.line = line
        splits = false
    }

    func next() throws -> RecordBlock? {
        var bytes = carry
        carry = []
        // Blocks are short, so that several threads have some to work on.
        while bytes.count < FileReader.pieceBytes, !file.isAtEnd { try file.readPiece(into: &bytes) }
        while true {
            if bytes.isEmpty {
                if file.isAtEnd {
                    if !isFinished { try scanner.finish() }
                    isFinished = true
                    return nil
                }
                try file.readPiece(into: &bytes)
                continue
            }
            var index = CellIndex(width: columnCount, capacity: capacity(for: bytes.count))
            let scan = scanner.scan(bytes, isLast: file.isAtEnd, longestRecord: longestRecord, into: &index)
            if scan.result.consumed > 0 { return block(bytes, index, scan) }
            // Nothing but the start of one record: it needs more of the file, within reason.
            if bytes.count > longestRecord + Self.mostBytes {
                throw Diagnostic.recordTooLong(file.path, line: line, at: file.span)
            }
            let wanted = bytes.count * 2
            while bytes.count < wanted, !file.isAtEnd { try file.readPiece(into: &bytes) }
        }
    }

    private func capacity(for byteCount: Int) -> Int {
        let cells = max(1, Self.mostCells / columnCount)
        return max(1, min(batchRows, cells, byteCount / 2 + 1))
    }

    private func block(_ bytes: [UInt8], _ index: CellIndex, _ scan: TextScan) -> RecordBlock {
        let result = scan.result
        carry = Array(bytes[result.consumed...])
        var block = RecordBlock(bytes: bytes, index: index, malformed: result.malformed, firstLine: line)
        block.bytes.append(contentsOf: result.unescaped)
        block.blankLines = result.blankLines
        block.trailingDelimiters = result.trailingDelimiters
        block.textMarks = scan.textMarks
        if case .delimited = rejectsStyle { block.isDelimited = true }
        line += result.lineCount
        return block
    }
}
