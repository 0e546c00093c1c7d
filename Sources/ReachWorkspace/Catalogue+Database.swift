import GRDB
import ReachColumns
import ReachDiagnostics

extension Catalogue {
    /// Where the hidden columns stand.
    fileprivate static let layoutPosition = -1
    fileprivate static let originPosition = -2

    /// The id of the newest version.
    static func newestVersion(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM versions")) ?? 0
    }

    /// Reads the newest version. Throws `CataloguePacking.Damaged` where a list's checksum is wrong.
    static func load(_ db: Database, geometry: Geometry) throws -> Catalogue {
        guard
            let newest = try Row.fetchOne(db, sql: "SELECT id, customer_rows FROM versions ORDER BY id DESC LIMIT 1")
        else { throw CataloguePacking.Damaged() }
        var tables: [TableEntry] = []
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, name, kind, numbered, row_count FROM tables ORDER BY id = 2, id")
        for row in rows {
            let id: Int64 = row[0]
            var table = TableEntry.empty(name: row[1], kind: row[2] == "customers" ? .customers : .activity)
            table.id = id
            table.isNumbered = row[3]
            table.rowCount = row[4]
            let columns = try Row.fetchCursor(
                db, sql: "SELECT * FROM columns WHERE table_id = ? ORDER BY position", arguments: [id])
            while let columnRow = try columns.next() {
                let column = try ColumnEntry(columnRow)
                switch columnRow["position"] as Int {
                case Self.layoutPosition: table.layout = column
                case Self.originPosition: table.origin = column
                default: table.columns.append(column)
                }
            }
            tables.append(table)
        }
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

    fileprivate func insert(_ db: Database, table: Int64, position: Int) throws {
        try db.execute(
            sql: """
                INSERT INTO columns (id, table_id, position, name, type, role, chunks, dictionary)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id == 0 ? nil : id, table, position, schema.name, schema.type.name, schema.role.packed,
                CataloguePacking.pack(chunks: chunks).data, CataloguePacking.pack(pieces: dictionary).data,
            ])
    }
}

extension TableEntry {
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
        try layout.insert(db, table: id, position: Catalogue.layoutPosition)
        try origin.insert(db, table: id, position: Catalogue.originPosition)
        for (position, column) in columns.enumerated() { try column.insert(db, table: id, position: position) }
    }
}
