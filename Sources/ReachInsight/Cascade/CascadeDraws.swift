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
}

/// Between which two values the middle of a distribution lies, from draws of it.
package struct DrawnQuantiles: Sendable {
    private let ascending: [Double]

    /// At least one draw; all finite.
    package init(_ draws: [Double]) { ascending = draws.sorted() }

    /// The lowest draw with a cumulative share of at least `share`.
    package func quantile(_ share: Double) -> Double {
        let rank = Int((share * Double(ascending.count)).rounded(.up))
        return ascending[min(ascending.count - 1, max(0, rank - 1))]
    }

    /// With equal tails on both sides.
    package func central(_ share: Double) -> Interval {
        let tail = (1 - share) / 2
        let below = Int((tail * Double(ascending.count)).rounded(.down))
        return Interval(ascending[below], ascending[ascending.count - 1 - below])
    }
}
