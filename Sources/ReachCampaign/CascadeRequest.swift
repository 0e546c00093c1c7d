import ReachColumns
import ReachDiagnostics

/// All that a plan is made from, except who answers which question how.
package struct CascadeRequest: Sendable {
    package var campaign: String
    package var audienceText: String
    package var channels: [PlannedChannel]
    package var options: CascadeOptions
    /// Days since 1970-01-01.
    package var today: Int32
    package var currency: String?
    /// What the audience's orders are worth on average, where no `value` is given and anybody needs it.
    package var averageOrder: Money?
    /// Share of the campaign's last holdout who ordered.
    package var learnedBaseline: LearnedBaseline?
    /// Messages to a customer on all channels together.
    package var cap: FrequencyCap?
    /// When the first message may leave, and by which clock; nil leaves times unsaid.
    package var start: Start?
    package var origin: PlanOrigin?

    package struct Start: Hashable, Sendable {
        /// Microseconds since 1970, UTC.
        package let instant: Int64
        /// The workspace's.
        package let zone: Zone

        package init(_ instant: Int64, in zone: Zone) {
            self.instant = instant
            self.zone = zone
        }
    }

    package init(
        campaign: String, audienceText: String, channels: [PlannedChannel], options: CascadeOptions = CascadeOptions(),
        today: Int32, currency: String? = nil, averageOrder: Money? = nil, learnedBaseline: LearnedBaseline? = nil
    ) {
        self.campaign = campaign
        self.audienceText = audienceText
        self.channels = channels
        self.options = options
        self.today = today
        self.currency = currency
        self.averageOrder = averageOrder
        self.learnedBaseline = learnedBaseline
    }

    /// Some channel has a rate of orders, so that the worth of an order leads somewhere.
    package var hasOrderRates: Bool { channels.contains { $0.rates[.ordered] != nil } }

    /// More channels than this in one cascade are refused.
    package static let largestChannelCount = 12

    /// Throws a `Diagnostic` without a span.
    package func validate() throws {
        if channels.isEmpty { throw Diagnostic.noChannels }
        if channels.count > Self.largestChannelCount {
            throw Diagnostic.tooManyChannels(channels.count, Self.largestChannelCount)
        }
        var seen: Set<String> = []
        for channel in channels where !seen.insert(Name.fold(channel.name)).inserted {
            throw Diagnostic.channelTwice(channel.name)
        }
        try options.validate()
    }
}
