import ReachColumns
import ReachKernels
import ReachPlan

extension Engine {
    /// Rows of the population, a block at a time, in row order or sorted (ties by row order, missing last); `limit` keeps the first.
    ///
    /// Unsorted rows are handed on as chunks are read and never held together. Throwing from `emit` ends it.
    package func select(
        _ population: Population, columns: [Scalar], sort: [SortKey] = [], limit: Int? = nil,
        emit: (RowBlock) throws -> Void
    ) throws {
        if let limit, limit <= 0 { return }
        if sort.isEmpty {
            try selectInOrder(population, columns, limit, emit)
        } else {
            _ = try selectSorted(population, columns, sort, limit, emit)
        }
    }

    /// The first rows in sorted order, and how many there are in all, by one look at the population. Nil where something has to be computed
    /// for it: what goes wrong then is counted over other rows for the one than for the other.
    package func first(
        _ population: Population, columns: [Scalar], sort: [SortKey], limit: Int
    ) throws -> (rows: [[Value]], count: Int)? {
        let isStored = (columns + sort.map(\.value)).allSatisfy { if case .column = $0 { true } else { false } }
        guard !sort.isEmpty, limit > 0, isStored else { return nil }
        var rows: [[Value]] = []
        let count = try selectSorted(population, columns, sort, limit) { block in
            for row in 0..<block.rowCount { rows.append(block.values(row: row)) }
        }
        return (rows, count)
    }

    /// A few chunks at a time, so that a limit ends the reading and no more than those wait to be handed on.
    private func selectInOrder(
        _ population: Population, _ columns: [Scalar], _ limit: Int?, _ emit: (RowBlock) throws -> Void
    ) throws {
        let types = columns.map(\.type)
        var left = limit ?? .max
        var start = 0
        while start < source.customerChunkCount, left > 0 {
            let wave = start..<min(start + (limit == nil ? 2 * threads : threads), source.customerChunkCount)
            let most = left
            let parts = try mapChunks(wave) { evaluator -> RowBlock.Part in
                // Which conditions further rows met must not depend on where chunks end, so a limit counts none.
                let rows = try evaluator.population(population, counting: limit == nil)
                return try evaluator.part(population, columns, Array(rows.positions.prefix(most)))
            }
            for part in parts where left > 0 && !part.customers.isEmpty {
                let kept = part.prefix(left)
                count(kept)
                left -= kept.customers.count
                try emit(RowBlock(types: types, part: kept))
            }
            start = wave.upperBound
        }
    }

    private func selectSorted(
        _ population: Population, _ columns: [Scalar], _ sort: [SortKey], _ limit: Int?,
        _ emit: (RowBlock) throws -> Void
    ) throws -> Int {
        let bound = limit.flatMap { SortBound(sort, limit: $0) }
        let order = try bound.flatMap { bound in
            try summaries(population.table, sort[0].value).map { bound.order(of: $0) }
        }
        let found = try mapIndices(0..<source.customerChunkCount) { place in
            try ChunkEvaluator(engine: self, chunk: order?[place] ?? place).sortedRun(population, sort, limit, bound)
        }
        let runs = order == nil ? found : found.sorted { $0.chunk < $1.chunk }
        let entries = SortRun.merged(runs, limit: limit, descending: sort.map(\.descending))
        // Columns are read for the rows that made it, in chunks that have some.
        var positions: [Int: [UInt32]] = [:]
        let places = entries.map { entry -> RowBlock.Place in
            let chunk = runs[entry.run].chunk
            positions[chunk, default: []].append(runs[entry.run].positions[entry.row])
            return RowBlock.Place(part: chunk, row: (positions[chunk]?.count ?? 1) - 1)
        }
        let wanted = positions
        let empty = RowBlock.Part(columns: [], customers: [])
        let parts = try mapChunks { evaluator -> RowBlock.Part in
            guard let rows = wanted[evaluator.chunk] else { return empty }
            return try evaluator.part(population, columns, rows)
        }
        for part in parts { count(part) }
        let types = columns.map(\.type)
        var start = 0
        while start < places.count {
            let end = min(start + 65_536, places.count)
            try emit(RowBlock(types: types, parts: parts, places: places[start..<end]))
            start = end
        }
        return runs.reduce(0) { $0 + $1.populationCount }
    }

    /// Of a stored column, by chunk of customers; nil for the customer of a row, who is not stored with it.
    private func summaries(_ table: Int, _ value: Scalar) throws -> [ChunkSummary]? {
        guard case .column(let column, _) = value else { preconditionFailure("a bound is of a stored column") }
        if table != 0, source.schema.tables[table].columns[column].role == .key { return nil }
        return try summaries(table: table, column: column)
    }

