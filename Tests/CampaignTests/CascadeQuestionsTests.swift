import ReachColumns
import ReachPlan
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
}
