import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

@Suite struct CascadeAudienceTests {
    static let moment = Moment(now: 1_700_000_000_000_000, zone: .utc)

    /// Customers with odd addresses and a ledger of earlier messages.
    static func data(seed: UInt64, customers count: Int) -> PlainData {
        var random = TestRandom(seed: seed)
        let emails: [Value] = [.missing, .text("anna@mail.ru"), .text("ivan@"), .text("a.b@c.example")]
        let phones: [Value] = [
            .missing, .text("+79161234567"), .text("12"), .text("+4915112345678"), .text("+7 701 123 45 67"),
        ]
        let consents: [Value] = [.missing, .boolean(true), .boolean(true), .boolean(false)]
        let rows = (0..<count).map { row -> [Value] in
            [
                .text("C\(row)"), emails[random.below(emails.count)], phones[random.below(phones.count)],
                consents[random.below(consents.count)], .text(random.chance(0.5) ? "Paris" : "Rome"),
            ]
        }
        var data = PlainData(
            schema: DataSchema(tables: [ChannelTests.customers, CascadeQuestionsTests.ledger]), customers: rows,
            deleted: Set((0..<count).filter { _ in random.chance(0.05) }))
        let day: Int64 = 86_400_000_000
        let sends = (0..<count / 3).map { _ -> (customer: Int, values: [Value]) in
            let at = moment.now - Int64(random.below(200)) * day
            return (
                random.below(count), [.missing, .datetime(at), .text(["spring", "Spring", "autumn"][random.below(3)])]
            )
        }
        data.add(sends, to: 1)
        return data
    }

    static let audience = Condition.comparison(.equal, .column(4, .text), .literal(.text("Paris"), .text))

    static func questions(_ schema: DataSchema, againAfter: CampaignDuration?) throws -> CascadeQuestions {
        let prices = PriceList(
            base: Money(units: 5, scale: 0), prefixes: [.init("+7", Money(units: 3, scale: 0))])
        let channels = [Channel("email"), Channel("sms", prices: prices)]
        let planned = try channels.map { try PlannedChannel(resolving: $0, in: schema.customers) }
        return try CascadeQuestions(
            channels: planned, campaign: "spring", againAfter: againAfter, schema: schema, moment: moment)
    }

    /// A customer's answers, read off their row: reached · e-mail there, valid, agreed · phone there, valid, dear.
    static func pattern(_ customer: Int, of data: PlainData, since days: Int64) -> UInt64 {
        let row = data.customers[customer]
        let oldest = (Int64(moment.today) - days) * 86_400_000_000
        let isReached = data.activity[1][customer].contains { send in
            send[2] != .text("autumn") && (send[1].lane ?? 0) >= oldest
        }
        let hasMail = row[1] != .missing
        let hasPhone = row[2] != .missing
        let isShort = row[2] == .text("12")
        let isGerman = row[2] == .text("+4915112345678")
        let answers = [
            isReached, hasMail, hasMail && row[1] != .text("ivan@"), row[3] == .boolean(true), hasPhone,
            hasPhone && !isShort, hasPhone && !isShort && !isGerman,
        ]
        return answers.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt64($1.offset) : 0) }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func agreesWithAskingOneByOne(seed: UInt64) throws {
        let data = Self.data(seed: seed, customers: 100)
        let holdout = Holdout(campaign: "spring", share: seed % 3 == 0 ? .percent(0) : .percent(20))
        let questions = try Self.questions(
            data.schema, againAfter: seed % 2 == 0 ? CampaignDuration(60, .day) : nil)
        var expected = OpenPatterns(counts: [:])
        for customer in data.liveCustomers where data.customers[customer][4] == .text("Paris") {
            let pattern = Self.pattern(customer, of: data, since: seed % 2 == 0 ? 60 : 10_000)
            if holdout.contains(key: "C\(customer)".utf8) {
                expected.heldOut[pattern, default: 0] += 1
            } else {
                expected.counts[pattern, default: 0] += 1
            }
        }
        var hashes: Set<UInt64> = []
        for (chunkRows, threads) in [(7, 2), (64, 1), (65_536, 1)] {
            let engine = Engine(
                source: MemorySource(data, chunkRows: chunkRows), moment: Self.moment, threads: threads,
                cancellation: Cancellation())
            let asked = try CascadeAudience(Self.audience, questions: questions, holdout: holdout, engine: engine)
            #expect(asked.patterns == expected, "seed \(seed)")
            #expect(asked.size == (expected.counts.values.reduce(0, +) + expected.heldOut.values.reduce(0, +)))
            hashes.insert(asked.membersHash)
        }
        #expect(hashes.count == 1)
    }

    @Test func oneCustomer() throws {
        let data = Self.data(seed: 5, customers: 50)
        let questions = try Self.questions(data.schema, againAfter: nil)
        let engine = Engine(
            source: MemorySource(data, chunkRows: 64), moment: Self.moment, threads: 1, cancellation: Cancellation())
        let customer = try #require(data.liveCustomers.first)
        let isThey = Condition.comparison(.equal, .column(0, .text), .literal(.text("C\(customer)"), .text))
        let asked = try CascadeAudience(isThey, questions: questions, holdout: nil, engine: engine)
        let single = try #require(asked.single)
        #expect(!single.isHeldOut)
        #expect(questions.layout.closed(0, single.pattern) == .noAddress || data.customers[customer][1] != .missing)
        #expect(try CascadeAudience(.always(true), questions: questions, holdout: nil, engine: engine).single == nil)
    }
}
