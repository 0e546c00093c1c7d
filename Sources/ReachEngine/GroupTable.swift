import ReachColumns
import ReachKernels
import ReachPlan

/// Groups by key values with their measures; one per thread, settled and merged at the end.
struct GroupTable: Sendable {
    let keys: [Scalar]
    private var encoders: [KeyLanes]
    /// A lane per key and, last, bits saying which keys are missing.
    private var tuples: TupleTable
    private(set) var measures: [MeasureState]
    /// What is in no group yet.
    var slotTotals: SlotTotals?

    init(keys: [Scalar], measures: [Measure]) {
        self.keys = keys
        encoders = keys.map { KeyLanes($0.type) }
        tuples = TupleTable(width: keys.isEmpty ? 0 : keys.count + 1)
        self.measures = measures.map(MeasureState.init)
        if keys.isEmpty {
            // Without keys there is one group, even of nobody.
            _ = tuples.intern([], rowCount: 1)
            grow()
        }
    }

    var count: Int { tuples.count }

    private mutating func grow() {
        for index in measures.indices { measures[index].grow(to: tuples.count) }
    }

    /// Takes in the population's rows in one chunk.
    mutating func absorb(_ population: Population, _ evaluator: ChunkEvaluator) throws {
        if try absorbAnswers(population, evaluator) { return }
        let rows = try evaluator.population(population)
        if rows.isNone { return }
        let scope = try evaluator.scope(population.table)
        if try absorbBySlot(rows, scope, evaluator) { return }
        let positions = rows.positions
        var faults: [UInt8]?
        func values(_ scalar: Scalar) throws -> Vector {
            let vector = try evaluator.vector(scalar, scope).taking(positions)
            faults = united(faults, vector.faults)
            return vector
        }
        let groups = try groups(try keys.map(values), rowCount: positions.count)
        for index in measures.indices {
            let measure = measures[index].measure
            if let pool = measure.pooled {
                try absorb(pool, index, groups, positions, evaluator)
            } else {
                try measures[index].absorb(groups, try measure.value.map(values))
            }
        }
        evaluator.engine.faults.count(faults)
    }

    /// Rows of activity that belong to the groups' customers.
    private mutating func absorb(
        _ pool: Measure.Pool, _ index: Int, _ groups: [UInt32], _ positions: [UInt32], _ evaluator: ChunkEvaluator
    ) throws {
        let scope = try evaluator.activity(pool.table)
        if scope.rowCount == 0 { return }
        var inPopulation = [UInt8](repeating: 0, count: evaluator.customers.rowCount)
        var groupOfCustomer = [UInt32](repeating: 0, count: evaluator.customers.rowCount)
        for (row, position) in positions.enumerated() {
            inPopulation[Int(position)] = 1
            groupOfCustomer[Int(position)] = groups[row]
        }
        var rows = evaluator.spread(Mask(bytes: inPopulation), over: scope)
        rows.narrow(to: try evaluator.filtered(pool.filter, scope))
        evaluator.engine.faults.count(rows.faults)
        let pooled = rows.positions
        if pooled.isEmpty { return }
        let values = try measures[index].measure.value.map { try evaluator.vector($0, scope).taking(pooled) }
        evaluator.engine.faults.count(values?.faults)
        try measures[index].absorb(take(groupOfCustomer, at: take(evaluator.owners(scope), at: pooled)), values)
    }

    /// Adds a measure's totals of some groups.
    mutating func absorb(_ index: Int, _ groups: [UInt32], counts: [Int64], sums: [Int128]) {
        measures[index].absorb(groups, counts: counts, sums: sums)
    }

    /// The group of each row by its key values.
    mutating func groups(_ vectors: [Vector], rowCount: Int) throws -> [UInt32] {
        if vectors.isEmpty { return [UInt32](repeating: 0, count: rowCount) }
        var columns: [[Int64]] = []
        var absent = [Int64](repeating: 0, count: rowCount)
        for (place, vector) in vectors.enumerated() {
            var lanes = try encoders[place].lanes(vector)
            if let missing = vector.missing {
                for row in 0..<rowCount where missing[row] != 0 {
                    lanes[row] = 0
                    absent[row] |= 1 << Int64(place)
                }
            }
            columns.append(lanes)
        }
        columns.append(absent)
        let groups = tuples.intern(columns, rowCount: rowCount)
        grow()
        return groups
    }

    mutating func merge(_ other: GroupTable) throws {
        var columns = other.tuples.columns
        for place in encoders.indices {
            let absent = columns[columns.count - 1]
            let lanes = try encoders[place].translated(columns[place], from: other.encoders[place])
            columns[place] = lanes.indices.map { absent[$0] >> Int64(place) & 1 == 1 ? 0 : lanes[$0] }
        }
        let map = tuples.intern(columns, rowCount: other.count)
        grow()
        for index in measures.indices { try measures[index].merge(other.measures[index], map) }
    }

    func isMissing(_ place: Int, _ group: Int) -> Bool {
        tuples.columns[keys.count][group] >> Int64(place) & 1 == 1
    }

    func key(_ place: Int, _ group: Int) -> Value {
        isMissing(place, group) ? .missing : encoders[place].value(tuples.columns[place][group])
    }

    /// How two groups' values of a key compare, both known.
    func compare(_ place: Int, _ group: Int, _ other: Int) -> Int {
        encoders[place].compare(tuples.columns[place][group], tuples.columns[place][other])
    }
}
