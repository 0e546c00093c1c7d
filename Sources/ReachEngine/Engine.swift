import ReachColumns
import ReachDiagnostics
import ReachPhones
import ReachPlan

/// Evaluates plans over one pinned version of the data.
///
/// Work is cut by customers chunk: one task evaluates a chunk with its activity partitions, and everything that is combined across
/// chunks is exact or ordered, so neither the number of threads nor the size of chunks can change an answer.
///
/// An object, because every chunk's evaluator holds one: what an engine consists of is counted once, not per chunk.
package final class Engine: Sendable {
    package let source: any ColumnSource
    package let moment: Moment
    package let threads: Int
    /// What went wrong row by row without being an error; read and reset with `takeFaults`.
    let faults: FaultCounter
    let texts: TextTables
    package let cancellation: Cancellation
    let frozen: @Sendable (String) -> CustomerSet?
    /// Where telephone numbers without a country code are from.
    let country: PhoneCountry
    let segments: SegmentCache
    /// Who hears how far questions of customers are; nil where nobody does.
    let watch: ChunkWatch?

    /// `frozen` gives the members of a frozen segment, or nil where there is no such segment; chunks and rows
    /// that came later are not in it. `segments` outlives the engine where members of segments are to be kept. `threads` counts the caller.
    package convenience init(
        source: any ColumnSource, moment: Moment, frozen: @escaping @Sendable (String) -> CustomerSet? = { _ in nil },
        segments: SegmentCache = SegmentCache(), country: PhoneCountry = .none, threads: Int, cancellation: Cancellation
    ) {
        self.init(
            source, moment, frozen, segments, country, threads, cancellation, FaultCounter(), TextTables(), watch: nil)
    }

    /// The same engine, told by `watch` how far it is.
    convenience init(_ engine: Engine, watch: ChunkWatch) {
        self.init(
            engine.source, engine.moment, engine.frozen, engine.segments, engine.country, engine.threads,
            engine.cancellation, engine.faults, engine.texts, watch: watch)
    }

    private init(
        _ source: any ColumnSource, _ moment: Moment, _ frozen: @escaping @Sendable (String) -> CustomerSet?,
        _ segments: SegmentCache, _ country: PhoneCountry, _ threads: Int, _ cancellation: Cancellation,
        _ faults: FaultCounter, _ texts: TextTables, watch: ChunkWatch?
    ) {
        precondition(threads > 0, "the caller's thread is one")
        self.source = source
        self.moment = moment
        self.frozen = frozen
        self.segments = segments
        self.country = country
        self.threads = threads
        self.cancellation = cancellation
        self.faults = faults
        self.texts = texts
        self.watch = watch
    }

    /// The live customers for whom the condition holds.
    package func members(of condition: Condition) throws -> Members {
        if let set = try setExpression(condition) { return Members(chunks: try bitmaps(set)) }
        return Members(chunks: try mapChunks { evaluator in try evaluator.audience(condition).bitmap })
    }

    /// Every live customer.
    package func everybody() throws -> Members { try members(of: .always(true)) }

    /// How many customers or rows there are in the population.
    package func count(_ population: Population) throws -> Int {
        if case .customers(let condition) = population, let set = try setExpression(condition) {
            return try count(set)
        }
        let counts = try foldChunks(0..<source.customerChunkCount, into: 0) { count, evaluator in
            count += try evaluator.count(population)
        }
        return counts.reduce(0, +)
    }

    /// Rows whose value is missing because of a division by zero or an overflow, since the engine was made or last asked.
    package func takeFaults() -> Faults { faults.take() }

    /// How many rows of an activity table are after today: an answer does not hide them, but says so.
    package func rowsAfterToday(table: Int) throws -> Int {
        let schema = source.schema.tables[table]
        guard let time = schema.index(of: .time) else { return 0 }
        let type = schema.columns[time].type
        let last = type == .date ? Int64(moment.today) : moment.zone.start(ofDay: Int(moment.today) + 1) - 1
        let future = Condition.comparison(
            .greater, .column(time, type), .literal(Value(lane: last, of: type), type))
        return try count(.rows(table: table, filter: future, audience: .always(true)))
    }
}
