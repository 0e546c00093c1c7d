import ReachColumns
import ReachPhones
import ReachPlan
import Synchronization

/// Members of segments, kept from one question to the next: a segment that was worked out once is a set of bits for all later questions
/// of the same data, day and country. The least recently used go first.
package final class SegmentCache: Sendable {
    /// A bound condition has its dates resolved; what else it depends on is the data, the day, the zone and the country.
    struct Key: Hashable {
        let version: Int64
        let today: Int32
        let zone: Zone
        let country: PhoneCountry
        let condition: Condition
        /// Whom a draw takes, and no condition.
        var lot: Lot?
    }

    private struct Entry {
        /// By chunk of customers, of which those that are unknown hold nobody yet.
        var chunks: [Bitmap]
        var unknown: Set<Int>
        /// The same in one piece, where it was asked for.
        var set: CustomerSet?
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: segments that are kept; one of ten million customers takes 1.25 MB, or twice that.
    package init(capacity: Int = 64) { self.capacity = capacity }

    /// All of a segment's members; nil where some chunk is not known.
    func members(_ key: Key) -> [Bitmap]? { whole(key) { $0.chunks } }

    /// The same in one piece.
    func set(_ key: Key) -> CustomerSet? {
        whole(key) { entry in
            if let known = entry.set { return known }
            let made = CustomerSet(entry.chunks)
            entry.set = made
            return made
        }
    }

    private func whole<Result>(_ key: Key, _ result: (inout Entry) -> Result) -> Result? {
        state.withLock { state in
            state.clock += 1
            guard let index = state.entries.index(forKey: key), state.entries.values[index].unknown.isEmpty else {
                return nil
            }
            state.entries.values[index].lastUse = state.clock
            return result(&state.entries.values[index])
        }
    }

    /// A segment's members in one chunk, where they are known.
    func members(_ key: Key, chunk: Int) -> Bitmap? {
        state.withLock { state in
            guard let index = state.entries.index(forKey: key) else { return nil }
            let entry = state.entries.values[index]
            return entry.chunks.indices.contains(chunk) && !entry.unknown.contains(chunk) ? entry.chunks[chunk] : nil
        }
    }

    /// Keeps all of a segment's members.
    func keep(_ chunks: [Bitmap], for key: Key) {
        for (chunk, members) in chunks.enumerated() { keep(members, for: key, chunk: chunk, of: chunks.count) }
    }

    /// Keeps a segment's members in one of `chunkCount` chunks.
    func keep(_ members: Bitmap, for key: Key, chunk: Int, of chunkCount: Int) {
        state.withLock { state in
            state.clock += 1
            if state.entries[key] == nil {
                makeRoom(&state)
                state.entries[key] = Entry(
                    chunks: Array(repeating: Bitmap(count: 0), count: chunkCount),
                    unknown: Set(0..<chunkCount), lastUse: 0)
            }
            guard let index = state.entries.index(forKey: key) else { return }
            state.entries.values[index].unknown.remove(chunk)
            state.entries.values[index].chunks[chunk] = members
            state.entries.values[index].set = nil
            state.entries.values[index].lastUse = state.clock
        }
    }

    private func makeRoom(_ state: inout State) {
        while state.entries.count >= capacity,
            let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            state.entries[oldest.key] = nil
        }
    }
}

extension Engine {
    /// Under what a segment's members may be kept; nil where the same condition may have other members next time, or where somebody
    /// counts what goes wrong while it is evaluated.
    func segmentKey(_ condition: Condition) -> SegmentCache.Key? {
        guard condition.isLasting, !condition.canFault else { return nil }
        return SegmentCache.Key(
            version: source.version, today: moment.today, zone: moment.zone, country: country, condition: condition)
    }
}

extension Condition {
    /// Whether it holds of the same customers as long as data and day are the same: what looks at the clock, or at a frozen segment,
    /// which may be frozen anew, does not.
    fileprivate var isLasting: Bool {
        switch self {
        case .isMember, .sequence: false
        case .not(let inner), .isTrue(.condition(let inner)): inner.isLasting
        case .all(let parts), .any(let parts): parts.allSatisfy(\.isLasting)
        case .comparison(_, let left, let right): left.isLasting && right.isLasting
        case .isIn(let scalar, _), .match(_, let scalar), .isMissing(let scalar), .isTrue(let scalar): scalar.isLasting
        case .always, .resumed: true
        }
    }
}

extension Scalar {
    fileprivate var isLasting: Bool {
        switch self {
        case .condition(let condition): condition.isLasting
        case .conditional(let condition, let then, let otherwise):
            condition.isLasting && then.isLasting && otherwise.isLasting
        default: operands.allSatisfy(\.isLasting)
        }
    }
}
