import ReachColumns
import Synchronization

/// One column of a file on its way in: rows gather until a block is full, then only its chunk is kept.
final class StagedColumn: Sendable {
    let type: DataType
    private let blockRows: Int
    private let policy: EncodingPolicy
    private let state: Mutex<State>

    fileprivate struct State {
        var blocks: [Chunk] = []
        var dictionary: TextDictionaryBuilder
        var lanes: [Int64] = []
        var floats: [Double] = []
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        var missing: [UInt64] = []
        var rowCount = 0
    }

    /// Text is coded on from `dictionary`, the words that the column has already.
    init(type: DataType, blockRows: Int, policy: EncodingPolicy, dictionary: TextDictionary? = nil) {
        self.type = type
        self.blockRows = blockRows
        self.policy = policy
        state = Mutex(State(dictionary: TextDictionaryBuilder(dictionary)))
    }

    /// Adds the rows of `column` that `rows` names, in that order; all of them where it is nil.
    /// Empty text and floats that are no number become missing.
    func append(_ column: BatchColumn, rows: [UInt32]?) {
        let count = rows?.count ?? column.rowCount
        state.withLock { state in
            var done = 0
            while done < count {
                let slice = done..<min(count, done + blockRows - state.rowCount)
                state.append(column, rows: rows, slice)
                done = slice.upperBound
                if state.rowCount == blockRows { state.closeBlock(type, policy) }
            }
        }
    }

    /// The ranges of all blocks, the last one closed; nothing is added after this.
    func closedRanges() -> [ClosedRange<Int64>] {
        state.withLock { state in
            if state.rowCount > 0 { state.closeBlock(type, policy) }
            return state.blocks.compactMap(\.range)
        }
    }

    /// The blocks, all of `blockRows` rows but the last, and the dictionary that their words are codes of.
    func finish() -> (blocks: [Chunk], dictionary: TextDictionaryBuilder) {
        state.withLock { state in
            if state.rowCount > 0 { state.closeBlock(type, policy) }
            defer { state = State(dictionary: TextDictionaryBuilder()) }
            return (state.blocks, state.dictionary)
        }
    }
}

extension StagedColumn.State {
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
        for (row, index) in slice.enumerated() {
            offsets.append(sourceOffsets[index + 1] &+ place)
            if sourceOffsets[index] == sourceOffsets[index + 1] { setMissing(first + row) }
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

    fileprivate mutating func closeBlock(_ type: DataType, _ policy: EncodingPolicy) {
        let wordCount = (rowCount + 63) / 64
        let bitmap =
            missing.isEmpty
            ? nil : Bitmap(count: rowCount, words: missing + Array(repeating: 0, count: wordCount - missing.count))
        switch type {
        case .float: blocks.append(ChunkEncoder.encode(floats: floats, missing: bitmap))
        case .text:
            blocks.append(
                ChunkEncoder.encode(
                    text: offsets, bytes: bytes, missing: bitmap, dictionary: &dictionary, policy: policy))
        default: blocks.append(ChunkEncoder.encode(lanes: lanes, missing: bitmap, policy: policy))
        }
        lanes.removeAll(keepingCapacity: true)
        floats.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        offsets.append(0)
        bytes.removeAll(keepingCapacity: true)
        missing.removeAll()
        rowCount = 0
    }
}
