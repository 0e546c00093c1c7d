import GRDB

/// The file's layout, version 1. Personal data stands in `chunks`, `frozen`, `plans`, `plan_members` and `suppressions` only.
enum WorkspaceFormat {
    /// `REAC`, by which the file is told from other SQLite files.
    static let applicationID: Int32 = 0x5245_4143
    static let version: Int32 = 1
    static let pageByteCount = 16_384

    /// What a file of this version says is needed to read it; a later Reach writes its own.
    static let neededRelease = "0.1"

    static let tables = """
        CREATE TABLE format (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        -- The newest row is the version that a reader gets. Every change of tables, columns or rows adds one.
        CREATE TABLE versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL, customer_rows INTEGER NOT NULL,
            cause TEXT NOT NULL) STRICT;
        CREATE TABLE tables (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            numbered INTEGER NOT NULL, row_count INTEGER NOT NULL) STRICT;
        -- Position -1 is the table's layout: dead customers, or rows per customer of an activity table. Position -2 is the import
        -- that each row came by. From -3 downwards are figures per customer of an activity table, named after what they are of.
        CREATE TABLE columns (
            id INTEGER PRIMARY KEY AUTOINCREMENT, table_id INTEGER NOT NULL REFERENCES tables(id) ON DELETE CASCADE,
            position INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, role TEXT NOT NULL,
            chunks BLOB NOT NULL, dictionary BLOB NOT NULL, UNIQUE (table_id, position)) STRICT;
        -- Ids are never used twice: caches know chunks by them.
        CREATE TABLE chunks (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL) STRICT;
        -- Chunks written by an import that has not published yet, or never will.
        CREATE TABLE staging (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
        -- Chunks that `version` and all later ones do without.
        CREATE TABLE retired (chunk INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;
        CREATE TABLE writer (
            slot INTEGER PRIMARY KEY CHECK (slot = 1), token TEXT NOT NULL, pid INTEGER NOT NULL,
            started TEXT NOT NULL, host TEXT NOT NULL, statement TEXT NOT NULL, since INTEGER NOT NULL,
            beat INTEGER NOT NULL) STRICT;
        CREATE TABLE definitions (
            kind TEXT NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, created INTEGER NOT NULL,
            PRIMARY KEY (kind, folded)) STRICT, WITHOUT ROWID;
        CREATE TABLE frozen (
            id INTEGER PRIMARY KEY AUTOINCREMENT, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, text TEXT NOT NULL,
            created INTEGER NOT NULL, members INTEGER NOT NULL, row_count INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE TABLE imports (
            id INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, source TEXT NOT NULL,
            content_hash TEXT NOT NULL, statement TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL,
            row_count INTEGER NOT NULL, added INTEGER NOT NULL, updated INTEGER NOT NULL, rejected INTEGER NOT NULL,
            customers_created INTEGER NOT NULL, replaced INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;
        CREATE TABLE plans (id TEXT PRIMARY KEY, created INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL)
            STRICT;
        """ + suppressions + planMembers

    /// Made on the first plan where a file does not have it. By chunk of customers a bit per row, compressed.
    static let planMembers = """
        CREATE TABLE IF NOT EXISTS plan_members (
            plan TEXT PRIMARY KEY, row_count INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        """

    /// Made anew on the first suppression where a file does not have it. `kind` is `key` or `address`, an empty channel is all.
    static let suppressions = """
        CREATE TABLE IF NOT EXISTS suppressions (
            kind TEXT NOT NULL, value TEXT NOT NULL, channel TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY (kind, value, channel)) STRICT, WITHOUT ROWID;
        """

    /// Makes an empty database a workspace, in one transaction; does nothing where another process was faster.
    static func initialise(_ db: Database, chunkRows: Int, settings: [(String, String)], created: Int64) throws {
        try db.inTransaction(.immediate) {
            guard try Int32.fetchOne(db, sql: "PRAGMA user_version") == 0 else { return .rollback }
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);")
            try db.execute(sql: tables)
            let format = [
                ("chunk_rows", String(chunkRows)), ("created", String(created)), ("needs", neededRelease),
            ]
            for (name, value) in format {
                try db.execute(sql: "INSERT INTO format VALUES (?, ?)", arguments: [name, value])
            }
            for (name, value) in settings {
                try db.execute(sql: "INSERT INTO settings VALUES (?, ?)", arguments: [name, value])
            }
            try insertFirstTables(db)
            try db.execute(
                sql: "INSERT INTO versions (created, customer_rows, cause) VALUES (?, 0, 'created')",
                arguments: [created])
            return .commit
        }
    }

    /// `customers`, without columns, and `sends`, without rows.
    private static func insertFirstTables(_ db: Database) throws {
        for (id, schema) in [(1, TableEntry.emptyCustomers), (2, TableEntry.emptySends)] {
            try schema.with(id: Int64(id)).insert(db)
        }
    }
}
