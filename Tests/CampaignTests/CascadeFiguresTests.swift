import Dispatch
import ReachColumns
import ReachDiagnostics
import ReachInsight
import Synchronization
import TestSupport
import Testing

@testable import ReachCampaign

/// Campaigns whose rates and prices are all known.
enum KnownCampaign {
    static func price(_ units: Int64, per billing: PriceList.Billing = .sent) -> PriceList {
        PriceList(base: Money(units: Int128(units), scale: 2), billing: billing)
    }

    static func channel(
        _ name: String, _ price: PriceList, clicked: Int64, ordered: Int64, delivered: Int64 = 98, sure: Int? = nil
    ) -> PlannedChannel {
        let rates: [CampaignEvent: Share] = [
            .delivered: .percent(delivered), .clicked: .percent(clicked), .ordered: .percent(ordered),
        ]
        let definition = Channel(name, prices: price, consent: .notNeeded, rates: rates, sure: sure)
        return PlannedChannel(
            definition: definition, prices: price, address: name, consent: nil, rates: rates.mapValues { Rate($0) })
    }

    /// Push, e-mail and text messages.
    static func channels(sure: Int? = nil) -> [PlannedChannel] {
        [
            channel("push", price(0), clicked: 6, ordered: 1, sure: sure),
            channel("email", price(5), clicked: 12, ordered: 3, sure: sure),
            channel("sms", price(325), clicked: 20, ordered: 8, sure: sure),
        ]
    }

    static func request(_ channels: [PlannedChannel], _ options: CascadeOptions = CascadeOptions()) -> CascadeRequest {
        CascadeRequest(
            campaign: "trial", audienceText: "customers", channels: channels, options: options, today: 20_000)
    }

    /// On so many threads.
    static func pieces(_ threads: Int) -> Pieces {
        if threads == 1 { return .inTurn }
        return Pieces { count, body in
            let made = Mutex<[Int: Result<any Sendable, any Error>]>([:])
            DispatchQueue.concurrentPerform(iterations: count) { piece in
                let result = Result { try body(piece) }
                made.withLock { $0[piece] = result }
            }
            return try made.withLock { made in try (0..<count).compactMap { try made[$0]?.get() } }
        }
    }

    /// Bit i of the key: channel i is open.
    static func plan(
        _ request: CascadeRequest, _ open: [UInt64: Int], heldOut: [UInt64: Int] = [:], threads: Int = 1
    ) throws -> CascadePlan {
        let layout = PatternLayout(
            reached: nil,
            channels: request.channels.indices.map { .init(gates: [.init(.noAddress, bit: $0)]) })
        return try CascadePlan(
            request, layout: layout, patterns: OpenPatterns(counts: open, heldOut: heldOut), membersHash: 11,
            pieces: Self.pieces(threads))
    }
}

@Suite struct CascadeFiguresTests {
    @Test func workedExamples() throws {
        let channels = [
            KnownCampaign.channel("email", KnownCampaign.price(5), clicked: 20, ordered: 5),
            KnownCampaign.channel("sms", KnownCampaign.price(325), clicked: 10, ordered: 2),
        ]
        let options = CascadeOptions(
            offer: .amount(Money(units: 10, scale: 0)), value: Money(units: 100, scale: 0), margin: .percent(50),
            baseline: .percent(1))
        let plan = try KnownCampaign.plan(KnownCampaign.request(channels, options), [0b11: 100])
        let figures = try #require(plan.figures)
        #expect(plan.expected?.money(scale: 2).exact?.description == "265.00")
        #expect(abs((figures.responses.expected.exact ?? 0) - 28) < 1e-12)
        #expect(abs((figures.orders.expected.exact ?? 0) - 6.6) < 1e-12)
        #expect(abs((figures.revenue?.expected.exact ?? 0) - 660) < 1e-9)
        // 100·0.5·(6.6 − 1) − 10·6.6 − 265
        #expect(abs((figures.profit?.expected.exact ?? 0) - (280 - 66 - 265)) < 1e-9)
        #expect(abs((figures.returnOnSpend?.expected.exact ?? 0) - (-51 / 331)) < 1e-12)
        #expect(abs((figures.costPerOrder ?? 0) - 265 / 6.6) < 1e-9)
        // (265 + 50·1) ∕ (6.6·(50 − 10))
        guard case .factor(let factor)? = figures.breakEven else { throw TestFailure("no break-even") }
        #expect(abs(factor - 315 / 264) < 1e-12)
        #expect(figures.singles.map(\.customers) == [100, 100])
        #expect(figures.singles.map { $0.cost?.description } == ["5.00", "325.00"])
        #expect(!figures.isGross && figures.missing.isEmpty)
    }

