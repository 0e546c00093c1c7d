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
        var chunk: Chunk?
    }

    private(set) var slots: [Slot] = []
    /// Of the chunk in each slot, apart from it: looking at them touches none.
    private var landmarks: [ChunkLandmarks?] = []

    /// The chunk, if it is there.
    mutating func chunk(at place: Int, _ stamp: Stamp, use: UInt64) -> Chunk? {
        guard place < slots.count, slots[place].stamp == stamp else { return nil }
        slots[place].lastUse = use
        return slots[place].chunk
    }

    /// Those of neighbouring chunks that are there.
    mutating func chunks(from first: Int, _ stamps: [Stamp], use: UInt64) -> ResidentChunks {
        var found = ResidentChunks(capacity: stamps.count)
        for place in first..<max(first, min(first + stamps.count, slots.count)) { landmarks[place]?.fetchHeader() }
        for (offset, stamp) in stamps.enumerated() {
            let place = first + offset
            guard place < slots.count, slots[place].stamp == stamp else {
                found.append(nil, nil)
                continue
            }
            slots[place].lastUse = use
            found.append(slots[place].chunk, landmarks[place])
        }
        return found
    }

    /// Bytes that have come to the shelf.
    mutating func put(_ chunk: Chunk, at place: Int, _ stamp: Stamp, use: UInt64) -> Int {
        if place >= slots.count {
            slots.append(contentsOf: repeatElement(Slot(), count: place + 1 - slots.count))
            landmarks.append(contentsOf: repeatElement(nil, count: slots.count - landmarks.count))
        }
        let before = slots[place].byteCount
        slots[place] = Slot(stamp: stamp, lastUse: use, byteCount: chunk.byteCount, chunk: chunk)
        landmarks[place] = ChunkLandmarks(chunk)
        return slots[place].byteCount - before
    }

    /// Bytes that have left the shelf with the chunk.
    mutating func take(_ place: Int) -> Int {
        defer {
            slots[place] = Slot()
            landmarks[place] = nil
        }
        return slots[place].byteCount
    }
}
