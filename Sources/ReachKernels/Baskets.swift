// What customers have bought together: every value of a column that a customer's rows hold is in their basket once. Codes are below
// `count`; `UInt32.max` is no value.

/// How many customers have each value, and each pair of values: pair × count + other, the smaller code first.
package struct BasketCounts: Hashable, Sendable {
    package var customers: Int64 = 0
    package var singles: [Int64]
    package var pairs: [UInt32]

    package init(count: Int) {
        singles = [Int64](repeating: 0, count: count)
        pairs = [UInt32](repeating: 0, count: count * count)
    }

    package mutating func add(_ other: BasketCounts) {
        customers += other.customers
        for index in singles.indices { singles[index] += other.singles[index] }
        for index in pairs.indices { pairs[index] += other.pairs[index] }
    }
}

/// Adds the baskets of a partition.
package func addBaskets(_ runs: DatedRuns, codes: [UInt32], into counts: inout BasketCounts) {
    let count = counts.singles.count
    forEachBasket(runs, codes, count: count) { _, basket in
        if basket.isEmpty { return }
        counts.customers &+= 1
        for (place, code) in basket.enumerated() {
            counts.singles[Int(code)] &+= 1
            for other in basket[(place + 1)...] {
                counts.pairs[Int(min(code, other)) &* count &+ Int(max(code, other))] &+= 1
            }
        }
    }
}

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

/// What to offer to each customer: the best-ranked value that is not in their basket. `UInt32.max` where there is none.
package struct NextValues: Sendable {
    package var values: [UInt32]
    /// The value in the basket that speaks for it; `UInt32.max` where popularity does.
    package var because: [UInt32]
    package var scores: [Double]
}

package func nextValues(_ runs: DatedRuns, codes: [UInt32], _ rules: RankedRules) -> NextValues {
    let count = rules.popular.count
    let customerCount = runs.offsets.count - 1
    var next = NextValues(
        values: [UInt32](repeating: .max, count: customerCount),
        because: [UInt32](repeating: .max, count: customerCount),
        scores: [Double](repeating: 0, count: customerCount))
    forEachBasket(runs, codes, count: count) { customer, basket in
        for code in basket {
            for rank in 0..<(count - 1) {
                let place = Int(code) &* (count - 1) &+ rank
                let other = rules.others[place]
                if basket.contains(other) { continue }
                if rules.scores[place] > next.scores[customer] {
                    next.values[customer] = other
                    next.because[customer] = code
                    next.scores[customer] = rules.scores[place]
                }
                break
            }
        }
        if next.values[customer] != .max { return }
        // Nothing in the basket speaks for anything.
        for (other, score) in zip(rules.popular, rules.popularScores) where !basket.contains(other) {
            next.values[customer] = other
            next.scores[customer] = score
            break
        }
    }
    return next
}

/// Calls `body` with each customer of the mask and the different codes of their rows, ascending.
@inline(__always)
private func forEachBasket(
    _ runs: DatedRuns, _ codes: [UInt32], count: Int, _ body: (_ customer: Int, _ basket: [UInt32]) -> Void
) {
    precondition(codes.count == runs.rowCount, "a code per row")
    var basket: [UInt32] = []
    for customer in 0..<runs.offsets.count - 1 where runs.members.isEmpty || runs.members[customer] != 0 {
        basket.removeAll(keepingCapacity: true)
        for row in Int(runs.offsets[customer])..<Int(runs.offsets[customer + 1])
        where (runs.rows.isEmpty || runs.rows[row] != 0) && codes[row] < UInt32(count) {
            if !basket.contains(codes[row]) { basket.append(codes[row]) }
        }
        basket.sort()
        body(customer, basket)
    }
}
