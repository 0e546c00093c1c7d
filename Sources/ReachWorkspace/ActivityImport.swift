import ReachColumns
import ReachDiagnostics
import ReachKernels

/// The rows of an activity file on their way in.
final class ActivityImport: ImportStage {
    private let context: ImportContext
    private let request: ImportRequest
    /// The table as it is; empty, with a new id, where there is none yet.
    private let table: TableEntry
    private let isNew: Bool
    private let shape: ImportShape
    /// By position in the file; nil for the customer, who becomes a row number.
    private let staged: [StagedColumn?]
    private let customer: Int
    private let time: Int
    private var customers: CreatedCustomers
    private var rowKeys: ActivityRowKeys?
    /// Customer row of each row taken (its number by `customers` until `finish`), `KeyTable.missing` where a later row has the same row key.
    private var customerRows: RowBlocks
    private var rowCount = 0
    private var rejected: [RejectedRow] = []

    init(_ context: ImportContext, _ request: ImportRequest) throws {
        self.context = context
        self.request = request
        // The ledger is added to, never replaced: what was sent stays sent.
        if Name.same(request.table, "sends"), request.mode == .replace {
            throw Diagnostic.importIntoLedger(request.table)
        }
        let known = context.base.index(of: request.table)
        isNew = known == nil
        var table = known.map { context.base.tables[$0] } ?? .empty(name: request.table, kind: .activity)
        guard table.kind == .activity else { throw Diagnostic.kindConflict(table.name, isCustomers: true) }
        if isNew { table.id = context.newTableID() }
        if table.layout.id == 0 { table.layout.id = context.newColumnID() }
        if table.origin.id == 0 { table.origin.id = context.newColumnID() }
        self.table = table
        guard let customer = request.columns.firstIndex(where: { $0.role == .key }) else {
            throw Diagnostic.missingRole(
                "customer", in: table.name, help: "import \(table.name) from \"FILE\" customer COLUMN")
        }
        guard let time = request.columns.firstIndex(where: { $0.role == .time }), request.columns[time].type.isTemporal
        else {
            throw Diagnostic.missingRole("time", in: table.name, help: "import \(table.name) from \"FILE\" at COLUMN")
        }
        self.customer = customer
        self.time = time
        shape = ImportShape(file: request.columns, table: table, isReplaced: request.mode == .replace)
        if Name.same(request.table, "sends") { try Self.checkLedger(request.columns, shape) }
        var staged: [StagedColumn?] = []
        for (position, column) in request.columns.enumerated() {
            let target = shape.targets.first { $0.file == position }
            let old = target?.forgetsOld == false ? target?.old : nil
            let dictionary =
                column.type == .text
                ? try old.flatMap { try context.loader.dictionary(of: table.columns[$0], in: table) } : nil
            staged.append(
                position == customer
                    ? nil
                    : StagedColumn(
                        type: column.type, blockRows: context.geometry.chunkRows, policy: context.policy,
                        dictionary: dictionary))
        }
        self.staged = staged
        customers = CreatedCustomers(context, reference: request.columns[customer])
        customerRows = RowBlocks(blockRows: context.geometry.chunkRows)
        if let position = request.columns.firstIndex(where: { $0.role == .rowKey }) {
            let stored = shape.targets.first { $0.file == position }?.old.map { table.columns[$0] }
            rowKeys = ActivityRowKeys(
                position: position, type: request.columns[position].type,
                stored: request.mode == .replace ? nil : stored)
        }
    }

    /// The ledger has the columns it has; without campaign and channel a message says nothing to caps and campaigns.
    private static func checkLedger(_ columns: [ColumnSchema], _ shape: ImportShape) throws {
        for target in shape.targets where target.old == nil { throw Diagnostic.foreignLedgerColumn(target.schema.name) }
        for needed in ["campaign", "channel"] where !columns.contains(where: { Name.same($0.name, needed) }) {
            throw Diagnostic.missingLedgerColumn(needed)
        }
    }

    func append(_ batch: ColumnBatch) throws {
        let kept = reject(from: batch)
        defer { rowCount += batch.rowCount }
        let references = kept.map { batch.columns[customer].selecting($0) } ?? batch.columns[customer]
        let rows = try customers.positions(of: references)
        let firstTaken = customerRows.count
        customerRows.append(rows)
        guard customerRows.count < Int(UInt32.max) else { throw Diagnostic.tooManyRows(table.name) }
        if let position = rowKeys?.position {
            let keys = kept.map { batch.columns[position].selecting($0) } ?? batch.columns[position]
            for earlier in try rowKeys?.add(keys, firstRow: firstTaken) ?? [] {
                customerRows[earlier] = KeyTable.missing
            }
        }
        let columns = batch.columns
        for position in staged.indices { try staged[position]?.append(columns[position], rows: kept) }
    }

    /// Rows without customer or time go back. Nil where all others than none are taken.
    private func reject(from batch: ColumnBatch) -> [UInt32]? {
        let noCustomer = batch.columns[customer].missingRows
        let noTime = batch.columns[time].missingRows
        if noCustomer == nil, noTime == nil { return nil }
        var kept: [UInt32] = []
        let customerReason = "the customer `\(request.columns[customer].name)` is missing"
        let timeReason = "the time `\(request.columns[time].name)` is missing"
        for row in 0..<batch.rowCount {
            if noCustomer?[row] == true {
                rejected.append(RejectedRow(row: rowCount + row, reason: customerReason))
            } else if noTime?[row] == true {
                rejected.append(RejectedRow(row: rowCount + row, reason: timeReason))
            } else {
                kept.append(UInt32(row))
            }
        }
        return kept
    }

