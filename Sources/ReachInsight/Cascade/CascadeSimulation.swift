/// A cascade of channels over customers who are alike in groups, to be drawn many times.
///
/// Of m customers who get a message, Bin(m, p) stop; the others get the next channel that is open to them. The rates themselves are
/// drawn anew in every run, so that an interval over runs is predictive.
package struct CascadeSimulation: Sendable {
    /// Customers to whom the same channels are open at the same prices.
    package struct Group: Sendable {
        package let count: Int
        /// Per channel; nil where it is closed to them.
        package let messages: [Message?]

        package init(count: Int, messages: [Message?]) {
            self.count = count
            self.messages = messages
        }
    }

    package struct Message: Hashable, Sendable {
        /// Position among the channel's prices.
        package let price: Int
        /// How many units of it a message is billed as.
        package let units: Int

        package init(price: Int, units: Int = 1) {
            self.price = price
            self.units = units
        }
    }

    package struct Channel: Sendable {
        package let priceCount: Int
        /// Of the first message to a customer, and of one that follows on silence.
        package let first: Chances
        package let later: Chances

        package init(priceCount: Int, first: Chances, later: Chances? = nil) {
            self.priceCount = priceCount
            self.first = first
            self.later = later ?? first
        }
    }

    /// Per message sent.
    package struct Chances: Hashable, Sendable {
        package enum Billing: Hashable, Sendable {
            case sent
            /// Every message that ends the cascade, and no other.
            case stopped
            /// Includes whatever ends the cascade.
            case delivered(RatePosterior)
        }

        package enum Orders: Hashable, Sendable {
            case unknown
            /// What ends the cascade is the order.
            case stopped
            /// Included in what ends the cascade, where that is known.
            case rate(RatePosterior)
            /// Of all messages, whether they end the cascade or not.
            case apart(RatePosterior)
        }

        /// Nil is not known: allowed where nobody gets a later message.
        package let stop: RatePosterior?
        package let billing: Billing
        package let orders: Orders

        package init(stop: RatePosterior?, billing: Billing = .sent, orders: Orders = .unknown) {
            self.stop = stop
            self.billing = billing
            self.orders = orders
        }
    }

    package let channels: [Channel]
    let path: CascadePath
    /// Per channel whether a message after silence has chances of its own.
    let hasPositions: [Bool]
    /// Per channel, where its prices begin among all.
    let slots: [Int]
    let slotCount: Int

    package init(channels: [Channel], groups: [Group]) {
        self.channels = channels
        var slots: [Int] = []
        var slotCount = 0
        for channel in channels {
            slots.append(slotCount)
            slotCount += channel.priceCount
        }
        self.slots = slots
        self.slotCount = slotCount
        hasPositions = channels.map { $0.first != $0.later }
        path = CascadePath(groups, channelCount: channels.count, tellsPositions: hasPositions.contains(true))
    }

    /// 5,000 runs, fewer where one is long.
    package var usualRunCount: Int {
        let nodes = max(1, path.levels.reduce(0) { $0 + $1.count })
        return min(5_000, max(1_000, 1_000_000 / nodes))
    }

    /// Runs are drawn in blocks of their own random streams, so that the number of threads changes nothing.
    ///
    /// - Throws: what `pieces` throws.
    package func draw(_ count: Int, seed: UInt64, in pieces: Pieces = .inTurn) throws -> CascadeDraws {
        let blocks = try pieces.map((count + Self.blockRuns - 1) / Self.blockRuns) { block in
            self.block(
                min(Self.blockRuns, count - block * Self.blockRuns), RandomStream(seed: seed, stream: UInt64(block)))
        }
        return CascadeDraws(
            billed: blocks.flatMap(\.billed), slotCount: slotCount, messages: blocks.flatMap(\.messages),
            responses: knowsResponses ? blocks.flatMap(\.responses) : nil,
            orders: knowsOrders ? blocks.flatMap(\.orders) : nil)
    }

    private static let blockRuns = 500

    private func isUsed(_ channel: Int) -> Bool { path.levels[channel].contains { $0.message != nil } }

    private var knowsResponses: Bool {
        channels.indices.allSatisfy { channel in
            !isUsed(channel) || (channels[channel].first.stop != nil && channels[channel].later.stop != nil)
        }
    }

    private var knowsOrders: Bool {
        channels.indices.allSatisfy { channel in
            !isUsed(channel)
                || (channels[channel].first.knowsOrders && channels[channel].later.knowsOrders)
        }
    }
}

extension CascadeSimulation.Chances {
    fileprivate var knowsOrders: Bool {
        switch orders {
        case .unknown: false
        case .stopped: stop != nil
        case .rate, .apart: true
        }
    }
}
