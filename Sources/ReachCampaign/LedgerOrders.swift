import ReachColumns
import ReachEngine
import ReachPlan

/// Orders that came after messages of the ledger.
///
/// A message is followed by an order where its customer orders within `wait` of it, before the next message of the same campaign. Who
/// was held out tells how many would have ordered unasked.
struct LedgerOrders: Sendable {
    private let ledger: LedgerHistory
    private let orders: LedgerHistory.Orders
    private let wait: CampaignDuration
    private let zone: Zone
    private let now: Int64
    /// Orders have a day and no time: one on the day of a message came after it.
    private let countsDays: Bool

    init(_ ledger: LedgerHistory, _ orders: LedgerHistory.Orders, wait: CampaignDuration) {
        self.ledger = ledger
        self.orders = orders
        self.wait = wait
        zone = ledger.moment.zone
        now = ledger.moment.now
        countsDays = orders.timeType == .date
    }

    private var questionOfOrders: CustomerActivityQuestion {
        CustomerActivityQuestion(
            table: orders.table, filter: orders.filter, figures: [.column(orders.time, orders.timeType)])
    }

    /// How many of the messages whose `wait` is over were followed by an order, by campaign, channel and position.
    func history(_ engine: Engine) throws -> [LearnedRates.History] {
        let messages = Condition.not(LedgerHistory.isHeldOut(ledger.schema))
        let questions = [
            CustomerActivityQuestion(
                table: ledger.table, filter: messages, figures: [ledger.time, ledger.position], label: ledger.campaign),
            CustomerActivityQuestion(table: ledger.table, filter: messages, figures: [], label: ledger.channel),
            questionOfOrders,
        ]
        let parts = try engine.mapActivity(of: .always(true), questions) { _, rows in counted(rows) }
        var samples: [Kind: LearnedRates.Sample] = [:]
        for (kind, sample) in parts.joined() {
            samples[kind, default: .init(messages: 0, hits: 0)].messages += sample.messages
            samples[kind, default: .init(messages: 0, hits: 0)].hits += sample.hits
        }
        return samples.map { kind, sample in
            LearnedRates.History(
                campaign: kind.campaign, channel: kind.channel, isFirst: kind.isFirst, samples: [.ordered: sample])
        }
    }

    private struct Kind: Hashable {
        let campaign: String
        let channel: String
        let isFirst: Bool?
    }

    private func counted(_ rows: [CustomerActivity]) -> [(Kind, LearnedRates.Sample)] {
        let (messages, channels, orders) = (rows[0], rows[1], rows[2])
        if messages.labelIndexes.isEmpty { return [] }
        let channelCount = channels.labels.count
        // By campaign, channel and position: unknown, first, later.
        var samples = [LearnedRates.Sample](
            repeating: .init(messages: 0, hits: 0), count: messages.labels.count * channelCount * 3)
        for customer in 0..<messages.offsets.count - 1 {
            let own = messages.rows(of: customer)
            if own.isEmpty { continue }
            let ordered = orders.lanes[0][orders.rows(of: customer)]
            for row in own {
                let sent = messages.lanes[0][row]
                if wait.after(sent, in: zone) > now { continue }
                let next = own[(row + 1)...].first { messages.labelIndexes[$0] == messages.labelIndexes[row] }
                let position = messages.missing[1]?[row] == 1 ? 0 : messages.lanes[1][row] == 1 ? 1 : 2
                let place =
                    (Int(messages.labelIndexes[row]) * channelCount + Int(channels.labelIndexes[row])) * 3 + position
                samples[place].messages += 1
                if isFollowed(sent, before: next.map { messages.lanes[0][$0] }, waits: 1, by: ordered) {
                    samples[place].hits += 1
                }
            }
        }
        return samples.enumerated().compactMap { place, sample in
            guard sample.messages > 0, case .text(let campaign) = messages.labels[place / 3 / channelCount],
                case .text(let channel) = channels.labels[place / 3 % channelCount]
            else { return nil }
            return (Kind(campaign: campaign, channel: channel, isFirst: [nil, true, false][place % 3]), sample)
        }
    }

