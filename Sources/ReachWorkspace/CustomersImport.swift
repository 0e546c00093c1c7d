import ReachColumns
import ReachDiagnostics
import ReachKernels

/// The rows of a customers file on their way in.
final class CustomersImport: ImportStage {
    private let context: ImportContext
    private let request: ImportRequest
    private let shape: ImportShape
    private let staged: [StagedColumn]
    /// Position of the key in the file; nil where customers are numbered.
    private let key: Int?
    /// The stored key and the file's have different types.
    private let comparesCharacters: Bool
    private var index: KeyIndex
    /// Whose stored keys name the same people as the file's; nil where none do.
    private let knownKeys: ColumnEntry?
    private var nextNumber: Int64 = 1
    private var numbers: [Int64] = []
    private var targets: RowBlocks
    private var rowCount = 0
    private var rejected: [RejectedRow] = []
    /// Ids of columns that are new, by target.
    private let newColumnIDs: [Int64?]
    /// All rows so far are new customers, each once, in a table that had none: blocks of the file are chunks of the table.
    private var areAllNew: Bool

    init(_ context: ImportContext, _ request: ImportRequest) throws {
        self.context = context
        let table = context.base.customers
        var request = request
        let storedKey = table.schema.index(of: .key)
        let key = request.columns.firstIndex { $0.role == .key }
        try Self.check(request, table: table, storedKey: storedKey, key: key)
        if key == nil {
            // Numbers are a column like any other from here on.
            let name = storedKey.map { table.columns[$0].schema.name } ?? Self.freeName(request.columns)
            request.columns.insert(ColumnSchema(name: name, type: .integer, role: .key), at: 0)
        }
        self.key = key
        self.request = request
        let isReplaced = request.mode == .replace
        var shape = ImportShape(file: request.columns, table: table, isReplaced: isReplaced)
        // Numbers and real keys name different people, even where they look the same.
        let keepsKeys = !isReplaced || table.isNumbered == (key == nil)
        for target in shape.targets.indices where shape.targets[target].schema.role == .key && !keepsKeys {
            shape.targets[target].forgetsOld = true
        }
        self.shape = shape
        let newColumnIDs = shape.targets.map { $0.old == nil ? context.newColumnID() : nil }
        self.newColumnIDs = newColumnIDs
        let isFirst = context.base.customerRows == 0 && shape.targets.allSatisfy { $0.old == nil && $0.file != nil }
        areAllNew = isFirst
        targets = RowBlocks(blockRows: context.geometry.chunkRows)
        var staged: [StagedColumn] = []
        for (position, column) in request.columns.enumerated() {
            let index = shape.targets.firstIndex { $0.file == position }
            let target = index.map { shape.targets[$0] }
            let old = target?.forgetsOld == false ? target?.old : nil
            let dictionary = try old.flatMap { try context.loader.dictionary(of: table.columns[$0], in: table) }
            let id = isFirst ? index.flatMap { newColumnIDs[$0] } : nil
            staged.append(
                StagedColumn(
                    type: column.type, blockRows: context.geometry.chunkRows, policy: context.policy,
                    dictionary: column.type == .text ? dictionary : nil,
                    destination: id.map {
                        StagedColumn.Destination(staging: context.staging, table: table.id, column: $0)
                    }))
        }
        self.staged = staged
        let keyType = request.columns[key ?? 0].type
        comparesCharacters = keepsKeys && (storedKey.map { table.columns[$0].schema.type != keyType } ?? false)
        knownKeys = keepsKeys ? storedKey.map { table.columns[$0] } : nil
        index = KeyIndex(
            type: keyType, byCharacters: comparesCharacters, customerRows: context.base.customerRows)
        if self.key == nil, !isReplaced, let storedKey {
            let largest = table.columns[storedKey].chunks.compactMap { $0.range?.upperBound }.max()
            nextNumber = (largest ?? 0) + 1
        }
    }

    private static func check(_ request: ImportRequest, table: TableEntry, storedKey: Int?, key: Int?) throws {
        guard let storedKey, request.mode == .merge else { return }
        let keyName = table.columns[storedKey].schema.name
        if let key {
            let fileKey = request.columns[key].name
            let isOtherColumn = table.schema.index(of: fileKey).map { $0 != storedKey } ?? false
            let hasStoredKey = request.columns.contains { Name.same($0.name, keyName) }
            if table.isNumbered && !Name.same(fileKey, keyName) || isOtherColumn
                || (hasStoredKey && !Name.same(fileKey, keyName))
            {
                throw Diagnostic.keyConflict(fileKey, keyName)
            }
        } else if !table.isNumbered {
            throw Diagnostic.keyMissing(keyName)
        }
    }

