/// What a number of messages costs on one channel. Counts are by price: position 0 is the base price, then the prefixes.
///
/// Tiers and the free quota count messages at the base price, prefixes are charged each at its own, the minimum is for all together
/// once anything is billed. Worked example: base 3, `from 100 2`, `free 10`: 120 messages cost 90·3 + 20·2 = 310.
package struct Tariff: Hashable, Sendable {
    package let prices: PriceList
    /// Digits after the point of every amount this tariff gives.
    package let scale: Int
    private let priceUnits: [Int128]
    private let tierUnits: [Int128]
    private let minimumUnits: Int128

    package init(_ prices: PriceList) {
        let scale = prices.scale
        self.prices = prices
        self.scale = scale
        priceUnits = prices.prices.map { $0.rescaled(to: scale).units }
        tierUnits = prices.tiers.map { $0.price.rescaled(to: scale).units }
        minimumUnits = prices.minimum?.rescaled(to: scale).units ?? 0
    }

    /// Price of so many messages at each price.
    package func cost(_ counts: [Int]) -> Money {
        guard counts.contains(where: { $0 > 0 }) else { return Money(units: 0, scale: scale) }
        return Money(units: max(minimumUnits, baseUnits(counts[0]) + prefixUnits(counts)), scale: scale)
    }

    /// The same in units of 10^-scale; the first counts are this tariff's, others may follow.
    func units(_ counts: ArraySlice<Int>) -> Int128 {
        let own = counts.prefix(priceUnits.count)
        guard own.contains(where: { $0 > 0 }) else { return 0 }
        if prices.isLinear {
            return zip(own, priceUnits).reduce(0) { $0 + Int128($1.0) * $1.1 }
        }
        return cost(Array(own)).units
    }

    /// Price of so many messages at the base price.
    package func cost(_ count: Int) -> Money { cost([count]) }

    /// The least and the most that any counts between `first` and `open`, price by price, can cost. Exact: between thresholds the price
    /// never falls, so only the ends and the thresholds themselves can be extreme.
    package func bounds(from first: [Int], to open: [Int]) -> (least: Money, most: Money) {
        var least: Int128 = 0
        if first.contains(where: { $0 > 0 }) {
            let base = candidates(first[0], open[0]).map(baseUnits).min() ?? 0
            least = max(minimumUnits, base + prefixUnits(first))
        }
        var most: Int128 = 0
        if open.contains(where: { $0 > 0 }) {
            let base = candidates(first[0], open[0]).map(baseUnits).max() ?? 0
            most = max(minimumUnits, base + prefixUnits(open))
        }
        return (Money(units: least, scale: scale), Money(units: most, scale: scale))
    }

    /// The same price list read at a count that need not be whole, by straight lines between whole messages. For a linear tariff this
    /// is the expected price of a random number of messages with that mean.
    package func cost(expected counts: [Double]) -> Double {
        var units = expectedBaseUnits(counts[0])
        for index in 1..<max(1, counts.count) { units += counts[index] * Double(priceUnits[index]) }
        if counts.contains(where: { $0 > 0 }) { units = max(units, Double(minimumUnits)) }
        return units / Double(Money.power(scale))
    }

    private func baseUnits(_ count: Int) -> Int128 {
        let free = min(count, prices.freeQuota)
        if prices.tiers.first?.repricesAll == true {
            let tier = prices.tiers.lastIndex { $0.threshold <= count }
            return Int128(count - free) * (tier.map { tierUnits[$0] } ?? priceUnits[0])
        }
        // Messages free+1 … count, cut at the thresholds.
        var units: Int128 = 0
        var position = free
        var price = priceUnits[0]
        for (index, tier) in prices.tiers.enumerated() {
            if tier.threshold >= count { break }
            if tier.threshold > position {
                units += Int128(tier.threshold - position) * price
                position = tier.threshold
            }
            price = tierUnits[index]
        }
        return units + Int128(count - position) * price
    }

    private func prefixUnits(_ counts: [Int]) -> Int128 {
        var units: Int128 = 0
        for index in 1..<max(1, counts.count) { units += Int128(counts[index]) * priceUnits[index] }
        return units
    }

    /// Counts of `first…open` at which the base part can be least or most: the ends, and both sides of each repricing.
    private func candidates(_ first: Int, _ open: Int) -> [Int] {
        var counts = [first, open]
        for tier in prices.tiers where tier.repricesAll {
            if (first...open).contains(tier.threshold) { counts.append(tier.threshold) }
            if (first...open).contains(tier.threshold - 1) { counts.append(tier.threshold - 1) }
        }
        return counts
    }

    private func expectedBaseUnits(_ count: Double) -> Double {
        if prices.tiers.isEmpty, prices.freeQuota == 0 { return count * Double(priceUnits[0]) }
        let below = Int(count.rounded(.down))
        let lower = Double(baseUnits(below))
        return lower + (count - Double(below)) * (Double(baseUnits(below + 1)) - lower)
    }
}
