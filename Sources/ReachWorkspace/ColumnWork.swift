import ReachColumns
import ReachDiagnostics
import ReachKernels
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
    let blocks: [StagedColumn.Block]?
    let loader: ChunkLoader
    private let zone: Zone
    let policy: EncodingPolicy
    /// Words up to this are in the file already.
    private let storedWords: Int
    let dictionary: Mutex<TextDictionaryBuilder>

    init(
        _ context: ImportContext, table: TableEntry, id: Int64, schema: ColumnSchema, old: ColumnEntry?,
        staged: StagedColumn?, groups: RowGroups? = nil
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
        var blocks: [StagedColumn.Block]?
        var words: TextDictionaryBuilder
        if let staged, staged.type == .text {
            (blocks, words) = try staged.finish()
        } else {
            blocks = try staged?.finish().blocks
            let stored = keepsWords ? try old.flatMap { try context.loader.dictionary(of: $0, in: table) } : nil
            words = TextDictionaryBuilder(stored)
        }
        if let staged, staged.type != schema.type {
            blocks = blocks?.map { block in
                // What is staged has the type that the column is to have.
                guard case .chunk(let chunk) = block else { return block }
                return .chunk(
                    ChunkConversion.convert(
                        chunk, from: staged.type, to: schema.type, zone: context.zone, dictionary: &words,
                        policy: context.policy))
            }
        }
        if let groups, let arrived = blocks {
            blocks = try Self.distributed(arrived, groups, words)
        }
        self.blocks = blocks
        dictionary = Mutex(words)
    }

    /// The rows of an activity file by partition, as blocks.
    private static func distributed(
        _ blocks: [StagedColumn.Block], _ groups: RowGroups, _ words: TextDictionaryBuilder
    ) throws -> [StagedColumn.Block] {
        let arrived = blocks.map { block -> Chunk in
            guard case .chunk(let chunk) = block else { preconditionFailure("activity is staged when it is sorted") }
            return chunk
        }
        return try ChunkGroups(groups).distributed(arrived) { words.dictionary() }.map { .chunk($0) }
    }

    /// The hidden column of an activity table that says which import each row came by.
    init(originOf context: ImportContext, table: TableEntry, groups: RowGroups, isReplaced: Bool) {
        self.table = table
        id = table.origin.id
        schema = TableEntry.hiddenSchema
        old = isReplaced ? nil : table.origin
        blocks = (0..<groups.groupCount).map { partition in
            let own = context.importID
            let count = groups.count(of: partition)
            return .chunk(Chunk(rowCount: count, payload: .constant(own), missing: nil, range: own...own))
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

    /// Builds the chunk of customers that `plan` describes. `first` is its first row.
    func encode(_ plan: ChunkPlan, first: Int, chunkRows: Int) throws -> EncodedChunk {
        if let block = plan.wholeBlock, let blocks,
            blocks[block].rowCount == plan.moves.rowCount
        {
            if case .staged(let entry) = blocks[block], first == block * chunkRows {
                return EncodedChunk(staged: entry)
            }
            let whole = try chunk(of: block, chunkRows: chunkRows)
            return EncodedChunk(whole, table: table.id, column: id, first: first)
        }
        return EncodedChunk(
            try assembled(plan, chunkRows: chunkRows), table: table.id, column: id, first: first)
    }

    /// The rows of a chunk or partition that `plan` describes.
    func assembled(_ plan: ChunkPlan, chunkRows: Int) throws -> Chunk {
        let sources = try sources(of: plan, chunkRows: chunkRows)
        let assembler = ColumnAssembler(type: schema.type, policy: policy)
        if schema.type == .text, !sources.allSatisfy(\.isOfWords) {
            return dictionary.withLock { assembler.assemble(plan.moves, from: sources, dictionary: &$0) }
        }
        var none = TextDictionaryBuilder()
        return assembler.assemble(plan.moves, from: sources, dictionary: &none)
    }

    /// Whether chunks may be put together in any order: no word is new on the way.
    var isOrderless: Bool {
        if schema.type != .text { return true }
        // Stored chunks may be outside the dictionary.
        if let old, !old.chunks.isEmpty { return false }
        return (blocks ?? []).allSatisfy { block in
            if case .chunk(let chunk) = block { chunk.isOfWords } else { true }
        }
    }

    /// The lanes of a fixed-point column in the order of `plan`.
    func lanes(_ plan: ChunkPlan, chunkRows: Int) throws -> [Int64] {
        let sources = try sources(of: plan, chunkRows: chunkRows)
        return ColumnAssembler(type: schema.type, policy: policy).assembleLanes(plan.moves, from: sources)
    }

    func sources(of plan: ChunkPlan, chunkRows: Int) throws -> [Chunk] {
        try plan.sources.map { source -> Chunk in
            switch source {
            case .block(let block): try chunk(of: block, chunkRows: chunkRows)
            case .old(let chunk): try oldChunk(chunk, chunkRows: chunkRows)
            }
        }
    }

    /// A block of the file.
    private func chunk(of block: Int, chunkRows: Int) throws -> Chunk {
        switch blocks?[block] {
        case nil: return .allMissing(rowCount: 0)
        case .chunk(let chunk)?: return chunk
        case .staged(let entry)?:
            let column = ColumnEntry(id: id, schema: schema, chunks: [], dictionary: [])
            return try loader.chunk(entry, of: column, in: table, first: block * chunkRows)
        }
    }

    /// The ids of blocks that were staged.
    var stagedIDs: [Int64] {
        (blocks ?? []).compactMap { block in
            if case .staged(let entry) = block, entry.id != 0 { entry.id } else { nil }
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
    private var isWholeBlock = false

    init(rowCount: Int) { moves = RowMoves(rowCount: rowCount) }

    /// A block of the file as it is.
    init(block: Int, rowCount: Int) {
        moves = RowMoves(rowCount: rowCount, wholeSource: 0)
        sources = [.block(block)]
        isWholeBlock = true
    }

    /// A block of the file, its k-th row at `places[k]`.
    init(block: Int, to places: [UInt32]) {
        moves = RowMoves(rowCount: places.count, wholeSource: 0, to: places)
        sources = [.block(block)]
    }

    mutating func add(_ source: Source, from row: Int, to place: Int) {
        if sources.last != source { sources.append(source) }
        moves.add(source: sources.count - 1, from: row, to: place)
    }

    /// The same moves, to the places that these rows have after sorting.
    func moved(to places: [UInt32]) -> ChunkPlan {
        var copy = self
        copy.isWholeBlock = false
        copy.moves.to = copy.moves.to.map { places[Int($0)] }
        return copy
    }

    /// The block whose first rows the chunk is; blocks of a file of new customers are their chunks.
    var wholeBlock: Int? {
        if isWholeBlock, case .block(let block) = sources[0] { return block }
        guard sources.count == 1, case .block(let block) = sources[0], moves.from.count == moves.rowCount else {
            return nil
        }
        for row in 0..<moves.rowCount where moves.from[row] != UInt32(row) || moves.to[row] != UInt32(row) {
            return nil
        }
        return block
    }
}
