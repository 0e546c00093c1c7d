import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import ReachKernels

/// What taking an import back did.
package struct RemovedImport: Hashable, Sendable {
    package let record: ImportRecord
    /// Rows of activity that went; of a customers' import 0.
    package internal(set) var rows = 0
    /// Customers that the import made and that went.
    package internal(set) var customers = 0
    /// Customers that the import made and that stay, since other imports have activity of theirs.
    package internal(set) var customersKept = 0

    init(_ record: ImportRecord) { self.record = record }
}

extension Workspace {
    /// Takes an import back: rows and customers that came by it go, and it is forgotten, so that its file can be imported again. What it
    /// changed of rows that were there before stays changed, and what a `replace` took away does not come back. Nil where there is no
    /// import of that number. Throws where interrupted or where the disk is full; then nothing has changed.
    package func dropImport(
        _ id: Int64, cancellation: Cancellation = Cancellation(), progress: any ProgressReporter = SilentProgress()
    ) throws -> RemovedImport? {
        guard let record = try imports().first(where: { $0.id == id }) else { return nil }
        let context = try ImportContext(
            self, statement: "drop import \(id)", cancellation: cancellation, progress: progress)
        do {
            var removal = ImportRemoval(context, record)
            let catalogue = try removal.run()
            try context.staging.flush()
            try cancellation.check()
            _ = try publish(
                catalogue, after: context.base, changed: removal.changed, lease: context.lease,
                cause: "drop import \(id)"
            ) { db, _ in try db.execute(sql: "DELETE FROM imports WHERE id = ?", arguments: [id]) }
            progress.finish()
            return removal.removed
        } catch {
            context.abandon()
            throw error
        }
    }
}

/// Builds the version without an import.
private struct ImportRemoval {
    private let context: ImportContext
    private let id: Int64
    private(set) var removed: RemovedImport
    /// Positions of the tables that differ.
    private(set) var changed: [Int] = []
    /// Rows that go, by position of the table and partition.
    private var gone: [Int: [Int: Bitmap]] = [:]

    init(_ context: ImportContext, _ record: ImportRecord) {
        self.context = context
        id = record.id
        removed = RemovedImport(record)
    }

    mutating func run() throws -> Catalogue {
        var catalogue = context.base
        for (position, table) in context.base.tables.enumerated() where table.kind == .activity && table.rowCount > 0 {
            let rows = try ownRows(of: table)
            if rows.isEmpty { continue }
            gone[position] = rows
            removed.rows += rows.values.reduce(0) { $0 + $1.setCount }
            catalogue.tables[position] = try without(rows, table)
            changed.append(position)
        }
        var customers = context.base.customers
        let chunkRows = context.geometry.chunkRows
        for chunk in customers.origin.chunks.indices {
            try context.cancellation.check()
            context.progress.report(
                "taking back customers", done: chunk, total: customers.origin.chunks.count, unit: "chunks")
            if let leaving = try leavingCustomers(chunk) { try take(leaving, chunk, from: &customers, chunkRows) }
        }
        if removed.customers > 0 {
            customers.rowCount -= removed.customers
            catalogue.tables[0] = customers
            changed.append(0)
        }
        return catalogue
    }

    /// The import's rows, by partition that has some.
    private func ownRows(of table: TableEntry) throws -> [Int: Bitmap] {
        let (loader, cancellation, id) = (context.loader, context.cancellation, id)
        let found = try inParallel(table.origin.chunks.count) { partition -> Bitmap? in
            try cancellation.check()
            return try Self.own(table.origin.chunks[partition], id) {
                try loader.chunk($0, of: table.origin, in: table, first: partition)
            }
        }
        var rows: [Int: Bitmap] = [:]
        for (partition, own) in found.enumerated() { rows[partition] = own }
        return rows
    }

    private static func own(_ entry: ChunkEntry, _ id: Int64, _ load: (ChunkEntry) throws -> Chunk) throws -> Bitmap? {
        guard let range = entry.range, range.contains(id) else { return nil }
        let chunk = try load(entry)
        var rows = Bitmap(count: chunk.rowCount)
        for (row, origin) in (chunk.decodedLanes() ?? []).enumerated() where origin == id && !chunk.isMissing(at: row) {
            rows[row] = true
        }
        return rows.setCount > 0 ? rows : nil
    }

