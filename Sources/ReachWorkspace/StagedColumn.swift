import ReachColumns
import ReachKernels
import Synchronization

/// One column of a file on its way in: rows gather until a block is full, which is then encoded while others gather. Blocks are encoded in
/// their order, so that a dictionary grows the same way whatever the cores.
final class StagedColumn: Sendable {
    /// What is left of the rows of a block.
    enum Block: Sendable {
        case chunk(Chunk)
        /// Written already, as the chunk of the table that it is to be if all goes on as it looks.
        case staged(ChunkEntry)

        var rowCount: Int {
            switch self {
            case .chunk(let chunk): chunk.rowCount
            case .staged(let entry): entry.rowCount
            }
        }

        var range: ClosedRange<Int64>? {
            switch self {
            case .chunk(let chunk): chunk.range
            case .staged(let entry): entry.range
            }
        }
    }

    /// The column of the table whose chunks the blocks become where a file has new customers alone, each once.
    struct Destination: Sendable {
        let staging: StagingWriter
        let table: Int64
        let column: Int64
    }

    let type: DataType
    private let blockRows: Int
    private let policy: EncodingPolicy
    private let destination: Destination?
    private let gathered = Mutex(GatheredRows())
    private let dictionary: Mutex<TextDictionaryBuilder>
    private let encoding = Mutex(Encoding())

    private struct Encoding {
        /// Full blocks that are still to be encoded.
        var waiting: [(rows: GatheredRows, isStaged: Bool)] = []
        var blocks: [Block] = []
        /// Encodes all that waits.
        var job: Pending<Void>?
        var isUnderWay = false
        var failure: (any Error)?
    }

    /// More than these are not left waiting.
    private static let mostWaiting = 2

    /// Text is coded on from `dictionary`, the words that the column has already.
    init(
        type: DataType, blockRows: Int, policy: EncodingPolicy, dictionary: TextDictionary? = nil,
        destination: Destination? = nil
    ) {
        self.type = type
        self.blockRows = blockRows
        self.policy = policy
        self.destination = destination
        self.dictionary = Mutex(TextDictionaryBuilder(dictionary))
    }

    /// Adds the rows of `column` that `rows` names, in that order; all of them where it is nil.
    /// Empty text and floats that are no number become missing. Blocks that become full are staged at once where `isStaged`.
    func append(_ column: BatchColumn, rows: [UInt32]?, isStaged: Bool = false) throws {
        let count = rows?.count ?? column.rowCount
        var full: [GatheredRows] = []
        gathered.withLock { gathered in
            var done = 0
            while done < count {
                let slice = done..<min(count, done + blockRows - gathered.rowCount)
                gathered.append(column, rows: rows, slice)
                done = slice.upperBound
                if gathered.rowCount == blockRows { full.append(gathered.closed()) }
            }
        }
        for rows in full { try encode(rows, isStaged: isStaged) }
    }

    /// The ranges of all blocks, the last one closed; nothing is added after this.
    func closedRanges() throws -> [ClosedRange<Int64>] {
        try close()
        return encoding.withLock { $0.blocks.compactMap(\.range) }
    }

    /// The blocks, all of `blockRows` rows but the last, and the dictionary that their words are codes of.
    func finish() throws -> (blocks: [Block], dictionary: TextDictionaryBuilder) {
        try close()
        let blocks = encoding.withLock { encoding in
            defer { encoding.blocks = [] }
            return encoding.blocks
        }
        return dictionary.withLock { words in
            defer { words = TextDictionaryBuilder() }
            return (blocks, words)
        }
    }

    /// Closes the last block where it has rows; returns once all are encoded.
    func close(isStaged: Bool = false) throws {
        let rest = gathered.withLock { $0.rowCount > 0 ? $0.closed() : nil }
        if let rest { try encode(rest, isStaged: isStaged) }
        try settle()
    }

    private func encode(_ rows: GatheredRows, isStaged: Bool) throws {
        let isCrowded = encoding.withLock { $0.waiting.count >= Self.mostWaiting }
        if isCrowded { try settle() }
        try encoding.withLock { encoding in
            if let failure = encoding.failure { throw failure }
            encoding.waiting.append((rows, isStaged && destination != nil))
            if encoding.isUnderWay { return }
            encoding.isUnderWay = true
            encoding.job = WorkQueue.shared.submit { self.encodeWaiting() }
        }
    }

    /// Waits until nothing waits.
    private func settle() throws {
        if let job = encoding.withLock({ $0.job.take() }) { try job.value() }
        if let failure = encoding.withLock({ $0.failure }) { throw failure }
    }

    private func encodeWaiting() {
        while let (rows, isStaged, index) = nextWaiting() {
            do {
                let chunk = dictionary.withLock { rows.chunk(type, policy, &$0) }
                let block = isStaged ? try stage(chunk, index: index) : .chunk(chunk)
                encoding.withLock { $0.blocks.append(block) }
            } catch {
                encoding.withLock { encoding in
                    encoding.failure = error
                    encoding.waiting = []
                }
            }
        }
    }

