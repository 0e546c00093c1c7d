/// What can become of a message, from weakest to strongest; each includes the ones before it.
package enum CampaignEvent: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable, Comparable {
    case delivered, opened, clicked, ordered

    package var strength: Int {
        switch self {
        case .delivered: 0
        case .opened: 1
        case .clicked: 2
        case .ordered: 3
        }
    }

    package static func < (one: CampaignEvent, other: CampaignEvent) -> Bool { one.strength < other.strength }

    /// This event and the stronger ones, weakest first.
    package var orStronger: [CampaignEvent] { Self.allCases.filter { $0 >= self } }
}

/// An exact part of a whole: `10%` is 10 × 10^-2. What was typed is kept, so that it prints back as typed.
package struct Share: Hashable, Sendable, Codable {
    package let units: Int64
    /// Digits after the point of the fraction, 0…18.
    package let scale: Int

    package init(units: Int64, scale: Int) {
        precondition((0...18).contains(scale), "a share has 0 to 18 digits after the point")
        self.units = units
        self.scale = scale
    }

    package static func percent(_ percent: Int64) -> Share { Share(units: percent, scale: 2) }

    package var double: Double { Double(units) / Double(Money.power(scale)) }
    package var isNegative: Bool { units < 0 }
    /// More than 100 %.
    package var exceedsWhole: Bool { Int128(units) > Money.power(scale) }
    package var isWhole: Bool { Int128(units) == Money.power(scale) }

    /// `10%`, `2.5%`.
    package var text: String {
        Money(units: Int128(units) * Money.power(max(0, 2 - scale)), scale: max(0, scale - 2)).description + "%"
    }

    package func isLess(than other: Share) -> Bool {
        Money(units: Int128(units), scale: scale) < Money(units: Int128(other.units), scale: other.scale)
    }
}

/// How often, per message sent, an event follows, and who says so.
package struct Rate: Hashable, Sendable, Codable {
    package enum Source: Hashable, Sendable, Codable {
        /// Typed in `channel`; counts as as many observations as its `sure` says.
        case configured
        /// Estimated from the ledger. `never` where the event followed none of the messages: half of one is taken then, so that the rate
        /// is not taken as impossible; `always` likewise where it followed all.
        case learned(campaigns: Int, messages: Int, extreme: Extreme?)

        package enum Extreme: Hashable, Sendable, Codable { case never, always }
    }

    package let share: Share
    package let source: Source
    /// How many observations it counts as; nil leaves that to the channel's definition.
    package let weight: Double?

    package init(_ share: Share, source: Source = .configured, weight: Double? = nil) {
        self.share = share
        self.source = source
        self.weight = weight
    }

    package var double: Double { share.double }
}
