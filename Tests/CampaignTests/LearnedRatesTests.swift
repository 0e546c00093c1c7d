import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

@Suite struct LearnedRatesTests {
    typealias History = LearnedRates.History

    static func campaigns(_ samples: [(messages: Int, clicks: Int)], isFirst: Bool? = nil) -> [History] {
        samples.enumerated().map { index, sample in
            History(
                campaign: "c\(index)", channel: "email", isFirst: isFirst, messages: sample.messages,
                events: [.clicked: sample.clicks])
        }
    }

    @Test func fewCampaignsWeighLittle() throws {
        let rate = try #require(LearnedRates(Self.campaigns([(5_000, 250), (3_000, 150)]))["email"].first[.clicked])
        #expect(abs(rate.double - 0.05) < 1e-6 && rate.weight == 200)
        #expect(rate.source == .learned(campaigns: 2, messages: 8_000))
        let small = try #require(LearnedRates(Self.campaigns([(60, 3)]))["EMAIL"].first[.clicked])
        #expect(small.weight == 60)
        #expect(LearnedRates([])["email"].first.isEmpty)
    }

    @Test func campaignsThatAgreeWeighAllTheirMessages() throws {
        let rate = try #require(
            LearnedRates(Self.campaigns(Array(repeating: (1_000, 50), count: 10)))["email"].first[.clicked])
        // As sure as the mean of 10,000 messages is.
        let weight = try #require(rate.weight)
        #expect(abs(weight - 9_999) < 1e-6 && abs(rate.double - 0.05) < 1e-9)
    }

    /// Rates from Beta(6, 94), forty campaigns: mean and weight come back near 0.06 and 100.
    @Test func theSpreadBetweenCampaignsIsFound() throws {
        var random = RandomStream(seed: 5)
        let samples = (0..<200).map { _ -> (messages: Int, clicks: Int) in
            let messages = 500 + random.below(4_000)
            return (messages, random.binomial(messages, random.beta(6, 94)))
        }
        let rate = try #require(LearnedRates(Self.campaigns(samples))["email"].first[.clicked])
        #expect(abs(rate.double - 0.06) < 0.006)
        #expect((75...130).contains(try #require(rate.weight)), "\(rate.weight ?? 0)")
    }

    @Test func positionsAreToldApartWhereBothAreKnown() throws {
        let first = Self.campaigns([(400, 40)], isFirst: true)
        let later = Self.campaigns([(300, 6)], isFirst: false)
        let both = LearnedRates(first + later)["email"]
        #expect(abs(try #require(both.first[.clicked]).double - 0.1) < 1e-9)
        #expect(abs(try #require(both.later[.clicked]).double - 0.02) < 1e-9)
        let few = LearnedRates(first + Self.campaigns([(100, 2)], isFirst: false))["email"]
        #expect(few.later.isEmpty)
        #expect(abs(try #require(few.first[.clicked]).double - 42.0 / 500) < 1e-6)
    }

    /// A plan takes the first message's rate where a channel is first, the other one after silence.
    @Test func positionsDecideExpectations() throws {
        func rate(_ percent: Int64) -> Rate { Rate(.percent(percent), weight: 500) }
        let channels = [
            PlannedChannel(
                definition: Channel("email"), prices: KnownCampaign.price(5), address: "e", consent: nil,
                rates: [.clicked: rate(20)], laterRates: [.clicked: rate(10)]),
            PlannedChannel(
                definition: Channel("sms"), prices: KnownCampaign.price(325), address: "s", consent: nil,
                rates: [.clicked: rate(30)], laterRates: [.clicked: rate(15)]),
            PlannedChannel(
                definition: Channel("push"), prices: KnownCampaign.price(100), address: "p", consent: nil, rates: [:]),
        ]
        let plan = try KnownCampaign.plan(KnownCampaign.request(channels), [0b111: 1_000, 0b110: 500])
        // Push: 1,000·0.8·0.85 + 500·0.7.
        #expect(abs((plan.rows[2].messages.exact ?? 0) - 1_030) < 1e-9)
        let interval = try #require(plan.figures?.messages.interval95)
        #expect(interval.low < plan.messages.low && plan.messages.low < interval.high)
        #expect(plan.missingRates.isEmpty)
    }

    @Test func readFromTheLedger() throws {
        let ledger = TableSchema(
            name: "sends", kind: .activity,
            columns: [
                ColumnSchema(name: "customer", type: .text, role: .key),
                ColumnSchema(name: "at", type: .datetime, role: .time), ColumnSchema(name: "campaign", type: .text),
                ColumnSchema(name: "channel", type: .text), ColumnSchema(name: "position", type: .integer),
                ColumnSchema(name: "clicked", type: .datetime), ColumnSchema(name: "ordered", type: .boolean),
                ColumnSchema(name: "held_out", type: .boolean),
            ])
        var data = PlainData(
            schema: DataSchema(tables: [ChannelTests.customers, ledger]),
            customers: (0..<100).map { [.text("C\($0)")] + Array(repeating: .missing, count: 4) })
        let hour: Int64 = 3_600_000_000
        let at: Int64 = 1_600_000_000_000_000
        var rows: [(customer: Int, values: [Value])] = []
        for customer in 0..<100 {
            let isHeldOut = customer >= 90
            // Every tenth clicks within a day, another tenth too late.
            let clicked: Value =
                customer % 10 == 0 ? .datetime(at + hour) : customer % 10 == 1 ? .datetime(at + 40 * hour) : .missing
            rows.append(
                (
                    customer,
                    [
                        .missing, .datetime(at), .text("Spring"), isHeldOut ? .missing : .text("email"), .integer(1),
                        isHeldOut ? .missing : clicked, .boolean(customer % 5 == 0), .boolean(isHeldOut),
                    ]
                ))
        }
        data.add(rows, to: 1)
        let engine = Engine(
            source: MemorySource(data, chunkRows: 7), moment: CascadeAudienceTests.moment, threads: 2,
            cancellation: Cancellation())
        let read = try #require(LedgerHistory(data.schema))
        let learned = try read.rates(wait: CampaignDuration(1, .day), engine)["email"]
        #expect(learned.first[.clicked]?.double == 0.1)
        #expect(learned.first[.ordered]?.double == 0.2)
        #expect(learned.first[.clicked]?.source == .learned(campaigns: 1, messages: 90))
        #expect(learned.first[.opened] == nil)
        #expect(try read.rates(wait: CampaignDuration(2, .day), engine)["email"].first[.clicked]?.double == 0.2)
        #expect(try read.baseline(campaign: "spring", wait: CampaignDuration(1, .day), engine) == 0.2)
        #expect(try read.baseline(campaign: "autumn", wait: CampaignDuration(1, .day), engine) == nil)
        #expect(LedgerHistory(DataSchema(tables: [ChannelTests.customers])) == nil)
    }
}