    private func nextWaiting() -> (rows: GatheredRows, isStaged: Bool, index: Int)? {
        encoding.withLock { encoding in
            guard !encoding.waiting.isEmpty else {
                encoding.isUnderWay = false
                return nil
            }
            let (rows, isStaged) = encoding.waiting.removeFirst()
            return (rows, isStaged, encoding.blocks.count)
        }
    }

    private func stage(_ chunk: Chunk, index: Int) throws -> Block {
        guard let destination else { return .chunk(chunk) }
        let encoded = EncodedChunk(
            chunk, table: destination.table, column: destination.column, first: index * blockRows)
        var entry = encoded.entry
        if let body = encoded.body { entry.id = try destination.staging.stage(body) }
        return .staged(entry)
    }
}

/// Rows of a column that no block holds yet.
struct GatheredRows: Sendable {
    private(set) var rowCount = 0
    private var lanes: [Int64] = []
    private var floats: [Double] = []
    private var offsets: [UInt32] = [0]
    private var bytes: [UInt8] = []
    private var missing: [UInt64] = []

    /// Gives away all rows and starts anew.
    mutating func closed() -> GatheredRows {
        let full = self
        self = GatheredRows()
        lanes.reserveCapacity(full.lanes.count)
        floats.reserveCapacity(full.floats.count)
        if full.offsets.count > 1 {
            offsets.reserveCapacity(full.offsets.count)
            bytes.reserveCapacity(full.bytes.count + full.bytes.count / 16)
        }
        return full
    }

    fileprivate mutating func append(_ column: BatchColumn, rows: [UInt32]?, _ slice: Range<Int>) {
        switch column {
        case .lanes(let source, let missing):
            if let rows {
                for index in slice { lanes.append(source[Int(rows[index])]) }
            } else {
                lanes.append(contentsOf: source[slice])
            }
            mark(missing, rows, slice)
        case .floats(let source, let missing):
            let first = rowCount
            for index in slice { floats.append(source[rows.map { Int($0[index]) } ?? index]) }
            mark(missing, rows, slice)
            for row in first..<rowCount where floats[row].isNaN { setMissing(row) }
        case .text(let sourceOffsets, let source, let missing):
            let first = rowCount
            mark(missing, rows, slice)
            if rows == nil, missingRowsAreEmpty(sourceOffsets, missing, slice) {
                copy(sourceOffsets, source, slice)
                return
            }
            for (place, index) in slice.enumerated() {
                let row = rows.map { Int($0[index]) } ?? index
                let from = Int(sourceOffsets[row])
                let to = Int(sourceOffsets[row + 1])
                if from == to {
                    setMissing(first + place)
                } else if missing?[row] != true {
                    bytes.append(contentsOf: source[from..<to])
                }
                offsets.append(UInt32(bytes.count))
            }
        }
    }

    /// All rows of the slice, one run of bytes.
    private mutating func copy(_ sourceOffsets: [UInt32], _ source: [UInt8], _ slice: Range<Int>) {
        let from = sourceOffsets[slice.lowerBound]
        let place = UInt32(bytes.count) &- from
        bytes.append(contentsOf: source[Int(from)..<Int(sourceOffsets[slice.upperBound])])
        let first = rowCount - slice.count
        guard appendOffsets(sourceOffsets, rows: slice, moved: place, to: &offsets) else { return }
        for (row, index) in slice.enumerated() where sourceOffsets[index] == sourceOffsets[index + 1] {
            setMissing(first + row)
        }
    }

    private func missingRowsAreEmpty(_ offsets: [UInt32], _ missing: Bitmap?, _ slice: Range<Int>) -> Bool {
        guard let missing else { return true }
        return !slice.contains { offsets[$0] != offsets[$0 + 1] && missing[$0] }
    }

    private mutating func mark(_ missing: Bitmap?, _ rows: [UInt32]?, _ slice: Range<Int>) {
        let first = rowCount
        rowCount += slice.count
        guard let missing else { return }
        for (place, index) in slice.enumerated() where missing[rows.map { Int($0[index]) } ?? index] {
            setMissing(first + place)
        }
    }

    private mutating func setMissing(_ row: Int) {
        while missing.count <= row >> 6 { missing.append(0) }
        missing[row >> 6] |= 1 << UInt64(row & 63)
    }

    fileprivate func chunk(
        _ type: DataType, _ policy: EncodingPolicy, _ dictionary: inout TextDictionaryBuilder
    ) -> Chunk {
        let wordCount = (rowCount + 63) / 64
        let bitmap =
            missing.isEmpty
            ? nil : Bitmap(count: rowCount, words: missing + Array(repeating: 0, count: wordCount - missing.count))
        switch type {
        case .float: return ChunkEncoder.encode(floats: floats, missing: bitmap)
        case .text:
            return ChunkEncoder.encode(
                text: offsets, bytes: bytes, missing: bitmap, dictionary: &dictionary, policy: policy)
        default: return ChunkEncoder.encode(lanes: lanes, missing: bitmap, policy: policy)
        }
    }
}
