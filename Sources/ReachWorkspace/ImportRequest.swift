import ReachColumns

/// What an import is about to bring.
package struct ImportRequest: Sendable {
    package enum Mode: Hashable, Sendable {
        /// Rows with a known key take the place of what is there, others are added. Customers go by their key; activity by its row
        /// key, and is added throughout where it has none.
        case merge
        /// What the table held before is gone.
        case replace
    }

    /// `customers`, or an activity table, made where there is none.
    package var table: String
    package var kind: TableSchema.Kind
    /// As the batches have them. Customers have at most one column with the role `key` (none: they are numbered from 1). Activity has
    /// one `key`, the customer, one `time` of type date or datetime, and at most one `rowKey`.
    package var columns: [ColumnSchema]
    package var mode: Mode
    /// Refuse activity of customers that are not known, instead of creating them.
    package var strict: Bool
    /// The file, for the record.
    package var source: String
    /// Of the file's content, so that the same file is recognised; empty where unknown.
    package var contentHash: String
    /// Rows of the file that were rejected before they came here, for the record.
    package var rejectedBefore = 0
    /// What was typed, shown to whoever has to wait.
    package var statement: String

    package init(
        table: String, kind: TableSchema.Kind, columns: [ColumnSchema], mode: Mode = .merge, strict: Bool = false,
        source: String = "", contentHash: String = "", statement: String = ""
    ) {
        self.table = table
        self.kind = kind
        self.columns = columns
        self.mode = mode
        self.strict = strict
        self.source = source
        self.contentHash = contentHash
        self.statement = statement
    }
}

/// What an import did. `rows` = `added` + `updated` + `duplicatesInFile` + `rejected.count`.
package struct ImportResult: Hashable, Sendable {
    /// Rows handed over.
    package var rows = 0
    package var added = 0
    /// Rows that took the place of an existing one.
    package var updated = 0
    /// Rows whose key comes again later in the file; the later row counts.
    package var duplicatesInFile = 0
    package var rejected: [RejectedRow] = []
    /// Customers made by an activity import because only their key was known.
    package var customersCreated = 0
    /// Rows of the table after the import (live customers).
    package var tableRows = 0
    /// Whether the table came into being.
    package var tableCreated = false
    /// Sentences on what was decided: types that widened, names that were matched.
    package var notes: [String] = []
    /// The data version that shows it.
    package var version: Int64 = 0

    package init() {}
}

/// A row that was not taken, counted from 0 over all batches.
package struct RejectedRow: Hashable, Sendable {
    package let row: Int
    package let reason: String

    package init(row: Int, reason: String) {
        self.row = row
        self.reason = reason
    }
}
