import ReachColumns
import ReachDiagnostics
import ReachKernels
import Synchronization

extension Engine {
    /// As many threads as there are cores that the process may run on.
    package static var coreThreads: Int { coreCount }

    /// Has threads wake up for a plan that is about to come.
    package static func expectWork() { WorkerTeam.shared.expectWork() }

    /// The plan's work is done.
    package static func standDown() { WorkerTeam.shared.standDown() }

    /// What `body` makes of each customers chunk, in chunk order.
    func mapChunks<Result: Sendable>(_ body: @Sendable (ChunkEvaluator) throws -> Result) throws -> [Result] {
        try mapChunks(0..<source.customerChunkCount, body)
    }

    /// What `body` makes of each of these chunks, in their order.
    func mapChunks<Result: Sendable>(
        _ chunks: Range<Int>, _ body: @Sendable (ChunkEvaluator) throws -> Result
    ) throws -> [Result] {
        let tally = tally(of: chunks.count)
        return try mapIndices(chunks) { chunk in
            defer { tally?.finishChunk() }
            return try body(ChunkEvaluator(engine: self, chunk: chunk))
        }
    }

    /// What `body` makes of each index, in their order.
    func mapIndices<Result: Sendable>(
        _ indices: Range<Int>, _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let shares = try foldIndices(indices, into: [(index: Int, result: Result)]()) { share, index in
            share.append((index, try body(index)))
        }
        return shares.joined().sorted { $0.index < $1.index }.map(\.result)
    }

    /// What `body` makes of stretches of neighbouring chunks, in their order: a few for each thread, so that none waits long for another.
    func mapStretches<Result: Sendable>(
        of chunkCount: Int, _ body: @Sendable (Range<Int>) throws -> Result
    ) throws -> [Result] {
        let count = min(chunkCount, 4 * threads)
        return try mapIndices(0..<count) { stretch in
            try body((stretch * chunkCount / count)..<((stretch + 1) * chunkCount / count))
        }
    }

    /// What is known of a stored column in one chunk of customers without reading it.
    func summary(table: Int, column: Int, chunk: Int) throws -> ChunkSummary {
        table == 0
            ? try source.customerChunkSummary(column: column, chunk: chunk)
            : try source.activityChunkSummary(table: table, column: column, chunk: chunk)
    }

    /// The same of all chunks; nothing where a partition has no rows.
    func summaries(table: Int, column: Int) throws -> [ChunkSummary] {
        try (0..<source.customerChunkCount).map { chunk in
            if table != 0, try source.activityOffsets(table: table, chunk: chunk) == nil {
                return ChunkSummary(rowCount: 0, missingCount: 0, range: nil)
            }
            return try summary(table: table, column: column, chunk: chunk)
        }
    }

    /// One state per thread that took part, each having absorbed some of the chunks: only for states that combine exactly.
    func foldChunks<State: Sendable>(
        _ chunks: Range<Int>, into initial: State, _ body: @Sendable (inout State, ChunkEvaluator) throws -> Void
    ) throws -> [State] {
        let tally = tally(of: chunks.count)
        return try foldIndices(chunks, into: initial) { state, chunk in
            defer { tally?.finishChunk() }
            try body(&state, ChunkEvaluator(engine: self, chunk: chunk))
        }
    }

    /// One state per thread that took part, each having absorbed some of the indices.
    func foldIndices<State: Sendable>(
        _ indices: Range<Int>, into initial: State, _ body: @Sendable (inout State, Int) throws -> Void
    ) throws -> [State] {
        let workers = min(threads, indices.count)
        let progress = SharedProgress<State>(indices)
        @Sendable func work(_ worker: Int) {
            var state = initial
            while let index = progress.next() {
                do {
                    try cancellation.check()
                    try body(&state, index)
                } catch {
                    progress.fail(error, at: index)
                }
            }
            progress.finish(worker, with: state)
        }
        if workers > 1 {
            WorkerTeam.shared.perform(workers, work)
        } else if workers == 1 {
            work(0)
        }
        return try progress.outcome()
    }
}

/// Hands out chunks and gathers what became of them.
private final class SharedProgress<State: Sendable>: Sendable {
    private let following: Atomic<Int>
    private let end: Int
    private let gathered: Mutex<(states: [(worker: Int, state: State)], failure: (chunk: Int, error: any Error)?)>

    init(_ chunks: Range<Int>) {
        following = Atomic(chunks.lowerBound)
        end = chunks.upperBound
        gathered = Mutex(([], nil))
    }

    func next() -> Int? {
        let chunk = following.wrappingAdd(1, ordering: .relaxed).oldValue
        return chunk < end ? chunk : nil
    }

    /// Nobody starts another chunk; of several failures the one at the lowest chunk is told.
    func fail(_ error: any Error, at chunk: Int) {
        following.store(end, ordering: .relaxed)
        gathered.withLock { gathered in
            if let failure = gathered.failure, failure.chunk < chunk { return }
            gathered.failure = (chunk, error)
        }
    }

    func finish(_ worker: Int, with state: State) { gathered.withLock { $0.states.append((worker, state)) } }

    func outcome() throws -> [State] {
        try gathered.withLock { gathered in
            if let failure = gathered.failure { throw failure.error }
            return gathered.states.sorted { $0.worker < $1.worker }.map { $0.state }
        }
    }
}
