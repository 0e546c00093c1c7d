import ReachColumns
import ReachDiagnostics

/// Rates estimated from the ledger of earlier messages.
///
/// A campaign has a rate of its own, drawn from a beta distribution over campaigns; the next campaign is one more draw. With at least
/// five campaigns of at least 200 messages the spread between campaigns is estimated (analysis of variance for binomial data: Ridout,
/// Demétrio, Firth 1999, the estimator of Elston 1977), else history counts as at most 200 observations. Worked example: ten campaigns
/// of 1,000 messages at a common 5 % show no spread beyond chance, so they count as 9,999 messages: the mean itself is estimated.
package struct LearnedRates: Sendable {
    /// Messages of which it is known whether an event followed, and how many it followed.
    package struct Sample: Hashable, Sendable {
        package var messages: Int
        package var hits: Int

        package init(messages: Int, hits: Int) {
            self.messages = messages
            self.hits = hits
        }
    }

    /// What one campaign sent by one channel, to customers it was the first message for or to those who had kept silent.
    package struct History: Hashable, Sendable {
        package let campaign: String
        package let channel: String
        /// Nil where the ledger does not tell.
        package let isFirst: Bool?
        /// Events the ledger knows of.
        package let samples: [CampaignEvent: Sample]

        package init(campaign: String, channel: String, isFirst: Bool?, samples: [CampaignEvent: Sample]) {
            self.campaign = campaign
            self.channel = channel
            self.isFirst = isFirst
            self.samples = samples
        }
    }

    package struct OfChannel: Hashable, Sendable {
        /// Of a first message, or of any where positions are not told apart.
        package var first: [CampaignEvent: Rate] = [:]
        /// Of a message after silence, where learned apart.
        package var later: [CampaignEvent: Rate] = [:]

        package init(first: [CampaignEvent: Rate] = [:], later: [CampaignEvent: Rate] = [:]) {
            self.first = first
            self.later = later
        }
    }

    private let byChannel: [String: OfChannel]

    package init(_ history: [History]) {
        let rows = Dictionary(grouping: history) { Name.fold($0.channel) }
        byChannel = rows.mapValues { rows in
            var learned = OfChannel()
            let first = rows.filter { $0.isFirst == true }
            let later = rows.filter { $0.isFirst == false }
            for event in CampaignEvent.allCases {
                let positions = [first, later].map { Self.rate(event, $0) }
                // Whether a message arrives does not depend on the ones before it.
                let isApart = event != .delivered && [first, later].allSatisfy { Self.messages(event, $0) >= 200 }
                if isApart, let one = positions[0], let other = positions[1] {
                    learned.first[event] = one
                    learned.later[event] = other
                } else if let pooled = Self.rate(event, rows) {
                    learned.first[event] = pooled
                }
            }
            return learned
        }
    }

    package subscript(channel: String) -> OfChannel { byChannel[Name.fold(channel)] ?? OfChannel() }

    package static let fewestCampaigns = 5
    package static let fewestMessages = 200
    /// Fewer messages, or fewer customers held out, tell nothing.
    package static let fewestTold = 20

    private static func messages(_ event: CampaignEvent, _ rows: [History]) -> Int {
        rows.reduce(0) { $0 + ($1.samples[event]?.messages ?? 0) }
    }

    /// Nil where the ledger has too few messages of which it could tell.
    private static func rate(_ event: CampaignEvent, _ rows: [History]) -> Rate? {
        var campaigns: [String: (messages: Int, hits: Int)] = [:]
        for row in rows {
            guard let sample = row.samples[event], sample.messages > 0 else { continue }
            campaigns[Name.fold(row.campaign), default: (0, 0)].messages += sample.messages
            campaigns[Name.fold(row.campaign), default: (0, 0)].hits += min(sample.hits, sample.messages)
        }
        let samples = campaigns.sorted { $0.key < $1.key }.map(\.value)
        let messages = samples.reduce(0) { $0 + $1.messages }
        let hits = samples.reduce(0) { $0 + $1.hits }
        guard messages >= fewestTold else { return nil }
        let estimate = BetweenCampaigns(samples)
        let extreme: Rate.Source.Extreme? = hits == 0 ? .never : hits == messages ? .always : nil
        let half = 0.5 / Double(messages + 1)
        let mean = extreme.map { $0 == .never ? half : 1 - half } ?? estimate.mean
        // A rate is printed and kept as a percentage with up to four decimals.
        var (units, scale) = (Int64((mean * 1_000_000).rounded(.toNearestOrEven)), 6)
        while scale > 2, units % 10 == 0 { (units, scale) = (units / 10, scale - 1) }
        return Rate(
            Share(units: units, scale: scale),
            source: .learned(campaigns: samples.count, messages: messages, extreme: extreme),
            weight: estimate.weight)
    }
}

/// Mean and weight of the beta distribution from which the next campaign's rate comes.
struct BetweenCampaigns {
    let mean: Double
    /// In observations, at least 2.
    let weight: Double

    init(_ samples: [(messages: Int, hits: Int)]) {
        let total = Double(samples.reduce(0) { $0 + $1.messages })
        let pooled = Double(samples.reduce(0) { $0 + $1.hits }) / total
        let large = samples.filter { $0.messages >= LearnedRates.fewestMessages }
        guard large.count >= LearnedRates.fewestCampaigns else {
            mean = pooled
            weight = max(2, min(total, Double(LearnedRates.fewestMessages)))
            return
        }
        let count = Double(large.count)
        let messages = Double(large.reduce(0) { $0 + $1.messages })
        let rate = Double(large.reduce(0) { $0 + $1.hits }) / messages
        var between = 0.0
        var within = 0.0
        var squares = 0.0
        for sample in large {
            let n = Double(sample.messages)
            let own = Double(sample.hits) / n
            between += n * (own - rate) * (own - rate)
            within += n * own * (1 - own)
            squares += n * n
        }
        between /= count - 1
        within /= messages - count
        let typical = (messages - squares / messages) / (count - 1)
        let spread = between + (typical - 1) * within
        let correlation = spread > 0 ? min(1, max(0, (between - within) / spread)) : 0
        mean = rate
        // Variance of the next campaign's rate and of the estimated mean together, as shares of mean·(1 − mean).
        let ofMean = squares / (messages * messages) * correlation + (1 - correlation) / messages
        let variance = correlation + ofMean
        weight = max(2, min(messages, variance > 0 ? 1 / variance - 1 : messages))
    }
}
