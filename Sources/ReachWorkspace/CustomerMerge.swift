import GRDB
import ReachColumns
import ReachDiagnostics

/// Several customers who are one.
package struct CustomerMerge: Hashable, Sendable {
    /// Row of `customers` that stays.
    package let keeps: Int
    /// Rows that go; what they did becomes the other's.
    package let leaves: [Int]
    /// What the one that stays has afterwards, by column of `customers`; its key is left as it is.
    package let values: [Value]

    package init(keeps: Int, leaves: [Int], values: [Value]) {
        self.keeps = keeps
        self.leaves = leaves
        self.values = values
    }
}

extension Workspace {
    /// Makes one customer out of several, with all their activity, at once. What was before is kept until the data next changes, so that
    /// `undoMerge` can bring it back. Gives how many rows of activity changed hands.
    ///
    /// - Parameter version: of the data the rows are of.
    /// - Throws: `data-changed` where it is no longer the newest.
    package func merge(
        _ merges: [CustomerMerge], from version: Int64, cancellation: Cancellation,
        progress: any ProgressReporter = SilentProgress()
    ) throws -> Int {
        let context = try ImportContext(self, statement: "merge", cancellation: cancellation, progress: progress)
        do {
            guard context.base.version == version else { throw Diagnostic.dataChanged("merge") }
            var catalogue = context.base
            var moved = 0
            var changed = [0]
            let heirs = Dictionary(
                merges.flatMap { merge in merge.leaves.map { ($0, merge.keeps) } },
                uniquingKeysWith: { first, _ in first })
            for (index, table) in context.base.tables.enumerated() where table.kind == .activity && table.rowCount > 0 {
                let (entry, count) = try ActivityHandover(context, table, heirs: heirs).build()
                guard count > 0 else { continue }
                catalogue.tables[index] = entry
                changed.append(index)
                moved += count
            }
            catalogue.tables[0] = try merged(merges, context)
            try context.staging.flush()
            _ = try publish(
                catalogue, after: context.base, changed: changed, lease: context.lease, cause: "merge"
            ) { db, version in
                try MergeUndo.keep(context.base, changed, version, in: db)
                try MergedCustomers.keep(merges, version, in: db)
            }
            progress.finish()
            return moved
        } catch {
            context.abandon()
            throw error
        }
    }

    /// Takes the last merge back. Gives whether there was one to take back: nothing else may have changed the data since.
    package func undoMerge(cancellation: Cancellation) throws -> Bool {
        let context = try ImportContext(
            self, statement: "merge undo", cancellation: cancellation, progress: SilentProgress())
        do {
            guard let tables = try read({ try MergeUndo.kept(after: context.base.version, in: $0) }) else {
                context.abandon()
                return false
            }
            var catalogue = context.base
            let changed = catalogue.tables.indices.filter { index in
                tables.contains { $0.id == catalogue.tables[index].id }
            }
            for index in changed {
                catalogue.tables[index] =
                    tables.first { $0.id == catalogue.tables[index].id } ?? catalogue.tables[index]
            }
            _ = try publish(
                catalogue, after: context.base, changed: changed, lease: context.lease, cause: "merge undo"
            ) { db, _ in try MergedCustomers.forget(context.base.version, in: db) }
            return true
        } catch {
            context.abandon()
            throw error
        }
    }

    /// `customers` with the merged values where somebody stays, and nothing but the key, dead, where somebody goes.
    private func merged(_ merges: [CustomerMerge], _ context: ImportContext) throws -> TableEntry {
        let customers = context.base.customers
        let gone = merges.flatMap(\.leaves).sorted()
        var targets = RowBlocks(blockRows: context.geometry.chunkRows)
        targets.append(merges.map { UInt32($0.keeps) } + gone.map { UInt32($0) })
        let works = try customers.columns.enumerated().map { position, column -> ColumnWork in
            var staged: StagedColumn?
            if column.schema.role != .key {
                let type = column.schema.type
                let dictionary = type == .text ? try context.loader.dictionary(of: column, in: customers) : nil
                let stage = StagedColumn(
                    type: type, blockRows: context.geometry.chunkRows, policy: context.policy, dictionary: dictionary)
                try stage.append(
                    BatchColumn(merges.map { $0.values[position] } + gone.map { _ in .missing }, of: type), rows: nil)
                _ = try stage.closedRanges()
                staged = stage
            }
            return try ColumnWork(
                context, table: customers, id: column.id, schema: column.schema, old: column, staged: staged)
        }
        var builder = CustomersBuilder(
            context, works: works, targets: targets, newCustomerRows: context.base.customerRows, isReplaced: false)
        var table = try builder.build()
        table.isNumbered = customers.isNumbered
        table.rowCount = customers.rowCount - gone.count
        let width = context.geometry.chunkRows
        for (chunk, rows) in Dictionary(grouping: gone, by: { $0 / width }).sorted(by: { $0.key < $1.key }) {
            table.layout.chunks[chunk] = try layout(chunk, without: rows.map { $0 % width }, context)
        }
        return table
    }

