import ReachColumns

/// Chunks of one column by their place in it: one look finds a chunk, and its neighbours are at hand.
struct ChunkShelf {
    /// Which chunk of all that have stood, or will stand, at a place: the id of a chunk, or where it has layers the places of the last one, which
    /// no other chunk has as id.
    typealias Stamp = Int64

    struct Slot {
        /// 0 where there is none.
        var stamp: Stamp = 0
        var lastUse: UInt64 = 0
        var byteCount = 0
        var resident: ResidentChunk?
    }

    private(set) var slots: [Slot] = []

    /// The chunk, if it is there.
    mutating func chunk(at place: Int, _ stamp: Stamp, use: UInt64) -> Chunk? {
        guard place < slots.count, slots[place].stamp == stamp else { return nil }
        slots[place].lastUse = use
        return slots[place].resident?.chunk
    }

    /// Those of neighbouring chunks that are there.
    mutating func chunks(from first: Int, _ stamps: [Stamp], use: UInt64) -> [ResidentChunk?] {
        stamps.enumerated().map { offset, stamp in
            let place = first + offset
            guard place < slots.count, slots[place].stamp == stamp else { return nil }
            slots[place].lastUse = use
            return slots[place].resident
        }
    }

    /// Bytes that have come to the shelf.
    mutating func put(_ chunk: Chunk, at place: Int, _ stamp: Stamp, use: UInt64) -> Int {
        if place >= slots.count {
            slots.append(contentsOf: repeatElement(Slot(), count: place + 1 - slots.count))
        }
        let before = slots[place].byteCount
        slots[place] = Slot(
            stamp: stamp, lastUse: use, byteCount: chunk.byteCount,
            resident: ResidentChunk(chunk, ChunkLandmarks(chunk)))
        return slots[place].byteCount - before
    }

    /// Bytes that have left the shelf with the chunk.
    mutating func take(_ place: Int) -> Int {
        defer { slots[place] = Slot() }
        return slots[place].byteCount
    }
}
