/// Everything decided about one campaign before its first message: what `send` builds, estimates price and delivery executes.
///
/// A value that can be stored as JSON and read back; equal inputs give equal plans and the same `id`.
package struct CascadePlan: Hashable, Sendable, Codable {
    /// `p` and six hexadecimal digits, made from campaign, members, channels, prices, rates, options and today.
    package let id: String
    package let campaign: String
    package let audience: Audience
    /// Days since 1970-01-01.
    package let today: Int32
    /// In the order in which they are tried.
    package let channels: [PlannedChannel]
    package let options: CascadeOptions
    /// Sorted by states, then prices.
    package let classes: [CascadeClass]
    package let waterfall: Waterfall
    /// One per channel, in order.
    package let rows: [ChannelRow]
    /// Digits after the point of every amount of the plan: those of its finest price.
    package let scale: Int
    /// As set by `set currency`; nil prints no sign.
    package let currency: String?
    package let messages: Estimate
    /// Everybody stops at the first message. Nil, as all costs, where a channel that can be used has no price.
    package let floor: Money?
    package let expected: Estimate?
    /// Nobody ever stops.
    package let ceiling: Money?
    /// Central 80 and 95 % of the realised cost; nil while not computed.
    package let interval80: MoneyRange?
    package let interval95: MoneyRange?
    /// Rates without which expected figures are ranges.
    package let missingRates: [MissingRate]
    /// What the figures rest on.
    package let notes: [String]
    /// What should be looked at before anything is sent.
    package let warnings: [String]
    /// What each channel that has a template says; nil where none has.
    package var texts: [MessageText]?
    /// When messages leave at the latest.
    package var schedule: SendSchedule?
    /// What is expected to come of it.
    package var figures: CascadeFigures?
    /// Nil without a budget.
    package var budget: BudgetOutcome?
    /// What made the plan, to make it again.
    package var origin: PlanOrigin?

    package struct Audience: Hashable, Sendable, Codable {
        /// As the answer's first line says it: `lapsed`, `customers where orders > 2`.
        package let text: String
        package let size: Int
        /// A hash of who belongs and to whom which channel is open.
        package let membersHash: UInt64

        package init(text: String, size: Int, membersHash: UInt64) {
            self.text = text
            self.size = size
            self.membersHash = membersHash
        }
    }

    package struct MissingRate: Hashable, Sendable, Codable {
        package let channel: String
        package let event: CampaignEvent
    }
}

/// Customers alike for the plan: the same channels closed for the same reasons, the same prices.
package struct CascadeClass: Hashable, Sendable, Codable {
    /// Per channel the reason it is closed; nil where it is open.
    package let closed: [ClosedReason?]
    /// Per channel the position in `PriceList.prices` of what a message costs.
    package let prices: [Int]
    /// Per channel how many times that price a message is charged: its parts where the channel is priced per part, else 1.
    package let parts: [Int]
    package let contacted: Int
    package let heldOut: Int

    /// `parts` nil: every message is charged once.
    package init(closed: [ClosedReason?], prices: [Int], parts: [Int]? = nil, contacted: Int, heldOut: Int) {
        self.closed = closed
        self.prices = prices
        self.parts = parts ?? closed.map { _ in 1 }
        self.contacted = contacted
        self.heldOut = heldOut
    }

    package var firstOpen: Int? { closed.firstIndex { $0 == nil } }
    package var hasOpenChannel: Bool { firstOpen != nil }
}

/// What becomes of the audience; the counts sum to its size.
package struct Waterfall: Hashable, Sendable, Codable {
    package struct Unreachable: Hashable, Sendable, Codable {
        package let reason: ClosedReason
        package let count: Int
    }

    package let audience: Int
    package let heldOut: Int
    package let alreadyReached: Int
    /// Only reasons that occur, in their order.
    package let unreachable: [Unreachable]
    /// Per channel, whom it reaches first.
    package let first: [Int]

    package var unreachableCount: Int { unreachable.reduce(0) { $0 + $1.count } }
    /// Customers who get at least one message.
    package var contacted: Int { first.reduce(0, +) }
    package var total: Int { heldOut + alreadyReached + unreachableCount + contacted }
}

/// What one channel of a plan does and costs.
package struct ChannelRow: Hashable, Sendable, Codable {
    package let channel: String
    /// Contacted customers to whom it is open.
    package let open: Int
    /// Those of them for whom no earlier channel is.
    package let first: Int
    package let messages: Estimate
    /// The base price.
    package let price: Money?
    package let floor: Money?
    package let expected: Estimate?
    package let ceiling: Money?
    /// Why it is closed to the others among the customers to be contacted, reasons that occur, in their order.
    package let closed: [Waterfall.Unreachable]
}

/// A figure that rates decide: one number where they are known, else the range over everything the unknown ones can be.
package struct Estimate: Hashable, Sendable, Codable {
    package let low: Double
    package let high: Double

    package init(_ value: Double) { self.init(low: value, high: value) }

    package init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    package var exact: Double? { low == high ? low : nil }

    /// Whole messages, each end rounded half to even.
    package var counts: ClosedRange<Int> {
        let low = Int(low.rounded(.toNearestOrEven))
        return low...max(low, Int(high.rounded(.toNearestOrEven)))
    }

    /// Rounded half to even, once, as it is printed.
    package func money(scale: Int) -> MoneyRange {
        MoneyRange(low: Money(rounding: low, scale: scale), high: Money(rounding: high, scale: scale))
    }
}

/// From one amount to another, both included.
package struct MoneyRange: Hashable, Sendable, Codable {
    package let low: Money
    package let high: Money

    package init(low: Money, high: Money) {
        self.low = low
        self.high = high
    }

    package var exact: Money? { low == high ? low : nil }
}
