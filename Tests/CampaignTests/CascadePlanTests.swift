import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachCampaign

/// A random cascade over random customers, and what it comes to when every customer is walked through it one by one.
struct RandomCascade {
    let request: CascadeRequest
    let layout: PatternLayout
    let customers: [(pattern: UInt64, heldOut: Bool)]

    init(seed: UInt64, customers count: Int = 60) {
        var random = TestRandom(seed: seed)
        var bit = 1
        var channels: [PlannedChannel] = []
        var bits: [PatternLayout.ChannelBits] = []
        let events = CampaignEvent.allCases
        for index in 0..<(1 + random.below(5)) {
            let list: PriceList? = random.chance(0.05) ? nil : .random(&random)
            var rates: [CampaignEvent: Rate] = [:]
            var rate: Int64 = 100
            for event in events where random.chance(0.8) {
                rate = Int64(random.below(Int(rate) + 1))
                rates[event] = Rate(.percent(rate))
            }
            let name = ["email", "sms", "push", "pigeon", "fax"][index]
            channels.append(
                PlannedChannel(definition: Channel(name), prices: list, address: name, consent: nil, rates: rates))
            let reasons: [ClosedReason] = [.noAddress, .invalidAddress, .noConsent, .suppressed]
            let gates = reasons.filter { _ in random.chance(0.6) }.map { reason in
                defer { bit += 1 }
                return PatternLayout.Gate(reason, bit: bit)
            }
            let prefixes = (list?.prefixes ?? []).map { prefix in
                defer { bit += 1 }
                return (bit: bit, length: prefix.prefix.utf8.count)
            }
            bits.append(PatternLayout.ChannelBits(gates: gates, prefixes: prefixes))
        }
        request = CascadeRequest(
            campaign: "trial", audienceText: "customers", channels: channels,
            options: CascadeOptions(until: events[random.below(4)]), today: 20_000)
        layout = PatternLayout(reached: random.chance(0.5) ? 0 : nil, channels: bits)
        let heldOut = random.chance(0.5) ? 0.2 : 0
        customers = (0..<count).map { _ in
            var pattern: UInt64 = random.chance(0.1) ? 1 : 0
            for position in 1..<max(2, bit) where random.chance(0.7) { pattern |= 1 << UInt64(position) }
            return (pattern, random.chance(heldOut))
        }
    }

    var patterns: OpenPatterns {
        var patterns = OpenPatterns(counts: [:])
        for customer in customers {
            if customer.heldOut {
                patterns.heldOut[customer.pattern, default: 0] += 1
            } else {
                patterns.counts[customer.pattern, default: 0] += 1
            }
        }
        return patterns
    }

    /// Customers to be contacted: per channel nil where open, else why not.
    func states(_ pattern: UInt64) -> [ClosedReason?] {
        layout.channels.map { bits in
            for gate in bits.gates where pattern & (1 << UInt64(gate.bit)) == 0 { return gate.reason }
            return nil
        }
    }
}

@Suite struct CascadePlanTests {
    static func plan(_ cascade: RandomCascade) throws -> CascadePlan {
        try CascadePlan(cascade.request, layout: cascade.layout, patterns: cascade.patterns, membersHash: 7)
    }

    @Test(arguments: 1...120 as ClosedRange<UInt64>) func agreesWithWalkingEveryCustomer(seed: UInt64) throws {
        let cascade = RandomCascade(seed: seed)
        let plan = try Self.plan(cascade)
        let channels = cascade.request.channels
        var heldOut = 0
        var reached = 0
        var unreachable: [ClosedReason: Int] = [:]
        var firsts = channels.map { [Int](repeating: 0, count: $0.prices?.prices.count ?? 1) }
        var opens = firsts
        var messages = firsts.map { $0.map(Double.init) }
        let stops = Self.stops(cascade)
        for customer in cascade.customers {
            if customer.heldOut {
                heldOut += 1
                continue
            }
            if cascade.layout.reached != nil, customer.pattern & 1 == 1 {
                reached += 1
                continue
            }
            let states = cascade.states(customer.pattern)
            if !states.contains(nil) {
                let nearest = try #require(states.compactMap(\.self).max { $0.order < $1.order })
                unreachable[nearest, default: 0] += 1
            }
            var waiting = 1.0
            var isFirst = true
            for index in channels.indices where states[index] == nil {
                let price =
                    cascade.layout.channels[index].prefixes.firstIndex {
                        customer.pattern & (1 << UInt64($0.bit)) != 0
                    }.map { $0 + 1 } ?? 0
                opens[index][price] += 1
                if isFirst { firsts[index][price] += 1 }
                isFirst = false
                messages[index][price] += waiting
                waiting *= 1 - (stops[index] ?? 0)
            }
        }
        #expect(plan.waterfall.total == cascade.customers.count && plan.audience.size == cascade.customers.count)
        #expect(plan.waterfall.heldOut == heldOut && plan.waterfall.alreadyReached == reached)
        #expect(plan.waterfall.unreachable.reduce(into: [:]) { $0[$1.reason] = $1.count } == unreachable)
        #expect(plan.waterfall.first == firsts.map { $0.reduce(0, +) })
        #expect(plan.rows.map(\.open) == opens.map { $0.reduce(0, +) })

        var floor = Money.zero
        var ceiling = Money.zero
        for (index, channel) in channels.enumerated() {
            guard let list = channel.prices else { continue }
            let lowest = list.billing == .delivered ? firsts[index].map { _ in 0 } : firsts[index]
            let costs = Self.box(lowest, opens[index]).map(list.slowCost)
            floor = floor + (costs.min() ?? .zero)
            ceiling = ceiling + (costs.max() ?? .zero)
        }
        let isPriced = channels.indices.allSatisfy { channels[$0].prices != nil || plan.rows[$0].open == 0 }
        #expect(plan.floor == (isPriced ? floor : nil), "seed \(seed)")
        #expect(plan.ceiling == (isPriced ? ceiling : nil), "seed \(seed)")
        if plan.missingRates.isEmpty {
            for (row, expected) in zip(plan.rows, messages) {
                #expect(abs((row.messages.exact ?? -1) - expected.reduce(0, +)) < 1e-9, "seed \(seed)")
            }
        }
    }