    /// At the factor that is printed the profit is 0, where an order saves messages too.
    @Test func breakEvenWhereTheOrderEndsTheCascade() throws {
        let options = CascadeOptions(until: .ordered, value: Money(units: 90, scale: 0), baseline: .percent(2))
        let open: [UInt64: Int] = [0b111: 400, 0b110: 300, 0b101: 200, 0b100: 100]
        let plan = try KnownCampaign.plan(KnownCampaign.request(KnownCampaign.channels(), options), open)
        guard case .factor(let factor)? = plan.figures?.breakEven else { throw TestFailure("no break-even") }
        var (orders, cost) = (0.0, 0.0)
        for (pattern, count) in open {
            var waiting = Double(count)
            for (channel, (price, rate)) in [(0, 0.01), (0.05, 0.03), (3.25, 0.08)].enumerated()
            where pattern >> UInt64(channel) & 1 == 1 {
                cost += waiting * price
                orders += waiting * rate * factor
                waiting *= 1 - rate * factor
            }
        }
        #expect(abs(90 * (orders - 0.02 * 1_000) - cost) < 1e-6)
    }

    @Test func withoutABaselineFiguresAreGross() throws {
        let plan = try KnownCampaign.plan(
            KnownCampaign.request(KnownCampaign.channels(), CascadeOptions(value: Money(units: 90, scale: 0))),
            [0b111: 1_000])
        let figures = try #require(plan.figures)
        #expect(figures.isGross && figures.returnOnSpend == nil && figures.profit != nil)
        #expect(figures.missing.contains { $0.contains("`baseline 1%`") })
        #expect(figures.holdoutAdvice == nil)
    }

    @Test func unknownRatesGiveRanges() throws {
        let sms = PlannedChannel(
            definition: Channel("sms", prices: KnownCampaign.price(325)), prices: KnownCampaign.price(325),
            address: "sms", consent: nil, rates: [:])
        let plan = try KnownCampaign.plan(
            KnownCampaign.request(
                [KnownCampaign.channels()[1], sms], CascadeOptions(value: Money(units: 9, scale: 0))),
            [0b11: 100])
        let figures = try #require(plan.figures)
        // 12 click on the e-mail; of the other 88 nobody or everybody on the text message.
        #expect(figures.responses.expected == Estimate(low: 12, high: 100))
        #expect(figures.orders.expected == Estimate(low: 3, high: 91))
        #expect(figures.profit == nil && figures.responses.interval80 == nil)
        // The cost needs no rate of the last channel.
        #expect(plan.interval80 != nil && plan.expected?.exact != nil)
        #expect(figures.missing.contains { $0.contains("ordered RATE") })
    }

