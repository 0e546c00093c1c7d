import GRDB
import ReachColumns

/// The tables as they were before a merge, kept in the file until the data next changes.
enum MergeUndo {
    /// The chunks that only the tables before `version` list are not retired but kept. Called within the transaction that publishes it.
    static func keep(_ base: Catalogue, _ changed: [Int], _ version: Int64, in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS undo_tables (
                    id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, numbered INTEGER NOT NULL,
                    row_count INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;
                CREATE TABLE IF NOT EXISTS undo_columns (
                    id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
                    type TEXT NOT NULL, role TEXT NOT NULL, chunks BLOB NOT NULL, dictionary BLOB NOT NULL) STRICT;
                CREATE TABLE IF NOT EXISTS undo_chunks (chunk INTEGER PRIMARY KEY) STRICT;
                """)
        try db.execute(
            sql: "INSERT INTO undo_chunks SELECT chunk FROM retired WHERE version = ?", arguments: [version])
        try db.execute(sql: "DELETE FROM retired WHERE version = ?", arguments: [version])
        for index in changed {
            let table = base.tables[index]
            try db.execute(
                sql: "INSERT INTO undo_tables VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    table.id, table.name, table.kind == .customers ? "customers" : "activity", table.isNumbered,
                    table.rowCount, version,
                ])
            try table.insertColumns(into: "undo_columns", db)
        }
    }

    /// The tables before the merge that led to `version`; nil where that was no merge.
    static func kept(after version: Int64, in db: Database) throws -> [TableEntry]? {
        guard try db.hasTable("undo_tables") else { return nil }
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, name, kind, numbered, row_count FROM undo_tables WHERE version = ?",
            arguments: [version])
        if rows.isEmpty { return nil }
        return try rows.map { try TableEntry($0, columnsIn: "undo_columns", db) }
    }

    /// Gives up what is kept, as of a new version that lists `alive`: called by every publication.
    static func drop(_ db: Database, version: Int64, alive: @autoclosure () -> Set<Int64>) throws {
        guard try db.hasTable("undo_chunks") else { return }
        let chunks = try Int64.fetchAll(db, sql: "SELECT chunk FROM undo_chunks")
        if !chunks.isEmpty {
            let alive = alive()
            for chunk in chunks where !alive.contains(chunk) {
                try db.execute(sql: "INSERT OR IGNORE INTO retired VALUES (?, ?)", arguments: [chunk, version])
            }
        }
        try db.execute(sql: "DELETE FROM undo_chunks; DELETE FROM undo_tables; DELETE FROM undo_columns;")
    }
}
