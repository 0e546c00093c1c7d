import GRDB
import ReachDiagnostics

/// Somebody who must not be written to.
package struct Suppression: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// A customer by key, as text.
        case key(String)
        /// An address in its normal form, whoever has it.
        case address(String)
    }

    package let subject: Subject
    /// Nil is all channels.
    package let channel: String?
    package let reason: String?
    /// Microseconds since 1970; of no meaning to `suppress`, which sets it.
    package let since: Int64

    package init(_ subject: Subject, channel: String?, reason: String?, since: Int64 = 0) {
        self.subject = subject
        self.channel = channel
        self.reason = reason
        self.since = since
    }

    fileprivate var stored: (kind: String, value: String) {
        switch subject {
        case .key(let key): ("key", key)
        case .address(let address): ("address", address)
        }
    }
}

extension Workspace {
    /// Adds to the list, all or none; gives how many are new. Another reason for the same replaces the old one.
    package func suppress(_ suppressions: [Suppression]) throws -> Int {
        try write { db in
            try db.execute(sql: WorkspaceFormat.suppressions)
            let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM suppressions") ?? 0
            let insert = try db.makeStatement(
                sql: """
                    INSERT INTO suppressions VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET reason = excluded.reason
                    """)
            for suppression in suppressions {
                let (kind, value) = suppression.stored
                try insert.execute(arguments: [
                    kind, value, suppression.channel.map(Name.fold) ?? "", suppression.reason ?? "", options.clock(),
                ])
            }
            try Self.noteChange(db)
            return (try Int.fetchOne(db, sql: "SELECT count(*) FROM suppressions") ?? 0) - before
        }
    }

    /// Takes off the list: on one channel, or on all where none is named. Gives how many entries that were.
    package func unsuppress(_ subject: Suppression.Subject, channel: String?) throws -> Int {
        try write { db in
            try db.execute(sql: WorkspaceFormat.suppressions)
            let (kind, value) = Suppression(subject, channel: nil, reason: nil).stored
            let one = channel.map(Name.fold)
            try db.execute(
                sql: "DELETE FROM suppressions WHERE kind = ? AND value = ?" + (one == nil ? "" : " AND channel = ?"),
                arguments: StatementArguments([kind, value] + (one.map { [$0] } ?? [])))
            let count = db.changesCount
            try Self.noteChange(db)
            return count
        }
    }

    /// By value, then channel.
    package func suppressions() throws -> [Suppression] {
        try read { db in
            guard try db.hasTable("suppressions") else { return [Row]() }
            return try Row.fetchAll(
                db, sql: "SELECT kind, value, channel, reason, since FROM suppressions ORDER BY kind, value, channel")
        }.map { row in
            let (value, channel, reason): (String, String, String) = (row[1], row[2], row[3])
            return Suppression(
                row[0] == "key" ? .key(value) : .address(value), channel: channel.isEmpty ? nil : channel,
                reason: reason.isEmpty ? nil : reason, since: row[4])
        }
    }

    /// Changes with the list.
    package func suppressionsVersion() throws -> String { try setting(.suppressions) }

    private static func noteChange(_ db: Database) throws {
        let name = WorkspaceSetting.suppressions.rawValue
        let version = try String.fetchOne(db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
        let next = (version.flatMap(Int.init) ?? 0) + 1
        try db.execute(sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)", arguments: [name, String(next)])
    }
}
