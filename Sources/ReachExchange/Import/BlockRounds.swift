import ReachDiagnostics
import ReachKernels

/// Whole records of a file that nobody has looked at yet.
struct RawRecords: Sendable {
    let bytes: [UInt8]
    /// Line of the file on which they start, 1-based.
    let firstLine: Int
    /// The file ends with them.
    let isLast: Bool
}

/// Finds the cells of whole records, on any thread.
protocol RecordFinder: Sendable {
    /// Past the last record that ends within the bytes, which begin with one; nil where none is seen to.
    func lastEnd(_ bytes: Span<UInt8>) -> Int?
    func records(_ raw: RawRecords) -> FoundRecords
}

/// Records with their cells, how many bytes they take (fewer than all where the bytes do not end between records), and how many lines.
struct FoundRecords {
    let block: RecordBlock
    let byteCount: Int
    let lineCount: Int
    /// Columns that only these records have; they are not in the block.
    var lateColumns: [String] = []
}

/// Finds the cells of delimited records.
struct DelimitedFinder: RecordFinder {
    let dialect: CSVDialect
    let width: Int
    let longestRecord: Int

    func lastEnd(_ bytes: Span<UInt8>) -> Int? { lastRecordEnd(bytes, hasQuotes: dialect.hasQuotes) }

    func records(_ raw: RawRecords) -> FoundRecords {
        // A row takes a byte per column at least: a delimiter or a line end.
        let capacity = max(1, min(countBytes(raw.bytes.span, 0x0A), raw.bytes.count / width) + 1)
        var index = CellIndex(width: width, capacity: capacity)
        let result = scanRecords(
            raw.bytes.span, dialect: dialect, isLast: raw.isLast, longestRecord: longestRecord, into: &index)
        var block = RecordBlock(
            bytes: raw.bytes, index: index, malformed: result.malformed, firstLine: raw.firstLine)
        block.bytes.append(contentsOf: result.unescaped)
        block.blankLines = result.blankLines
        block.trailingDelimiters = result.trailingDelimiters
        block.isDelimited = true
        return FoundRecords(block: block, byteCount: result.consumed, lineCount: result.lineCount)
    }
}

/// The blocks of a file, a round at a time: found and worked on by all cores, handed out in the order of the file.
struct BlockRounds {
    private let reader: any RecordReader
    private let splitter: TextRecordReader?

    /// More than there are cores, so that none waits long for another.
    private static let blocksPerRound = 8

    init(_ reader: any RecordReader) {
        self.reader = reader
        splitter = reader as? TextRecordReader
    }

    /// What `work` makes of each block of the next round; nil where no blocks are left.
    func next<Made: Sendable>(
        _ cancellation: Cancellation, _ work: @escaping @Sendable (RecordBlock) -> Made
    ) throws -> [Made]? {
        try cancellation.check()
        if let splitter, let round = try split(splitter, cancellation, work) { return round }
        var blocks: [RecordBlock] = []
        var byteCount = 0
        while blocks.count < Self.blocksPerRound, byteCount < Self.roundBytes, let block = try reader.next() {
            try cancellation.check()
            byteCount += block.bytes.count
            blocks.append(block)
        }
        if blocks.isEmpty { return nil }
        return try inParallel(blocks.count) { [blocks] in work(blocks[$0]) }
    }

    /// Where `next` gives blocks as long as it likes.
    private static let roundBytes = 16 << 20

    private struct Found<Made: Sendable>: Sendable {
        let made: Made
        let byteCount: Int
        let lineCount: Int
        let lateColumns: [String]
    }

    private func split<Made: Sendable>(
        _ splitter: TextRecordReader, _ cancellation: Cancellation,
        _ work: @escaping @Sendable (RecordBlock) -> Made
    ) throws -> [Made]? {
        guard let finder = splitter.finder else { return nil }
        var raws: [RawRecords] = []
        while raws.count < Self.blocksPerRound, let raw = try splitter.nextRaw() { raws.append(raw) }
        if raws.isEmpty { return nil }
        let found = try inParallel(raws.count) { [raws] index -> Found<Made> in
            try cancellation.check()
            let records = finder.records(raws[index])
            return Found(
                made: work(records.block), byteCount: records.byteCount, lineCount: records.lineCount,
                lateColumns: records.lateColumns)
        }
        for one in found where !one.lateColumns.isEmpty { splitter.learn(one.lateColumns) }
        // Quotes that stand where they should not can make a record end elsewhere than the cut supposed.
        guard let wrong = raws.indices.first(where: { found[$0].byteCount < raws[$0].bytes.count }) else {
            return found.map(\.made)
        }
        var rest = Array(raws[wrong].bytes[found[wrong].byteCount...])
        for raw in raws[(wrong + 1)...] { rest += raw.bytes }
        splitter.putBack(rest, line: raws[wrong].firstLine + found[wrong].lineCount)
        return found[...wrong].map(\.made)
    }
}
