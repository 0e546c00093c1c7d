import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

@Suite struct CapTests {
    static let ledger = TableSchema(
        name: "sends", kind: .activity,
        columns: [
            ColumnSchema(name: "customer", type: .text, role: .key),
            ColumnSchema(name: "at", type: .datetime, role: .time),
            ColumnSchema(name: "campaign", type: .text), ColumnSchema(name: "channel", type: .text),
        ])
    static let moment = Moment(now: 1_700_000_000_000_000, zone: .utc)
    static let hour: Int64 = 3_600_000_000

    /// Customers reachable by both channels, with some messages in the last ten days.
    static func data(seed: UInt64) -> PlainData {
        var random = TestRandom(seed: seed)
        let rows = (0..<80).map { row -> [Value] in
            [
                .text("C\(row)"), random.chance(0.8) ? .text("a\(row)@b.example") : .missing,
                random.chance(0.8) ? .text("+7916\(1_000_000 + row)") : .missing, .boolean(true), .text("Paris"),
            ]
        }
        var data = PlainData(schema: DataSchema(tables: [ChannelTests.customers, ledger]), customers: rows)
        let sends = (0..<200).map { _ -> (customer: Int, values: [Value]) in
            let at = moment.now - Int64(random.below(240)) * hour - 1
            let channel = ["email", "SMS", "fax"][random.below(3)]
            return (random.below(80), [.missing, .datetime(at), .text("old"), .text(channel)])
        }
        data.add(sends, to: 1)
        return data
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>) func agreesWithCountingOneByOne(seed: UInt64) throws {
        let data = Self.data(seed: seed)
        var random = TestRandom(seed: seed &+ 100)
        let emailCap = random.chance(0.7) ? FrequencyCap(random.below(3), per: CampaignDuration(3, .day)) : nil
        let smsCap = random.chance(0.7) ? FrequencyCap(random.below(3), per: CampaignDuration(36, .hour)) : nil
        let overall = random.chance(0.7) ? FrequencyCap(random.below(4), per: CampaignDuration(1, .week)) : nil
        let channels = [
            Channel("email", cap: emailCap), Channel("sms", consent: .notNeeded, cap: smsCap),
        ]
        let planned = try channels.map { try PlannedChannel(resolving: $0, in: data.schema.customers) }
        let questions = try CascadeQuestions(
            channels: planned, campaign: "new", schema: data.schema, moment: Self.moment, cap: overall)
        let engine = Engine(
            source: MemorySource(data, chunkRows: 7), moment: Self.moment, threads: 2, cancellation: Cancellation())
        let people = try CascadeAudience(.always(true), questions: questions, holdout: nil, engine: engine)
        var states: [[ClosedReason?]: Int] = [:]
        for (pattern, count) in people.patterns.counts {
            states[questions.layout.closed(pattern), default: 0] += count
        }
        var expected: [[ClosedReason?]: Int] = [:]
        for (customer, row) in data.customers.enumerated() {
            func sent(_ channel: String?, _ hours: Int64) -> Int {
                data.activity[1][customer].count { send in
                    guard let at = send[1].lane, case .text(let name) = send[3] else { return false }
                    return at > Self.moment.now - hours * Self.hour && (channel == nil || name.lowercased() == channel)
                }
            }
            var closed: [ClosedReason?] = [
                row[1] == .missing
                    ? .noAddress : emailCap.map { sent("email", 72) >= $0.count } == true ? .capped : nil,
                row[2] == .missing ? .noAddress : smsCap.map { sent("sms", 36) >= $0.count } == true ? .capped : nil,
            ]
            if let overall {
                var left = max(0, overall.count - sent(nil, 168))
                for channel in closed.indices where closed[channel] == nil {
                    if left == 0 { closed[channel] = .capped } else { left -= 1 }
                }
            }
            expected[closed, default: 0] += 1
        }
        #expect(states == expected, "seed \(seed)")
    }

    @Test func tellsWhenItIsFreeAgain() throws {
        let ledger = try #require(
            CapLedger(
                DataSchema(tables: [ChannelTests.customers, Self.ledger]), moment: Self.moment, at: Self.moment.now))
        let cap = FrequencyCap(2, per: CampaignDuration(1, .day))
        let times = [5, 3, 1].map { Self.moment.now - $0 * Self.hour }
        #expect(ledger.freeAgain(cap, times: times) == times[1] + 24 * Self.hour)
        #expect(ledger.freeAgain(cap, times: [times[0]]) == nil)
        #expect(ledger.freeAgain(FrequencyCap(0, per: cap.period), times: times) == nil)
    }
}
