import ReachDiagnostics
import ReachKernels

/// Whole records of a file that nobody has looked at yet.
struct RawRecords: Sendable {
    let bytes: [UInt8]
    /// Line of the file on which they start, 1-based.
    let firstLine: Int
    /// Line ends in `bytes`.
    let lineCount: Int
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
        let capacity = max(1, min(raw.lineCount, raw.bytes.count / width) + 1)
        var index = CellIndex(width: width, capacity: capacity)
        let result = scanRecords(
            raw.bytes.span, dialect: dialect, isLast: raw.isLast, longestRecord: longestRecord, into: &index)
        var block = RecordBlock(
            bytes: raw.bytes, index: index, malformed: result.malformed, firstLine: raw.firstLine)
        // The bytes are not ours alone: to add nothing would copy them.
        if !result.unescaped.isEmpty { block.bytes.append(contentsOf: result.unescaped) }
        block.blankLines = result.blankLines
        block.trailingDelimiters = result.trailingDelimiters
        block.isDelimited = true
        return FoundRecords(block: block, byteCount: result.consumed, lineCount: result.lineCount)
    }
}

/// The blocks of a file: found and worked on by all cores some way ahead of who takes them, handed out in the order of the file.
final class BlockStream<Made: Sendable> {
    private let reader: any RecordReader
    private let splitter: TextRecordReader?
    private let cancellation: Cancellation
    private var ahead: [Ahead] = []
    private var aheadBytes = 0
    private var isAtEnd = false

    /// Enough that no core waits where one block takes longer than others, or the one who takes them does.
    static var mostAhead: Int { 8 }
    /// Where a reader gives blocks as long as it likes.
    private static var mostAheadBytes: Int { 16 << 20 }

    private struct Found: Sendable {
        let made: Made
        let byteCount: Int
        let lineCount: Int
        let lateColumns: [String]
    }

    private enum Job {
        /// Records that are still to be found.
        case split(RawRecords, Pending<Found>)
        case block(Pending<Made>)
    }

    private struct Ahead {
        let byteCount: Int
        let job: Job
    }

    init(_ reader: any RecordReader, _ cancellation: Cancellation) {
        self.reader = reader
        self.cancellation = cancellation
        splitter = reader as? TextRecordReader
    }

    /// What `work` makes of each of the next blocks, at most `mostAhead` of them, and nothing of those behind them yet.
    func first(_ work: @escaping @Sendable (RecordBlock) -> Made) throws -> [Made] {
        try fill(work)
        var made: [Made] = []
        while !ahead.isEmpty { if let one = try take() { made.append(one) } }
        return made
    }

    /// What `work` made of the next block; nil where no blocks are left.
    func next(_ work: @escaping @Sendable (RecordBlock) -> Made) throws -> Made? {
        while true {
            try fill(work)
            if ahead.isEmpty { return nil }
            if let made = try take() { return made }
        }
    }

    private func fill(_ work: @escaping @Sendable (RecordBlock) -> Made) throws {
        while ahead.count < Self.mostAhead, aheadBytes < Self.mostAheadBytes, !isAtEnd {
            try cancellation.check()
            if let splitter, let finder = splitter.finder, let raw = try splitter.nextRaw() {
                let pending = WorkQueue.shared.submit { [cancellation] in
                    try cancellation.check()
                    let records = finder.records(raw)
                    return Found(
                        made: work(records.block), byteCount: records.byteCount, lineCount: records.lineCount,
                        lateColumns: records.lateColumns)
                }
                append(raw.bytes.count, .split(raw, pending))
                continue
            }
            // The records found so far may turn out to end elsewhere; what is read behind them must wait for that.
            if case .split? = ahead.last?.job { return }
            guard let block = try reader.next() else {
                isAtEnd = true
                return
            }
            append(block.bytes.count, .block(WorkQueue.shared.submit { work(block) }))
        }
    }

    private func append(_ byteCount: Int, _ job: Job) {
        ahead.append(Ahead(byteCount: byteCount, job: job))
        aheadBytes += byteCount
    }

    /// What was made of the oldest block.
    private func take() throws -> Made? {
        let oldest = ahead.removeFirst()
        aheadBytes -= oldest.byteCount
        switch oldest.job {
        case .block(let pending): return try pending.value()
        case .split(let raw, let pending):
            let found = try pending.value()
            if !found.lateColumns.isEmpty { splitter?.learn(found.lateColumns) }
            // Quotes that stand where they should not can make a record end elsewhere than the cut supposed.
            if found.byteCount < raw.bytes.count { putBack(raw, found) }
            return found.made
        }
    }

    /// Gives back what follows the records found in `raw`, with all that was read ahead.
    private func putBack(_ raw: RawRecords, _ found: Found) {
        var rest = Array(raw.bytes[found.byteCount...])
        for later in ahead { if case .split(let raw, _) = later.job { rest += raw.bytes } }
        ahead = []
        aheadBytes = 0
        splitter?.putBack(rest, line: raw.firstLine + found.lineCount)
    }
}
