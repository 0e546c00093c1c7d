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
        let shares = try foldChunks(chunks, into: [(index: Int, result: Result)]()) { share, evaluator in
            share.append((evaluator.chunk, try body(evaluator)))
        }
        return Self.inOrder(shares)
    }

    /// What `body` makes of each index, in their order.
    func mapIndices<Result: Sendable>(
        _ indices: Range<Int>, _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let shares = try foldIndices(indices, into: [(index: Int, result: Result)]()) { share, index in
            share.append((index, try body(index)))
        }
        return Self.inOrder(shares)
    }

    private static func inOrder<Result>(_ shares: [[(index: Int, result: Result)]]) -> [Result] {
        shares.joined().sorted { $0.index < $1.index }.map(\.result)
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
        return try foldShares(chunks, into: initial) { state, share in
            let evaluator = try ChunkEvaluator(engine: self, stretch: share)
            for chunk in share {
                defer { tally?.finishChunk() }
                try cancellation.check()
                try evaluator.move(to: chunk)
                try body(&state, evaluator)
            }
        }
    }

    /// One state per thread that took part, each having absorbed some of the indices.
    func foldIndices<State: Sendable>(
        _ indices: Range<Int>, into initial: State, _ body: @Sendable (inout State, Int) throws -> Void
    ) throws -> [State] {
        try foldShares(indices, into: initial) { state, share in
            for index in share {
                try cancellation.check()
                try body(&state, index)
            }
        }
    }

    /// The same by shares: neighbours in their order, so that an error is that of the first which has one.
    private func foldShares<State: Sendable>(
        _ indices: Range<Int>, into initial: State, _ body: @Sendable (inout State, Range<Int>) throws -> Void
    ) throws -> [State] {
        let workers = min(threads, indices.count)
        let progress = SharedProgress<State>(indices, workers: workers)
        @Sendable func work(_ worker: Int) {
            var state = initial
            while let share = progress.next() {
                do { try body(&state, share) } catch { progress.fail(error, at: share.lowerBound) }
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

/// Hands out indices and gathers what became of them.
private final class SharedProgress<State: Sendable>: Sendable {
    private let following: Atomic<Int>
    private let end: Int
    private let workers: Int
    private let gathered: Mutex<(states: [(worker: Int, state: State)], failure: (start: Int, error: any Error)?)>

    init(_ indices: Range<Int>, workers: Int) {
        following = Atomic(indices.lowerBound)
        end = indices.upperBound
        self.workers = workers
        gathered = Mutex(([], nil))
    }

    /// Neighbours, ever fewer of them, so that all workers are done at about the same time.
    func next() -> Range<Int>? {
        let left = end - following.load(ordering: .relaxed)
        let count = max(1, min(left / (2 * workers), Self.mostNeighbours))
        let start = following.wrappingAdd(count, ordering: .relaxed).oldValue
        return start < end ? start..<min(start + count, end) : nil
    }

    private static var mostNeighbours: Int { 16 }

    /// Nobody starts another share; of several failures the one in the first share is told.
    func fail(_ error: any Error, at start: Int) {
        following.store(end, ordering: .relaxed)
        gathered.withLock { gathered in
            if let failure = gathered.failure, failure.start < start { return }
            gathered.failure = (start, error)
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
