import ReachDiagnostics

/// A way to reach customers, as the `channel` statement defines it. What was not typed is nil and falls back to `ChannelDefaults`.
package struct Channel: Hashable, Sendable, Codable {
    package enum Consent: Hashable, Sendable, Codable {
        case column(String)
        /// `consent none`: nobody has to have agreed.
        case notNeeded
    }

    package var name: String
    package var prices: PriceList?
    package var address: String?
    package var consent: Consent?
    package var rates: [CampaignEvent: Share]
    /// How many observations a configured rate counts as.
    package var sure: Int?
    package var cap: FrequencyCap?
    package var quiet: QuietHours?
    package var messagesPerSecond: Int?

    package init(
        _ name: String, prices: PriceList? = nil, address: String? = nil, consent: Consent? = nil,
        rates: [CampaignEvent: Share] = [:], sure: Int? = nil, cap: FrequencyCap? = nil, quiet: QuietHours? = nil,
        messagesPerSecond: Int? = nil
    ) {
        self.name = name
        self.prices = prices
        self.address = address
        self.consent = consent
        self.rates = rates
        self.sure = sure
        self.cap = cap
        self.quiet = quiet
        self.messagesPerSecond = messagesPerSecond
    }

    package var defaults: ChannelDefaults { ChannelDefaults(channel: name) }

    /// What is charged: the prices typed, else the default ones, else nil.
    package var effectivePrices: PriceList? { prices ?? defaults.prices }

    /// Messages may have to wait: for quiet hours to end, or for one another.
    package var isTimed: Bool { quiet != nil || messagesPerSecond != nil }

    package var configuredRateWeight: Int { sure ?? Self.usualRateWeight }

    package static let usualRateWeight = 100

    /// The event whose rate ends the cascade after this channel when it is to run `until` an event: that event or the next stronger one
    /// that the channel can observe. A rate typed for an event claims that it is observed. Nil where none is.
    package func observedEvent(for event: CampaignEvent) -> CampaignEvent? {
        event.orStronger.first { defaults.observes.contains($0) || rates[$0] != nil }
    }
}
