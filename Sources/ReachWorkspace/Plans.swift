import GRDB

/// A send that was computed and kept, as the JSON of the plan object.
package struct StoredPlan: Hashable, Sendable {
    package let id: String
    /// Microseconds since 1970, when it was first computed.
    package let created: Int64
    package let json: String
}

/// One line of the audit log: what left the workspace, or was taken out of it.
package struct AuditEntry: Hashable, Sendable {
    package let id: Int64
    /// Microseconds since 1970.
    package let at: Int64
    /// `export`, `forget` …
    package let action: String
    /// Without personal data.
    package let detail: String
}

extension Workspace {
    /// Keeps a plan. The same dry run has the same id, and stays the plan it was.
    package func savePlan(id: String, json: String) throws {
        try write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO plans (id, created, body) VALUES (?, ?, ?)",
                arguments: [id, options.clock(), json])
        }
    }

    package func plan(_ id: String) throws -> StoredPlan? {
        try read { try Row.fetchOne($0, sql: "SELECT id, created, body FROM plans WHERE id = ?", arguments: [id]) }
            .map { StoredPlan(id: $0[0], created: $0[1], json: $0[2]) }
    }

    /// The newest first.
    package func plans() throws -> [StoredPlan] {
        try read { try Row.fetchAll($0, sql: "SELECT id, created, body FROM plans ORDER BY created DESC, id") }
            .map { StoredPlan(id: $0[0], created: $0[1], json: $0[2]) }
    }

    /// Adds a line to the audit log.
    package func audit(_ action: String, _ detail: String) throws {
        try write { db in
            try db.execute(
                sql: "INSERT INTO audit (at, action, detail) VALUES (?, ?, ?)",
                arguments: [options.clock(), action, detail])
        }
    }

    /// The oldest first.
    package func auditLog() throws -> [AuditEntry] {
        try read { try Row.fetchAll($0, sql: "SELECT id, at, action, detail FROM audit ORDER BY id") }
            .map { AuditEntry(id: $0[0], at: $0[1], action: $0[2], detail: $0[3]) }
    }
}
