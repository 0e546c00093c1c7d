import ReachDiagnostics
import ReachKernels

/// One pass over a delimited file. Blocks are made one after another; what is done with each may go on elsewhere.
final class CSVRecordReader: SplittingReader {
    let shape: FileShape
    let header: [String]?
    let rawHeader: [UInt8]
    let columnCount: Int
    let rejectsPrefixCells: Int

    private var file: FileReader
    private let dialect: CSVDialect
    private let longestRecord: Int
    private let batchRows: Int
    private let splitBytes: Int
    /// Bytes that were read and belong to no block yet.
    private var carry: [UInt8] = []
    private var skipBytes: Int
    private var line: Int
    private var targetBytes = FileReader.pieceBytes
    /// Records can be told apart without looking at cells.
    private var splits: Bool

    /// A block is no longer than this, however few rows that makes, unless one record is.
    private static let mostBytes = 16 << 20
    private static let mostCells = 4 << 20

    init(_ head: FileHead, _ opening: CSVOpening, _ options: ImportOptions) throws {
        file = try FileReader(head.source)
        dialect = opening.dialect
        header = opening.header
        rawHeader = opening.rawHeader
        columnCount = opening.columnCount
        rejectsPrefixCells = opening.prefixCells
        skipBytes = opening.dataOffset
        line = opening.dataLine
        longestRecord = options.longestRecordBytes
        batchRows = options.batchRows
        splitBytes = options.splitBytes
        // Bare CRs end lines that are not counted like others.
        splits = !opening.dialect.crEndsRecords
        shape = FileShape(
            format: CSVFormat.name, encoding: head.source.encoding.rawValue,
            delimiter: String(Unicode.Scalar(opening.dialect.delimiter)), byteCount: head.byteCount,
            notes: head.notes + opening.notes)
    }

    var readBytes: Int { file.readBytes }

    func fingerprint() throws -> UInt64 {
        try file.checkUnchanged()
        return file.fingerprint.value
    }

    func next() throws -> RecordBlock? {
        var bytes = carry
        carry = []
        while bytes.count < targetBytes, !file.isAtEnd { try read(into: &bytes) }
        while true {
            if bytes.isEmpty {
                if file.isAtEnd { return nil }
                try read(into: &bytes)
                continue
            }
            var index = CellIndex(width: columnCount, capacity: capacity(for: bytes.count))
            let result = scanRecords(
                bytes.span, dialect: dialect, isLast: file.isAtEnd, longestRecord: longestRecord, into: &index)
            if result.consumed > 0 { return block(bytes, index, result) }
            // Nothing but the start of one record: it needs more of the file, within reason.
            if bytes.count > longestRecord + Self.mostBytes {
                throw Diagnostic.recordTooLong(file.path, line: line, at: file.span)
            }
            let wanted = bytes.count * 2
            while bytes.count < wanted, !file.isAtEnd { try read(into: &bytes) }
        }
    }

    var finder: (any RecordFinder)? {
        DelimitedFinder(dialect: dialect, width: columnCount, longestRecord: longestRecord)
    }

    func nextRaw() throws -> RawRecords? {
        guard splits else { return nil }
        var bytes = carry
        carry = []
        var wanted = splitBytes
        while true {
            while bytes.count < wanted, !file.isAtEnd { try read(into: &bytes) }
            if file.isAtEnd, bytes.count <= wanted {
                splits = false
                return bytes.isEmpty ? nil : raw(bytes, isLast: true)
            }
            if let end = lastRecordEnd(bytes.span.extracting(first: wanted)) {
                carry = Array(bytes[end...])
                bytes.removeLast(bytes.count - end)
                return raw(bytes, isLast: false)
            }
            // One long record, or a quote that nothing closes: for `next` to find out.
            if bytes.count > Self.mostBytes {
                carry = bytes
                splits = false
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
        return RawRecords(bytes: bytes, firstLine: line, isLast: isLast)
    }

    func putBack(_ bytes: [UInt8], line: Int) {
        carry = bytes + carry
        self.line = line
        splits = false
    }

    private func read(into bytes: inout [UInt8]) throws {
        try file.readPiece(into: &bytes)
        guard skipBytes > 0 else { return }
        let skipped = min(skipBytes, bytes.count)
        bytes.removeFirst(skipped)
        skipBytes -= skipped
    }

    private func capacity(for byteCount: Int) -> Int {
        let cells = max(1, Self.mostCells / columnCount)
        // A row takes a byte per column at least: a delimiter or a line end.
        return max(1, min(batchRows, cells, byteCount / columnCount + 1))
    }

    private func block(_ bytes: [UInt8], _ index: CellIndex, _ result: CSVScanResult) -> RecordBlock {
        carry = Array(bytes[result.consumed...])
        var block = RecordBlock(bytes: bytes, index: index, malformed: result.malformed, firstLine: line)
        block.bytes.append(contentsOf: result.unescaped)
        block.blankLines = result.blankLines
        block.trailingDelimiters = result.trailingDelimiters
        line += result.lineCount
        // The next block is read in one go where it is as long as this one.
        let rowBytes = result.consumed / max(1, block.recordCount) + 1
        targetBytes = min(Self.mostBytes, max(FileReader.pieceBytes, rowBytes * batchRows * 9 / 8))
        return block
    }
}
