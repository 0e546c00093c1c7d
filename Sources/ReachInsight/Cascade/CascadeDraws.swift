/// What came of each simulated run of a cascade.
package struct CascadeDraws: Sendable {
    /// Units billed, a run after the other, `slotCount` to a run: one per channel and price.
    package let billed: [Int]
    package let slotCount: Int
    /// Messages sent, per run.
    package let messages: [Int]
    /// Customers who did what ends the cascade; nil where some channel's rate is not known.
    package let responses: [Int]?
    /// Nil where some channel's rate of orders is not known.
    package let orders: [Int]?

    package var count: Int { messages.count }

    package func billed(run: Int) -> ArraySlice<Int> { billed[run * slotCount..<(run + 1) * slotCount] }

    /// Per run the sum of billed units times the price of their slot. The caller knows that the sums fit.
    package func sums(_ prices: [Int]) -> [Int] {
        precondition(prices.count == slotCount, "a price per slot")
        return (0..<count).map { run in
            var sum = 0
            for slot in prices.indices { sum &+= billed[run &* slotCount &+ slot] &* prices[slot] }
            return sum
        }
    }
}

/// Between which two values the middle of a distribution lies, from draws of it.
package struct DrawnQuantiles: Sendable {
    private let ascending: [Double]

    /// At least one draw; none not a number.
    package init(_ draws: [Double]) { ascending = draws.sorted() }

    /// Whole numbers below 2^53.
    package init(_ draws: [Int]) { ascending = draws.sorted().map(Double.init) }

    /// With equal tails on both sides.
    package func central(_ share: Double) -> Interval {
        let below = Int(((1 - share) / 2 * Double(ascending.count)).rounded(.down))
        return Interval(ascending[below], ascending[ascending.count - 1 - below])
    }
}
