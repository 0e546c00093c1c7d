/// An audience sorted into its classes.
struct SortedAudience {
    let classes: [CascadeClass]
    let size: Int
    let heldOut: Int
    let alreadyReached: Int

    init(layout: PatternLayout, patterns: OpenPatterns) {
        struct Key: Hashable {
            let closed: [ClosedReason?]
            let prices: [Int]

            /// Orders classes the same way in every process: dictionaries do not.
            var order: [Int] { closed.map { $0.map { $0.order + 1 } ?? 0 } + prices }
        }
        var arms: [Key: (contacted: Int, heldOut: Int)] = [:]
        var reached = 0
        let channels = layout.channels.indices
        for (isHeldOut, counts) in [(false, patterns.counts), (true, patterns.heldOut)] {
            for (pattern, count) in counts {
                if layout.isReached(pattern) {
                    if !isHeldOut { reached += count }
                    continue
                }
                let key = Key(
                    closed: channels.map { layout.closed($0, pattern) },
                    prices: channels.map { layout.closed($0, pattern) == nil ? layout.price($0, pattern) : 0 })
                if isHeldOut {
                    arms[key, default: (0, 0)].heldOut += count
                } else {
                    arms[key, default: (0, 0)].contacted += count
                }
            }
        }
        heldOut = patterns.heldOut.values.reduce(0, +)
        size = patterns.counts.values.reduce(0, +) + heldOut
        alreadyReached = reached
        classes = arms.sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }.map { key, arm in
            CascadeClass(closed: key.closed, prices: key.prices, contacted: arm.contacted, heldOut: arm.heldOut)
        }
    }

    func waterfall(channels: Int) -> Waterfall {
        var first = [Int](repeating: 0, count: channels)
        var unreachable: [ClosedReason: Int] = [:]
        for group in classes where group.contacted > 0 {
            if let channel = group.firstOpen {
                first[channel] += group.contacted
            } else {
                let nearest = group.closed.compactMap(\.self).max { $0.order < $1.order } ?? .noAddress
                unreachable[nearest, default: 0] += group.contacted
            }
        }
        return Waterfall(
            audience: size, heldOut: heldOut, alreadyReached: alreadyReached, unreachable: Self.ordered(unreachable),
            first: first)
    }

    func closedCounts(channel: Int) -> [Waterfall.Unreachable] {
        var counts: [ClosedReason: Int] = [:]
        for group in classes where group.contacted > 0 {
            if let reason = group.closed[channel] { counts[reason, default: 0] += group.contacted }
        }
        return Self.ordered(counts)
    }

    private static func ordered(_ counts: [ClosedReason: Int]) -> [Waterfall.Unreachable] {
        ClosedReason.allCases.compactMap { reason in
            counts[reason].map { Waterfall.Unreachable(reason: reason, count: $0) }
        }
    }
}
