/// An audience sorted into its classes.
struct SortedAudience {
    let classes: [CascadeClass]
    let size: Int
    let heldOut: Int
    let alreadyReached: Int

    private struct Key: Hashable {
        let closed: [ClosedReason?]
        let prices: [Int]
        let parts: [Int]

        init(_ layout: PatternLayout, _ pattern: UInt64, _ parts: SIMD16<UInt8>?) {
            let closed = layout.closed(pattern)
            self.closed = closed
            prices = closed.indices.map { closed[$0] == nil ? layout.price($0, pattern) : 0 }
            self.parts = closed.indices.map { channel in
                closed[channel] == nil ? parts.map { Int($0[channel]) } ?? 1 : 1
            }
        }

        init(_ group: CascadeClass) {
            closed = group.closed
            prices = group.prices
            parts = group.parts
        }

        /// Orders classes the same way in every process: dictionaries do not.
        var order: [Int] { closed.map { $0.map { $0.order + 1 } ?? 0 } + prices + parts }
    }

    private init(classes: [CascadeClass], size: Int, heldOut: Int, alreadyReached: Int) {
        self.classes = classes
        self.size = size
        self.heldOut = heldOut
        self.alreadyReached = alreadyReached
    }

    /// The same audience in other classes.
    func with(_ classes: [CascadeClass]) -> SortedAudience {
        SortedAudience(classes: classes, size: size, heldOut: heldOut, alreadyReached: alreadyReached)
    }

    /// The class of each kind of customers; parts are 1 where no message is charged by its parts.
    func groups(layout: PatternLayout, patterns: OpenPatterns) -> [CustomerKind: Int] {
        let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { (Key($1), $0) })
        var kinds = Set(patterns.kinds.keys)
        if kinds.isEmpty {
            for pattern in patterns.counts.keys { kinds.insert(CustomerKind(pattern: pattern, parts: .one)) }
            for pattern in patterns.heldOut.keys { kinds.insert(CustomerKind(pattern: pattern, parts: .one)) }
        }
        var groups: [CustomerKind: Int] = [:]
        for kind in kinds where !layout.isReached(kind.pattern) {
            groups[kind] = places[Key(layout, kind.pattern, kind.parts)]
        }
        return groups
    }

    init(layout: PatternLayout, patterns: OpenPatterns) {
        var arms: [Key: (contacted: Int, heldOut: Int)] = [:]
        var reached = 0
        func add(_ pattern: UInt64, _ parts: SIMD16<UInt8>?, _ arm: OpenPatterns.Arms) {
            if layout.isReached(pattern) {
                reached += arm.contacted
                return
            }
            let key = Key(layout, pattern, parts)
            arms[key, default: (0, 0)].contacted += arm.contacted
            arms[key, default: (0, 0)].heldOut += arm.heldOut
        }
        if patterns.kinds.isEmpty {
            for (pattern, count) in patterns.counts { add(pattern, nil, .init(contacted: count)) }
            for (pattern, count) in patterns.heldOut { add(pattern, nil, .init(heldOut: count)) }
        } else {
            for (kind, arm) in patterns.kinds { add(kind.pattern, kind.parts, arm) }
        }
        heldOut = patterns.heldOut.values.reduce(0, +)
        size = patterns.counts.values.reduce(0, +) + heldOut
        alreadyReached = reached
        classes = arms.sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }.map { key, arm in
            CascadeClass(
                closed: key.closed, prices: key.prices, parts: key.parts, contacted: arm.contacted,
                heldOut: arm.heldOut)
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
