/// Why a channel is closed to a customer, in the order in which reasons are looked for.
package enum ClosedReason: String, Hashable, Sendable, Codable, CaseIterable {
    case noAddress = "no address"
    case invalidAddress = "invalid address"
    case noConsent = "no consent"
    case suppressed
    /// A variable of the text has no value and no default: the message would have a hole.
    case incomplete = "missing variable"
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

    /// The same customers told apart by the length of their messages too; empty where no channel's price depends on it.
    package var kinds: [CustomerKind: Arms] = [:]

    package init(counts: [UInt64: Int], heldOut: [UInt64: Int] = [:]) {
        self.counts = counts
        self.heldOut = heldOut
    }

    /// How many are to be contacted, and how many are held out.
    package struct Arms: Hashable, Sendable {
        package var contacted = 0
        package var heldOut = 0

        package init(contacted: Int = 0, heldOut: Int = 0) {
            self.contacted = contacted
            self.heldOut = heldOut
        }
    }
}

/// Customers who answer alike and whose messages have equally many parts.
package struct CustomerKind: Hashable, Sendable {
    package let pattern: UInt64
    /// By channel; 1 where a message is charged whole. A cascade has at most 12 channels.
    package let parts: SIMD16<UInt8>

    package init(pattern: UInt64, parts: SIMD16<UInt8>) {
        self.pattern = pattern
        self.parts = parts
    }
}

extension SIMD16<UInt8> {
    /// Every message is charged whole.
    static var one: Self { Self(repeating: 1) }
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

    /// The number of the first gate that is not passed, counted from 1, as a binary number: 0 where the channel is open.
    package struct FirstClosed: Hashable, Sendable {
        /// In the order of gates.
        package let reasons: [ClosedReason]
        /// Bits of the pattern, the lowest digit first.
        package let bits: [Int]

        package init(reasons: [ClosedReason], bits: [Int]) {
            self.reasons = reasons
            self.bits = bits
        }

        func reason(_ pattern: UInt64) -> ClosedReason? {
            let number = bits.enumerated().reduce(0) { $0 | Int(pattern >> UInt64($1.element) & 1) << $1.offset }
            return number == 0 || number > reasons.count ? nil : reasons[number - 1]
        }
    }

    package struct ChannelBits: Hashable, Sendable {
        /// In the order of `ClosedReason`; none where `firstClosed` tells.
        package let gates: [Gate]
        /// Where so many channels have so many gates that a bit for each is too much.
        package let firstClosed: FirstClosed?
        /// Bit for each prefix of the price list: set where the address starts with it. The longest that is set gives the price.
        package let prefixes: [(bit: Int, length: Int)]

        package init(gates: [Gate], firstClosed: FirstClosed? = nil, prefixes: [(bit: Int, length: Int)] = []) {
            self.gates = gates
            self.firstClosed = firstClosed
            self.prefixes = prefixes
        }

        /// The first reason for which the channel is closed.
        func closed(_ pattern: UInt64) -> ClosedReason? {
            if let firstClosed { return firstClosed.reason(pattern) }
            return gates.first { pattern >> UInt64($0.bit) & 1 == 0 }?.reason
        }

        package static func == (one: ChannelBits, other: ChannelBits) -> Bool {
            one.gates == other.gates && one.firstClosed == other.firstClosed
                && one.prefixes.elementsEqual(other.prefixes) { $0 == $1 }
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(gates)
            hasher.combine(firstClosed)
            for prefix in prefixes { hasher.combine(prefix.bit) }
        }
    }

    /// Set where the campaign reached the customer already; nil where that cannot be.
    package let reached: Int?
    package let channels: [ChannelBits]
    /// Of the cap over all channels: bit i is set where more than i messages are left. Nil without such a cap; fewer bits than channels
    /// where the cap itself is lower.
    package let left: [Int]?

    package init(reached: Int?, channels: [ChannelBits], left: [Int]? = nil) {
        self.reached = reached
        self.channels = channels
        self.left = left
    }

    /// How many messages the cap over all channels leaves; nil without such a cap.
    package func messagesLeft(_ pattern: UInt64) -> Int? {
        left.map { bits in bits.prefix { pattern >> UInt64($0) & 1 == 1 }.count }
    }

    /// Per channel the first reason for which it is closed. With k messages left only the first k open channels count.
    package func closed(_ pattern: UInt64) -> [ClosedReason?] {
        var closed = channels.map { $0.closed(pattern) }
        guard var left = messagesLeft(pattern) else { return closed }
        for channel in closed.indices where closed[channel] == nil {
            if left == 0 { closed[channel] = .capped } else { left -= 1 }
        }
        return closed
    }

    package func isReached(_ pattern: UInt64) -> Bool { reached.map { pattern >> UInt64($0) & 1 == 1 } ?? false }

    /// The first reason for which the channel is closed; nil where it is open.
    package func closed(_ channel: Int, _ pattern: UInt64) -> ClosedReason? {
        left == nil ? channels[channel].closed(pattern) : closed(pattern)[channel]
    }

    /// Everything that stands in the channel's way; without an address nothing is said about its validity.
    package func obstacles(_ channel: Int, _ pattern: UInt64) -> [ClosedReason] {
        var reasons = channels[channel].gates.filter { pattern >> UInt64($0.bit) & 1 == 0 }.map(\.reason)
        if reasons.isEmpty, let reason = closed(channel, pattern) { reasons = [reason] }
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
