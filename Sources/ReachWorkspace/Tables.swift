import GRDB
import ReachColumns
import ReachDiagnostics

extension Workspace {
    /// Says what a column is used for. A customer's key and the time of activity stay what they are: rows stand by them.
    package func setRole(
        _ role: ColumnSchema.Role, of column: String, in table: String, cancellation: Cancellation = Cancellation()
    ) throws {
        try change("describe \(table).\(column)", cancellation) { catalogue in
            guard let tableIndex = catalogue.index(of: table),
                let columnIndex = catalogue.tables[tableIndex].schema.index(of: column)
            else { throw Diagnostic.noSuchColumn(column, in: table) }
            switch catalogue.tables[tableIndex].columns[columnIndex].schema.role {
            case .key, .time: throw Diagnostic.fixedRole(column, in: table)
            case .rowKey, .address, .consent, .personal, .score, .attribute: break
            }
            catalogue.tables[tableIndex].columns[columnIndex].schema.role = role
            return [tableIndex]
        }
    }

    /// Takes a table out with all its rows. `customers` stays, without customers and columns, and takes all activity along, which is
    /// nobody's then. Its imports are forgotten with it, so that the same file can be imported again. The ledger of messages cannot be
    /// dropped. Gives whether there was such a table.
    package func dropTable(_ table: String, cancellation: Cancellation = Cancellation()) throws -> Bool {
        if Name.same(table, "sends") { throw Diagnostic.dropOfLedger }
        if try catalogue(database).index(of: table) == nil { return false }
        try change("drop table \(table)", cancellation) { catalogue in
            guard let index = catalogue.index(of: table) else { return [] }
            guard index == 0 else {
                catalogue.tables.remove(at: index)
                return []
            }
            let sends = catalogue.tables.last { $0.id == 2 }
            catalogue.tables = [TableEntry.emptyCustomers.with(id: 1)] + (sends.map { [$0] } ?? [])
            catalogue.customerRows = 0
            return [0]
        }
        // Rows are given to other customers from here on.
        if Name.same(table, "customers") {
            try write { db in
                try MergedCustomers.forgetAll(in: db)
                if try db.hasTable("plan_members") { try db.execute(sql: "DELETE FROM plan_members") }
            }
        }
        return true
    }

    /// Removes a column of `customers` that a statement worked out. False where there is none of that name.
    package func dropScore(_ name: String, cancellation: Cancellation = Cancellation()) throws -> Bool {
        func place(_ catalogue: Catalogue) -> Int? {
            guard let index = catalogue.customers.schema.index(of: name),
                case .score = catalogue.customers.schema.columns[index].role
            else { return nil }
            return index
        }
        if place(try catalogue(database)) == nil { return false }
        try change("drop attribute \(name)", cancellation) { catalogue in
            guard let index = place(catalogue) else { return [] }
            catalogue.tables[0].columns.remove(at: index)
            return [0]
        }
        return true
    }

    /// Publishes a version that differs in the catalogue alone. `edit` gives the positions of the tables it changed.
    private func change(
        _ statement: String, _ cancellation: Cancellation, _ edit: (inout Catalogue) throws -> [Int]
    ) throws {
        let context = try ImportContext(
            self, statement: statement, cancellation: cancellation, progress: SilentProgress())
        do {
            var catalogue = context.base
            let changed = try edit(&catalogue)
            _ = try publish(
                catalogue, after: context.base, changed: changed, lease: context.lease, cause: statement
            ) { db, _ in
                let remaining = Set(catalogue.tables.filter { !$0.columns.isEmpty }.map(\.name))
                for table in context.base.tables where !remaining.contains(table.name) {
                    try db.execute(sql: "DELETE FROM imports WHERE table_name = ?", arguments: [table.name])
                }
            }
        } catch {
            context.abandon()
            throw error
        }
    }
}
