import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

/// Evaluates expressions over the customers of one chunk and their activity, then of the next one of a stretch. Used by one thread.
///
/// What is asked for more than once within a question, the same aggregate in a condition and in a column say, is computed once per chunk.
final class ChunkEvaluator {
    let engine: Engine
    private(set) var chunk: Int
    private(set) var customers: Scope
    /// A live bit per customer; nil where all are.
    private var live: Bitmap?
    /// The chunks it goes through.
    private let stretch: Range<Int>
    /// Columns of customers that were asked for so far.
    private var columns: [(column: Int, stretch: ColumnStretch)] = []
    private var conjunctions: [Conjunction] = []
    private var scans: [(parts: [Condition], scan: PlaneScan?)] = []
    private var answers: (keys: [Scalar], columns: AnswerColumns?)?
    private var scopes: [Int: Scope] = [:]
    private var owners: [Int: [UInt32]] = [:]
    private var filters: [Filter: Mask] = [:]
    var aggregates: [Aggregate: Vector] = [:]
    var runTotals: [RunTotals.Key: RunTotals] = [:]

    private struct Filter: Hashable {
        let table: Int
        let condition: Condition
    }

    convenience init(engine: Engine, chunk: Int) throws { try self.init(engine: engine, stretch: chunk..<chunk + 1) }

    /// Begins with the first of the chunks.
    init(engine: Engine, stretch: Range<Int>) throws {
        self.engine = engine
        self.stretch = stretch
        chunk = stretch.lowerBound
        (customers, live) = try Self.population(of: chunk, engine.source)
    }

    /// Goes on with another chunk of the stretch.
    func move(to chunk: Int) throws {
        if chunk == self.chunk { return }
        self.chunk = chunk
        (customers, live) = try Self.population(of: chunk, engine.source)
        scopes = [:]
        owners = [:]
        filters = [:]
        aggregates = [:]
        runTotals = [:]
    }

    private static func population(of chunk: Int, _ source: any ColumnSource) throws -> (Scope, live: Bitmap?) {
        (Scope(table: 0, rowCount: source.rows(inChunk: chunk), offsets: []), try source.liveCustomers(chunk: chunk))
    }

    /// A column of customers in the stretch.
    func customerColumn(_ column: Int) throws -> ColumnStretch {
        if let known = columns.first(where: { $0.column == column }) { return known.stretch }
        let found = try engine.source.customerStretch(column: column, chunks: stretch)
        columns.append((column, found))
        return found
    }

    /// What has to be asked for all of these to hold.
    func conjunction(_ parts: [Condition]) -> Conjunction {
        if let known = conjunctions.first(where: { $0.parts == parts }) { return known }
        let made = Conjunction(parts)
        conjunctions.append(made)
        return made
    }

    /// The customers that a scan of planes leaves of all, and what has to be asked of them besides; nil where none can be made.
    func scanned(_ parts: [Condition]) throws -> (mask: Mask, rest: [Conjunction.Step])? {
        guard let scan = try scan(parts), let mask = scan.mask(of: chunk, rowCount: customers.rowCount) else {
            return nil
        }
        return (mask, scan.rest)
    }

    /// How many members a population has; counts their faults.
    func count(_ population: Population) throws -> Int {
        if let count = try wholeScan(population)?.count(of: chunk, rowCount: customers.rowCount) { return count }
        return try self.population(population).setCount
    }

    /// How many members of a population of customers answer yes/no columns alike, by slot; nil where planes do not tell.
    func answerCounts(_ population: Population, _ keys: [Scalar]) throws -> (counts: [Int], meaning: SlotMeaning)? {
        guard !keys.isEmpty, let scan = try wholeScan(population) else { return nil }
        if answers?.keys != keys { answers = (keys, try AnswerColumns(keys, self)) }
        guard let answers = answers?.columns, let places = try answers.places(self) else { return nil }
        var counts = [Int](repeating: 0, count: 1 << keys.count)
        let isKnown = scan.addAnswers(
            of: chunk, rowCount: customers.rowCount, places, owner: answers.columns, into: &counts)
        return isKnown ? (counts, answers.meaning) : nil
    }

    /// The scan that leaves a population and nobody else; nil where there is none.
    private func wholeScan(_ population: Population) throws -> PlaneScan? {
        guard live == nil, case .customers(.all(let parts)) = population, let scan = try scan(parts),
            scan.rest.isEmpty
        else { return nil }
        return scan
    }

    /// The scan of these conditions on customers; nil where there is none.
    private func scan(_ parts: [Condition]) throws -> PlaneScan? {
        if let known = scans.first(where: { $0.parts == parts }) { return known.scan }
        let conjunction = conjunction(parts)
        let scan = conjunction.canFault ? nil : try PlaneScan(conjunction, self)
        scans.append((parts, scan))
        return scan
    }

    /// The live customers for whom the condition holds; counts their faults.
    func audience(_ condition: Condition, counting: Bool = true) throws -> Mask {
        var audience = try mask(condition, customers)
        takeDead(from: &audience)
        if counting { engine.faults.count(audience.faults) }
        audience.faults = nil
        return audience
    }

    /// Removes deleted customers and whatever they met.
    func takeDead(from mask: inout Mask) {
        guard let live else { return }
        let alive = Mask(live)
        mask.faults = mask.faults(where: alive)
        mask.narrow(to: alive)
    }

    /// The customers, or rows of activity, that a question is about; counts their faults.
    func population(_ population: Population, counting: Bool = true) throws -> Mask {
        switch population {
        case .customers(let condition): return try audience(condition, counting: counting)
        case .rows(let table, let filter, let condition):
            let people = try audience(condition, counting: counting)
            let scope = try activity(table)
            if people.isNone || scope.rowCount == 0 { return Mask(.none, count: scope.rowCount) }
            var rows = spread(people, over: scope)
            rows.narrow(to: try mask(filter, scope))
            if counting { engine.faults.count(rows.faults) }
            rows.faults = nil
            return rows
        }
    }

    /// The customers' rows in a table; 0 is `customers` itself.
    func scope(_ table: Int) throws -> Scope { table == 0 ? customers : try activity(table) }

    func activity(_ table: Int) throws -> Scope {
        if let scope = scopes[table] { return scope }
        let offsets =
            try engine.source.activityOffsets(table: table, chunk: chunk)
            ?? [UInt32](repeating: 0, count: customers.rowCount + 1)
        precondition(offsets.count == customers.rowCount + 1, "a partition has the customers of its chunk")
        let scope = Scope(table: table, rowCount: Int(offsets[offsets.count - 1]), offsets: offsets)
        scopes[table] = scope
        return scope
    }

    /// The rows of a table that pass a filter; nil passes all.
    func filtered(_ filter: Condition?, _ scope: Scope) throws -> Mask {
        guard let filter else { return Mask(.every, count: scope.rowCount) }
        let key = Filter(table: scope.table, condition: filter)
        if let known = filters[key] { return known }
        let rows = try mask(filter, scope)
        filters[key] = rows
        return rows
    }

    /// The customer of each row of an activity scope.
    func owners(_ scope: Scope) -> [UInt32] {
        if let known = owners[scope.table] { return known }
        let found = runOwners(scope.offsets)
        owners[scope.table] = found
        return found
    }

    /// The rows of the customers that are in the mask.
    func spread(_ people: Mask, over scope: Scope) -> Mask {
        switch people.rows {
        case .none: Mask(.none, count: scope.rowCount)
        case .every: Mask(.every, count: scope.rowCount)
        case .bytes, .bits: Mask(bytes: take(people.bytes, at: owners(scope)))
        }
    }
}
