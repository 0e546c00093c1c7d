import ReachDiagnostics
import Testing

@testable import ReachCampaign

@Suite struct BudgetTests {
    static func plan(
        _ budget: CascadeOptions.Budget?, _ open: [UInt64: Int], heldOut: [UInt64: Int] = [:], value: Int64? = nil,
        channels: [PlannedChannel] = KnownCampaign.channels()
    ) throws -> CascadePlan {
        let options = CascadeOptions(
            budget: budget, value: value.map { Money(units: Int128($0), scale: 0) },
            baseline: value == nil ? nil : .percent(1))
        return try KnownCampaign.plan(KnownCampaign.request(channels, options), open, heldOut: heldOut)
    }

    static func budget(_ units: Int64, _ basis: CascadeOptions.Budget.Basis = .ceiling, strict: Bool = false)
        -> CascadeOptions.Budget
    {
        .init(Money(units: Int128(units), scale: 2), basis: basis, isStrict: strict)
    }

    @Test func enoughMoneyLeavesNobodyOut() throws {
        let open: [UInt64: Int] = [0b111: 100, 0b100: 50]
        let free = try Self.plan(nil, open)
        let plan = try Self.plan(Self.budget(1_000_000), open)
        #expect(plan.budget?.choice == nil && plan.budget?.shortened == 0)
        #expect(plan.ceiling == free.ceiling && plan.classes == free.classes)
    }

    /// 50 with a phone alone, 100 with push too. At 3.25 a text and no rate of orders, 100.00 pay for 30 of the 50.
    @Test func reachesMostForTheMoney() throws {
        let channels = [
            KnownCampaign.channels()[0],
            PlannedChannel(
                definition: Channel("sms", prices: KnownCampaign.price(325)), prices: KnownCampaign.price(325),
                address: "sms", consent: nil, rates: [:]),
        ]
        let plan = try Self.plan(Self.budget(10_000), [0b11: 100, 0b10: 50], channels: channels)
        let outcome = try #require(plan.budget)
        #expect(outcome.choice?.objective == .reach)
        #expect(plan.ceiling?.description == "97.50" && outcome.dropped == 20 && outcome.shortened == 120)
        #expect(plan.waterfall.contacted == 130 && plan.waterfall.total == 150)
        #expect(plan.waterfall.unreachable == [.init(reason: .overBudget, count: 20)])
        // 1,002.50 more pay for the 20 and 288 second messages, which reach nobody new.
        #expect(outcome.choice?.nextThousand == 20)
        #expect(try #require(outcome.choice).gap < 1)
    }

    @Test func strictRefuses() throws {
        let open: [UInt64: Int] = [0b100: 100]
        do {
            _ = try Self.plan(Self.budget(10_000, strict: true), open)
            Issue.record("not refused")
        } catch let diagnostic as Diagnostic {
            #expect(diagnostic.code == "over-budget" && diagnostic.kind.exitCode == 4)
            #expect(diagnostic.help.first == "budget 325.00 strict")
        }
        #expect(try Self.plan(Self.budget(32_500, strict: true), open).ceiling?.description == "325.00")
    }

    @Test func expectedNeedsRates() {
        let sms = PlannedChannel(
            definition: Channel("sms", prices: KnownCampaign.price(325)), prices: KnownCampaign.price(325),
            address: "sms", consent: nil, rates: [:])
        let code = ChannelTests.code {
            _ = try Self.plan(
                Self.budget(100, .expected), [0b11: 100], channels: [sms, KnownCampaign.channels()[1]])
        }
        #expect(code == "budget-without-rate")
    }

