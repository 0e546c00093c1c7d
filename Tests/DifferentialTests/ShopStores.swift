import Foundation
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import TestSupport
import Testing

@testable import ReachWorkspace

/// The shop in workspaces: in memory by chunks of several sizes, in every encoding, with runs and patches, and in a file that was closed and opened again.
struct ShopStores {
    struct Store {
        let name: String
        let engine: Engine
        let context: BindingContext
        /// The key of each customer row.
        let keys: [String]

        func members(of condition: Condition) throws -> Set<String> {
            let members = try engine.members(of: condition)
            return Set(members.rows(chunkRows: engine.source.geometry.chunkRows).map { keys[$0] })
        }
    }

    let stores: [Store]
    /// Of the file; goes with this value.
    private let folder: Folder

    init(_ shop: Shop) throws {
        folder = try Folder()
        var stores: [Store] = []
        for chunkRows in [65_536, 1, 3, 64] {
            let workspace = try Workspace.open(":memory:", options: Self.options(shop, chunkRows))
            try Self.fill(workspace, shop)
            stores.append(try Self.store("chunks of \(chunkRows)", workspace, shop))
        }
        for encoding in EncodingPolicy.allCases where encoding != .automatic {
            let workspace = try Workspace.open(":memory:", options: Self.options(shop, 500, encoding))
            try Self.fill(workspace, shop)
            stores.append(try Self.store("\(encoding)", workspace, shop))
        }
        let layered = try Workspace.open(":memory:", options: Self.options(shop, 1_000))
        try Self.fillInPieces(layered, shop)
        stores.append(try Self.store("runs and patches", layered, shop))
        let path = folder.path + "/shop.reach"
        try Self.fill(try Workspace.open(path, options: Self.options(shop, 7)), shop)
        stores.append(try Self.store("file", try Workspace.open(path), shop))
        self.stores = stores
    }

    private static func options(
        _ shop: Shop, _ chunkRows: Int, _ encoding: EncodingPolicy = .automatic
    ) -> WorkspaceOptions {
        var options = WorkspaceOptions()
        options.encoding = encoding
        options.geometry = Geometry(chunkRows: chunkRows)
        options.timezone = shop.calendar.clock.rawValue
        return options
    }

    /// Customers with some that a second import takes away again, then activity in two parts.
    private static func fill(_ workspace: Workspace, _ shop: Shop) throws {
        let tables = shop.data.schema.tables
        let known = Array(shop.importedCustomers)
        var all = known
        for place in [0, 5, 20] { all.insert([.text("gone \(place)")] + known[place].dropFirst(), at: place) }
        try load(workspace, tables[0], all)
        try load(workspace, tables[0], known, mode: .replace)
        for table in 1...2 {
            let rows = shop.arrivals[table].map(\.values)
            let half = rows.count / 2
            try load(workspace, tables[table], Array(rows[..<half]))
            try load(workspace, tables[table], Array(rows[half...]))
        }
    }

    /// Activity whose last rows come in small imports, and customers of whom a few are wrong until the last one.
    private static func fillInPieces(_ workspace: Workspace, _ shop: Shop) throws {
        let tables = shop.data.schema.tables
        let known = Array(shop.importedCustomers)
        let wrong = stride(from: 3, to: known.count, by: 20)
        var first = known
        for place in wrong { first[place] = [known[place][0]] + known[place - 1].dropFirst() }
        try load(workspace, tables[0], first)
        for table in 1...2 {
            let rows = shop.arrivals[table].map(\.values)
            let step = max(1, rows.count / 40)
            let base = rows.count - 3 * step
            try load(workspace, tables[table], Array(rows[..<base]))
            for start in stride(from: base, to: rows.count, by: step) {
                try load(workspace, tables[table], Array(rows[start..<(start + step)]))
            }
        }
        try load(workspace, tables[0], wrong.map { known[$0] })
        let catalogue = try workspace.snapshot().catalogue
        #expect(catalogue.customers.columns.contains { $0.chunks.contains { !$0.layers.isEmpty } })
        // Of fewer rows, three more are too many for runs.
        let large = catalogue.tables[1...2].filter { $0.rowCount >= 40 }
        #expect(large.allSatisfy { $0.layout.chunks.contains { $0.layers.count > 1 } })
    }

    private static func load(
        _ workspace: Workspace, _ table: TableSchema, _ rows: [[Value]], mode: ImportRequest.Mode = .merge
    ) throws {
        let writer = try workspace.beginImport(
            ImportRequest(table: table.name, kind: table.kind, columns: table.columns, mode: mode, source: "shop.csv"))
        for first in stride(from: 0, to: rows.count, by: 13) {
            try writer.append(batch(table.columns, Array(rows[first..<min(first + 13, rows.count)])))
        }
        let result = try writer.finish()
        #expect(result.rejected.isEmpty)
    }

    private static func batch(_ columns: [ColumnSchema], _ rows: [[Value]]) -> ColumnBatch {
        let vectors = columns.indices.map { column -> BatchColumn in
            let values = rows.map { $0[column] }
            var missing = Bitmap(count: rows.count)
            for (row, value) in values.enumerated() where value == .missing { missing[row] = true }
            let bits = missing.setCount > 0 ? missing : nil
            switch columns[column].type {
            case .float:
                return .floats(values.map { if case .float(let float) = $0 { float } else { 0 } }, missing: bits)
            case .text:
                let texts = values.map { value in if case .text(let text) = value { text } else { "" } }
                let offsets = texts.reduce(into: [UInt32(0)]) { $0.append($0[$0.count - 1] + UInt32($1.utf8.count)) }
                return .text(offsets: offsets, bytes: texts.flatMap { Array($0.utf8) }, missing: bits)
            default: return .lanes(values.map { $0.lane ?? 0 }, missing: bits)
            }
        }
        return ColumnBatch(rowCount: rows.count, columns: vectors)
    }

    private static func store(_ name: String, _ workspace: Workspace, _ shop: Shop) throws -> Store {
        let snapshot = try workspace.snapshot()
        let keys = try (0..<snapshot.customerRows).map { row in
            let chunk = try snapshot.customerChunk(column: 0, chunk: row / snapshot.geometry.chunkRows)
            let value = chunk.value(
                at: row % snapshot.geometry.chunkRows, type: .text,
                dictionary: try snapshot.dictionary(table: 0, column: 0))
            return if case .text(let key) = value { key } else { "row \(row)" }
        }
        let members = Set(shop.frozen.map(shop.key))
        let chunks = (0..<snapshot.customerChunkCount).map { chunk in
            var bits = Bitmap(count: snapshot.rows(inChunk: chunk))
            for row in 0..<bits.count { bits[row] = members.contains(keys[chunk * snapshot.geometry.chunkRows + row]) }
            return bits
        }
        try workspace.freeze("keepers", text: "saved", members: chunks)
        let engine = Engine(
            source: snapshot, moment: shop.moment,
            frozen: { ((try? workspace.frozenMembers($0, in: snapshot)) ?? nil).map(CustomerSet.init) },
            threads: name == "file" ? 2 : 1, cancellation: Cancellation())
        let context = BindingContext(
            schema: snapshot.schema, moment: shop.moment, definitions: shop.definitions, parameters: Shop.parameters,
            columnRange: { snapshot.statistics(table: $0.table, column: $0.column)?.range },
            mayBeMissing: { (snapshot.statistics(table: $0.table, column: $0.column)?.missingCount ?? 0) > 0 })
        return Store(name: name, engine: engine, context: context, keys: keys)
    }

    /// A new folder, gone with this object.
    private final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "reach-differential-" + UUID().uuidString

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }
}