    /// Two thousand customers walked through one by one, ten thousand times, at certain rates.
    @Test func agreesWithWalkingCustomersOneByOne() throws {
        let channels = KnownCampaign.channels(sure: 1_000_000_000)
        let open: [UInt64: Int] = [0b111: 700, 0b110: 500, 0b011: 300, 0b101: 200, 0b100: 200, 0b010: 50, 0: 50]
        let options = CascadeOptions(value: Money(units: 70, scale: 0), baseline: .percent(1))
        let plan = try KnownCampaign.plan(KnownCampaign.request(channels, options), open)
        let figures = try #require(plan.figures)
        let steps = [
            CascadeWalk.Step(price: 0, stop: 0.06, orders: 1.0 / 6),
            .init(price: 0.05, stop: 0.12, orders: 0.25), .init(price: 3.25, stop: 0.2, orders: 0.4),
        ]
        let customers = open.sorted { $0.key < $1.key }.flatMap { pattern, count in
            [[CascadeWalk.Step]](
                repeating: steps.indices.filter { pattern >> UInt64($0) & 1 == 1 }.map { steps[$0] }, count: count)
        }
        #expect(customers.count == 2_000)
        let runs = CascadeWalk(customers).runs(10_000, seed: 71)
        func check(_ name: String, _ drawn: [Double], _ forecast: CascadeFigures.Forecast?) throws {
            let forecast = try #require(forecast)
            try check(
                name, drawn, expected: try #require(forecast.expected.exact),
                interval80: try #require(forecast.interval80), interval95: try #require(forecast.interval95))
        }
        func check(
            _ name: String, _ drawn: [Double], expected: Double, interval80: Estimate, interval95: Estimate
        ) throws {
            let mean = drawn.reduce(0, +) / Double(drawn.count)
            let deviation = (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count)).squareRoot()
            #expect(abs(mean - expected) < 4 * deviation / Double(drawn.count).squareRoot(), "\(name)")
            for (interval, share) in [(interval80, 0.8), (interval95, 0.95)] {
                let inside = drawn.count { interval.low <= $0 && $0 <= interval.high }
                // Whole customers: a value on the border more or less.
                #expect(abs(Double(inside) / Double(drawn.count) - share) < 0.03, "\(name) \(share) \(inside)")
            }
        }
        try check("messages", runs.map { Double($0.messages) }, figures.messages)
        try check("responses", runs.map { Double($0.responses) }, figures.responses)
        try check("orders", runs.map { Double($0.orders) }, figures.orders)
        let contacted = 1_950.0
        try check("profit", runs.map { 70 * (Double($0.orders) - 0.01 * contacted) - $0.cost }, figures.profit)
        func range(_ range: MoneyRange?) throws -> Estimate {
            let range = try #require(range)
            return Estimate(low: range.low.double - 1e-9, high: range.high.double + 1e-9)
        }
        try check(
            "cost", runs.map(\.cost), expected: try #require(plan.expected?.exact),
            interval80: try range(plan.interval80),
            interval95: try range(plan.interval95))
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func theSameOnOneAndTwoThreads(seed: UInt64) throws {
        let cascade = RandomCascade(seed: seed, customers: 300)
        func plan(_ threads: Int) throws -> CascadePlan {
            try CascadePlan(
                cascade.request, layout: cascade.layout, patterns: cascade.patterns, membersHash: seed,
                pieces: KnownCampaign.pieces(threads))
        }
        let one = try plan(1)
        #expect(try plan(2) == one)
        guard let low = one.interval95?.low, let high = one.interval95?.high else { return }
        #expect(one.missingRates.isEmpty && low <= high)
        // Delivery may bill more or less than is expected, never more than everything or less than the floor.
        let floor = try #require(one.floor)
        let ceiling = try #require(one.ceiling)
        #expect(floor <= low && high <= ceiling, "seed \(seed)")
        let narrow = try #require(one.interval80)
        #expect(low <= narrow.low && narrow.high <= high)
    }

    @Test func nobodyAndOneCustomer() throws {
        let request = KnownCampaign.request(
            KnownCampaign.channels(), CascadeOptions(value: Money(units: 5, scale: 0), baseline: .percent(1)))
        for open in [[:], [0: 3], [0b111: 1]] as [[UInt64: Int]] {
            let plan = try KnownCampaign.plan(request, open)
            let figures = try #require(plan.figures)
            let expected = [figures.messages, figures.responses, figures.orders].map(\.expected)
            #expect(expected.allSatisfy { $0.low.isFinite && $0.high.isFinite })
            #expect(figures.costPerOrder?.isFinite ?? true && figures.returnOnSpend?.expected.low.isFinite ?? true)
        }
    }
}

struct TestFailure: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
