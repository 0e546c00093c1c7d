import ReachColumns
import ReachDiagnostics

/// What was found out about a file before anything is written.
package struct ImportReport: Sendable {
    package struct Column: Hashable, Sendable {
        /// As the file's header has it.
        package let sourceName: String
        package let name: String
        package let type: DataType
        package let role: ColumnSchema.Role
        /// Up to three values as written; of personal columns only their first characters.
        package let examples: [String]
        /// Rows without a value.
        package let missing: Int
        /// `dd.mm.yyyy` and the like where dates are not ISO, `,` where decimals have a comma.
        package let reading: String?
    }

    /// The columns that say whether and how a channel reaches a customer.
    package struct Channel: Hashable, Sendable {
        /// `email`
        package let name: String
        package let address: String?
        package let consent: String?
    }

    /// A column of the table that must hold more than its type allows before these rows fit.
    package struct Widening: Hashable, Sendable {
        package let table: String
        package let column: String
        package let from: DataType
        package let to: DataType
    }

    package let path: String
    package let shape: FileShape
    package let columns: [Column]
    /// Rows and rejects together.
    package let records: Int
    /// Rows rejected for their shape or their bytes; values that do not fit a given type come on top while reading.
    package let malformed: Int
    package let firstRejections: [Rejection]
    /// Only for customers; filled from names.
    package let channels: [Channel]
    package let widenings: [Widening]
    /// What was done unasked: which key, which names, what stays text.
    package let notes: [String]
}

/// What one reading of the rows came to. `records == rows + rejected`, always.
package struct ImportTally: Hashable, Sendable {
    /// Rows of the file.
    package internal(set) var records = 0
    /// Rows handed on.
    package internal(set) var rows = 0
    package internal(set) var rejected = 0
    /// The first ten.
    package internal(set) var rejections: [Rejection] = []
    /// Rows rejected for what stands in a column, by its name.
    package internal(set) var misfits: [String: Int] = [:]
    /// Clauses with which rejected rows would have been taken.
    package internal(set) var clauses: Set<String> = []
    /// Where the rejected rows were written.
    package internal(set) var rejectsPath: String?
    /// Cells brought into Unicode normal form C.
    package internal(set) var normalised = 0
    /// Cells from which a spreadsheet guard was taken.
    package internal(set) var unguarded = 0
    package internal(set) var notes: [String] = []
    package internal(set) var fingerprint: UInt64 = 0

    mutating func reject(_ rejection: Rejection) {
        rejected += 1
        if let column = rejection.column { misfits[column, default: 0] += 1 }
        if let clause = rejection.clause { clauses.insert(clause) }
        if rejections.count < 10 { rejections.append(rejection) }
    }
}
