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

    package init(
        campaign: String, audienceText: String, channels: [PlannedChannel], options: CascadeOptions = CascadeOptions(),
        today: Int32, currency: String? = nil
    ) {
        self.campaign = campaign
        self.audienceText = audienceText
        self.channels = channels
        self.options = options
        self.today = today
        self.currency = currency
    }

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

extension CascadePlan {
    /// Builds the plan of a request whose layout's questions the audience answered with `patterns`.
    ///
    /// `membersHash` tells apart audiences that differ in who belongs or in whom a channel is open to, even where the counts agree.
    package init(_ request: CascadeRequest, layout: PatternLayout, patterns: OpenPatterns, membersHash: UInt64) throws {
        try request.validate()
        let sorted = SortedAudience(layout: layout, patterns: patterns)
        let chances = ChannelChances(request, classes: sorted.classes)
        let tariffs = request.channels.map { $0.prices.map(Tariff.init) }
        let estimate = CascadeEstimate(classes: sorted.classes, tariffs: tariffs, chances: chances.chances)
        let scale = tariffs.reduce(2) { max($0, $1?.scale ?? 0) }
        let rows = Self.rows(request, sorted: sorted, estimate: estimate, scale: scale)
        let messages = estimate.messages()
        let isPriced = zip(rows, tariffs).allSatisfy { row, tariff in row.open == 0 || tariff != nil }
        let none = Money(units: 0, scale: scale)

        self.init(
            id: Self.id(of: request, membersHash: membersHash, audience: sorted.size), campaign: request.campaign,
            audience: Audience(text: request.audienceText, size: sorted.size, membersHash: membersHash),
            today: request.today, channels: request.channels, options: request.options, classes: sorted.classes,
            waterfall: sorted.waterfall(channels: request.channels.count), rows: rows, scale: scale,
            currency: request.currency,
            messages: Estimate(
                low: messages.reduce(0) { $0 + $1.low }, high: messages.reduce(0) { $0 + $1.high }),
            floor: isPriced ? rows.compactMap(\.floor).reduce(none, +) : nil, expected: estimate.total(),
            ceiling: isPriced ? rows.compactMap(\.ceiling).reduce(none, +) : nil, interval80: nil, interval95: nil,
            missingRates: chances.missing,
            notes: CascadeNotes.notes(request, chances: chances, rows: rows),
            warnings: CascadeNotes.warnings(request, rows: rows))
    }

    private static func rows(
        _ request: CascadeRequest, sorted: SortedAudience, estimate: CascadeEstimate, scale: Int
    ) -> [ChannelRow] {
        let messages = estimate.messages()
        let costs = estimate.costs()
        return request.channels.enumerated().map { index, channel in
            let bounds = estimate.bounds(index)
            return ChannelRow(
                channel: channel.name, open: estimate.openCounts(index).reduce(0, +),
                first: estimate.firstCounts(index).reduce(0, +), messages: messages[index],
                price: channel.prices?.base.rescaled(to: scale), floor: bounds?.least.rescaled(to: scale),
                expected: costs[index], ceiling: bounds?.most.rescaled(to: scale),
                closed: sorted.closedCounts(channel: index))
        }
    }

