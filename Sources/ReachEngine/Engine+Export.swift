import ReachColumns
import ReachDiagnostics
import ReachPlan

extension Engine {
    /// All rows of the population in row order, for writing them out: `encode` turns each part into what is to be written, on all threads;
    /// `emit` takes the results in order, a few at a time, on the caller's. Parts hold the rows of one chunk, as many as they are.
    package func export<Result: Sendable>(
        _ population: Population, columns: [Scalar], encode: @Sendable (CellBlock) throws -> Result,
        emit: ([Result]) throws -> Void
    ) throws {
        var start = 0
        while start < source.customerChunkCount {
            try cancellation.check()
            let wave = start..<min(start + 2 * threads, source.customerChunkCount)
            let results = try mapChunks(wave) { evaluator -> Result? in
                try evaluator.cells(population, columns).map(encode)
            }
            try emit(results.compactMap(\.self))
            start = wave.upperBound
        }
    }
}

extension ChunkEvaluator {
    /// The columns for the population's rows in the chunk; nil where there are none.
    fileprivate func cells(_ population: Population, _ columns: [Scalar]) throws -> CellBlock? {
        let rows = try self.population(population)
        if rows.isNone { return nil }
        let scope = try scope(population.table)
        let isWhole = rows.isEvery
        let positions = isWhole ? [] : rows.positions
        let vectors = try columns.map { scalar in
            isWhole ? try vector(scalar, scope) : try vector(scalar, scope, at: positions)
        }
        engine.faults.count(vectors.reduce(nil) { united($0, $1.faults) })
        return CellBlock(rowCount: isWhole ? rows.count : positions.count, columns: vectors.map(CellColumn.init))
    }
}

extension CellColumn {
    init(_ vector: Vector) {
        let storage: Storage =
            switch vector.storage {
            case .lanes(let lanes): .lanes(lanes)
            case .floats(let floats): .floats(floats)
            case .text(let text):
                if let codes = text.codes, let dictionary = text.dictionary {
                    .words(codes: codes, dictionary)
                } else {
                    .text(offsets: text.offsets, bytes: text.bytes)
                }
            }
        self.init(storage, missing: vector.missing)
    }
}
