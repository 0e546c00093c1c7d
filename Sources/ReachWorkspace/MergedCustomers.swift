import GRDB
import ReachDiagnostics

/// Who became whom by merges: a file that names somebody by a key that went means the customer who stayed. Rows, not keys, are kept; a row
/// is never given to another key.
struct MergedCustomers: Sendable {
    /// The row of who stayed, by the row of who went.
    private let heirs: [UInt32: UInt32]

    init(_ db: Database) throws {
        var heirs: [UInt32: UInt32] = [:]
        if try db.hasTable("merged_customers") {
            for row in try Row.fetchAll(db, sql: "SELECT row, heir FROM merged_customers") {
                heirs[UInt32(clamping: row[0] as Int64)] = UInt32(clamping: row[1] as Int64)
            }
        }
        self.heirs = heirs
    }

    /// How many rows of who went were met.
    struct Met: Sendable {
        /// Who became the row of who stayed.
        var replaced = 0
        /// Whose file has who stayed too.
        var dropped = 0
    }

    /// In place of rows of who went those of who stayed, over all merges. Where who stayed is among the rows too and `yields`, there is no
    /// row at all: what a file says of them by their own key is what counts.
    func replace(_ rows: inout [UInt32], yields: Bool) -> Met {
        var met = Met()
        if heirs.isEmpty { return met }
        let merged = rows.indices.filter { heirs[rows[$0]] != nil }
        if merged.isEmpty { return met }
        let named = yields ? Set(rows) : []
        for place in merged {
            var row = rows[place]
            // Who stayed may have gone by a later merge. No chain is longer than there are merges.
            for _ in 0..<heirs.count {
                guard let heir = heirs[row] else { break }
                row = heir
            }
            let isDropped = named.contains(row)
            rows[place] = isDropped ? KeyTable.missing : row
            if isDropped { met.dropped += 1 } else { met.replaced += 1 }
        }
        return met
    }

    /// Called within the transaction that publishes the merge as `version`.
    static func keep(_ merges: [CustomerMerge], _ version: Int64, in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS merged_customers (
                    row INTEGER PRIMARY KEY, heir INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;
                """)
        for merge in merges {
            for row in merge.leaves {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO merged_customers VALUES (?, ?, ?)",
                    arguments: [row, merge.keeps, version])
            }
        }
    }

    /// Takes back what the merge that led to `version` kept.
    static func forget(_ version: Int64, in db: Database) throws {
        guard try db.hasTable("merged_customers") else { return }
        try db.execute(sql: "DELETE FROM merged_customers WHERE version = ?", arguments: [version])
    }

    /// Where rows are given to other customers from here on.
    static func forgetAll(in db: Database) throws {
        guard try db.hasTable("merged_customers") else { return }
        try db.execute(sql: "DELETE FROM merged_customers")
    }
}

extension MergedCustomers.Met {
    /// What an import says of those it found by a key that went.
    var notes: [String] {
        func keys(_ count: Int) -> String {
            count == 1
                ? "1 key is of a customer merged into another" : "\(count) keys are of customers merged into others"
        }
        var notes: [String] = []
        if replaced > 0 { notes.append("\(keys(replaced)), which is who \(replaced == 1 ? "it means" : "they mean")") }
        if dropped > 0 {
            notes.append("\(keys(dropped)) in the file too: the rows of \(dropped == 1 ? "that one" : "those") count")
        }
        return notes
    }
}
