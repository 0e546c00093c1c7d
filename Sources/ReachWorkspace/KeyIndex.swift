import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Numbers distinct keys by order of arrival. Keys of one type are compared as values, keys of different types by their characters:
/// `7` in a column of integers is `7` in a column of text, and `007` is not.
struct KeyTable {
    private var lanes: LaneTable
    private var words: WordTable
    /// Whether keys are compared by their characters.
    let isText: Bool

    /// Said instead of a position where the key is missing.
    static let missing = UInt32.max

    init(type: DataType, byCharacters: Bool, capacity: Int = 0) {
        let seed = UInt64.random(in: .min ... .max)
        isText = type == .text || byCharacters
        lanes = LaneTable(capacity: isText ? 0 : capacity, seed: seed)
        words = WordTable(seed: seed)
    }

    var count: Int { isText ? words.count : lanes.count }

    /// Positions of all rows of a column of `type`, new ones for keys not met before.
    mutating func positions(of column: BatchColumn, type: DataType) throws -> [UInt32] {
        switch column {
        case .lanes(let values, let missing):
            if !isText { return lanes.positions(of: values, missing: missing?.words ?? []) }
            let chunk = ChunkEncoder.encode(lanes: values, missing: missing)
            return try positions(spelling: chunk, type: type)
        case .floats(let values, let missing):
            if !isText {
                // Both zeros are one key.
                let keys = values.map { Int64(bitPattern: ($0 == 0 ? 0 : $0).bitPattern) }
                return lanes.positions(of: keys, missing: missing?.words ?? [])
            }
            return try positions(spelling: ChunkEncoder.encode(floats: values, missing: missing), type: type)
        case .text(let offsets, let bytes, let missing):
            return try positions(offsets, bytes, missing: missing)
        }
    }

    /// The same for a chunk that is stored already.
    mutating func positions(of chunk: Chunk, type: DataType, dictionary: TextDictionary?) throws -> [UInt32] {
        if type == .text, let text = chunk.decodedText(dictionary) {
            return try positions(text.offsets, text.bytes, missing: chunk.missing)
        }
        if isText { return try positions(spelling: chunk, type: type) }
        if let floats = chunk.decodedFloats(), type == .float {
            return try positions(of: .floats(floats, missing: chunk.missing), type: type)
        }
        return lanes.positions(of: chunk.decodedLanes() ?? [], missing: chunk.missing?.words ?? [])
    }

    /// The positions of the keys of a stored chunk that were met before, `missing` for all others.
    func knownPositions(of chunk: Chunk, type: DataType, dictionary: TextDictionary?) throws -> [UInt32] {
        var positions = [UInt32](repeating: Self.missing, count: chunk.rowCount)
        if isText {
            let text = type == .text ? chunk.decodedText(dictionary) : ChunkConversion.spelled(chunk, type: type)
            guard let (offsets, bytes) = text else { return positions }
            for row in 0..<chunk.rowCount where offsets[row] != offsets[row + 1] && !chunk.isMissing(at: row) {
                let found = words.find(bytes, from: Int(offsets[row]), to: Int(offsets[row + 1]))
                positions[row] = found ?? Self.missing
            }
            return positions
        }
        let keys =
            chunk.decodedLanes()
            ?? chunk.decodedFloats()?.map { Int64(bitPattern: ($0 == 0 ? 0 : $0).bitPattern) } ?? []
        for row in keys.indices where !chunk.isMissing(at: row) {
            positions[row] = lanes.find(keys[row]) ?? Self.missing
        }
        return positions
    }

    /// The keys from position `first` on as a batch column: text where compared by characters, else as they came.
    func keys(from first: Int, type: DataType) -> BatchColumn {
        if isText {
            let start = words.offsets[first]
            return .text(
                offsets: words.offsets[first...].map { $0 - start }, bytes: Array(words.bytes[Int(start)...]),
                missing: nil)
        }
        let keys = Array(lanes.lanes[first...])
        return type == .float
            ? .floats(keys.map { Double(bitPattern: UInt64(bitPattern: $0)) }, missing: nil)
            : .lanes(keys, missing: nil)
    }

    private mutating func positions(spelling chunk: Chunk, type: DataType) throws -> [UInt32] {
        let (offsets, bytes) = ChunkConversion.spelled(chunk, type: type)
        return try positions(offsets, bytes, missing: chunk.missing)
    }

    private mutating func positions(_ offsets: [UInt32], _ bytes: [UInt8], missing: Bitmap?) throws -> [UInt32] {
        guard let positions = words.positions(of: offsets, bytes: bytes, missing: missing?.words ?? []) else {
            throw Diagnostic.tooManyKeys
        }
        return positions
    }
}

/// Finds customer rows by key and gives unknown keys the next rows.
struct KeyIndex {
    private(set) var table: KeyTable
    /// Customer row by position in the table; nil while they are the same, which they are unless a stored key is missing.
    private var rowsByPosition: [UInt32]?
    private var seenPositions: Int
    /// Keys that the stored customers have.
    let knownCount: Int
    /// The row that the next unknown key gets.
    private(set) var nextRow: Int

    /// `chunks` are those of the key column, which is of `type`.
    init(
        chunks: [Chunk], type: DataType, byCharacters: Bool, dictionary: TextDictionary?, customerRows: Int
    ) throws {
        table = KeyTable(type: type, byCharacters: byCharacters, capacity: customerRows)
        nextRow = customerRows
        if chunks.contains(where: { $0.missing != nil }) { rowsByPosition = [] }
        var first = 0
        for chunk in chunks {
            _ = try table.positions(of: chunk, type: type, dictionary: dictionary)
            if rowsByPosition != nil {
                for row in 0..<chunk.rowCount where !chunk.isMissing(at: row) {
                    rowsByPosition?.append(UInt32(first + row))
                }
            }
            first += chunk.rowCount
        }
        if rowsByPosition == nil, table.count != customerRows { rowsByPosition = [] }
        knownCount = table.count
        seenPositions = table.count
    }

    /// The customer row of every key in `column`, `KeyTable.missing` where there is none.
    mutating func rows(of column: BatchColumn, type: DataType) throws -> [UInt32] {
        var rows = try table.positions(of: column, type: type)
        let newCount = table.count - seenPositions
        seenPositions = table.count
        if rowsByPosition != nil {
            for row in nextRow..<(nextRow + newCount) { rowsByPosition?.append(UInt32(row)) }
        }
        nextRow += newCount
        guard nextRow < Int(UInt32.max) else { throw Diagnostic.tooManyRows("customers") }
        if let rowsByPosition {
            for index in 0..<rows.count where rows[index] != KeyTable.missing {
                rows[index] = rowsByPosition[Int(rows[index])]
            }
        }
        return rows
    }

    /// The keys that no stored customer has, in order of their rows.
    func newKeys(type: DataType) -> BatchColumn { table.keys(from: knownCount, type: type) }
    var newCount: Int { table.count - knownCount }
}
