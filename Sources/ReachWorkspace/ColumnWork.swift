import ReachColumns
import ReachDiagnostics
import Synchronization

/// One column of the table that an import is building: what it was, what the file brings, what it becomes.
final class ColumnWork: Sendable {
    let table: TableEntry
    let id: Int64
    /// With the type that old and new values both become.
    let schema: ColumnSchema
    /// Whose rows are carried on; nil for a new column, and for one that is replaced.
    let old: ColumnEntry?
    /// The file's rows in blocks, of the new type; nil where the file has no such column.
    let blocks: [Chunk]?
    let loader: ChunkLoader
    private let zone: Zone
    let policy: EncodingPolicy
    /// Words up to this are in the file already.
    private let storedWords: Int
    let dictionary: Mutex<TextDictionaryBuilder>

    init(
        _ context: ImportContext, table: TableEntry, id: Int64, schema: ColumnSchema, old: ColumnEntry?,
        staged: StagedColumn?
    ) throws {
        self.table = table
        self.id = id
        self.schema = schema
        self.old = old
        loader = context.loader
        zone = context.zone
        policy = context.policy
        let keepsWords = old?.schema.type == .text && schema.type == .text
        storedWords = keepsWords ? old?.wordCount ?? 0 : 0
        var blocks: [Chunk]?
        var words: TextDictionaryBuilder
        if let staged, staged.type == .text {
            (blocks, words) = staged.finish()
        } else {
            blocks = staged?.finish().blocks
            let stored = keepsWords ? try old.flatMap { try context.loader.dictionary(of: $0, in: table) } : nil
            words = TextDictionaryBuilder(stored)
        }
        if let staged, staged.type != schema.type {
            blocks = blocks?.map {
                ChunkConversion.convert(
                    $0, from: staged.type, to: schema.type, zone: context.zone, dictionary: &words,
                    policy: context.policy)
            }
        }
        self.blocks = blocks
        dictionary = Mutex(words)
    }

    /// The hidden column that says which import each row came by. `rowCount` is the file's.
    init(originOf context: ImportContext, table: TableEntry, rowCount: Int, isReplaced: Bool) {
        self.table = table
        id = table.origin.id
        schema = TableEntry.hiddenSchema
        old = isReplaced ? nil : table.origin
        let width = context.geometry.chunkRows
        blocks = stride(from: 0, to: rowCount, by: width).map { first in
            let count = min(width, rowCount - first)
            let own = context.importID
            return Chunk(rowCount: count, payload: .constant(own), missing: nil, range: own...own)
        }
        loader = context.loader
        zone = context.zone
        policy = context.policy
        storedWords = 0
        dictionary = Mutex(TextDictionaryBuilder())
    }

    /// Whether chunks that the file does not touch must be written anew all the same.
    var rewritesAll: Bool { old.map { $0.schema.type != schema.type } ?? true }

    /// The column as it will stand in the catalogue, given its chunks.
    func entry(_ context: ImportContext, chunks: [ChunkEntry]) throws -> ColumnEntry {
        var pieces = storedWords > 0 ? old?.dictionary ?? [] : []
        let builder = dictionary.withLock { $0 }
        var first = storedWords
        while first < builder.count {
            // Some ten megabytes at a time.
            let (offsets, bytes) = builder.words(from: first, limit: 1 << 18)
            let piece = Chunk(
                rowCount: offsets.count - 1, payload: .plainText(offsets: offsets, bytes: bytes, fingerprints: []),
                missing: nil, range: nil)
            let staged = try context.stage(EncodedChunk(piece, table: table.id, column: id, first: first))
            pieces.append(DictionaryPiece(id: staged.id, wordCount: piece.rowCount))
            first += piece.rowCount
        }
        return ColumnEntry(id: id, schema: schema, chunks: chunks, dictionary: pieces)
    }

    /// Builds the chunk that `plan` describes. `first` is its first row, or its partition.
    func encode(_ plan: ChunkPlan, first: Int, chunkRows: Int) throws -> EncodedChunk {
        if let block = plan.wholeBlock, let blocks, blocks[block].rowCount == plan.moves.rowCount {
            return EncodedChunk(blocks[block], table: table.id, column: id, first: first)
        }
        let sources = try sources(of: plan, chunkRows: chunkRows)
        let assembler = ColumnAssembler(type: schema.type, policy: policy)
        let chunk: Chunk
        if schema.type == .text {
            chunk = dictionary.withLock { assembler.assemble(plan.moves, from: sources, dictionary: &$0) }
        } else {
            var none = TextDictionaryBuilder()
            chunk = assembler.assemble(plan.moves, from: sources, dictionary: &none)
        }
        return EncodedChunk(chunk, table: table.id, column: id, first: first)
    }

    /// The lanes of a fixed-point column in the order of `plan`.
    func lanes(_ plan: ChunkPlan, chunkRows: Int) throws -> [Int64] {
        let sources = try sources(of: plan, chunkRows: chunkRows)
        return ColumnAssembler(type: schema.type, policy: policy).assembleLanes(plan.moves, from: sources)
    }

    func sources(of plan: ChunkPlan, chunkRows: Int) throws -> [Chunk] {
        try plan.sources.map { source -> Chunk in
            switch source {
            case .block(let block): blocks?[block] ?? .allMissing(rowCount: 0)
            case .old(let chunk): try oldChunk(chunk, chunkRows: chunkRows)
            }
        }
    }

    /// A stored chunk as the new type.
    private func oldChunk(_ index: Int, chunkRows: Int) throws -> Chunk {
        guard let old, index < old.chunks.count else { return .allMissing(rowCount: 0) }
        let first = table.kind == .customers ? index * chunkRows : index
        let chunk = try loader.chunk(old.chunks[index], of: old, in: table, first: first)
        if old.schema.type == schema.type { return chunk }
        return dictionary.withLock {
            ChunkConversion.convert(
                chunk, from: old.schema.type, to: schema.type, zone: zone, dictionary: &$0, policy: policy)
        }
    }
}

/// Where the rows of one new chunk come from; one plan serves all columns that the file has, another those that it has not.
struct ChunkPlan: Sendable {
    enum Source: Hashable, Sendable {
        /// A chunk or partition of the base version.
        case old(Int)
        /// A block of the file.
        case block(Int)
    }

    private(set) var moves: RowMoves
    private(set) var sources: [Source] = []

    init(rowCount: Int) { moves = RowMoves(rowCount: rowCount) }

    mutating func add(_ source: Source, from row: Int, to place: Int) {
        if sources.last != source { sources.append(source) }
        moves.add(source: sources.count - 1, from: row, to: place)
    }

    /// The same moves, to the places that these rows have after sorting.
    func moved(to places: [UInt32]) -> ChunkPlan {
        var copy = self
        copy.moves.to = copy.moves.to.map { places[Int($0)] }
        return copy
    }

    /// The block whose first rows the chunk is; blocks of a file of new customers are their chunks.
    var wholeBlock: Int? {
        guard sources.count == 1, case .block(let block) = sources[0], moves.from.count == moves.rowCount else {
            return nil
        }
        for row in 0..<moves.rowCount where moves.from[row] != UInt32(row) || moves.to[row] != UInt32(row) {
            return nil
        }
        return block
    }
}
