import ReachColumns
import ReachDiagnostics

/// Where one chunk of a column is found and what is known of it without reading it.
struct ChunkEntry: Hashable, Sendable {
    /// 0 for a chunk that is missing throughout and has no bytes.
    var id: Int64
    /// This and what follows is of the chunk with its layers; of a layout it is of the customers without them.
    var rowCount: Int
    var missingCount: Int
    /// Over the known lanes; nil for float and text, and where nothing is known.
    var range: ClosedRange<Int64>?
    /// The chunk holds text outside the column's dictionary.
    var isPlainText = false
    /// By age.
    var layers: [LayerEntry] = []

    /// Tells the chunk as it stands, with its layers, from all that have stood or will stand at its place.
    var stamp: Int64 { layers.last?.places ?? id }

    static func allMissing(rowCount: Int) -> ChunkEntry {
        ChunkEntry(id: 0, rowCount: rowCount, missingCount: rowCount, range: nil)
    }
}

/// A run of an activity table, which adds rows to a partition, or a patch of `customers`, which gives rows of a chunk other values.
struct LayerEntry: Hashable, Sendable {
    /// Of the chunk with the values; 0 where all are missing.
    var id: Int64
    /// Of the chunk that says whose the values are, the same for all columns of a table: the customer of each row of a run, the row of
    /// each value of a patch. No two layers have the same, so it also tells one state of a chunk or partition from all others.
    var places: Int64
    var rowCount: Int
}

/// A run of words that one import added to a dictionary.
struct DictionaryPiece: Hashable, Sendable {
    var id: Int64
    var wordCount: Int
}

struct ColumnEntry: Hashable, Sendable {
    var id: Int64
    var schema: ColumnSchema
    /// By chunk of customers; may end before the customers do.
    var chunks: [ChunkEntry]
    var dictionary: [DictionaryPiece]

    var wordCount: Int { dictionary.reduce(0) { $0 + $1.wordCount } }
}

/// A rollup of a column of activity.
struct RollupEntry: Hashable, Sendable {
    var rollup: Rollup
    /// The id of the column it is of.
    var column: Int64
    /// A chunk per partition, a row per customer there was when the partition was last written whole: layers are not in it. One without rows
    /// where there is no figure.
    var figures: ColumnEntry

    init(_ rollup: Rollup, of column: Int64, _ figures: ColumnEntry) {
        self.rollup = rollup
        self.column = column
        self.figures = figures
    }

    /// As a hidden column is named after it, `last 17`. Nil for what a later Reach keeps.
    init?(_ figures: ColumnEntry) {
        let words = figures.schema.name.split(separator: " ")
        guard words.count == 2, let rollup = Rollup(rawValue: String(words[0])), let column = Int64(words[1]) else {
            return nil
        }
        self.init(rollup, of: column, figures)
    }

    static func schema(_ rollup: Rollup, of column: Int64) -> ColumnSchema {
        ColumnSchema(name: "\(rollup.rawValue) \(column)", type: .integer)
    }
}

struct TableEntry: Hashable, Sendable {
    var id: Int64
    var name: String
    var kind: TableSchema.Kind
    /// `customers` whose rows had no key and were numbered from 1.
    var isNumbered: Bool
    /// Live customers, or rows of activity.
    var rowCount: Int
    var columns: [ColumnEntry]
    /// Of `customers`: known where the row is dead. Of activity: rows per customer of the chunk.
    var layout: ColumnEntry
    /// The import that each row came by; what an upsert changed keeps it. Hidden: nothing asks for it but taking an import back.
    var origin: ColumnEntry
    /// Of activity: figures of each customer's rows in a column.
    var rollups: [RollupEntry] = []

    var schema: TableSchema { TableSchema(name: name, kind: kind, columns: columns.map(\.schema)) }

    func with(id: Int64) -> TableEntry {
        var copy = self
        copy.id = id
        return copy
    }

    static let hiddenSchema = ColumnSchema(name: "", type: .integer)

    static func empty(name: String, kind: TableSchema.Kind, columns: [ColumnSchema] = []) -> TableEntry {
        TableEntry(
            id: 0, name: name, kind: kind, isNumbered: false, rowCount: 0,
            columns: columns.map { ColumnEntry(id: 0, schema: $0, chunks: [], dictionary: []) },
            layout: ColumnEntry(id: 0, schema: hiddenSchema, chunks: [], dictionary: []),
            origin: ColumnEntry(id: 0, schema: hiddenSchema, chunks: [], dictionary: []))
    }

    static let emptyCustomers = empty(name: "customers", kind: .customers)

    /// The ledger of messages, asked like any activity table.
    static let emptySends = empty(
        name: "sends", kind: .activity,
        columns: [
            ColumnSchema(name: "customer", type: .text, role: .key),
            ColumnSchema(name: "at", type: .datetime, role: .time),
            ColumnSchema(name: "campaign", type: .text),
            ColumnSchema(name: "channel", type: .text),
            ColumnSchema(name: "plan", type: .text),
            ColumnSchema(name: "position", type: .integer),
            ColumnSchema(name: "status", type: .text),
            ColumnSchema(name: "delivered", type: .boolean),
            ColumnSchema(name: "opened", type: .boolean),
            ColumnSchema(name: "clicked", type: .boolean),
            ColumnSchema(name: "parts", type: .integer),
            ColumnSchema(name: "cost", type: .decimal(scale: 4)),
        ])
}

/// All that opening a workspace reads: tables, columns and where their chunks are.
struct Catalogue: Hashable, Sendable {
    var version: Int64
    var geometry: Geometry
    /// Dead ones included.
    var customerRows: Int
    /// `customers` first, then by age, `sends` last.
    var tables: [TableEntry]

    var schema: DataSchema { DataSchema(tables: tables.map(\.schema)) }
    var customers: TableEntry { tables[0] }
    var chunkCount: Int { (customerRows + geometry.chunkRows - 1) / geometry.chunkRows }

    func index(of table: String) -> Int? {
        let folded = Name.fold(table)
        return tables.firstIndex { Name.fold($0.name) == folded }
    }

    /// Every chunk, layer and dictionary piece that this version lists.
    func chunkIDs() -> Set<Int64> {
        var ids: Set<Int64> = []
        for table in tables {
            for column in table.columns + [table.layout, table.origin] + table.rollups.map(\.figures) {
                for chunk in column.chunks {
                    if chunk.id != 0 { ids.insert(chunk.id) }
                    for layer in chunk.layers {
                        if layer.id != 0 { ids.insert(layer.id) }
                        ids.insert(layer.places)
                    }
                }
                for piece in column.dictionary { ids.insert(piece.id) }
            }
        }
        return ids
    }
}
