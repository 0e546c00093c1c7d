import ReachColumns
import ReachPlan
import Synchronization

/// The best values of the first sort key that the chunks looked at so far have, as many as rows are wanted. Where the key is a stored fixed-point
/// column, other chunks pass over what is worse than the last of them, and over themselves where their best is.
final class SortBound: Sendable {
    private let limit: Int
    private let descending: Bool
    /// In sorted order, `limit` at most.
    private let best = Mutex<[Int64]>([])

    /// Nil where the first key is no stored fixed-point column, or another has to be computed: what goes wrong then is counted, over all
    /// rows.
    init?(_ sort: [SortKey], limit: Int) {
        guard let first = sort.first, case .column(_, let type) = first.value, type != .float, type != .text,
            sort.allSatisfy({ if case .column = $0.value { true } else { false } })
        else { return nil }
        self.limit = limit
        descending = first.descending
    }

    /// Values that may be among the first; equal ones are, since an earlier chunk's rows come before. Nil where nothing is known. Missing
    /// values come last, so with `limit` known ones they are not among the first.
    var range: ClosedRange<Int64>? {
        guard let worst = best.withLock({ $0.count < limit ? nil : $0.last }) else { return nil }
        return descending ? worst ... .max : .min...worst
    }

    /// Learns from the first key of a chunk's rows, in sorted order at `order`.
    func note(_ key: Vector, _ order: [UInt32]) {
        // What is missing comes last.
        let known = order.prefix { row in key.missing.map { $0[Int(row)] == 0 } ?? true }
        let lanes = known.map { key.lanes[Int($0)] }
        best.withLock { $0 = merged($0, lanes) }
    }

    private func merged(_ one: [Int64], _ other: [Int64]) -> [Int64] {
        var merged: [Int64] = []
        merged.reserveCapacity(min(limit, one.count + other.count))
        var (left, right) = (0, 0)
        while merged.count < limit, left < one.count || right < other.count {
            let takesLeft =
                right == other.count
                || left < one.count && (descending ? one[left] >= other[right] : one[left] <= other[right])
            merged.append(takesLeft ? one[left] : other[right])
            if takesLeft { left += 1 } else { right += 1 }
        }
        return merged
    }

    /// Chunks in the order in which they are best looked at: those first whose values promise most.
    func order(of summaries: [ChunkSummary]) -> [Int] {
        func promise(_ chunk: Int) -> Int64 {
            guard let range = summaries[chunk].range else { return descending ? .min : .max }
            return descending ? range.upperBound : range.lowerBound
        }
        return summaries.indices.sorted { one, other in
            let (first, second) = (promise(one), promise(other))
            return first == second ? one < other : descending ? first > second : first < second
        }
    }
}
