import GRDB
import ReachColumns
import ReachDiagnostics

/// A column of `customers` that a statement worked out and stored, to be asked for like any other.
package struct ComputedColumn: Sendable {
    package let name: String
    package let type: DataType
    /// A chunk per chunk of customers, none with a dictionary.
    package let chunks: [Chunk]

    package init(name: String, type: DataType, chunks: [Chunk]) {
        precondition(type != .text, "words would need a dictionary")
        self.name = name
        self.type = type
        self.chunks = chunks
    }
}

extension Workspace {
    /// Stores columns under their names, in place of what an earlier run stored there. `origin` says what they are and of which day, and is kept
    /// with them.
    ///
    /// - Parameter version: of the data they were worked out from.
    /// - Throws: `computed-name-taken` where a column of the user's has such a name, `data-changed` where the version is no longer the newest.
    package func store(
        _ columns: [ComputedColumn], origin: String, from version: Int64, cancellation: Cancellation,
        progress: any ProgressReporter = SilentProgress()
    ) throws {
        let known = try computedColumns()
        let context = try ImportContext(self, statement: origin, cancellation: cancellation, progress: progress)
        do {
            guard context.base.version == version else { throw Diagnostic.dataChanged }
            var catalogue = context.base
            for column in columns {
                let place = catalogue.customers.schema.index(of: column.name)
                if let place, known[Name.fold(column.name)] == nil {
                    throw Diagnostic.computedNameTaken(catalogue.customers.columns[place].schema.name)
                }
                let entry = try staged(column, id: context.newColumnID(), context)
                if let place {
                    catalogue.tables[0].columns[place] = entry
                } else {
                    catalogue.tables[0].columns.append(entry)
                }
            }
            try context.staging.flush()
            _ = try publish(catalogue, after: context.base, changed: [0], lease: context.lease, cause: origin) {
                db, _ in
                for column in columns {
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO format VALUES (?, ?)",
                        arguments: [Self.computedPrefix + Name.fold(column.name), origin])
                }
            }
            progress.finish()
        } catch {
            context.abandon()
            throw error
        }
    }

    /// What stored columns are and of which day, by folded name.
    package func computedColumns() throws -> [String: String] {
        let rows = try read { db in
            try Row.fetchAll(
                db, sql: "SELECT name, value FROM format WHERE name LIKE ?", arguments: [Self.computedPrefix + "%"]
            ).map { (name: $0[0] as String, origin: $0[1] as String) }
        }
        return Dictionary(
            rows.map { (String($0.name.dropFirst(Self.computedPrefix.count)), $0.origin) },
            uniquingKeysWith: { first, _ in first })
    }

    private static let computedPrefix = "computed:"

    private func staged(_ column: ComputedColumn, id: Int64, _ context: ImportContext) throws -> ColumnEntry {
        let table = context.base.customers.id
        precondition(column.chunks.count == context.base.chunkCount, "a chunk per chunk of customers")
        let chunks = try column.chunks.enumerated().map { index, chunk in
            try context.cancellation.check()
            let first = index * context.geometry.chunkRows
            return try context.stage(EncodedChunk(chunk, table: table, column: id, first: first))
        }
        return ColumnEntry(
            id: id, schema: ColumnSchema(name: column.name, type: column.type), chunks: chunks, dictionary: [])
    }
}

extension Diagnostic {
    static func computedNameTaken(_ name: String) -> Diagnostic {
        Diagnostic(
            "computed-name-taken", "`\(name)` is an imported column, where this would store its figures",
            help: ["import customers from \"FILE\" rename (\(name) \(name)_imported) replace"])
    }

    static var dataChanged: Diagnostic {
        Diagnostic(
            "data-changed", kind: .environment, "another session changed the data meanwhile", help: ["run it again"])
    }
}