    /// Whether one of the orders, ascending, came at `start` or within so many times `wait` of it, and before `end`.
    private func isFollowed(
        _ start: Int64, before end: Int64?, waits: Int64, by ordered: ArraySlice<Int64>
    ) -> Bool {
        let last = CampaignDuration(wait.count * waits, wait.unit).after(start, in: zone)
        guard countsDays else {
            guard let order = ordered.first(where: { $0 >= start }) else { return false }
            return order <= last && end.map { order < $0 } ?? true
        }
        guard let order = ordered.first(where: { $0 >= day(start) }) else { return false }
        return order <= day(last) && end.map { order < day($0) } ?? true
    }

    private func day(_ instant: Int64) -> Int64 { Int64(zone.day(of: instant)) }
}

/// The share of those held out of a campaign who ordered unasked, and where it comes from.
package struct LearnedBaseline: Hashable, Sendable, Codable {
    package let ordered: Int
    package let customers: Int
    /// When they were held out, days since 1970-01-01.
    package let day: Int32

    package init(ordered: Int, customers: Int, day: Int32) {
        self.ordered = ordered
        self.customers = customers
        self.day = day
    }

    package var share: Double { Double(ordered) / Double(customers) }
}

extension LedgerOrders {
    /// What one day's assignments to the holdout came to, and how many messages those written to got.
    private struct Batch {
        var customers = 0
        /// By number of waits from 1 on: who had ordered within as many.
        var ordered = [Int](repeating: 0, count: CascadeRequest.largestChannelCount)
    }

    /// Of the last day on which enough were held out of the campaign and whose time is over; nil where there is none. Who gets n messages
    /// is watched for n times `wait`: those held out are watched as long as those written to are on average.
    func baseline(campaign name: String, _ engine: Engine) throws -> LearnedBaseline? {
        let questions = [
            CustomerActivityQuestion(
                table: ledger.table, filter: ledger.isOf(campaign: name),
                figures: [ledger.time, .condition(LedgerHistory.isHeldOut(ledger.schema))]),
            questionOfOrders,
        ]
        let most = CascadeRequest.largestChannelCount
        let parts = try engine.mapActivity(of: .always(true), questions) { _, rows in
            var batches: [Int32: Batch] = [:]
            var messages = [Int](repeating: 0, count: most + 1)
            for customer in 0..<rows[0].offsets.count - 1 {
                let own = rows[0].rows(of: customer)
                if own.isEmpty { continue }
                guard let assigned = own.first(where: { rows[0].lanes[1][$0] != 0 }) else {
                    messages[min(own.count, most)] += 1
                    continue
                }
                let start = rows[0].lanes[0][assigned]
                let orders = rows[1].lanes[0][rows[1].rows(of: customer)]
                let day = Int32(clamping: day(start))
                batches[day, default: Batch()].customers += 1
                for waits in 1...most where isFollowed(start, before: nil, waits: Int64(waits), by: orders) {
                    batches[day]?.ordered[waits - 1] += 1
                }
            }
            return (batches: batches, messages: messages)
        }
        return baseline(parts)
    }

    private func baseline(_ parts: [(batches: [Int32: Batch], messages: [Int])]) -> LearnedBaseline? {
        var batches: [Int32: Batch] = [:]
        var messages = [Int](repeating: 0, count: CascadeRequest.largestChannelCount + 1)
        for part in parts {
            for (day, batch) in part.batches {
                batches[day, default: Batch()].customers += batch.customers
                for (index, count) in batch.ordered.enumerated() { batches[day]?.ordered[index] += count }
            }
            for (index, count) in part.messages.enumerated() { messages[index] += count }
        }
        let contacted = messages.reduce(0, +)
        let all = messages.enumerated().reduce(0) { $0 + $1.offset * $1.element }
        let waits = contacted == 0 ? 1 : max(1, (all + contacted / 2) / contacted)
        let time = CampaignDuration(wait.count * Int64(waits), wait.unit)
        let finished = batches.filter { day, _ in time.after(zone.start(ofDay: Int(day) + 1), in: zone) <= now }
        let told = finished.filter { $0.value.customers >= LearnedRates.fewestTold }
        guard let last = told.max(by: { $0.key < $1.key }) else { return nil }
        return LearnedBaseline(ordered: last.value.ordered[waits - 1], customers: last.value.customers, day: last.key)
    }
}

extension LedgerHistory {
    /// The share of the campaign's last holdout who ordered unasked; nil where the ledger knows of none.
    package func baseline(campaign: String, wait: CampaignDuration, _ engine: Engine) throws -> LearnedBaseline? {
        try orders.flatMap { try LedgerOrders(self, $0, wait: wait).baseline(campaign: campaign, engine) }
    }
}
