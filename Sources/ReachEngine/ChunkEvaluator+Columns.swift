import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    /// A column's chunk for the scope's rows, of which there are some.
    func chunk(_ column: Int, _ scope: Scope) throws -> Chunk {
        if scope.table != 0 {
            return try engine.source.activityChunk(table: scope.table, column: column, chunk: chunk)
        }
        return try customerColumn(column).resident(chunk)
            ?? engine.source.customerChunk(column: column, chunk: chunk)
    }

    /// What is known of that chunk without reading it.
    func summary(_ column: Int, _ scope: Scope) throws -> ChunkSummary {
        scope.table == 0
            ? try customerColumn(column).summary(of: chunk)
            : try engine.summary(table: scope.table, column: column, chunk: chunk)
    }

    /// Whether the column is an activity table's reference to its customer, which is stored nowhere but in the offsets.
    func isReference(_ column: Int, _ scope: Scope) throws -> Bool {
        scope.table != 0 && engine.source.schema.tables[scope.table].columns[column].role == .key
    }

    func dictionary(_ column: Int, _ scope: Scope) throws -> TextDictionary {
        if let dictionary = try engine.source.dictionary(table: scope.table, column: column) { return dictionary }
        let table = engine.source.schema.tables[scope.table]
        throw Diagnostic.missingDictionary(table: table.name, column: table.columns[column].name)
    }

    /// A column as a vector.
    func vector(column: Int, type: DataType, _ scope: Scope) throws -> Vector {
        if scope.rowCount == 0 { return Vector(missing: type, count: 0) }
        if try isReference(column, scope) { return try reference(type, scope) }
        return try decode(try chunk(column, scope), column, scope)
    }

    /// The key of each row's customer, or the number of the customer where customers have no key.
    private func reference(_ type: DataType, _ scope: Scope) throws -> Vector {
        if let key = engine.source.schema.customers.index(of: .key) {
            return try vector(column: key, type: type, customers).taking(owners(scope))
        }
        let first = Int64(chunk * engine.source.geometry.chunkRows) + 1
        return Vector(.lanes(owners(scope).map { first + Int64($0) }))
    }

    func decode(_ chunk: Chunk, _ column: Int, _ scope: Scope) throws -> Vector {
        let type = engine.source.schema.tables[scope.table].columns[column].type
        let count = scope.rowCount
        let storage: Vector.Storage
        switch chunk.payload {
        case .allMissing: return Vector(missing: type, count: count)
        case .floats(let floats): storage = .floats(floats)
        case .words8(let codes): storage = .text(TextColumn(codes: widen(codes), try dictionary(column, scope)))
        case .words16(let codes): storage = .text(TextColumn(codes: widen(codes), try dictionary(column, scope)))
        case .words32(let codes): storage = .text(TextColumn(codes: codes, try dictionary(column, scope)))
        case .plainText(let offsets, let bytes, _): storage = .text(TextColumn(offsets: offsets, bytes: bytes))
        case .constant, .codes8, .codes16, .codes32, .lanes: storage = .lanes(decodedLanes(chunk))
        }
        return Vector(storage, missing: chunk.missing.map { unpackBits($0.words, count: count) })
    }

    func decodedLanes(_ chunk: Chunk) -> [Int64] {
        switch chunk.payload {
        case .constant(let lane): [Int64](repeating: lane, count: chunk.rowCount)
        case .codes8(let base, let step, let codes): unpackLanes(codes, base: base, step: step)
        case .codes16(let base, let step, let codes): unpackLanes(codes, base: base, step: step)
        case .codes32(let base, let step, let codes): unpackLanes(codes, base: base, step: step)
        case .lanes(let lanes): lanes
        default: preconditionFailure("a fixed-point column holds lanes")
        }
    }
}
