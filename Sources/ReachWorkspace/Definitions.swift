import GRDB
import ReachDiagnostics

/// Something a marketer named and may use again: kept as the canonical text of the statement that made it.
package struct StoredDefinition: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case segment, attribute, channel, template, spend
    }

    package let kind: Kind
    /// As it was spelled; compared with `Name.fold`.
    package let name: String
    package let text: String
    /// Microseconds since 1970.
    package let created: Int64
}

extension Workspace {
    /// Saves under a name, in place of what had it; gives the text of that. Kinds have names of their own here: whether a segment may
    /// be called like an attribute is for the binder to say.
    @discardableResult
    package func save(_ kind: StoredDefinition.Kind, name: String, text: String) throws -> String? {
        try write { db in
            let key: StatementArguments = [kind.rawValue, Name.fold(name)]
            let previous = try String.fetchOne(
                db, sql: "SELECT text FROM definitions WHERE kind = ? AND folded = ?", arguments: key)
            // The same text again is no change, and keeps its date.
            if previous == text { return previous }
            try db.execute(
                sql: "INSERT OR REPLACE INTO definitions VALUES (?, ?, ?, ?, ?)",
                arguments: [kind.rawValue, Name.fold(name), name, text, options.clock()])
            return previous
        }
    }

    /// Whether there was such a thing to drop.
    package func drop(_ kind: StoredDefinition.Kind, name: String) throws -> Bool {
        try write { db in
            try db.execute(
                sql: "DELETE FROM definitions WHERE kind = ? AND folded = ?",
                arguments: [kind.rawValue, Name.fold(name)])
            return db.changesCount > 0
        }
    }

    package func definition(_ kind: StoredDefinition.Kind, name: String) throws -> StoredDefinition? {
        try definitions(kind).first { Name.same($0.name, name) }
    }

    /// By name; all kinds where none is given.
    package func definitions(_ kind: StoredDefinition.Kind? = nil) throws -> [StoredDefinition] {
        try read { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT kind, name, text, created FROM definitions ORDER BY folded, kind"))
        }.compactMap { row in
            guard let stored = StoredDefinition.Kind(rawValue: row[0]), kind == nil || kind == stored else {
                return nil
            }
            return StoredDefinition(kind: stored, name: row[1], text: row[2], created: row[3])
        }
    }
}
