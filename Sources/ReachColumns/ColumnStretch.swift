import ReachKernels

/// Neighbouring chunks of which some are in memory, in their order.
package struct ResidentChunks: Sendable {
    /// Nil where a chunk has to be read.
    package private(set) var chunks: [Chunk?] = []
    /// Apart from the chunks, so that fetching one ahead touches none.
    package private(set) var landmarks: [ChunkLandmarks?] = []

    package init(capacity: Int) {
        chunks.reserveCapacity(capacity)
        landmarks.reserveCapacity(capacity)
    }

    /// As many, none of which is in memory.
    package static func none(_ count: Int) -> ResidentChunks {
        var chunks = ResidentChunks(capacity: count)
        for _ in 0..<count { chunks.append(nil, nil) }
        return chunks
    }

    package mutating func append(_ chunk: Chunk?, _ landmarks: ChunkLandmarks?) {
        chunks.append(chunk)
        self.landmarks.append(landmarks)
    }
}

/// Neighbouring chunks of a column, gone through in their order.
package final class ColumnStretch: Sendable {
    private let first: Int
    private let summaries: [ChunkSummary]
    private let chunks: ResidentChunks

    /// - Parameters:
    ///   - first: the chunk that the lists begin with.
    ///   - summaries: of each chunk.
    ///   - chunks: as many.
    package init(first: Int, summaries: [ChunkSummary], chunks: ResidentChunks) {
        precondition(summaries.count == chunks.chunks.count, "each chunk has a summary")
        self.first = first
        self.summaries = summaries
        self.chunks = chunks
    }

    package func summary(of chunk: Int) -> ChunkSummary { summaries[chunk - first] }

    /// The planes of the chunk, where it is in memory and has some; the next one's are fetched ahead. True as long as the stretch is kept.
    package func planes(of chunk: Int) -> (place: PlanesPlace, meaning: CodePlanes.Meaning)? {
        let place = chunk - first
        if place + 1 < summaries.count { chunks.landmarks[place + 1]?.fetchPlanes() }
        return chunks.landmarks[place]?.planes
    }

    /// The chunk where it is in memory; the next one is fetched ahead.
    package func resident(_ chunk: Int) -> Chunk? {
        let place = chunk - first
        if place + 1 < summaries.count { chunks.landmarks[place + 1]?.fetch() }
        return chunks.chunks[place]
    }
}
