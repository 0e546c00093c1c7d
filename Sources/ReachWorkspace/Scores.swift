import GRDB
import ReachColumns
import ReachDiagnostics
import ReachKernels

/// A column of `customers` that a statement worked out.
package struct ScoreColumn: Sendable {
    package let name: String
    package let type: DataType
    /// By chunk of customers, removed customers included; words are positions in `words`.
    package let chunks: [Chunk]
    /// What the codes of a text column stand for; empty for all others.
    package let words: [String]

    package init(_ name: String, _ type: DataType, chunks: [Chunk], words: [String] = []) {
        self.name = name
        self.type = type
        self.chunks = chunks
        self.words = words
    }
}

extension Workspace {
    /// Keeps what a statement worked out as columns of `customers`, in place of all that an earlier run of it kept, in one new version of the
    /// data. `version` is the one it was worked out from.
    ///
    /// - Throws: `name-taken` where a column of that name was not made by this statement, `data-changed` where somebody wrote meanwhile.
    package func keep(
        scores columns: [ScoreColumn], of statement: String, day: Int32, version: Int64,
        cancellation: Cancellation = Cancellation()
    ) throws {
        let context = try ImportContext(
            self, statement: statement, cancellation: cancellation, progress: SilentProgress())
        do {
            var catalogue = context.base
            guard catalogue.version == version else { throw Diagnostic.dataChanged(statement) }
            let entries = try columns.map { column -> ColumnEntry in
                let place = catalogue.customers.schema.index(of: column.name)
                let old = place.map { catalogue.customers.columns[$0] }
                if let old, !old.schema.role.isScore(of: statement) { throw Diagnostic.scoreNameTaken(column.name) }
                return try context.stage(column, id: old?.id ?? context.newColumnID(), of: statement, day: day)
            }
            for entry in entries {
                if let place = catalogue.customers.schema.index(of: entry.schema.name) {
                    catalogue.tables[0].columns[place] = entry
                } else {
                    catalogue.tables[0].columns.append(entry)
                }
            }
            let names = Set(columns.map { Name.fold($0.name) })
            catalogue.tables[0].columns.removeAll { column in
                column.schema.role.isScore(of: statement) && !names.contains(Name.fold(column.schema.name))
            }
            try context.staging.flush()
            _ = try publish(catalogue, after: context.base, changed: [0], lease: context.lease, cause: statement) {
                _, _ in
            }
        } catch {
            context.abandon()
            throw error
        }
    }
}

extension ColumnSchema.Role {
    package func isScore(of statement: String) -> Bool {
        if case .score(statement, _) = self { return true }
        return false
    }
}

extension ImportContext {
    fileprivate func stage(_ column: ScoreColumn, id: Int64, of statement: String, day: Int32) throws -> ColumnEntry {
        precondition(column.chunks.count == base.chunkCount, "a chunk per chunk of customers")
        let table = base.customers.id
        let width = geometry.chunkRows
        // Packing takes longer than writing.
        let encoded = try inParallel(column.chunks.count) { index in
            EncodedChunk(column.chunks[index], table: table, column: id, first: index * width)
        }
        let chunks = try encoded.map { try stage($0) }
        var pieces: [DictionaryPiece] = []
        if !column.words.isEmpty {
            let words = TextDictionary(column.words)
            let piece = Chunk(
                rowCount: words.count,
                payload: .plainText(offsets: words.offsets, bytes: words.bytes, fingerprints: []), missing: nil,
                range: nil)
            let staged = try stage(EncodedChunk(piece, table: table, column: id, first: 0))
            pieces.append(DictionaryPiece(id: staged.id, wordCount: words.count))
        }
        let schema = ColumnSchema(
            name: column.name, type: column.type, role: .score(of: statement, day: day))
        return ColumnEntry(id: id, schema: schema, chunks: chunks, dictionary: pieces)
    }
}
