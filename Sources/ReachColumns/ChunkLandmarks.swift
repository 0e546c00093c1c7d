import ReachKernels

/// What whoever asks something of a chunk reads first.
package struct ChunkLandmarks: Sendable {
    private let chunk: Landmark
    private let values: Landmark
    /// How wide planes are, or what leads the values.
    private let guide: Landmark?
    /// Where the planes stand and what they stand for, where the chunk has some.
    package let planes: (place: PlanesPlace, meaning: CodePlanes.Meaning)?

    package init(_ chunk: Chunk) {
        self.chunk = Landmark(chunk)
        planes = chunk.planes.map { (PlanesPlace($0.bits, missing: chunk.missing?.words ?? []), $0.meaning) }
        if let bits = chunk.planes?.bits {
            values = Landmark(bits.words)
            guide = Landmark(bits.widths)
        } else {
            values = chunk.ended == nil ? Self.values(of: chunk.payload) ?? self.chunk : self.chunk
            guide = chunk.leads.map { Landmark($0.bytes) }
        }
    }

    package func fetch() {
        chunk.fetch()
        fetchPlanes()
    }

    /// The same but for the chunk itself, which a comparison of planes does not read.
    package func fetchPlanes() {
        values.fetch()
        guide?.fetch()
    }

    /// What counts the chunk's owners, which whoever takes hold of it writes to.
    package func fetchHeader() { chunk.fetchHeader() }

    private static func values(of payload: Chunk.Payload) -> Landmark? {
        switch payload {
        case .codes8(_, _, let codes), .words8(let codes): Landmark(codes)
        case .codes16(_, _, let codes), .words16(let codes): Landmark(codes)
        case .codes32(_, _, let codes), .words32(let codes): Landmark(codes)
        case .lanes(let lanes): Landmark(lanes)
        case .floats(let floats): Landmark(floats)
        case .plainText(let offsets, _, _): Landmark(offsets)
        case .allMissing, .constant: nil
        }
    }
}
