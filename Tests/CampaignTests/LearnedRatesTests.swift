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
                campaign: "c\(index)", channel: "email", isFirst: isFirst,
                samples: [.clicked: .init(messages: sample.messages, hits: sample.clicks)])
        }
    }

    @Test func fewCampaignsWeighLittle() throws {
        let rate = try #require(LearnedRates(Self.campaigns([(5_000, 250), (3_000, 150)]))["email"].first[.clicked])
        #expect(abs(rate.double - 0.05) < 1e-6 && rate.weight == 200)
        #expect(rate.source == .learned(campaigns: 2, messages: 8_000, extreme: nil))
        let small = try #require(LearnedRates(Self.campaigns([(60, 3)]))["EMAIL"].first[.clicked])
        #expect(small.weight == 60)
        #expect(LearnedRates([])["email"].first.isEmpty)
        #expect(LearnedRates(Self.campaigns([(19, 3)]))["email"].first.isEmpty)
        let none = try #require(LearnedRates(Self.campaigns([(499, 0)]))["email"].first[.clicked])
        #expect(none.double == 0.001 && none.source == .learned(campaigns: 1, messages: 499, extreme: .never))
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

    private static let hour: Int64 = 3_600_000_000
    private static let at: Int64 = 1_600_000_000_000_000

    /// The ledger as a workspace has it, and orders: 360 customers get an e-mail of `Spring`, forty are held out, the first eighty get a
    /// text message a day later. Every fifth customer orders two hours after the e-mail, the next one thirty hours after it.
    private static func shop(ordersHaveTime: Bool) -> PlainData {
        let ledger = TableSchema(
            name: "sends", kind: .activity,
            columns: [
                ColumnSchema(name: "customer", type: .text, role: .key),
                ColumnSchema(name: "at", type: .datetime, role: .time), ColumnSchema(name: "campaign", type: .text),
                ColumnSchema(name: "channel", type: .text), ColumnSchema(name: "position", type: .integer),
                ColumnSchema(name: "status", type: .text), ColumnSchema(name: "delivered", type: .boolean),
                ColumnSchema(name: "opened", type: .boolean), ColumnSchema(name: "clicked", type: .boolean),
            ])
        let orders = TableSchema(
            name: "orders", kind: .activity,
            columns: [
                ColumnSchema(name: "customer", type: .text, role: .key),
                ColumnSchema(name: "at", type: ordersHaveTime ? .datetime : .date, role: .time),
            ])
        var data = PlainData(
            schema: DataSchema(tables: [ChannelTests.customers, ledger, orders]),
            customers: (0..<400).map { [.text("C\($0)")] + Array(repeating: .missing, count: 4) })
        func message(_ customer: Int, _ time: Int64, _ campaign: String, _ channel: String, _ position: Int64)
            -> (customer: Int, values: [Value])
        {
            let clicked = Value.boolean(customer % 10 == 0 && channel == "email")
            return (
                customer,
                [
                    .missing, .datetime(time), .text(campaign), .text(channel), .integer(position), .text("sent"),
                    .missing, .missing, channel == "email" ? clicked : .missing,
                ]
            )
        }
        var sent: [(customer: Int, values: [Value])] = []
        var bought: [(customer: Int, values: [Value])] = []
        for customer in 0..<400 {
            if customer < 360 {
                sent.append(message(customer, at, customer < 200 ? "Spring" : "spring", "email", 1))
                if customer < 80 { sent.append(message(customer, at + 24 * hour, "Spring", "sms", 2)) }
                // Sent an hour ago: nobody had a day to react.
                sent.append(message(customer, CascadeAudienceTests.moment.now - hour, "Late", "email", 1))
            } else {
                sent.append(
                    (
                        customer,
                        [.missing, .datetime(at), .text("SPRING"), .missing, .missing, .text("held_out")]
                            + Array(repeating: .missing, count: 3)
                    ))
            }
            if customer % 5 < 2 {
                let time = at + (customer % 5 == 0 ? 2 : 30) * hour
                let day = Int32(CascadeAudienceTests.moment.zone.day(of: time))
                bought.append((customer, [.missing, ordersHaveTime ? .datetime(time) : .date(day)]))
            }
        }
        data.add(sent, to: 1)
        data.add(bought, to: 2)
        return data
    }

    @Test(arguments: [true, false]) func readFromTheLedger(ordersHaveTime: Bool) throws {
        let data = Self.shop(ordersHaveTime: ordersHaveTime)
        let moment = CascadeAudienceTests.moment
        let orders = LedgerHistory.Orders(
            table: 2, time: 1, timeType: ordersHaveTime ? .datetime : .date, filter: .always(true))
        for chunkRows in [7, 64] {
            let engine = Engine(
                source: MemorySource(data, chunkRows: chunkRows), moment: moment, threads: 2,
                cancellation: Cancellation())
            let read = try #require(LedgerHistory(data.schema, orders: orders, moment: moment))
            let day = CampaignDuration(1, .day)
            let learned = try read.rates(wait: day, withOrders: true, engine)
            let email = learned["email"].first
            // Who clicked has opened; of others that is not known.
            #expect(email[.clicked]?.double == 0.1 && email[.opened] == nil)
            #expect(email[.clicked]?.source == .learned(campaigns: 1, messages: 360, extreme: nil))
            // A day counts dates where orders have no more than that.
            let ofADay = ordersHaveTime ? 72.0 : 128.0
            #expect(abs(try #require(email[.ordered]).double - ofADay / 360) < 1e-6)
            #expect(learned["sms"].first[.ordered]?.double == 0.2)
            #expect(learned["sms"].first[.clicked] == nil)
            // Of 144 orders within two days of the e-mail, sixteen came after the text message.
            let two = try read.rates(wait: CampaignDuration(2, .day), withOrders: true, engine)["email"]
            #expect(abs(try #require(two.first[.ordered]).double - 128.0 / 360) < 1e-6)
            #expect(try read.rates(wait: day, withOrders: false, engine)["email"].first[.ordered] == nil)
            // Who was written to got 1.2 messages, so the holdout is watched for one wait.
            let baseline = try #require(try read.baseline(campaign: "spring", wait: day, engine))
            #expect(baseline.ordered == (ordersHaveTime ? 8 : 16) && baseline.customers == 40)
            #expect(try read.baseline(campaign: "spring", wait: CampaignDuration(2, .day), engine)?.share == 0.4)
            #expect(try read.baseline(campaign: "autumn", wait: day, engine) == nil)
        }
        #expect(LedgerHistory(DataSchema(tables: [ChannelTests.customers]), orders: nil, moment: moment) == nil)
    }
}