    /// A handful of customers: every choice of every customer is tried.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func noChoiceBringsMuchMore(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let names = ["push", "email", "sms"]
        let channels = (0..<2 + random.below(2)).map { index in
            KnownCampaign.channel(
                names[index], KnownCampaign.price(Int64(1 + random.below(60))), clicked: Int64(5 + random.below(40)),
                ordered: Int64(1 + random.below(5)))
        }
        var open: [UInt64: Int] = [:]
        for _ in 0..<5 { open[UInt64(1 + random.below((1 << channels.count) - 1)), default: 0] += 1 }
        let basis: CascadeOptions.Budget.Basis = random.chance(0.5) ? .ceiling : .expected
        let all = try Self.plan(nil, open, value: 20, channels: channels)
        let needed = basis == .ceiling ? all.ceiling?.double ?? 0 : all.expected?.exact ?? 0
        let limit = Int64(needed * 100 * Double(random.below(95)) / 100) + 1
        let plan = try Self.plan(Self.budget(limit, basis), open, value: 20, channels: channels)
        let outcome = try #require(plan.budget)
        let spent = basis == .ceiling ? plan.ceiling?.double ?? 0 : plan.expected?.exact ?? 0
        #expect(spent <= Double(limit) / 100 + 1e-9, "seed \(seed)")
        let profit = try #require(plan.figures?.profit?.expected.exact)
        let best = Self.best(channels, open, basis: basis, limit: Double(limit) / 100)
        #expect(profit <= best + 1e-9, "seed \(seed)")
        let choice = try #require(outcome.choice)
        // The relaxation is no worse than the best of whole customers.
        #expect(profit + choice.gap >= best - 1e-6, "seed \(seed): \(profit) + \(choice.gap) against \(best)")
        #expect(choice.objective == .profit)
        let largest = Self.subsets(channels, 0b111).map(\.profit).max() ?? 0
        #expect(choice.gap <= largest + 0.2 + 1e-9, "seed \(seed)")
    }

    private struct Subset {
        var cost = 0.0
        var profit = 0.0
    }

    /// What one customer with these channels open may get, and what it brings.
    private static func subsets(
        _ channels: [PlannedChannel], _ open: UInt64, basis: CascadeOptions.Budget.Basis = .ceiling
    ) -> [Subset] {
        (0..<(UInt64(1) << UInt64(channels.count))).filter { $0 & ~open == 0 }.map { kept in
            var subset = Subset()
            var waiting = 1.0
            var spent = 0.0
            for (index, channel) in channels.enumerated() where kept >> UInt64(index) & 1 == 1 {
                let price = channel.prices?.base.double ?? 0
                subset.cost += basis == .ceiling ? price : waiting * price
                spent += waiting * price
                subset.profit += waiting * 20 * (channel.rates[.ordered]?.double ?? 0)
                waiting *= 1 - (channel.rates[.clicked]?.double ?? 0)
            }
            if kept != 0 { subset.profit -= 20 * 0.01 }
            subset.profit -= spent
            return subset
        }
    }

    private static func best(
        _ channels: [PlannedChannel], _ open: [UInt64: Int], basis: CascadeOptions.Budget.Basis, limit: Double
    ) -> Double {
        let people = open.sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value) }
        func go(_ index: Int, _ left: Double) -> Double {
            if index == people.count { return 0 }
            return subsets(channels, people[index], basis: basis).filter { $0.cost <= left + 1e-12 }.map {
                $0.profit + go(index + 1, left - $0.cost)
            }.max() ?? -.infinity
        }
        return go(0, limit)
    }

    /// Tiers, quotas, minima and prefixes: the bill itself stays within the limit.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func theBillStaysWithinTheLimit(seed: UInt64) throws {
        let cascade = RandomCascade(seed: seed, customers: 80)
        let free = try CascadePlanTests.plan(cascade)
        guard let ceiling = free.ceiling, ceiling.units > 0 else { return }
        for share in [0.05, 0.3, 0.6, 0.95] {
            let limit = Money(rounding: ceiling.double * share, scale: free.scale)
            guard limit.units > 0 else { continue }
            var request = cascade.request
            request.options.budget = .init(limit)
            let plan = try CascadePlan(request, layout: cascade.layout, patterns: cascade.patterns, membersHash: 7)
            // A minimum may be owed for channels that nobody can be spared; there is none that is not chosen.
            #expect(try #require(plan.ceiling) <= limit, "seed \(seed)")
            #expect(plan.waterfall.total == cascade.customers.count)
            #expect(plan.waterfall.heldOut == free.waterfall.heldOut)
            #expect(plan.classes.reduce(0) { $0 + $1.heldOut } == free.classes.reduce(0) { $0 + $1.heldOut })
        }
    }
}
