import ReachDiagnostics
import ReachInsight
import Testing

@testable import ReachCampaign

@Suite struct CascadeOptimumTests {
    static let open: [UInt64: Int] = [
        0b1111: 900, 0b0111: 700, 0b1110: 500, 0b1010: 400, 0b0001: 300, 0b0100: 200, 0b1000: 100, 0: 50,
    ]

    static func optimum(_ options: CascadeOptions) throws -> (CascadeOptimum, CascadeRequest) {
        let channels =
            KnownCampaign.channels() + [
                KnownCampaign.channel(
                    "viber", KnownCampaign.price(180, per: .delivered), clicked: 15, ordered: 5, delivered: 60)
            ]
        let request = KnownCampaign.request(channels, options)
        return (
            try CascadeOptimum(
                request, classes: try KnownCampaign.plan(request, open).classes, seed: 3, repeated: { (0..<$0).map($1) }
            ), request
        )
    }

    /// Every order costs, reaches and brings what its own plan says.
    @Test func agreesWithThePlanOfEachOrder() throws {
        let options = CascadeOptions(value: Money(units: 60, scale: 0), baseline: .percent(2))
        let (optimum, request) = try Self.optimum(options)
        #expect(optimum.options.count == 64 && optimum.objective == .profit)
        #expect(optimum.options.filter(\.isGiven).map(\.channels) == [["push", "email", "sms", "viber"]])
        for option in optimum.options {
            var ordered = request
            ordered.channels = option.channels.compactMap { name in request.channels.first { $0.name == name } }
            let places = ordered.channels.map { channel in request.channels.firstIndex { $0.name == channel.name } ?? 0
            }
            var open: [UInt64: Int] = [:]
            for (pattern, count) in Self.open {
                let moved = places.enumerated().reduce(UInt64(0)) {
                    $0 | (pattern >> UInt64($1.element) & 1) << UInt64($1.offset)
                }
                open[moved, default: 0] += count
            }
            let plan = try KnownCampaign.plan(ordered, open)
            #expect(option.reach == plan.waterfall.contacted)
            #expect(abs(option.cost - (plan.expected?.exact ?? -1)) < 1e-6, "\(option.channels)")
            #expect(abs(option.messages - (plan.messages.exact ?? -1)) < 1e-6)
            #expect(abs((option.profit ?? 0) - (plan.figures?.profit?.expected.exact ?? -1)) < 1e-6)
            #expect(option.difference.low <= option.difference.high)
        }
        let given = try #require(optimum.options.first { $0.isGiven })
        #expect(given.difference == Interval(0, 0) && !given.isTold)
    }

    @Test func marksWhatNothingBeats() throws {
        let (optimum, _) = try Self.optimum(CascadeOptions())
        #expect(optimum.objective == .cost)
        for option in optimum.options {
            let isBeaten = optimum.options.contains { other in
                let (cheaper, more) = (option.cost - other.cost, other.responses - option.responses)
                return cheaper > -1e-6 && other.reach >= option.reach && more > -1e-6
                    && (cheaper > 1e-6 || other.reach > option.reach || more > 1e-6)
            }
            #expect(option.isUnbeaten == !isBeaten, "\(option.channels)")
        }
    }

    @Test func sevenChannels() {
        let channel = CascadeSimulation.Channel(
            priceCount: 1, first: .init(stop: RatePosterior(mean: 0.1, weight: 100)))
        let orders = CascadeOrders(
            channels: Array(repeating: channel, count: 7),
            groups: [.init(count: 10, messages: Array(repeating: .init(price: 0), count: 7))],
            prices: Array(repeating: [1], count: 7))
        #expect(orders.orders.count == 13_699 && Set(orders.orders).count == 13_699)
    }

    @Test func refusals() throws {
        func code(_ channels: [PlannedChannel]) -> String? {
            ChannelTests.code {
                let request = KnownCampaign.request(channels)
                _ = try CascadeOptimum(
                    request,
                    classes: [
                        CascadeClass(
                            closed: channels.map { _ in nil }, prices: channels.map { _ in 0 }, contacted: 5, heldOut: 0
                        )
                    ], seed: 1, repeated: { (0..<$0).map($1) })
            }
        }
        let email = KnownCampaign.channels()[1]
        let unknown = PlannedChannel(
            definition: Channel("sms", prices: KnownCampaign.price(325)), prices: KnownCampaign.price(325),
            address: "sms", consent: nil, rates: [:])
        let unpriced = PlannedChannel(
            definition: Channel("viber"), prices: nil, address: "viber", consent: nil,
            rates: [.clicked: Rate(.percent(3))])
        #expect(code([email, unknown]) == "optimize-without-rate")
        #expect(code([email, unpriced]) == "optimize-without-price")
        #expect(code([unknown]) == nil)
        #expect(
            code((0..<8).map { KnownCampaign.channel("c\($0)", KnownCampaign.price(1), clicked: 1, ordered: 1) })
                == "too-many-channels")
    }
}
