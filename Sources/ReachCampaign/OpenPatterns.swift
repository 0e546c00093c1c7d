/// Why a channel is closed to a customer, in the order in which reasons are looked for.
package enum ClosedReason: String, Hashable, Sendable, Codable, CaseIterable {
    case noAddress = "no address"
    case invalidAddress = "invalid address"
    case noConsent = "no consent"
    case suppressed
    case capped
    case overBudget = "over budget"

    /// Position in that order; a customer with no open channel counts under the latest reason any channel gives, the one
    /// that came nearest to being reached.
    package var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How many customers of an audience answer a list of yes/no questions alike: bit i of a pattern is the answer to question i.
/// The questions are those of a `PatternLayout`.
package struct OpenPatterns: Hashable, Sendable {
    /// Customers to be contacted.
    package var counts: [UInt64: Int]
    /// Customers held out, by the same questions.
    package var heldOut: [UInt64: Int]

    package init(counts: [UInt64: Int], heldOut: [UInt64: Int] = [:]) {
        self.counts = counts
        self.heldOut = heldOut
    }
}

/// Which bit of a pattern answers what.
package struct PatternLayout: Hashable, Sendable {
    /// Something that has to be so for a channel to be open.
    package struct Gate: Hashable, Sendable {
        package let reason: ClosedReason
        /// Set in the pattern where the gate is passed.
        package let bit: Int

        package init(_ reason: ClosedReason, bit: Int) {
            self.reason = reason
            self.bit = bit
        }
    }

    package struct ChannelBits: Hashable, Sendable {
        /// In the order of `ClosedReason`.
        package let gates: [Gate]
        /// Bit for each prefix of the price list: set where the address starts with it. The longest that is set gives the price.
        package let prefixes: [(bit: Int, length: Int)]

        package init(gates: [Gate], prefixes: [(bit: Int, length: Int)] = []) {
            self.gates = gates
            self.prefixes = prefixes
        }

        package static func == (one: ChannelBits, other: ChannelBits) -> Bool {
            one.gates == other.gates && one.prefixes.elementsEqual(other.prefixes) { $0 == $1 }
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(gates)
            for prefix in prefixes { hasher.combine(prefix.bit) }
        }
    }

    /// Set where the campaign reached the customer already; nil where that cannot be.
    package let reached: Int?
    package let channels: [ChannelBits]

    package init(reached: Int?, channels: [ChannelBits]) {
        self.reached = reached
        self.channels = channels
    }

    package func isReached(_ pattern: UInt64) -> Bool { reached.map { pattern >> UInt64($0) & 1 == 1 } ?? false }

    /// The first reason for which the channel is closed; nil where it is open.
    package func closed(_ channel: Int, _ pattern: UInt64) -> ClosedReason? {
        channels[channel].gates.first { pattern >> UInt64($0.bit) & 1 == 0 }?.reason
    }

    /// Everything that stands in the channel's way; without an address nothing is said about its validity.
    package func obstacles(_ channel: Int, _ pattern: UInt64) -> [ClosedReason] {
        let reasons = channels[channel].gates.filter { pattern >> UInt64($0.bit) & 1 == 0 }.map(\.reason)
        return reasons.first == .noAddress ? reasons.filter { $0 != .invalidAddress } : reasons
    }

    /// Position in `PriceList.prices` of what a message to such a customer costs.
    package func price(_ channel: Int, _ pattern: UInt64) -> Int {
        var best = 0
        var length = -1
        for (index, prefix) in channels[channel].prefixes.enumerated()
        where pattern >> UInt64(prefix.bit) & 1 == 1 && prefix.length > length {
            best = index + 1
            length = prefix.length
        }
        return best
    }
}

/// How many of an audience each channel could reach, and how many none: what `segment` prints.
package struct Reachability: Hashable, Sendable {
    /// Customers to whom the channel is open, in the layout's order.
    package let open: [Int]
    package let none: Int

    /// Counts everybody, held out and already reached ones too.
    package init(_ patterns: OpenPatterns, layout: PatternLayout) {
        var open = [Int](repeating: 0, count: layout.channels.count)
        var none = 0
        for (pattern, count) in [patterns.counts, patterns.heldOut].joined() {
            var isOpen = false
            for channel in open.indices where layout.closed(channel, pattern) == nil {
                open[channel] += count
                isOpen = true
            }
            if !isOpen { none += count }
        }
        self.open = open
        self.none = none
    }
}
