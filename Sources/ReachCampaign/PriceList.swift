/// What a channel's provider charges.
package struct PriceList: Hashable, Sendable, Codable {
    /// What the count on the bill counts.
    package enum Billing: String, Hashable, Sendable, Codable { case sent, delivered }

    /// Another price for phone numbers that start like this; the longest prefix that fits wins.
    package struct PrefixPrice: Hashable, Sendable, Codable {
        /// `+7`, `+375`: a plus and digits.
        package let prefix: String
        package let price: Money

        package init(_ prefix: String, _ price: Money) {
            self.prefix = prefix
            self.price = price
        }
    }

    /// Another price from a volume on.
    package struct Tier: Hashable, Sendable, Codable {
        package let threshold: Int
        package let price: Money
        /// `all from`: once the threshold is reached every message costs this, not only those beyond it.
        package let repricesAll: Bool

        package init(from threshold: Int, _ price: Money, repricesAll: Bool = false) {
            self.threshold = threshold
            self.price = price
            self.repricesAll = repricesAll
        }
    }

    package var base: Money
    package var prefixes: [PrefixPrice]
    /// Text messages are charged by the part; everything else by the message.
    package var perPart: Bool
    package var billing: Billing
    /// Ascending by threshold, all of one kind. Tiers and the free quota concern messages at the base price.
    package var tiers: [Tier]
    /// So many messages at the base price cost nothing.
    package var freeQuota: Int
    /// The least the provider charges once anything is sent.
    package var minimum: Money?

    package init(
        base: Money, prefixes: [PrefixPrice] = [], perPart: Bool = false, billing: Billing = .sent,
        tiers: [Tier] = [], freeQuota: Int = 0, minimum: Money? = nil
    ) {
        self.base = base
        self.prefixes = prefixes
        self.perPart = perPart
        self.billing = billing
        self.tiers = tiers
        self.freeQuota = freeQuota
        self.minimum = minimum
    }

    /// Every price, the base first, then the prefixes in order: what a class's price position points into.
    package var prices: [Money] { [base] + prefixes.map(\.price) }

    /// Digits after the point that no amount of this list loses; money never shows fewer than 2.
    package var scale: Int {
        var scale = max(2, minimum?.scale ?? 0)
        for price in prices + tiers.map(\.price) { scale = max(scale, price.scale) }
        return scale
    }

    /// Whether the bill is a sum over messages, whatever their number.
    package var isLinear: Bool { tiers.isEmpty && freeQuota == 0 && (minimum?.units ?? 0) == 0 }

    package var isFree: Bool {
        (prices + tiers.map(\.price)).allSatisfy { $0.units == 0 } && (minimum?.units ?? 0) == 0
    }
}
