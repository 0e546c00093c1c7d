import ReachColumns
import ReachDiagnostics

/// Finds the customers that activity speaks of, and makes those that nobody has heard of.
struct CreatedCustomers {
    struct Outcome {
        /// Nil where nothing changed.
        var customers: TableEntry?
        var customerRows: Int
        /// Created, or back after they had been removed.
        var count = 0
        var notes: [String] = []
    }

    private let context: ImportContext
    private let reference: ColumnSchema
    private var index: KeyIndex

    /// `reference` is the file's customer column.
    init(_ context: ImportContext, reference: ColumnSchema) {
        self.context = context
        self.reference = reference
        let customers = context.base.customers.schema
        let stored = customers.index(of: .key).map { customers.columns[$0].type }
        index = KeyIndex(
            type: reference.type, byCharacters: stored.map { $0 != reference.type } ?? false,
            customerRows: context.base.customerRows)
    }

    /// A number for each reference, none of which is missing; `finish` makes customer rows of them.
    mutating func positions(of references: BatchColumn) throws -> [UInt32] {
        try index.positions(of: references, type: reference.type)
    }

    /// Builds the customers that are new. `touched` has what `positions` gave for every activity row, and then its customer row.
    mutating func finish(strict: Bool, touched: inout RowBlocks, activity: String) throws -> Outcome {
        let base = context.base
        try index.resolve(storedKey, in: base.customers, context)
        try index.translate(&touched)
        let revived = try removedCustomers(in: touched)
        let count = index.newCount + revived.count
        if strict, count > 0 { throw Diagnostic.unknownCustomers(count, in: activity) }
        var outcome = Outcome(customerRows: base.customerRows, count: count)
        outcome.notes += index.merged.notes
        if count == 0, !base.customers.columns.isEmpty {
            forgetKeys()
            return outcome
        }
        outcome.customerRows = index.nextRow
        let newKeys = StagedColumn(
            type: keyColumn.type, blockRows: context.geometry.chunkRows, policy: context.policy,
            dictionary: try storedKey.flatMap { try context.loader.dictionary(of: $0, in: base.customers) })
        try newKeys.append(keyColumn.keys, rows: nil)
        var works = try base.customers.columns.map { column in
            var schema = column.schema
            if schema.role == .key { schema.type = keyColumn.type }
            return try ColumnWork(
                context, table: base.customers, id: column.id, schema: schema, old: column,
                staged: schema.role == .key ? newKeys : nil)
        }
        if works.isEmpty {
            let schema = ColumnSchema(name: reference.name, type: keyColumn.type, role: .key)
            works = [
                try ColumnWork(
                    context, table: base.customers, id: context.newColumnID(), schema: schema, old: nil,
                    staged: newKeys)
            ]
        }
        if let storedKey, storedKey.schema.type != keyColumn.type {
            outcome.notes.append(
                "`\(storedKey.schema.name)` was \(storedKey.schema.type.name) and is now \(keyColumn.type.name)")
        }
        var targets = RowBlocks(blockRows: context.geometry.chunkRows)
        targets.append((base.customerRows..<index.nextRow).map { UInt32($0) })
        var builder = CustomersBuilder(
            context, works: works, targets: targets, newCustomerRows: index.nextRow, isReplaced: false,
            revived: revived)
        outcome.customers = try builder.build()
        forgetKeys()
        return outcome
    }

    /// They take a good part of the memory, and are not needed once rows were found.
    private mutating func forgetKeys() {
        index = KeyIndex(type: reference.type, byCharacters: false, customerRows: index.nextRow)
    }

    private var storedKey: ColumnEntry? { context.base.customers.columns.first { $0.schema.role == .key } }

    /// The new keys as the key column takes them. Where they were compared by characters, the column stays what it is if it can hold
    /// them all, and becomes text otherwise.
    private var keyColumn: (keys: BatchColumn, type: DataType) {
        guard let storedKey, storedKey.schema.type != reference.type else {
            return (index.newKeys(type: reference.type), reference.type)
        }
        let keys = index.newKeys(type: .text)
        guard storedKey.schema.type == .integer, case .text(let offsets, let bytes, _) = keys else {
            return (keys, .text)
        }
        var integers: [Int64] = []
        for row in 0..<(offsets.count - 1) {
            guard let integer = TextForm.integer(bytes[Int(offsets[row])..<Int(offsets[row + 1])]) else {
                return (keys, .text)
            }
            integers.append(integer)
        }
        return (.lanes(integers, missing: nil), .integer)
    }

    /// Customers that were removed and now have new activity, ascending.
    private func removedCustomers(in touched: RowBlocks) throws -> [UInt32] {
        let customers = context.base.customers
        let chunkRows = context.geometry.chunkRows
        var removed: [Int: Bitmap] = [:]
        for (chunk, entry) in customers.layout.chunks.enumerated() where entry.id != 0 {
            let dead = try context.loader.chunk(entry, of: customers.layout, in: customers, first: chunk * chunkRows)
            removed[chunk] = dead.missing ?? Bitmap(count: dead.rowCount)
        }
        if removed.isEmpty { return [] }
        var revived: [UInt32] = []
        for block in touched.blocks {
            for row in block where row != KeyTable.missing {
                let chunk = Int(row) / chunkRows
                let place = Int(row) % chunkRows
                guard let live = removed[chunk], place < live.count, !live[place] else { continue }
                removed[chunk]?[place] = true
                revived.append(row)
            }
        }
        return revived.sorted()
    }
}
