import ReachColumns
import ReachPlan
import Synchronization

/// The worst value of the first sort key that can still be among the first rows, as far as the chunks looked at so far tell: each of them
/// that has `limit` rows at least as good proves it. Where the key is a stored fixed-point column, other chunks pass over what is worse,
/// and over themselves where their best is.
final class SortBound: Sendable {
    private let limit: Int
    private let descending: Bool
    private let worst: Mutex<Int64?>

    /// Nil where the first key is no stored fixed-point column, or another has to be computed: what goes wrong then is counted, over all
    /// rows.
    init?(_ sort: [SortKey], limit: Int) {
        guard let first = sort.first, case .column(_, let type) = first.value, type != .float, type != .text,
            sort.allSatisfy({ if case .column = $0.value { true } else { false } })
        else { return nil }
        self.limit = limit
        descending = first.descending
        worst = Mutex(nil)
    }

    /// Values that may be among the first; equal ones are, since an earlier chunk's rows come before. Nil where nothing is known. Missing
    /// values come last, so with `limit` known ones they are not among the first.
    var range: ClosedRange<Int64>? {
        guard let bound = worst.withLock({ $0 }) else { return nil }
        return descending ? bound ... .max : .min...bound
    }

    /// Learns from the first key of a chunk's rows, whose best are at `order`.
    func note(_ key: Vector, _ order: [UInt32]) {
        guard order.count >= limit, let last = order.last else { return }
        if let missing = key.missing, missing[Int(last)] != 0 { return }
        let lane = key.lanes[Int(last)]
        worst.withLock { worst in
            if let known = worst, descending ? known >= lane : known <= lane { return }
            worst = lane
        }
    }
}