    /// The same dry run is the same plan: nothing here depends on the process, the clock or the machine.
    private static func id(of request: CascadeRequest, membersHash: UInt64, audience: Int) -> String {
        var hash = StableHash(salt: 1)
        hash.combine(Name.fold(request.campaign))
        hash.combine(membersHash)
        hash.combine(UInt64(audience))
        for channel in request.channels { hash.combine(channel.canonicalText) }
        hash.combine(request.options.canonicalText)
        hash.combine(request.currency ?? "")
        hash.combine(UInt64(bitPattern: Int64(request.today)))
        let digits = String(hash.value >> 40, radix: 16)
        return "p" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

/// An audience sorted into its classes.
struct SortedAudience {
    let classes: [CascadeClass]
    let size: Int
    let heldOut: Int
    let alreadyReached: Int

    init(layout: PatternLayout, patterns: OpenPatterns) {
        struct Key: Hashable {
            let closed: [ClosedReason?]
            let prices: [Int]

            /// Orders classes the same way in every process: dictionaries do not.
            var order: [Int] { closed.map { $0.map { $0.order + 1 } ?? 0 } + prices }
        }
        var arms: [Key: (contacted: Int, heldOut: Int)] = [:]
        var reached = 0
        let channels = layout.channels.indices
        for (isHeldOut, counts) in [(false, patterns.counts), (true, patterns.heldOut)] {
            for (pattern, count) in counts {
                if layout.isReached(pattern) {
                    if !isHeldOut { reached += count }
                    continue
                }
                let key = Key(
                    closed: channels.map { layout.closed($0, pattern) },
                    prices: channels.map { layout.closed($0, pattern) == nil ? layout.price($0, pattern) : 0 })
                if isHeldOut {
                    arms[key, default: (0, 0)].heldOut += count
                } else {
                    arms[key, default: (0, 0)].contacted += count
                }
            }
        }
        heldOut = patterns.heldOut.values.reduce(0, +)
        size = patterns.counts.values.reduce(0, +) + heldOut
        alreadyReached = reached
        classes = arms.sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }.map { key, arm in
            CascadeClass(closed: key.closed, prices: key.prices, contacted: arm.contacted, heldOut: arm.heldOut)
        }
    }

    func waterfall(channels: Int) -> Waterfall {
        var first = [Int](repeating: 0, count: channels)
        var unreachable: [ClosedReason: Int] = [:]
        for group in classes where group.contacted > 0 {
            if let channel = group.firstOpen {
                first[channel] += group.contacted
            } else {
                let nearest = group.closed.compactMap(\.self).max { $0.order < $1.order } ?? .noAddress
                unreachable[nearest, default: 0] += group.contacted
            }
        }
        return Waterfall(
            audience: size, heldOut: heldOut, alreadyReached: alreadyReached, unreachable: Self.ordered(unreachable),
            first: first)
    }

    func closedCounts(channel: Int) -> [Waterfall.Unreachable] {
        var counts: [ClosedReason: Int] = [:]
        for group in classes where group.contacted > 0 {
            if let reason = group.closed[channel] { counts[reason, default: 0] += group.contacted }
        }
        return Self.ordered(counts)
    }

    private static func ordered(_ counts: [ClosedReason: Int]) -> [Waterfall.Unreachable] {
        ClosedReason.allCases.compactMap { reason in
            counts[reason].map { Waterfall.Unreachable(reason: reason, count: $0) }
        }
    }
}

/// Which rate each channel stops the cascade with and is billed by, and which of them nobody has told.
struct ChannelChances {
    let chances: [CascadeEstimate.Chances]
    /// Per channel the event that stops the cascade after it; nil where it can observe none.
    let observed: [CampaignEvent?]
    /// Whether the stopping rate matters: somebody has a later channel open too.
    let isFollowed: [Bool]
    let missing: [CascadePlan.MissingRate]

    init(_ request: CascadeRequest, classes: [CascadeClass]) {
        let shape = CascadeEstimate(
            classes: classes, tariffs: request.channels.map { _ in nil },
            chances: request.channels.map { _ in CascadeEstimate.Chances() })
        var chances: [CascadeEstimate.Chances] = []
        var missing: [CascadePlan.MissingRate] = []
        observed = request.channels.map { $0.observedEvent(for: request.options.until) }
        isFollowed = request.channels.indices.map(shape.isFollowed)
        for (index, channel) in request.channels.enumerated() {
            var chance = CascadeEstimate.Chances(stop: 0, billed: 1)
            if isFollowed[index], let event = observed[index] {
                chance.stop = channel.rates[event]?.double
                if chance.stop == nil { missing.append(.init(channel: channel.name, event: event)) }
            }
            let isOpen = classes.contains { $0.contacted > 0 && $0.closed[index] == nil }
            if let prices = channel.prices, prices.billing == .delivered, !prices.isFree, isOpen {
                chance.billed = channel.rates[.delivered]?.double
                chance.stopIsBilled = isFollowed[index] && observed[index] == .delivered
                if chance.billed == nil, !chance.stopIsBilled || chance.stop != nil {
                    missing.append(.init(channel: channel.name, event: .delivered))
                }
            }
            chances.append(chance)
        }
        self.chances = chances
        self.missing = missing
    }
}