    private func count(_ part: RowBlock.Part) {
        faults.count(part.columns.reduce(nil) { united($0, $1.faults) })
    }

    /// The rows that a plan gives, all at once: for answers that are small, and for tests.
    package func rows(of plan: LogicalPlan) throws -> [[Value]] {
        switch plan {
        case .count(let population): return [[.integer(Int64(try count(population)))]]
        case .group(let population, let keys, let measures):
            return try group(population, keys: keys, measures: measures)
        case .select(let population, let columns, let sort, let limit):
            var rows: [[Value]] = []
            try select(population, columns: columns, sort: sort, limit: limit) { block in
                for row in 0..<block.rowCount { rows.append(block.values(row: row)) }
            }
            return rows
        }
    }
}

extension RowBlock.Part {
    func prefix(_ most: Int) -> RowBlock.Part {
        if customers.count <= most { return self }
        let positions = (0..<UInt32(most)).map { $0 }
        return RowBlock.Part(columns: columns.map { $0.taking(positions) }, customers: Array(customers.prefix(most)))
    }
}

extension ChunkEvaluator {
    /// The columns for some rows of the population's table.
    func part(_ population: Population, _ columns: [Scalar], _ positions: [UInt32]) throws -> RowBlock.Part {
        if positions.isEmpty { return RowBlock.Part(columns: [], customers: []) }
        let scope = try scope(population.table)
        let first = chunk * engine.source.geometry.chunkRows
        let people = scope.table == 0 ? positions : take(owners(scope), at: positions)
        return RowBlock.Part(
            columns: try columns.map { try vector($0, scope, at: positions) },
            customers: people.map { first + Int($0) })
    }

    /// The population's rows in sorted order, no more than `limit`. Rows that cannot be among the first ones, as far as `bound` knows
    /// from other chunks, may be left out.
    func sortedRun(
        _ population: Population, _ sort: [SortKey], _ limit: Int?, _ bound: SortBound?
    ) throws -> SortRun {
        var rows = try self.population(population)
        let count = rows.setCount
        let scope = try scope(population.table)
        if let bound, let range = bound.range, !rows.isNone {
            try narrow(&rows, sort[0].value, passing: .lanes(range), scope)
        }
        let positions = rows.positions
        if positions.isEmpty { return SortRun(chunk: chunk, populationCount: count, positions: [], keys: []) }
        let keys = try sort.map { try vector($0.value, scope, at: positions) }
        engine.faults.count(keys.reduce(nil) { united($0, $1.faults) })
        let whole = SortRun(chunk: chunk, populationCount: count, positions: positions, keys: keys)
        let order = SortRun.merged([whole], limit: limit, descending: sort.map(\.descending)).map { UInt32($0.row) }
        bound?.note(keys[0], order)
        return SortRun(
            chunk: chunk, populationCount: count, positions: take(positions, at: order),
            keys: keys.map { $0.taking(order) })
    }

    /// An expression for some rows; a stored column is read at those alone.
    func vector(_ scalar: Scalar, _ scope: Scope, at positions: [UInt32]) throws -> Vector {
        guard case .column(let column, _) = scalar, scope.rowCount > 0, try !isReference(column, scope) else {
            return try vector(scalar, scope).taking(positions)
        }
        let chunk = try self.chunk(column, scope)
        let storage: Vector.Storage
        switch chunk.payload {
        case .codes8(let base, let step, let codes):
            storage = .lanes(takeLanes(codes, base: base, step: step, at: positions))
        case .codes16(let base, let step, let codes):
            storage = .lanes(takeLanes(codes, base: base, step: step, at: positions))
        case .codes32(let base, let step, let codes):
            storage = .lanes(takeLanes(codes, base: base, step: step, at: positions))
        case .words8(let codes):
            storage = .text(
                TextColumn(codes: positions.map { UInt32(codes[Int($0)]) }, try dictionary(column, scope)))
        case .words16(let codes):
            storage = .text(
                TextColumn(codes: positions.map { UInt32(codes[Int($0)]) }, try dictionary(column, scope)))
        default: return try decode(chunk, column, scope).taking(positions)
        }
        var missing: [UInt8]?
        if let bits = chunk.missing {
            let marks = positions.map { bits[Int($0)] ? UInt8(1) : 0 }
            missing = hasAny(marks) ? marks : nil
        }
        return Vector(storage, missing: missing)
    }
}