    private func without(_ rows: [Int: Bitmap], _ table: TableEntry) throws -> TableEntry {
        var works: [ColumnWork?] = try table.columns.map { column in
            if column.schema.role == .key { return nil }
            return try ColumnWork(
                context, table: table, id: column.id, schema: column.schema, old: column, staged: nil)
        }
        let owners = RowBlocks(blockRows: context.geometry.chunkRows)
        let groups = owners.groups(in: context.base, partCount: 1)
        works.append(ColumnWork(originOf: context, table: table, groups: groups, isReplaced: false))
        let time = table.columns.firstIndex { $0.schema.role == .time } ?? 0
        let replaced = ReplacedRows(gone: rows)
        let builder = ActivityBuilder(
            context, table: table, works: works, time: time,
            fileRows: try FileRows(groups, owners, context, replaced), newCustomerRows: context.base.customerRows,
            replaced: replaced, isReplaced: false)
        let built = try builder.build()
        var entry = table
        entry.rowCount = built.rowCount
        entry.layout = built.layout
        entry.rollups = built.rollups
        entry.origin.chunks = built.columns[table.columns.count].chunks
        for (position, work) in works.dropLast().enumerated() {
            guard let work else { continue }
            entry.columns[position] = try work.entry(context, chunks: built.columns[position].chunks)
        }
        return entry
    }

    /// Live customers of a chunk that the import made and that nobody else speaks of; counts the others. Nil where there are none.
    private mutating func leavingCustomers(_ chunk: Int) throws -> Bitmap? {
        let customers = context.base.customers
        let loader = context.loader
        let first = chunk * context.geometry.chunkRows
        guard
            var leaving = try Self.own(
                customers.origin.chunks[chunk], id,
                { try loader.chunk($0, of: customers.origin, in: customers, first: first) })
        else { return nil }
        let layout = customers.layout.chunks[chunk]
        if layout.id != 0 {
            let dead = try loader.chunk(layout, of: customers.layout, in: customers, first: first)
            for row in 0..<leaving.count where !dead.isMissing(at: row) { leaving[row] = false }
        }
        let made = leaving.setCount
        for (position, table) in context.base.tables.enumerated() where table.kind == .activity {
            guard let offsets = try loader.offsets(of: table, partition: chunk, customers: leaving.count) else {
                continue
            }
            let own = gone[position]?[chunk]
            for row in 0..<leaving.count where leaving[row] {
                let rows = Int(offsets[row])..<Int(offsets[row + 1])
                if rows.contains(where: { own?[$0] != true }) { leaving[row] = false }
            }
        }
        removed.customers += leaving.setCount
        removed.customersKept += made - leaving.setCount
        return leaving.setCount > 0 ? leaving : nil
    }

    /// Marks customers as dead and clears what they had, their key apart: by it they come back where they were.
    private func take(_ leaving: Bitmap, _ chunk: Int, from customers: inout TableEntry, _ chunkRows: Int) throws {
        let first = chunk * chunkRows
        var live = Bitmap(count: leaving.count, repeating: true)
        let layout = customers.layout.chunks[chunk]
        if layout.id != 0 {
            let dead = try context.loader.chunk(layout, of: customers.layout, in: customers, first: first)
            live = dead.missing ?? Bitmap(count: leaving.count)
        }
        for word in live.words.indices { live.words[word] &= ~leaving.words[word] }
        let dead = ChunkEncoder.encode(lanes: Array(repeating: 1, count: leaving.count), missing: live)
        customers.layout.chunks[chunk] = try context.stage(
            EncodedChunk(dead, table: customers.id, column: customers.layout.id, first: first))
        var moves = RowMoves(rowCount: leaving.count)
        for row in 0..<leaving.count where live[row] { moves.add(source: 0, from: row, to: row) }
        for position in customers.columns.indices where customers.columns[position].schema.role != .key {
            let column = customers.columns[position]
            if chunk >= column.chunks.count { continue }
            let stored = try context.loader.chunk(column.chunks[chunk], of: column, in: customers, first: first)
            let isPlain = if case .plainText = stored.payload { true } else { false }
            // Words keep their codes; nothing is added to the dictionary.
            var words = TextDictionaryBuilder(
                isPlain || column.schema.type != .text
                    ? nil : try context.loader.dictionary(of: column, in: customers))
            let policy: EncodingPolicy = isPlain ? .plainText : context.policy
            let kept = ColumnAssembler(type: column.schema.type, policy: policy)
                .assemble(moves, from: [stored], dictionary: &words)
            customers.columns[position].chunks[chunk] = try context.stage(
                EncodedChunk(kept, table: customers.id, column: column.id, first: first))
        }
    }
}
