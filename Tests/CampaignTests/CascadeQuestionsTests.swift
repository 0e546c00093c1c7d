import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

@Suite struct CascadeQuestionsTests {
    static let ledger = TableSchema(
        name: "sends", kind: .activity,
        columns: [
            ColumnSchema(name: "customer", type: .text, role: .key),
            ColumnSchema(name: "at", type: .datetime, role: .time),
            ColumnSchema(name: "campaign", type: .text),
        ])
    static let moment = Moment(now: 1_700_000_000_000_000, zone: .utc)

    static func questions(
        _ channels: [Channel], campaign: String? = "spring", againAfter: CampaignDuration? = nil, ledger: Bool = true
    ) throws -> CascadeQuestions {
        let schema = DataSchema(tables: [ChannelTests.customers] + (ledger ? [Self.ledger] : []))
        let planned = try channels.map { try PlannedChannel(resolving: $0, in: schema.customers) }
        return try CascadeQuestions(
            channels: planned, campaign: campaign, againAfter: againAfter, schema: schema, moment: moment)
    }

    @Test func eachChannelAsksForAddressValidityAndConsent() throws {
        let questions = try Self.questions([Channel("email"), Channel("sms")])
        #expect(questions.conditions.count == 6)
        #expect(questions.layout.reached == 0)
        #expect(questions.layout.channels[0].gates.map(\.reason) == [.noAddress, .invalidAddress, .noConsent])
        #expect(questions.layout.channels[1].gates.map(\.reason) == [.noAddress, .invalidAddress])
        #expect(questions.conditions[3] == .isTrue(.column(3, .boolean)))
    }

    @Test func channelsThatShareAnAddressShareItsQuestions() throws {
        let one = try Self.questions([Channel("sms")])
        let both = try Self.questions([Channel("sms"), Channel("whatsapp")])
        #expect(one.conditions == both.conditions)
    }

    @Test func withoutALedgerNobodyWasReached() throws {
        #expect(try Self.questions([Channel("email")], ledger: false).layout.reached == nil)
        #expect(try Self.questions([Channel("email")], campaign: nil).layout.reached == nil)
    }

    @Test func againAfterLooksBackByCalendar() throws {
        let questions = try Self.questions([Channel("email")], againAfter: CampaignDuration(1, .month))
        guard case .comparison(.greater, .aggregate(let rows), _) = questions.conditions[0],
            case .all(let filter) = rows.filter
        else {
            Issue.record("the ledger is counted")
            return
        }
        // 2023-11-14 less a month.
        let day = CivilDate(year: 2023, month: 10, day: 14).map { Int32($0.daysSinceEpoch) }
        #expect(
            filter[1]
                == .comparison(
                    .greaterOrEqual, .convert(.column(1, .datetime), to: .date), .literal(.date(day ?? 0), .date)))
    }

    @Test func prefixesAndNever() throws {
        let list = PriceList(
            base: .zero, prefixes: [.init("+7", Money(units: 1, scale: 0)), .init("+77", Money(units: 2, scale: 0))])
        let capped = Channel("sms", prices: list, cap: FrequencyCap(0, per: CampaignDuration(1, .day)))
        let questions = try Self.questions([capped], campaign: nil)
        let bits = questions.layout.channels[0]
        #expect(bits.gates.map(\.reason) == [.noAddress, .invalidAddress, .capped])
        #expect(bits.prefixes.map(\.length) == [2, 3])
        let both: UInt64 = bits.prefixes.reduce(0) { $0 | 1 << UInt64($1.bit) }
        #expect(questions.layout.price(0, both) == 2)
        #expect(questions.layout.price(0, 1 << UInt64(bits.prefixes[0].bit)) == 1)
        #expect(questions.layout.price(0, 0) == 0)
    }

    /// Some Romans, others on each channel.
    private struct ListedByCity: SuppressionList {
        func condition(channel: PlannedChannel, customers: TableSchema) -> Condition? {
            .all([
                .comparison(.equal, .column(4, .text), .literal(.text("Rome"), .text)),
                .match(.hasPrefix("c1" + channel.name.dropFirst()), .column(0, .text)),
            ])
        }
    }

    /// Twelve channels with every gate there is need more than a bit for each: what is closed, why, and at what price stays the same.
    @Test func manyGatedChannelsShareBits() throws {
        let ledger = TableSchema(
            name: "sends", kind: .activity,
            columns: Self.ledger.columns + [ColumnSchema(name: "channel", type: .text)])
        var data = CascadeAudienceTests.data(seed: 3, customers: 200)
        data = PlainData(
            schema: DataSchema(tables: [ChannelTests.customers, ledger]), customers: data.customers)
        var random = TestRandom(seed: 8)
        let day: Int64 = 86_400_000_000
        data.add(
            (0..<400).map { _ in
                (
                    random.below(200),
                    [
                        .missing, .datetime(Self.moment.now - Int64(random.below(30)) * day), .text("autumn"),
                        .text("c\(random.below(12))"),
                    ]
                )
            }, to: 1)
        let channels = try (0..<12).map { index -> PlannedChannel in
            let prices = PriceList(
                base: Money(units: 5, scale: 0), prefixes: [.init("+79\(index)", Money(units: 3, scale: 0))])
            return try PlannedChannel(
                resolving: Channel(
                    "c\(index)", prices: prices, address: index % 2 == 0 ? "phone" : "email",
                    consent: .column("email_ok"), cap: FrequencyCap(1, per: CampaignDuration(Int64(index + 1), .day))),
                in: data.schema.customers)
        }
        func complete(_ index: Int) -> Condition {
            .not(.match(.hasPrefix("c\(index)"), .column(0, .text)))
        }
        let questions = try CascadeQuestions(
            channels: channels, campaign: "spring", schema: data.schema, moment: Self.moment,
            suppressions: ListedByCity(),
            complete: Dictionary(uniqueKeysWithValues: (0..<12).map { ($0, complete($0)) }),
            cap: FrequencyCap(12, per: CampaignDuration(3, .day)))
        #expect(questions.conditions.count <= 64)
        #expect(questions.layout.channels.allSatisfy { $0.firstClosed != nil })
        let engine = Engine(
            source: MemorySource(data, chunkRows: 64), moment: Self.moment, threads: 1, cancellation: Cancellation())
        let everybody = try engine.members(of: .always(true))
        let together = try engine.answers(of: everybody, to: questions.conditions)
        let layout = PatternLayout(reached: nil, channels: questions.layout.channels)
        var reasons: Set<ClosedReason> = []
        for (index, channel) in channels.enumerated() {
            let alone = try CascadeQuestions(
                channels: [channel], campaign: nil, schema: data.schema, moment: Self.moment,
                suppressions: ListedByCity(), complete: [0: complete(index)])
            #expect(alone.layout.channels[0].firstClosed == nil)
            let answers = try engine.answers(of: everybody, to: alone.conditions)
            for chunk in everybody.chunks.indices {
                for row in 0..<everybody.chunks[chunk].count {
                    let (one, all) = (answers.pattern(chunk: chunk, row: row), together.pattern(chunk: chunk, row: row))
                    let reason = alone.layout.closed(0, one)
                    #expect(layout.closed(index, all) == reason)
                    #expect(layout.price(index, all) == alone.layout.price(0, one))
                    #expect(layout.obstacles(index, all).first == reason)
                    if let reason { reasons.insert(reason) }
                }
            }
        }
        #expect(reasons.isSuperset(of: [.noAddress, .noConsent, .suppressed, .incomplete, .capped]))
    }
}
