import ReachColumns
import ReachDiagnostics
import Synchronization

/// Where an engine says how many customers it has looked at.
struct ChunkWatch: Sendable {
    fileprivate let activity: String
    fileprivate let progress: any ProgressReporter
}

extension Engine {
    /// The same engine, whose questions of customers, each from the start, say how far they are.
    package func reporting(_ activity: String, to progress: any ProgressReporter) -> Engine {
        Engine(self, watch: ChunkWatch(activity: activity, progress: progress))
    }

    /// To be told of each chunk of one question when it is done; nil where nobody wants to know.
    func tally(of chunks: Int) -> ChunkTally? { watch.map { ChunkTally($0, chunks: chunks, of: source) } }
}

/// How far one question is.
final class ChunkTally: Sendable {
    private let watch: ChunkWatch
    private let done = Atomic<Int>(0)
    private let customers: Int
    private let chunkRows: Int

    fileprivate init(_ watch: ChunkWatch, chunks: Int, of source: any ColumnSource) {
        self.watch = watch
        chunkRows = source.geometry.chunkRows
        customers = min(source.customerRows, chunks * chunkRows)
    }

    func finishChunk() {
        let count = done.wrappingAdd(1, ordering: .relaxed).newValue
        watch.progress.report(
            watch.activity, done: min(customers, count * chunkRows), total: customers, unit: "customers")
    }
}
