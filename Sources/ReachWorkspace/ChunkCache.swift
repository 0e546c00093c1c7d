import ReachColumns
import ReachKernels
import Synchronization

/// What was read from the file and decoded, kept until the budget is full; then the least recently used go first.
/// Chunks never change and their ids are never used twice, so nothing here can be out of date.
final class ChunkCache: Sendable {
    enum Key: Hashable {
        /// Figures of the customers of a partition with its runs, by their column, the places of the last run, or the id of their chunk where
        /// there is none, and the customers in the chunk.
        case rollup(column: Int64, state: Int64, customers: Int)
        /// How the runs of a partition join it, by the places of the last one.
        case merge(Int64)
        /// The row offsets of a partition, by the id of its layout chunk, or the places of its last run, and the customers in the
        /// chunk.
        case offsets(Int64, customers: Int)
        /// By the id of the last piece.
        case dictionary(Int64)
    }

    enum Item: Sendable {
        case chunk(Chunk)
        case merge(RunMerge)
        case offsets([UInt32])
        case dictionary(TextDictionary)

        var byteCount: Int {
            switch self {
            case .chunk(let chunk): chunk.byteCount
            case .merge(let merge): merge.byteCount
            case .offsets(let offsets): offsets.count * 4 + 32
            case .dictionary(let dictionary): dictionary.offsets.count * 4 + dictionary.bytes.count + 64
            }
        }
    }

    private struct Slot {
        let item: Item
        let byteCount: Int
        var lastUse: UInt64
    }

    private struct State {
        /// By the id of their column.
        var shelves: [Int64: ChunkShelf] = [:]
        var slots: [Key: Slot] = [:]
        var byteCount = 0
        var clock: UInt64 = 0

        mutating func tick() -> UInt64 {
            clock += 1
            return clock
        }
    }

    private let budgetBytes: Int
    private let state = Mutex(State())
    /// Apart, because every chunk of a column needs the whole of its dictionary, however few chunks may be kept.
    private let dictionaries: ChunkCache?

    /// - Parameter dictionaryBytes: a budget of their own for dictionaries; nil counts them with the chunks.
    init(budgetBytes: Int, dictionaryBytes: Int? = nil) {
        self.budgetBytes = budgetBytes
        dictionaries = dictionaryBytes.map { ChunkCache(budgetBytes: $0) }
    }

    var byteCount: Int { state.withLock { $0.byteCount } }

    /// A chunk as it stands in its column, layers included.
    func chunk(of column: Int64, at place: Int, _ stamp: ChunkShelf.Stamp) -> Chunk? {
        state.withLock { state in
            guard let shelf = state.shelves.index(forKey: column) else { return nil }
            let use = state.tick()
            return state.shelves.values[shelf].chunk(at: place, stamp, use: use)
        }
    }

    /// Those of neighbouring chunks that are there.
    func chunks(of column: Int64, from place: Int, _ stamps: [ChunkShelf.Stamp]) -> ResidentChunks {
        state.withLock { state in
            guard let shelf = state.shelves.index(forKey: column) else { return .none(stamps.count) }
            let use = state.tick()
            return state.shelves.values[shelf].chunks(from: place, stamps, use: use)
        }
    }

    /// The chunk as it is kept from now on.
    @discardableResult
    func insert(_ chunk: Chunk, of column: Int64, at place: Int, _ stamp: ChunkShelf.Stamp) -> Chunk {
        let kept = chunk.withLeads
        add { state in
            let use = state.tick()
            return state.shelves[column, default: ChunkShelf()].put(kept, at: place, stamp, use: use)
        }
        return kept
    }

    subscript(key: Key) -> Item? {
        if let dictionaries, case .dictionary = key { return dictionaries[key] }
        return state.withLock { state in
            guard let index = state.slots.index(forKey: key) else { return nil }
            state.slots.values[index].lastUse = state.tick()
            return state.slots.values[index].item
        }
    }

    func insert(_ item: Item, for key: Key) {
        if let dictionaries, case .dictionary = key { return dictionaries.insert(item, for: key) }
        let byteCount = item.byteCount
        add { state in
            let slot = Slot(item: item, byteCount: byteCount, lastUse: state.tick())
            return byteCount - (state.slots.updateValue(slot, forKey: key)?.byteCount ?? 0)
        }
    }

    /// `change` gives how many bytes have come.
    private func add(_ change: (inout State) -> Int) {
        useLargePages()
        state.withLock { state in
            state.byteCount += change(&state)
            if state.byteCount > budgetBytes { Self.evict(&state, downTo: budgetBytes / 10 * 9) }
        }
    }

    private enum Place {
        case slot(Key)
        case shelf(Int64, Int)
    }

    /// Frees a tenth at once, so that sorting by use is paid for rarely.
    private static func evict(_ state: inout State, downTo target: Int) {
        var places = state.slots.map { (lastUse: $0.value.lastUse, place: Place.slot($0.key)) }
        for (column, shelf) in state.shelves {
            for (place, slot) in shelf.slots.enumerated() where slot.chunk != nil {
                places.append((slot.lastUse, .shelf(column, place)))
            }
        }
        places.sort { $0.lastUse < $1.lastUse }
        for (_, place) in places.dropLast() where state.byteCount > target {
            switch place {
            case .slot(let key): state.byteCount -= state.slots.removeValue(forKey: key)?.byteCount ?? 0
            case .shelf(let column, let place): state.byteCount -= state.shelves[column]?.take(place) ?? 0
            }
        }
    }
}