    func finish() throws -> ImportOutcome {
        let base = context.base
        var outcome = ImportOutcome(catalogue: base, changed: [])
        outcome.result.notes = shape.notes
        let created = try customers.finish(strict: request.strict, touched: &customerRows, activity: table.name)
        if let entry = created.customers {
            outcome.catalogue.tables[0] = entry
            outcome.catalogue.customerRows = created.customerRows
            outcome.changed.append(0)
        }
        outcome.result.notes += created.notes
        let groups = customerRows.groups(in: outcome.catalogue, partCount: coreCount)
        let replaced = try rowKeys?.findStored(context, table: table) ?? ReplacedRows()
        let fileRows = try FileRows(groups, customerRows, context, replaced)
        customerRows = RowBlocks(blockRows: context.geometry.chunkRows)
        rowKeys?.forgetKeys()
        var works: [ColumnWork?] = []
        for target in shape.targets {
            let (work, note) = try work(target, groups)
            works.append(work)
            if let note { outcome.result.notes.append(note) }
        }
        let isReplaced = request.mode == .replace
        works.append(ColumnWork(originOf: context, table: table, groups: groups, isReplaced: isReplaced))
        let timeTarget = shape.targets.firstIndex { $0.file == time } ?? 0
        let builder = ActivityBuilder(
            context, table: table, works: works, time: timeTarget, fileRows: fileRows,
            newCustomerRows: outcome.catalogue.customerRows, replaced: replaced, isReplaced: isReplaced)
        var entry = try builder.build()
        entry.origin.chunks = entry.columns[shape.targets.count].chunks
        entry.columns = try shape.targets.enumerated().map { position, target in
            if let work = works[position] { return try work.entry(context, chunks: entry.columns[position].chunks) }
            let id = target.old.map { table.columns[$0].id } ?? context.newColumnID()
            return ColumnEntry(id: id, schema: target.schema, chunks: [], dictionary: [])
        }
        // The ledger stays last.
        let place = base.index(of: table.name) ?? base.tables.count - 1
        if isNew { outcome.catalogue.tables.insert(entry, at: place) } else { outcome.catalogue.tables[place] = entry }
        outcome.changed.append(place)
        outcome.result.rows = rowCount
        outcome.result.rejected = rejected
        outcome.result.updated = replaced.fileRowCount
        outcome.result.duplicatesInFile = rowKeys?.duplicateCount ?? 0
        outcome.result.added =
            rowCount - rejected.count - replaced.fileRowCount - outcome.result.duplicatesInFile
        outcome.result.customersCreated = created.count
        outcome.result.tableRows = entry.rowCount
        outcome.result.tableCreated = isNew
        return outcome
    }

    /// Nil for the customer, who is known by where the row stands.
    private func work(_ target: ImportShape.Target, _ groups: RowGroups) throws -> (ColumnWork?, String?) {
        let old = target.old.map { table.columns[$0] }
        if target.file == customer || (target.file == nil && old?.schema.role == .key) { return (nil, nil) }
        let file = target.file.flatMap { staged[$0] }
        let (type, note) = ImportShape.finalType(
            of: target, old: old, fileType: file?.type, fileRanges: try file?.closedRanges() ?? [], mustBeText: false)
        if target.file == time, !type.isTemporal {
            throw Diagnostic.missingRole(
                "time", in: table.name, help: "import \(table.name) from \"FILE\" at COLUMN replace")
        }
        var schema = target.schema
        schema.type = type
        let work = try ColumnWork(
            context, table: table, id: old?.id ?? context.newColumnID(), schema: schema,
            old: target.forgetsOld ? nil : old, staged: file, groups: groups)
        return (work, note)
    }
}

extension BatchColumn {
    /// Set where there is no value; nil where there is one in every row. Empty text and floats that are no number are none.
    var missingRows: Bitmap? {
        switch self {
        case .lanes(_, let missing): return missing?.droppedIfEmpty
        case .floats(let floats, let missing):
            var rows = missing ?? Bitmap(count: floats.count)
            for row in floats.indices where floats[row].isNaN { rows[row] = true }
            return rows.droppedIfEmpty
        case .text(let offsets, _, let missing):
            var rows = missing ?? Bitmap(count: offsets.count - 1)
            for row in 0..<rows.count where offsets[row] == offsets[row + 1] { rows[row] = true }
            return rows.droppedIfEmpty
        }
    }

    /// The rows named, in that order.
    func selecting(_ rows: [UInt32]) -> BatchColumn {
        switch self {
        case .lanes(let lanes, let missing):
            return .lanes(rows.map { lanes[Int($0)] }, missing: missing?.selecting(rows))
        case .floats(let floats, let missing):
            return .floats(rows.map { floats[Int($0)] }, missing: missing?.selecting(rows))
        case .text(let offsets, let bytes, let missing):
            var selectedOffsets: [UInt32] = [0]
            var selected: [UInt8] = []
            for row in rows {
                selected.append(contentsOf: bytes[Int(offsets[Int(row)])..<Int(offsets[Int(row) + 1])])
                selectedOffsets.append(UInt32(selected.count))
            }
            return .text(offsets: selectedOffsets, bytes: selected, missing: missing?.selecting(rows))
        }
    }
}

extension Bitmap {
    fileprivate func selecting(_ rows: [UInt32]) -> Bitmap {
        var selected = Bitmap(count: rows.count)
        for (place, row) in rows.enumerated() where self[Int(row)] { selected[place] = true }
        return selected
    }
}
