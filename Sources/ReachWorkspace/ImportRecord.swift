import GRDB
import ReachColumns

/// What is remembered of an import.
package struct ImportRecord: Hashable, Sendable {
    package let id: Int64
    package let table: String
    package let source: String
    package let contentHash: String
    package let statement: String
    /// Microseconds since 1970.
    package let started: Int64
    package let finished: Int64
    package let rows: Int
    package let added: Int
    package let updated: Int
    package let rejected: Int
    package let customersCreated: Int
    package let isReplacement: Bool
    /// The data version that it made.
    package let version: Int64

    init(_ row: Row) {
        id = row["id"]
        table = row["table_name"]
        source = row["source"]
        contentHash = row["content_hash"]
        statement = row["statement"]
        started = row["started"]
        finished = row["finished"]
        rows = row["row_count"]
        added = row["added"]
        updated = row["updated"]
        rejected = row["rejected"]
        customersCreated = row["customers_created"]
        isReplacement = row["replaced"]
        version = row["version"]
    }

    static func insert(
        _ db: Database, id: Int64, request: ImportRequest, result: ImportResult, started: Int64, finished: Int64,
        version: Int64
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO imports (id, table_name, source, content_hash, statement, started, finished, row_count, added,
                    updated, rejected, customers_created, replaced, version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, request.table, request.source, request.contentHash, request.statement, started, finished,
                result.rows + request.rejectedBefore,
                result.added, result.updated, result.rejected.count + request.rejectedBefore, result.customersCreated,
                request.mode == .replace, version,
            ])
    }
}

extension Workspace {
    /// All imports, the oldest first.
    package func imports() throws -> [ImportRecord] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM imports ORDER BY id").map { ImportRecord($0) } }
    }

    /// The newest import of this content into this table, provided that nothing replaced the table since.
    package func importRecord(ofContent contentHash: String, into table: String) throws -> ImportRecord? {
        try imports().last { $0.table == table && ($0.contentHash == contentHash || $0.isReplacement) }
            .flatMap { $0.contentHash == contentHash ? $0 : nil }
    }
}
