import ReachDiagnostics
import ReachKernels

/// A table of an SQLite file. Values are what the file says they are: numbers are numbers, text is text or dates.
struct DatabaseFormat: ImportFormat {
    static let name = "sqlite"

    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool {
        head.bytes.starts(with: Array("SQLite format 3\0".utf8))
    }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        do {
            return try DatabaseReader(head, options)
        } catch let failure as SQLiteFile.Failure {
            try head.cancellation.check()
            throw Diagnostic.databaseNotReadable(head.path, failure.reason, at: head.span)
        }
    }
}

/// One pass over a table.
private final class DatabaseReader: RecordReader {
    let shape: FileShape
    let header: [String]?
    let columnCount: Int
    let rejectsStyle: RejectsStyle

    private let head: FileHead
    private let file: SQLiteFile
    /// About; 0 where it is not known.
    private let rowCount: Int
    private let batchRows: Int
    /// More rows than a table of a file that size can have; nil where rows are made by a view.
    private let guardsRows: Int?
    /// A row number stands before the columns: they ascend, unless pages are read twice.
    private let isNumbered: Bool
    private var lastNumber = Int64.min
    private var row = 0
    private var isAtEnd = false
    private var contents = FileFingerprint()

    init(_ head: FileHead, _ options: ImportOptions) throws {
        self.head = head
        file = try head.source.spool.map { try SQLiteFile($0) } ?? SQLiteFile(path: head.path)
        file.heed(head.cancellation)
        if try file.texts("PRAGMA application_id").first == String(Self.workspaceId) {
            throw Diagnostic.isWorkspace(head.path, at: head.span)
        }
        let tables = try file.texts(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                + "ORDER BY rowid")
        let table = try Self.chosen(tables, head, options)
        let all = try file.texts("SELECT name FROM pragma_table_info(\(Self.text(table)))")
        let binary = try file.texts(
            "SELECT name FROM pragma_table_info(\(Self.text(table))) WHERE upper(type) LIKE '%BLOB%'")
        let names = all.filter { !binary.contains($0) }
        guard !names.isEmpty else { throw Diagnostic.emptySheet(head.path, table, at: head.span) }
        // Counting rows may take as long as reading them. Views and some tables have no row number.
        let rowNumber = ["rowid", "_rowid_", "oid"].first { name in !all.contains { Name.same($0, name) } } ?? "rowid"
        let last = try? file.texts("SELECT max(\(rowNumber)) FROM \(SQLiteFile.quoted(table))").first.flatMap {
            Int($0)
        }
        rowCount = max(0, last ?? 0)
        let columns = names.map(SQLiteFile.quoted).joined(separator: ", ")
        let from = "FROM \(SQLiteFile.quoted(table))"
        let isTable = try file.texts(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name = \(Self.text(table))"
        )
        if isTable.isEmpty {
            // What stands behind a view is not known here, so all of the file is looked at.
            let faults = try file.texts("PRAGMA quick_check(1)")
            guard faults == ["ok"] else { throw SQLiteFile.Failure(reason: "database disk image is malformed") }
            guardsRows = nil
            isNumbered = false
            try file.prepare("SELECT \(columns) \(from)")
        } else {
            let pages = try file.texts("PRAGMA page_count") + file.texts("PRAGMA page_size")
            guardsRows = pages.compactMap { Int($0) }.reduce(1, *) / Self.leastRowBytes
            isNumbered = (try? file.prepare("SELECT \(rowNumber), \(columns) \(from) NOT INDEXED")) != nil
            if !isNumbered { try file.prepare("SELECT \(columns) \(from)") }
        }
        var notes = tables.count > 1 ? ["read from table `\(table)`"] : []
        notes += binary.map { "`\($0)` holds bytes and is left out" }
        header = names
        columnCount = names.count
        rejectsStyle = .delimited(
            by: 0x2C, header: RowWriter.line(names),
            prefixCells: RejectsFile.prefixCells(of: names))
        batchRows = min(options.batchRows, 16_384)
        shape = FileShape(
            format: DatabaseFormat.name, encoding: "UTF-8", delimiter: "", byteCount: head.byteCount,
            saysEncoding: true,
            notes: notes)
    }

    /// Two bytes of a page's list, and the shortest cell.
    private static let leastRowBytes = 6

    /// Of the program that a file belongs to: "REAC", as workspaces have it.
    private static let workspaceId: Int32 = 0x5245_4143

    /// The table that is named, the only one, or the one called as the import's.
    private static func chosen(_ tables: [String], _ head: FileHead, _ options: ImportOptions) throws -> String {
        if let part = options.part {
            guard let named = tables.first(where: { Name.same($0, part.text) }) else {
                throw Diagnostic.unknownPart(part, kind: "sheet", tables)
            }
            return named
        }
        guard let first = tables.first else { throw Diagnostic.emptySheet(head.path, "main", at: head.span) }
        if tables.count == 1 { return first }
        guard let same = tables.first(where: { Name.same($0, options.table) }) else {
            throw Diagnostic.severalTables(head.path, tables, at: head.span)
        }
        return same
    }

    private static func text(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    /// In bytes of the file, taking rows as equally long.
    var readBytes: Int { rowCount == 0 ? head.byteCount : min(head.byteCount, row * head.byteCount / rowCount) }

    func next() throws -> RecordBlock? {
        if isAtEnd { return nil }
        var writer = RowWriter(width: columnCount, capacity: batchRows, firstLine: row + 1)
        do {
            while !writer.isFull {
                guard try file.step() else {
                    isAtEnd = true
                    break
                }
                row += 1
                try checkOrder()
                writer.add((0..<columnCount).map { cell($0) }, line: row)
            }
        } catch {
            try head.cancellation.check()
            throw Diagnostic.databaseNotReadable(head.path, error.reason, at: head.span)
        }
        if writer.isEmpty { return nil }
        let block = writer.block()
        contents.add(block.bytes.span)
        return block
    }

    /// Damaged files can lead back to pages that were read, so that their rows come again, at worst without end.
    private func checkOrder() throws(SQLiteFile.Failure) {
        var comesAgain = row > guardsRows ?? .max
        if isNumbered, case .integer(let number) = file.value(0) {
            comesAgain = comesAgain || row > 1 && number <= lastNumber
            lastNumber = number
        }
        if comesAgain { throw SQLiteFile.Failure(reason: "database disk image is malformed: the same rows come again") }
    }

    private func cell(_ column: Int) -> RowWriter.Cell {
        switch file.value(isNumbered ? column + 1 : column) {
        case .missing: return ([], .none)
        case .integer(let number): return (Array(String(number).utf8), .none)
        case .real(let number): return (number.isFinite ? Array(number.description.utf8) : [], .none)
        case .text(let bytes): return (bytes, .text)
        case .blob(let bytes):
            if takeCensus(bytes.span).isUTF8 { return (bytes, .text) }
            let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return (Array(digits.joined().utf8), .text)
        }
    }

    /// Of the rows, since a database's pages move about.
    func fingerprint() throws -> UInt64 { contents.value }
}
