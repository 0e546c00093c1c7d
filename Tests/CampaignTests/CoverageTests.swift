import Foundation
import ReachInsight
import Testing

@testable import ReachCampaign

/// Worlds drawn as a plan believes them to be: how often their cost lies in the plan's intervals.
@Suite struct CoverageTests {
    /// Mean rates of a channel as a world has them, and how sure.
    private struct World {
        var random: RandomStream
        let plan: CascadePlan
        /// What the truth is of what was configured.
        let factor: Double

        /// Rates from the posterior, customers from the rates, the bill from the tariffs.
        mutating func cost() -> Double {
            var stops: [Double] = []
            for channel in plan.channels {
                let rate = (channel.rates[.clicked]?.double ?? 0) * factor
                let sure = Double(channel.definition.configuredRateWeight)
                stops.append(random.beta(rate * sure, (1 - rate) * sure))
            }
            var counts = plan.channels.map { [Int](repeating: 0, count: $0.prices?.prices.count ?? 1) }
            for group in plan.classes {
                var waiting = group.contacted
                for channel in stops.indices where group.closed[channel] == nil {
                    counts[channel][group.prices[channel]] += waiting * group.parts[channel]
                    waiting -= random.binomial(waiting, stops[channel])
                }
            }
            return zip(plan.channels, counts).reduce(0) { total, channel in
                total + (channel.0.prices.map { Tariff($0).cost(channel.1).double } ?? 0)
            }
        }
    }

    private static func plan(_ number: Int) throws -> CascadePlan {
        var random = TestRandom(seed: UInt64(number) &* 977)
        let names = ["push", "email", "sms", "viber"]
        let channels = (0..<(2 + random.below(3))).map { index in
            let price = PriceList(
                base: Money(units: Int128(random.below(400)), scale: 2),
                tiers: number % 3 == 0 ? [.init(from: 500, Money(units: Int128(random.below(300)), scale: 2))] : [])
            return KnownCampaign.channel(
                names[index], price, clicked: Int64(2 + random.below(28)), ordered: 1,
                sure: [nil, 40, 400][random.below(3)])
        }
        var open: [UInt64: Int] = [:]
        for pattern in 0..<(UInt64(1) << UInt64(channels.count)) { open[pattern] = 100 + random.below(2_000) }
        return try KnownCampaign.plan(KnownCampaign.request(channels), open)
    }

    private static let isLong = ProcessInfo.processInfo.environment["REACH_LONG"] == "1"
    /// Of each of 16 plans; 4,000 altogether, 40,000 at full length.
    private static let worlds = isLong ? 2_500 : 250

    private struct Coverage {
        var inside80 = 0.0
        var inside95 = 0.0
    }

    private static func coverage(_ plans: [CascadePlan], factor: Double) throws -> Coverage {
        var coverage = Coverage()
        let weight = 1 / Double(plans.count * worlds)
        for (number, plan) in plans.enumerated() {
            let narrow = try #require(plan.interval80)
            let wide = try #require(plan.interval95)
            var world = World(random: RandomStream(seed: UInt64(number + 1), stream: 99), plan: plan, factor: factor)
            for _ in 0..<worlds {
                let cost = world.cost()
                if narrow.low.double - 1e-9 <= cost, cost <= narrow.high.double + 1e-9 { coverage.inside80 += weight }
                if wide.low.double - 1e-9 <= cost, cost <= wide.high.double + 1e-9 { coverage.inside95 += weight }
            }
        }
        return coverage
    }

    /// 4,000 worlds, and what is left of it where the truth is another. The figures of the long run stand in docs/statistics.md.
    @Test func intervalsHoldWhatTheySay() throws {
        let plans = try (1...16).map(Self.plan)
        let table = try [1, 0.7, 1.4].map { (factor: $0, held: try Self.coverage(plans, factor: $0)) }
        for row in table {
            print(
                String(
                    format: "true rates %.1f × configured: 80 %% interval holds %.1f %%, 95 %% interval %.1f %%",
                    row.factor, row.held.inside80 * 100, row.held.inside95 * 100))
        }
        #expect((0.78...0.82).contains(table[0].held.inside80), "\(table[0].held)")
        #expect((0.94...0.96).contains(table[0].held.inside95), "\(table[0].held)")
        #expect(table[1].held.inside95 < table[0].held.inside95 && table[2].held.inside95 < table[0].held.inside95)
    }

    /// Few customers: no less than is said.
    @Test func smallAudiencesAreHeldAtLeast() throws {
        let channels = [
            KnownCampaign.channel("push", KnownCampaign.price(10), clicked: 8, ordered: 1),
            KnownCampaign.channel("email", KnownCampaign.price(40), clicked: 12, ordered: 1),
            KnownCampaign.channel("sms", KnownCampaign.price(325), clicked: 5, ordered: 1),
        ]
        let plans = try [[0b111: 20, 0b110: 10], [0b111: 90, 0b011: 60, 0b101: 40]].map { open in
            try KnownCampaign.plan(
                KnownCampaign.request(channels),
                Dictionary(uniqueKeysWithValues: open.map { (UInt64($0.key), $0.value) }))
        }
        let held = try Self.coverage(plans, factor: 1)
        #expect(held.inside80 >= 0.78 && held.inside95 >= 0.94, "\(held)")
    }
}