    private static func freeName(_ columns: [ColumnSchema]) -> String {
        var name = "customer"
        var suffix = 2
        while columns.contains(where: { Name.same($0.name, name) }) {
            name = "customer_\(suffix)"
            suffix += 1
        }
        return name
    }

    func append(_ batch: ColumnBatch) throws {
        var columns = batch.columns
        if key == nil {
            columns.insert(
                .lanes((0..<batch.rowCount).map { nextNumber + Int64($0) }, missing: nil), at: 0)
            nextNumber += Int64(batch.rowCount)
        }
        let keyPosition = key ?? 0
        let rows = try index.positions(of: columns[keyPosition], type: request.columns[keyPosition].type)
        var kept: [UInt32]?
        if rows.contains(KeyTable.missing) {
            kept = []
            let reason = "the key `\(request.columns[keyPosition].name)` is missing"
            for (row, target) in rows.enumerated() {
                if target == KeyTable.missing {
                    rejected.append(RejectedRow(row: rowCount + row, reason: reason))
                } else {
                    kept?.append(UInt32(row))
                }
            }
        }
        let taken = kept.map { $0.map { rows[Int($0)] } } ?? rows
        if areAllNew { areAllNew = areConsecutive(taken, from: targets.count) }
        targets.append(taken)
        rowCount += batch.rowCount
        for position in staged.indices {
            try staged[position].append(columns[position], rows: kept, isStaged: areAllNew)
        }
    }

    func finish() throws -> ImportOutcome {
        let base = context.base
        try index.resolve(knownKeys, in: base.customers, context, mergedYield: true)
        try index.translate(&targets)
        let isReplaced = request.mode == .replace
        var outcome = ImportOutcome(catalogue: base, changed: [0])
        outcome.result.notes = shape.notes + index.merged.notes
        var works: [ColumnWork] = []
        // Those that were staged may have to be read again.
        for column in staged { try column.close(isStaged: areAllNew) }
        if !areAllNew { try context.staging.flush() }
        for (position, target) in shape.targets.enumerated() {
            let old = target.old.map { base.customers.columns[$0] }
            let file = target.file.map { staged[$0] }
            let (type, note) = ImportShape.finalType(
                of: target, old: old, fileType: file?.type, fileRanges: try file?.closedRanges() ?? [],
                mustBeText: target.schema.role == .key && comparesCharacters)
            if let note { outcome.result.notes.append(note) }
            var schema = target.schema
            schema.type = type
            if schema.role == .key, base.customers.columns.count == 1, let file = target.file {
                // Only keys are known so far, made by an activity file: the customers file knows better what they are called.
                schema.name = request.columns[file].name
                outcome.result.notes.removeAll { $0.contains("taken as") }
            }
            works.append(
                try ColumnWork(
                    context, table: base.customers, id: old?.id ?? newColumnIDs[position] ?? context.newColumnID(),
                    schema: schema, old: target.forgetsOld ? nil : old, staged: file))
        }
        outcome.orphans = Set(works.flatMap(\.stagedIDs))
        var builder = CustomersBuilder(
            context, works: works, targets: targets, newCustomerRows: index.nextRow, isReplaced: isReplaced)
        outcome.catalogue.tables[0] = try builder.build()
        outcome.catalogue.tables[0].isNumbered = key == nil || base.customers.isNumbered && !isReplaced
        outcome.catalogue.customerRows = index.nextRow
        outcome.result.rows = rowCount
        outcome.result.rejected = rejected
        outcome.result.added = builder.addedCount
        outcome.result.updated = builder.updatedCount
        let dropped =
            index.merged.dropped == 0
            ? 0 : targets.blocks.reduce(0) { $0 + $1.count { $0 == KeyTable.missing } }
        outcome.result.duplicatesInFile = targets.count - dropped - builder.addedCount - builder.updatedCount
        outcome.result.tableRows = outcome.catalogue.tables[0].rowCount
        outcome.result.tableCreated = base.customers.columns.isEmpty
        return outcome
    }
}