    /// Every count of messages by price between two.
    static func box(_ low: [Int], _ high: [Int]) -> [[Int]] {
        var boxes: [[Int]] = [[]]
        for (low, high) in zip(low, high) { boxes = boxes.flatMap { box in (low...high).map { box + [$0] } } }
        return boxes
    }

    static func stops(_ cascade: RandomCascade) -> [Double?] {
        cascade.request.channels.map { channel in
            channel.observedEvent(for: cascade.request.options.until).flatMap { channel.rates[$0]?.double }
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func unknownRatesGiveTheRangeOverAllOfThem(seed: UInt64) throws {
        let cascade = RandomCascade(seed: seed, customers: 80)
        let plan = try Self.plan(cascade)
        var random = TestRandom(seed: seed)
        for _ in 0..<20 {
            var request = cascade.request
            request.channels = request.channels.map { channel in
                var rates = channel.rates
                for missing in plan.missingRates where missing.channel == channel.name {
                    rates[missing.event] = Rate(.percent(Int64(random.below(101))))
                }
                return PlannedChannel(
                    definition: channel.definition, prices: channel.prices, address: channel.address, consent: nil,
                    rates: rates)
            }
            let known = try CascadePlan(request, layout: cascade.layout, patterns: cascade.patterns, membersHash: 7)
            #expect(known.missingRates.isEmpty)
            let messages = try #require(known.messages.exact)
            #expect(plan.messages.low - 1e-9 <= messages && messages <= plan.messages.high + 1e-9, "seed \(seed)")
            guard let range = plan.expected, let cost = known.expected?.exact else { continue }
            #expect(range.low - 1e-9 <= cost && cost <= range.high + 1e-9, "seed \(seed)")
            #expect(
                (plan.floor?.double ?? 0) - 1e-9 <= cost && cost <= (plan.ceiling?.double ?? 0) + 1e-9, "seed \(seed)")
        }
    }

    static func channel(_ name: String, _ rates: [CampaignEvent: Share] = [:], prices: PriceList? = nil)
        -> PlannedChannel
    {
        let definition = Channel(name, prices: prices, consent: .notNeeded, rates: rates)
        return PlannedChannel(
            definition: definition, prices: definition.effectivePrices, address: name, consent: nil,
            rates: rates.mapValues { Rate($0) })
    }

    static let everywhere = PatternLayout(
        reached: nil,
        channels: (0..<3).map { PatternLayout.ChannelBits(gates: [.init(.noAddress, bit: $0)]) })

    @Test func closedForm() throws {
        let request = CascadeRequest(
            campaign: "reactivation", audienceText: "customers",
            channels: [
                Self.channel("push", [.delivered: .percent(40)]), Self.channel("email", [.delivered: .percent(95)]),
                Self.channel("sms"),
            ], options: CascadeOptions(until: .delivered), today: 20_000)
        // 0b111: 1,000,000 with all three; 0b110: 700,000 without push; 0b100: 300,000 with a phone alone.
        let patterns = OpenPatterns(counts: [0b111: 1_000_000, 0b110: 700_000, 0b100: 300_000])
        let plan = try CascadePlan(request, layout: Self.everywhere, patterns: patterns, membersHash: 1)
        // e-mails: 1,000,000·0.6 + 700,000 = 1,300,000 → 65,000.00; texts: 600,000·0.05 + 700,000·0.05 + 300,000 = 365,000 → 1,186,250.00
        #expect(plan.rows.map { Money(rounding: $0.messages.low, scale: 0).units } == [1_000_000, 1_300_000, 365_000])
        #expect(plan.expected?.money(scale: plan.scale).exact?.description == "1251250.00")
        #expect(plan.floor?.description == "1010000.00")
        #expect(plan.ceiling?.description == "6585000.00")
        #expect(plan.waterfall.first == [1_000_000, 700_000, 300_000])
        #expect(plan.missingRates.isEmpty)
    }

    @Test func oneChannelNeedsNoRate() throws {
        let request = CascadeRequest(
            campaign: "all", audienceText: "customers", channels: [Self.channel("sms")], today: 20_000)
        let layout = PatternLayout(reached: nil, channels: [.init(gates: [.init(.noAddress, bit: 0)])])
        let plan = try CascadePlan(
            request, layout: layout, patterns: OpenPatterns(counts: [1: 2_000_000]), membersHash: 1)
        #expect(plan.floor?.description == "6500000.00" && plan.ceiling?.description == "6500000.00")
        #expect(plan.expected?.money(scale: 2).exact?.description == "6500000.00")
        #expect(plan.notes.contains { $0.contains("default price, set yours") })
        #expect(plan.notes.contains("channels taken as independent given position"))
    }

    @Test func saysWhichRateWouldMakeItExact() throws {
        let request = CascadeRequest(
            campaign: "r", audienceText: "customers",
            channels: [Self.channel("email"), Self.channel("push"), Self.channel("sms")], today: 20_000)
        let patterns = OpenPatterns(counts: [0b101: 100, 0b010: 50])
        let plan = try CascadePlan(request, layout: Self.everywhere, patterns: patterns, membersHash: 1)
        #expect(plan.missingRates == [.init(channel: "email", event: .clicked)])
        #expect(plan.expected == Estimate(low: 5, high: 330))
        #expect(plan.notes.contains { $0.contains("`channel email consent none clicked RATE`") })
    }

    @Test func perDelivered() throws {
        let list = PriceList(base: Money(units: 4, scale: 0), billing: .delivered)
        let patterns = OpenPatterns(counts: [0b001: 100])
        func plan(_ rates: [CampaignEvent: Share]) throws -> CascadePlan {
            let request = CascadeRequest(
                campaign: "r", audienceText: "customers",
                channels: [Self.channel("sms", rates, prices: list), Self.channel("email"), Self.channel("push")],
                options: CascadeOptions(until: .delivered), today: 20_000)
            return try CascadePlan(request, layout: Self.everywhere, patterns: patterns, membersHash: 1)
        }
        let known = try plan([.delivered: .percent(90)])
        #expect(known.expected?.exact == 360 && known.floor?.units == 0 && known.ceiling?.description == "400.00")
        let unknown = try plan([:])
        #expect(unknown.missingRates == [.init(channel: "sms", event: .delivered)])
        #expect(unknown.expected == Estimate(low: 0, high: 400))
    }

    @Test func sameRunSamePlan() throws {
        let cascade = RandomCascade(seed: 42)
        let plan = try Self.plan(cascade)
        #expect(try Self.plan(cascade) == plan)
        #expect(plan.id.count == 7 && plan.id.hasPrefix("p"))
        var other = cascade.request
        other.today += 1
        let tomorrow = try CascadePlan(other, layout: cascade.layout, patterns: cascade.patterns, membersHash: 7)
        #expect(tomorrow.id != plan.id)
        let members = try CascadePlan(
            cascade.request, layout: cascade.layout, patterns: cascade.patterns, membersHash: 8)
        #expect(members.id != plan.id)
        let text = try plan.json()
        let decoded = try CascadePlan(json: text)
        #expect(decoded == plan)
        #expect(try decoded.json() == text)
    }

    @Test func refusals() {
        let email = Self.channel("email")
        func code(_ channels: [PlannedChannel], _ options: CascadeOptions = CascadeOptions()) -> String? {
            let request = CascadeRequest(
                campaign: "r", audienceText: "all", channels: channels, options: options, today: 1)
            return ChannelTests.code { try request.validate() }
        }
        #expect(code([email]) == nil)
        #expect(code([]) == "no-channels")
        #expect(code([email, Self.channel("EMAIL")]) == "channel-twice")
        #expect(code([email], CascadeOptions(holdout: .percent(100))) == "impossible-holdout")
        #expect(code([email], CascadeOptions(holdout: .percent(-5))) == "impossible-holdout")
        #expect(code([email], CascadeOptions(budget: .init(.zero))) == "impossible-budget")
        #expect(code([email], CascadeOptions(margin: .percent(120))) == "impossible-share")
    }

    @Test func outlookOfOneCustomer() {
        let channels = [Self.channel("email"), Self.channel("sms")]
        let gates: [PatternLayout.Gate] = [
            .init(.noAddress, bit: 1), .init(.invalidAddress, bit: 2), .init(.noConsent, bit: 3),
        ]
        let layout = PatternLayout(
            reached: 0, channels: [.init(gates: gates), .init(gates: [.init(.noAddress, bit: 4)])])
        let outlook = CustomerOutlook(channels: channels, layout: layout, pattern: 0b10000, isHeldOut: false)
        #expect(outlook.channels.map(\.text) == ["no address, no consent", "open"])
        #expect(outlook.firstChannel == "sms")
        let reached = CustomerOutlook(channels: channels, layout: layout, pattern: 0b10001, isHeldOut: false)
        #expect(reached.isAlreadyReached && reached.firstChannel == nil)
    }
}
