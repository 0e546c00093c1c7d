/// Counts and expectations of a cascade over its classes: pure arithmetic, channels taken as independent given position.
///
/// Worked example: 100 customers open to e-mail (0.05) and text messages (3.25), clicks on 20 % of e-mails: 100 e-mails and
/// 100·(1 − 0.2) = 80 texts are expected, 5.00 + 260.00; floor 5.00, ceiling 330.00.
struct CascadeEstimate {
    /// A channel's two chances per message: to end the cascade, and to be billed (1 where billed when sent). Nil is unknown.
    struct Chances {
        var stop: Double?
        var billed: Double?
        /// Delivery is what ends the cascade: both chances are the same unknown.
        var stopIsBilled = false
        /// To end the cascade with a message that follows on silence, where that is known to differ.
        var laterStop: Double?
    }

    let classes: [CascadeClass]
    let tariffs: [Tariff?]
    var chances: [Chances]

    /// Customers to whom a channel is open, by price.
    func openCounts(_ channel: Int) -> [Int] { counts(channel) { $0.closed[channel] == nil } }

    /// Customers whom a channel reaches first, by price.
    func firstCounts(_ channel: Int) -> [Int] { counts(channel) { $0.firstOpen == channel } }

    private func counts(_ channel: Int, inParts: Bool = false, where belongs: (CascadeClass) -> Bool) -> [Int] {
        var counts = [Int](repeating: 0, count: tariffs[channel]?.prices.prices.count ?? 1)
        for group in classes where group.contacted > 0 && belongs(group) {
            let times = inParts ? group.parts[channel] : 1
            counts[min(group.prices[channel], counts.count - 1)] += group.contacted * times
        }
        return counts
    }

    /// Whether anybody to whom the channel is open has a later channel open too: only then does its stopping rate matter.
    func isFollowed(_ channel: Int) -> Bool {
        classes.contains { group in
            group.contacted > 0 && group.closed[channel] == nil && group.closed[(channel + 1)...].contains { $0 == nil }
        }
    }

    /// Least and most that a channel can cost: everybody stops at the first message, nobody ever stops.
    func bounds(_ channel: Int) -> (least: Money, most: Money)? {
        guard let tariff = tariffs[channel] else { return nil }
        let open = counts(channel, inParts: true) { $0.closed[channel] == nil }
        let first = counts(channel, inParts: true) { $0.firstOpen == channel }
        return tariff.bounds(from: tariff.prices.billing == .sent ? first : first.map { _ in 0 }, to: open)
    }

    /// Expected messages per channel and price, where `stop` is each channel's chance to end the cascade; each counted as often as it
    /// is charged where `inParts`.
    func messages(stop: [Double], inParts: Bool = false) -> [[Double]] {
        var messages = tariffs.map { [Double](repeating: 0, count: $0?.prices.prices.count ?? 1) }
        for group in classes where group.contacted > 0 {
            var waiting = Double(group.contacted)
            var isFirst = true
            for channel in messages.indices where group.closed[channel] == nil {
                let times = inParts ? Double(group.parts[channel]) : 1
                messages[channel][min(group.prices[channel], messages[channel].count - 1)] += waiting * times
                waiting *= 1 - (isFirst ? stop[channel] : chances[channel].laterStop ?? stop[channel])
                isFirst = false
            }
        }
        return messages
    }

    /// Expected messages per channel over everything the unknown rates can be.
    func messages() -> [Estimate] {
        let fewest = messages(stop: chances.map { $0.stop ?? 1 }).map { $0.reduce(0, +) }
        let most = messages(stop: chances.map { $0.stop ?? 0 }).map { $0.reduce(0, +) }
        return zip(fewest, most).map { Estimate(low: $0, high: $1) }
    }

    /// Expected cost per channel over everything the unknown rates can be; nil without a price.
    func costs() -> [Estimate?] {
        let fewest = messages(stop: chances.map { $0.stop ?? 1 }, inParts: true)
        let most = messages(stop: chances.map { $0.stop ?? 0 }, inParts: true)
        return tariffs.indices.map { channel in
            guard let tariff = tariffs[channel] else { return nil }
            let low = tariff.cost(expected: fewest[channel].map { $0 * (chances[channel].billed ?? 0) })
            let high = tariff.cost(expected: most[channel].map { $0 * (chances[channel].billed ?? 1) })
            if tariff.prices.isLinear || low == high { return Estimate(low: low, high: high) }
            // Between two counts such a bill may lie outside what the counts themselves cost.
            let bounds = tariff.bounds(
                from: fewest[channel].map { Int(($0 * (chances[channel].billed ?? 0)).rounded(.down)) },
                to: most[channel].map { Int(($0 * (chances[channel].billed ?? 1)).rounded(.up)) })
            return Estimate(low: bounds.least.double, high: bounds.most.double)
        }
    }

    /// Expected cost altogether; nil where a channel that is open to somebody has no price.
    ///
    /// With linear tariffs the cost is linear in every single chance, so its extremes lie where each unknown one is 0 or 1. A stopping
    /// chance only ever lowers the cost, a billing chance only raises it; where they are the same unknown both ends are tried.
    /// Tariffs with tiers, quotas or minima are not linear: there the sum of the channels' ranges is given, which is no narrower.
    func total() -> Estimate? {
        let used = tariffs.indices.filter { channel in
            classes.contains { $0.contacted > 0 && $0.closed[channel] == nil }
        }
        guard used.allSatisfy({ tariffs[$0] != nil }) else { return nil }
        let isLinear = used.allSatisfy { tariffs[$0]?.prices.isLinear ?? true }
        guard isLinear else {
            let costs = costs()
            let parts = used.compactMap { costs[$0] }
            return Estimate(low: parts.reduce(0) { $0 + $1.low }, high: parts.reduce(0) { $0 + $1.high })
        }
        let shared = used.filter { chances[$0].stopIsBilled && chances[$0].billed == nil }
        var low = Double.infinity
        var high = -Double.infinity
        for choice in 0..<(1 << shared.count) {
            var lowest = chances
            var highest = chances
            for (bit, channel) in shared.enumerated() {
                let value: Double = choice >> bit & 1 == 1 ? 1 : 0
                lowest[channel] = Chances(stop: value, billed: value)
                highest[channel] = Chances(stop: value, billed: value)
            }
            low = min(low, cost(used, stop: lowest.map { $0.stop ?? 1 }, billed: lowest.map { $0.billed ?? 0 }))
            high = max(high, cost(used, stop: highest.map { $0.stop ?? 0 }, billed: highest.map { $0.billed ?? 1 }))
        }
        return Estimate(low: low, high: high)
    }

    private func cost(_ used: [Int], stop: [Double], billed: [Double]) -> Double {
        let messages = messages(stop: stop, inParts: true)
        return used.reduce(0) { sum, channel in
            sum + (tariffs[channel]?.cost(expected: messages[channel].map { $0 * billed[channel] }) ?? 0)
        }
    }
}
