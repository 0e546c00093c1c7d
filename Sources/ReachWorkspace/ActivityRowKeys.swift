import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Stored activity rows whose place is taken by rows of the file.
struct ReplacedRows {
    /// Where a stored row was.
    struct Place: Hashable, Sendable {
        let partition: Int
        let row: Int
    }

    /// By partition, set where the row is replaced.
    var gone: [Int: Bitmap] = [:]
    /// What each row of the file replaces.
    var places: [UInt32: Place] = [:]

    /// Rows of the file that replace one.
    var fileRowCount: Int { places.count }
}

/// The row keys of an activity file: a later row of the file takes the place of an earlier one, and both of a stored one.
struct ActivityRowKeys {
    /// In the file.
    let position: Int
    private let type: DataType
    private let stored: ColumnEntry?
    private var table: KeyTable
    /// The row of the file that counts, by position of its key.
    private var lastRows: [UInt32] = []
    private(set) var duplicateCount = 0

    init(position: Int, type: DataType, stored: ColumnEntry?) {
        self.position = position
        self.type = type
        self.stored = stored
        table = KeyTable(type: type, byCharacters: stored.map { $0.schema.type != type } ?? false)
    }

    /// Takes the keys of rows from `firstRow` on. Gives the earlier rows that no longer count.
    mutating func add(_ keys: BatchColumn, firstRow: Int) throws -> [Int] {
        let positions = try table.positions(of: keys, type: type)
        var superseded: [Int] = []
        for (row, position) in positions.enumerated() where position != KeyTable.missing {
            if Int(position) == lastRows.count {
                lastRows.append(UInt32(firstRow + row))
            } else {
                superseded.append(Int(lastRows[Int(position)]))
                lastRows[Int(position)] = UInt32(firstRow + row)
            }
        }
        duplicateCount += superseded.count
        return superseded
    }

    /// They are not needed once stored rows were found.
    mutating func forgetKeys() {
        table = KeyTable(type: type, byCharacters: false)
        lastRows = []
    }

    /// Reads the stored row keys through and looks each up among the file's, which are fewer as a rule.
    func findStored(_ context: ImportContext, table activity: TableEntry) throws -> ReplacedRows {
        var replaced = ReplacedRows()
        guard let stored, table.count > 0 else { return replaced }
        let dictionary = try context.loader.dictionary(of: stored, in: activity)
        let (probe, loader) = (table.probe(), context.loader)
        let cancellation = context.cancellation
        let found = try inParallel(stored.chunks.count) { partition in
            try cancellation.check()
            let entry = stored.chunks[partition]
            guard entry.rowCount > entry.missingCount, probe.mayKnow(entry.range) else {
                return (rows: [UInt32](), positions: [UInt32]())
            }
            let chunk = try loader.chunk(entry, of: stored, in: activity, first: partition)
            return probe.knownRows(of: chunk, type: stored.schema.type, dictionary: dictionary)
        }
        for (partition, known) in found.enumerated() where !known.rows.isEmpty {
            var gone = Bitmap(count: stored.chunks[partition].rowCount)
            for (row, position) in zip(known.rows, known.positions) {
                gone[Int(row)] = true
                replaced.places[lastRows[Int(position)]] = ReplacedRows.Place(partition: partition, row: Int(row))
            }
            replaced.gone[partition] = gone
        }
        return replaced
    }
}
