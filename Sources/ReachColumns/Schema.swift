import ReachDiagnostics

/// What one column means to the rest of the program, beyond its type.
package struct ColumnSchema: Hashable, Sendable, Codable {
    /// As the user spelled it; compared with `Name.fold`.
    package var name: String
    package var type: DataType
    package var role: Role

    /// What a column is used for; guessed on import, shown by `describe`.
    package enum Role: Hashable, Sendable, Codable {
        /// Identifies a customer (in `customers` and, as the reference, in an activity table).
        case key
        /// When an activity row happened.
        case time
        /// Identifies an activity row.
        case rowKey
        /// How a channel reaches the customer: personal data, never suggested, masked in views.
        case address(channel: String)
        /// Whether a channel may be used.
        case consent(channel: String)
        /// A person's name or other personal data: masked like an address.
        case personal
        /// Made by a statement from the data as of a day (counted from 1970-01-01), and replaced by the next run of it.
        case score(of: String, day: Int32)
        case attribute
    }

    package init(name: String, type: DataType, role: Role = .attribute) {
        self.name = name
        self.type = type
        self.role = role
    }
}

/// The shape of one table.
package struct TableSchema: Hashable, Sendable, Codable {
    package enum Kind: Hashable, Sendable, Codable {
        /// One row per customer.
        case customers
        /// Many rows per customer, each at a time.
        case activity
    }

    package var name: String
    package var kind: Kind
    package var columns: [ColumnSchema]

    package init(name: String, kind: Kind, columns: [ColumnSchema]) {
        self.name = name
        self.kind = kind
        self.columns = columns
    }

    /// Position of a column by name, ignoring case as names do.
    package func index(of name: String) -> Int? {
        let folded = Name.fold(name)
        return columns.firstIndex { Name.fold($0.name) == folded }
    }

    /// Position of the column with this role.
    package func index(of role: ColumnSchema.Role) -> Int? {
        columns.firstIndex { $0.role == role }
    }
}

/// A version of the data as far as names and types go: what the binder needs.
package struct DataSchema: Hashable, Sendable {
    /// `customers` is always first, without columns while nothing was imported.
    package var tables: [TableSchema]

    package init(tables: [TableSchema]) { self.tables = tables }

    package func table(_ name: String) -> TableSchema? {
        let folded = Name.fold(name)
        return tables.first { Name.fold($0.name) == folded }
    }

    package var customers: TableSchema { tables[0] }
    package var activities: [TableSchema] { tables.filter { $0.kind == .activity } }
}
