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

    init(type: DataType, byCharacters: Bool) {
        let seed = UInt64.random(in: .min ... .max)
        isText = type == .text || byCharacters
        lanes = LaneTable(seed: seed)
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

    /// For looking many stored keys up.
    func probe() -> KeyProbe { KeyProbe(lanes: lanes, words: words, filter: isText ? nil : LaneFilter(lanes)) }

    /// The keys as a batch column: text where compared by characters, else as they came.
    func keys(type: DataType) -> BatchColumn {
        if isText { return .text(offsets: words.offsets, bytes: words.bytes, missing: nil) }
        return type == .float
            ? .floats(lanes.lanes.map { Double(bitPattern: UInt64(bitPattern: $0)) }, missing: nil)
            : .lanes(lanes.lanes, missing: nil)
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

/// Looks stored keys up among those of a table, which does not grow any more; from all cores at once.
struct KeyProbe: Sendable {
    fileprivate let lanes: LaneTable
    fileprivate let words: WordTable
    /// Nil where keys are compared by their characters.
    fileprivate let filter: LaneFilter?

    /// Whether stored keys with these lanes can be known.
    func mayKnow(_ range: ClosedRange<Int64>?) -> Bool {
        guard let range, let filter else { return true }
        return filter.mayHold(range)
    }

    /// The rows of a stored chunk whose key the table knows, and its position.
    func knownRows(
        of chunk: Chunk, type: DataType, dictionary: TextDictionary?
    ) -> (rows: [UInt32], positions: [UInt32]) {
        let missing = chunk.missing?.words ?? []
        guard let filter else {
            let text = type == .text ? chunk.decodedText(dictionary) : ChunkConversion.spelled(chunk, type: type)
            guard let (offsets, bytes) = text else { return ([], []) }
            return words.knownRows(of: offsets, bytes: bytes, missing: missing)
        }
        let keys =
            chunk.decodedLanes()
            ?? chunk.decodedFloats()?.map { Int64(bitPattern: ($0 == 0 ? 0 : $0).bitPattern) } ?? []
        return lanes.knownRows(of: keys, missing: missing, filter: filter)
    }
}

/// Finds the customers that a file speaks of: numbers the file's keys as they come, then reads the stored keys through once and looks
/// each up among them. Keys that no stored customer has get the next rows.
struct KeyIndex {
    private var table: KeyTable
    /// Customer row by position of the key; empty until `resolve`.
    private var rowsByPosition: [UInt32] = []
    /// Positions of the keys that no stored customer has, ascending.
    private var newPositions: [UInt32] = []
    /// The row that the next unknown key gets.
    private(set) var nextRow: Int
    /// Keys of customers who were merged into others; known once resolved.
    private(set) var merged = MergedCustomers.Met()

    /// `type` is the file's keys'.
    init(type: DataType, byCharacters: Bool, customerRows: Int) {
        table = KeyTable(type: type, byCharacters: byCharacters)
        nextRow = customerRows
    }

    var newCount: Int { areAllNew ? table.count : newPositions.count }

    /// A number for every key in `column`, the same for the same key, `KeyTable.missing` where there is none.
    mutating func positions(of column: BatchColumn, type: DataType) throws -> [UInt32] {
        let positions = try table.positions(of: column, type: type)
        guard nextRow + table.count < Int(UInt32.max) else { throw Diagnostic.tooManyRows("customers") }
        return positions
    }

    /// No stored customer has any of the keys: all are new, in the order of their positions.
    private var areAllNew = false
    /// The first of them then.
    private var firstRow: UInt32 = 0

    /// Finds the customers among the stored ones, whose keys are in `column`; nil where there are none to be found. Once, after all keys
    /// were numbered.
    ///
    /// - Parameter mergedYield: keys of customers who were merged into others that are named too have no row.
    mutating func resolve(
        _ column: ColumnEntry?, in customers: TableEntry, _ context: ImportContext, mergedYield: Bool = false
    ) throws {
        if column?.chunks.isEmpty ?? true {
            areAllNew = true
            firstRow = UInt32(nextRow)
            nextRow += table.count
            return
        }
        var rowsByPosition = extended([], to: table.count)
        for position in rowsByPosition.indices { rowsByPosition[position] = KeyTable.missing }
        if let column, table.count > 0 {
            let dictionary = try context.loader.dictionary(of: column, in: customers)
            let (probe, loader, chunkRows) = (table.probe(), context.loader, context.geometry.chunkRows)
            let cancellation = context.cancellation
            let found = try inParallel(column.chunks.count) { index in
                try cancellation.check()
                let entry = column.chunks[index]
                guard probe.mayKnow(entry.range) else { return (rows: [UInt32](), positions: [UInt32]()) }
                let chunk = try loader.chunk(entry, of: column, in: customers, first: index * chunkRows)
                return probe.knownRows(of: chunk, type: column.schema.type, dictionary: dictionary)
            }
            for (index, known) in found.enumerated() {
                for (row, position) in zip(known.rows, known.positions)
                where rowsByPosition[Int(position)] == KeyTable.missing {
                    rowsByPosition[Int(position)] = UInt32(index * chunkRows) + row
                }
            }
        }
        for position in 0..<rowsByPosition.count where rowsByPosition[position] == KeyTable.missing {
            rowsByPosition[position] = UInt32(nextRow)
            nextRow += 1
            newPositions.append(UInt32(position))
        }
        merged = try context.mergedCustomers().replace(&rowsByPosition, yields: mergedYield)
        self.rowsByPosition = rowsByPosition
    }

    /// Customer rows in place of the numbers that `positions` gave.
    func translate(_ positions: inout RowBlocks) throws {
        if areAllNew, firstRow == 0 { return }
        let rows = areAllNew ? (0..<UInt32(table.count)).map { $0 + firstRow } : rowsByPosition
        try positions.translate(by: rows, skip: KeyTable.missing)
    }

    /// The keys that no stored customer has, in order of their rows.
    func newKeys(type: DataType) -> BatchColumn {
        let keys = table.keys(type: type)
        return areAllNew || newPositions.count == table.count ? keys : keys.selecting(newPositions)
    }
}
