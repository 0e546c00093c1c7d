/// A chunk that is in memory.
package struct ResidentChunk: Sendable {
    package let chunk: Chunk
    package let landmarks: ChunkLandmarks

    package init(_ chunk: Chunk, _ landmarks: ChunkLandmarks) {
        self.chunk = chunk
        self.landmarks = landmarks
    }
}

/// Neighbouring chunks of a column, gone through in their order.
package struct ColumnStretch: Sendable {
    private let first: Int
    private let summaries: [ChunkSummary]
    /// Nil where a chunk has to be read.
    private let chunks: [ResidentChunk?]

    /// - Parameters:
    ///   - first: the chunk that the lists begin with.
    ///   - summaries: of each chunk.
    ///   - chunks: as many.
    package init(first: Int, summaries: [ChunkSummary], chunks: [ResidentChunk?]) {
        precondition(summaries.count == chunks.count, "each chunk has a summary")
        self.first = first
        self.summaries = summaries
        self.chunks = chunks
    }

    package func summary(of chunk: Int) -> ChunkSummary { summaries[chunk - first] }

    /// The chunk where it is in memory; the next one is fetched ahead.
    package func resident(_ chunk: Int) -> Chunk? {
        let place = chunk - first
        if place + 1 < chunks.count { chunks[place + 1]?.landmarks.fetch() }
        return chunks[place]?.chunk
    }
}
