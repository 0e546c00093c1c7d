import GRDB
import ReachColumns
import ReachDiagnostics

extension Catalogue {
    /// Where the hidden columns stand.
    fileprivate static let layoutPosition = -1
    fileprivate static let originPosition = -2
    /// Rollups stand here and below.
    fileprivate static let rollupPosition = -3

    /// The id of the newest version.
    static func newestVersion(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM versions")) ?? 0
    }

    /// Reads the newest version. Throws `CataloguePacking.Damaged` where a list's checksum is wrong.
    static func load(_ db: Database, geometry: Geometry) throws -> Catalogue {
        guard
            let newest = try Row.fetchOne(db, sql: "SELECT id, customer_rows FROM versions ORDER BY id DESC LIMIT 1")
        else { throw CataloguePacking.Damaged() }
        let tables = try Row.fetchAll(
            db, sql: "SELECT id, name, kind, numbered, row_count FROM tables ORDER BY id = 2, id"
        ).map { try TableEntry($0, columnsIn: "columns", db) }
        guard tables.first?.kind == .customers else { throw CataloguePacking.Damaged() }
        return Catalogue(version: newest[0], geometry: geometry, customerRows: newest[1], tables: tables)
    }
}

extension ColumnEntry {
    init(_ row: Row) throws {
        guard let type = DataType(packed: row["type"]) else { throw CataloguePacking.Damaged() }
        self.init(
            id: row["id"], schema: ColumnSchema(name: row["name"], type: type, role: .init(packed: row["role"])),
            chunks: try CataloguePacking.unpackChunks(row.bytes("chunks")),
            dictionary: try CataloguePacking.unpackPieces(row.bytes("dictionary")))
    }

    /// `list` is the table of the file that it is written to.
    func insert(into list: String = "columns", _ db: Database, table: Int64, position: Int) throws {
        try db.execute(
            sql: """
                INSERT INTO \(list) (id, table_id, position, name, type, role, chunks, dictionary)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id == 0 ? nil : id, table, position, schema.name, schema.type.name, schema.role.packed,
                CataloguePacking.pack(chunks: chunks).data, CataloguePacking.pack(pieces: dictionary).data,
            ])
    }
}

extension TableEntry {
    /// From id, name, kind, numbered and row_count; its columns stand in `list`.
    init(_ row: Row, columnsIn list: String, _ db: Database) throws {
        self = .empty(name: row[1], kind: row[2] == "customers" ? .customers : .activity)
        id = row[0]
        isNumbered = row[3]
        rowCount = row[4]
        let columns = try Row.fetchCursor(
            db, sql: "SELECT * FROM \(list) WHERE table_id = ? ORDER BY position", arguments: [id])
        while let row = try columns.next() {
            let column = try ColumnEntry(row)
            switch row["position"] as Int {
            case Catalogue.layoutPosition: layout = column
            case Catalogue.originPosition: origin = column
            case ...Catalogue.rollupPosition: rollups += RollupEntry(column).map { [$0] } ?? []
            default: self.columns.append(column)
            }
        }
    }

    /// Writes the table's columns, the hidden ones among them.
    func insertColumns(into list: String = "columns", _ db: Database) throws {
        try layout.insert(into: list, db, table: id, position: Catalogue.layoutPosition)
        try origin.insert(into: list, db, table: id, position: Catalogue.originPosition)
        for (index, rollup) in rollups.enumerated() {
            try rollup.figures.insert(into: list, db, table: id, position: Catalogue.rollupPosition - index)
        }
        for (position, column) in columns.enumerated() {
            try column.insert(into: list, db, table: id, position: position)
        }
    }

    /// Writes the table and its columns in place of what was there under its id.
    func insert(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM columns WHERE table_id = ?", arguments: [id])
        try db.execute(
            sql: """
                INSERT INTO tables (id, name, folded, kind, numbered, row_count) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded, kind = excluded.kind,
                    numbered = excluded.numbered, row_count = excluded.row_count
                """,
            arguments: [id, name, Name.fold(name), kind == .customers ? "customers" : "activity", isNumbered, rowCount])
        try insertColumns(db)
    }
}
