// What to offer next to customers, by what is in their baskets.

/// For every value the others, best first, with how good each is.
package struct RankedRules: Sendable {
    /// By value × (count − 1) + rank.
    package let others: [UInt32]
    package let scores: [Double]
    /// The values that most customers have, first; for customers without any.
    package let popular: [UInt32]
    package let popularScores: [Double]

    package init(others: [UInt32], scores: [Double], popular: [UInt32], popularScores: [Double]) {
        precondition(others.count == scores.count && popular.count == popularScores.count, "a score each")
        self.others = others
        self.scores = scores
        self.popular = popular
        self.popularScores = popularScores
    }
}

/// What to offer to a customer: the best-ranked value that is not in their basket.
package struct NextValue: Hashable, Sendable {
    /// `UInt32.max` where there is none.
    package let value: UInt32
    /// The value in the basket that speaks for it; `UInt32.max` where popularity does.
    package let because: UInt32
    package let score: Double

    package init(value: UInt32 = .max, because: UInt32 = .max, score: Double = 0) {
        self.value = value
        self.because = because
        self.score = score
    }
}

/// By customer of a partition; nothing for those outside of the mask.
package func nextValues(_ runs: DatedRuns, codes: [UInt32], _ rules: RankedRules) -> [NextValue] {
    let count = rules.popular.count
    var next = [NextValue](repeating: NextValue(), count: runs.offsets.count - 1)
    if count > 64 {
        forEachBasket(runs, codes, count: count) { customer, basket in
            next[customer] = rules.next(after: basket) { basket.contains($0) }
        }
        return next
    }
    let found = basketBits(runs, codes, count: count)
    let (baskets, members) = (found.span, runs.members.span)
    var known = KnownBaskets(rules)
    var out = next.mutableSpan
    for customer in 0..<baskets.count where members.isEmpty || members[customer] != 0 {
        out[customer] = known.next(after: baskets[customer])
    }
    return next
}

/// What follows from baskets that were met already: customers with the same get the same.
private struct KnownBaskets {
    private let rules: RankedRules
    private var baskets: [UInt64]
    private var values: [NextValue]
    private var isKnown: [Bool]

    private static let placeCount = 4_096

    init(_ rules: RankedRules) {
        self.rules = rules
        baskets = [UInt64](repeating: 0, count: Self.placeCount)
        values = [NextValue](repeating: NextValue(), count: Self.placeCount)
        isKnown = [Bool](repeating: false, count: Self.placeCount)
    }

    mutating func next(after basket: UInt64) -> NextValue {
        let place = Int(mixedBits(basket) % UInt64(Self.placeCount))
        if isKnown[place], baskets[place] == basket { return values[place] }
        let codes = (0..<UInt32(64)).filter { basket >> UInt64($0) & 1 != 0 }
        let next = rules.next(after: codes) { basket >> UInt64($0) & 1 != 0 }
        (baskets[place], values[place], isKnown[place]) = (basket, next, true)
        return next
    }
}

extension RankedRules {
    /// The best of the best that each value in the basket speaks for; where none speaks for anything, what most have.
    fileprivate func next(after basket: [UInt32], _ contains: (UInt32) -> Bool) -> NextValue {
        let count = popular.count
        var next = NextValue()
        for code in basket {
            for rank in 0..<(count - 1) {
                let place = Int(code) * (count - 1) + rank
                if contains(others[place]) { continue }
                if scores[place] > next.score {
                    next = NextValue(value: others[place], because: code, score: scores[place])
                }
                break
            }
        }
        if next.value != .max { return next }
        for (other, score) in zip(popular, popularScores) where !contains(other) {
            return NextValue(value: other, score: score)
        }
        return next
    }
}
