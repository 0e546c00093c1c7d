import ReachColumns
import ReachDiagnostics
import ReachKernels
import Synchronization

extension ColumnWork {
    /// Whether stored chunks are of another type than the column is to be.
    var changesType: Bool { old.map { $0.schema.type != schema.type } ?? false }

    /// Rows of the file as a chunk of their own, in the order of `plan`; missing where the file has no such column. Text takes the form
    /// that it has in the chunk `entry`, so that putting them together costs no conversion.
    func layer(_ plan: ChunkPlan, over entry: ChunkEntry, chunkRows: Int) throws -> Chunk {
        if blocks == nil { return .allMissing(rowCount: plan.moves.rowCount) }
        return assembled(plan.moves, from: try sources(of: plan, chunkRows: chunkRows), form: entry.textForm)
    }

    /// One patch that does what those of a chunk of the base version do, and `patch` after them.
    func joining(_ patch: ChunkPatch, to entry: ChunkEntry, chunk: Int, chunkRows: Int) throws -> ChunkPatch {
        let places = try loader.places(entry.layers, in: table, first: chunk * chunkRows) + [patch.rows]
        let values = try storedLayers(chunk, entry: entry, chunkRows: chunkRows) + [patch.values]
        let (rows, indexes) = distinctRows(places, rowCount: entry.rowCount)
        var moves = RowMoves(rowCount: rows.count)
        for (source, own) in indexes.enumerated() {
            for (from, index) in own.enumerated() { moves.add(source: source, from: from, to: Int(index)) }
        }
        return ChunkPatch(rows: rows, values: assembled(moves, from: values, form: entry.textForm))
    }

    /// `form` says whether text is to be outside the dictionary; nil leaves that to its looks.
    private func assembled(_ moves: RowMoves, from sources: [Chunk], form: Bool?) -> Chunk {
        guard schema.type == .text else {
            var none = TextDictionaryBuilder()
            return ColumnAssembler(type: schema.type, policy: policy)
                .assemble(moves, from: sources, dictionary: &none)
        }
        let assembler = ColumnAssembler(type: .text, policy: form == true ? .plainText : policy)
        return dictionary.withLock { words in
            let chunk = assembler.assemble(moves, from: sources, dictionary: &words)
            switch (chunk.payload, form) {
            case (.words8, true), (.words16, true), (.words32, true):
                guard let text = chunk.decodedText(words.dictionary()) else { return chunk }
                return ChunkEncoder.encode(plain: text.offsets, bytes: text.bytes, missing: chunk.missing)
            case (.plainText(let offsets, let bytes, _), false):
                let codes = words.intern(rows: offsets, bytes: bytes, missing: chunk.missing?.words ?? [])
                return codes.map { ChunkEncoder.encode(words: $0, missing: chunk.missing, policy: policy) } ?? chunk
            default: return chunk
            }
        }
    }

    /// A chunk that layers were put into for good: text outside the dictionary may have become worth one.
    func settled(_ chunk: Chunk) -> Chunk {
        guard case .plainText(let offsets, let bytes, _) = chunk.payload else { return chunk }
        return dictionary.withLock { words in
            ChunkEncoder.encode(
                text: offsets, bytes: bytes, missing: chunk.missing, dictionary: &words, policy: policy)
        }
    }

    /// A chunk of the base version with its layers, of the column's type.
    func stored(_ index: Int, entry: ChunkEntry, chunkRows: Int) throws -> Chunk {
        guard let old else { return .allMissing(rowCount: entry.rowCount) }
        return try loader.chunk(
            entry, of: old, in: table, first: table.kind == .customers ? index * chunkRows : index)
    }

    /// The layers of a chunk of the base version, of the column's type.
    func storedLayers(_ index: Int, entry: ChunkEntry, chunkRows: Int) throws -> [Chunk] {
        guard let old else { return entry.layers.map { .allMissing(rowCount: $0.rowCount) } }
        return try loader.layers(
            of: entry, of: old, in: table, first: table.kind == .customers ? index * chunkRows : index)
    }

    /// The dictionary that stored codes are codes of, with the words that the file added.
    var knownWords: TextDictionary { dictionary.withLock { $0.dictionary() } }
}