    /// Which customers of a chunk are dead once these are.
    private func layout(_ chunk: Int, without rows: [Int], _ context: ImportContext) throws -> ChunkEntry {
        let customers = context.base.customers
        let first = chunk * context.geometry.chunkRows
        let rowCount = min(context.geometry.chunkRows, context.base.customerRows - first)
        var live = Bitmap(count: rowCount, repeating: true)
        let old = customers.layout.chunks[chunk]
        if old.id != 0 {
            let dead = try context.loader.chunk(old, of: customers.layout, in: customers, first: first)
            for row in 0..<rowCount where !dead.isMissing(at: row) { live[row] = false }
        }
        for row in rows { live[row] = false }
        let chunk = ChunkEncoder.encode(lanes: Array(repeating: 1, count: rowCount), missing: live)
        return try context.stage(
            EncodedChunk(chunk, table: customers.id, column: customers.layout.id, first: first))
    }
}

/// Gives the rows of some customers to others, as an import would whose rows take the place of stored ones and bring no columns along.
private struct ActivityHandover {
    private let context: ImportContext
    private let table: TableEntry
    private let heirs: [Int: Int]

    init(_ context: ImportContext, _ table: TableEntry, heirs: [Int: Int]) {
        self.context = context
        self.table = table
        self.heirs = heirs
    }

    func build() throws -> (entry: TableEntry, rows: Int) {
        let width = context.geometry.chunkRows
        var replaced = ReplacedRows()
        var owners = RowBlocks(blockRows: width)
        for (partition, customers) in Dictionary(grouping: heirs.keys.sorted(), by: { $0 / width }).sorted(by: {
            $0.key < $1.key
        }) {
            let count = min(width, context.base.customerRows - partition * width)
            guard let offsets = try context.loader.offsets(of: table, partition: partition, customers: count) else {
                continue
            }
            var gone = Bitmap(count: Int(offsets[count]))
            for customer in customers {
                let place = customer % width
                for row in Int(offsets[place])..<Int(offsets[place + 1]) {
                    gone[row] = true
                    replaced.places[UInt32(owners.count)] = ReplacedRows.Place(partition: partition, row: row)
                    owners.append([UInt32(heirs[customer] ?? customer)])
                }
            }
            if gone.setCount > 0 { replaced.gone[partition] = gone }
        }
        guard owners.count > 0, let time = table.columns.firstIndex(where: { $0.schema.role == .time }) else {
            return (table, 0)
        }
        var works = try table.columns.map { column -> ColumnWork? in
            if column.schema.role == .key { return nil }
            return try carried(column)
        }
        works.append(try carried(table.origin))
        let groups = owners.groups(in: context.base, partCount: 1)
        var entry = try ActivityBuilder(
            context, table: table, works: works, time: time,
            fileRows: try FileRows(groups, owners, context, replaced),
            newCustomerRows: context.base.customerRows, replaced: replaced, isReplaced: false
        ).build()
        let built = entry.columns
        entry.origin.chunks = built[table.columns.count].chunks
        entry.columns = try table.columns.enumerated().map { position, column in
            try works[position]?.entry(context, chunks: built[position].chunks) ?? column
        }
        return (entry, owners.count)
    }

    private func carried(_ column: ColumnEntry) throws -> ColumnWork {
        try ColumnWork(context, table: table, id: column.id, schema: column.schema, old: column, staged: nil)
    }
}

extension BatchColumn {
    /// Values of one type.
    fileprivate init(_ values: [Value], of type: DataType) {
        var missing = Bitmap(count: values.count)
        for (row, value) in values.enumerated() where value == .missing { missing[row] = true }
        switch type {
        case .float:
            self = .floats(values.map { if case .float(let value) = $0 { value } else { 0 } }, missing: missing)
        case .text:
            var (offsets, bytes): ([UInt32], [UInt8]) = ([0], [])
            for value in values {
                if case .text(let text) = value { bytes.append(contentsOf: text.utf8) }
                offsets.append(UInt32(bytes.count))
            }
            self = .text(offsets: offsets, bytes: bytes, missing: missing)
        default: self = .lanes(values.map { $0.lane ?? 0 }, missing: missing)
        }
    }
}
