import ReachInsight

/// A plan's classes, prices and rates put together for drawing.
struct CascadeModel {
    let simulation: CascadeSimulation
    let groups: [CascadeSimulation.Group]
    let tariffs: [Tariff?]
    /// Per channel, where its prices begin among the slots of a run.
    private let slots: [Int]
    /// Some rate is missing on which messages or costs rest.
    let isKnown: Bool
    /// Every channel that is open to somebody has a price.
    let isPriced: Bool

    init(_ request: CascadeRequest, classes: [CascadeClass], chances: ChannelChances) {
        tariffs = request.channels.map { $0.prices.map(Tariff.init) }
        let channels = request.channels.enumerated().map { index, channel in
            CascadeSimulation.Channel(
                priceCount: channel.prices?.prices.count ?? 1,
                first: Self.chances(channel, request, isFollowed: chances.isFollowed[index], isLater: false),
                later: Self.chances(channel, request, isFollowed: chances.isFollowed[index], isLater: true))
        }
        var slots: [Int] = []
        var slot = 0
        for channel in channels {
            slots.append(slot)
            slot += channel.priceCount
        }
        self.slots = slots
        groups = classes.filter { $0.contacted > 0 }.map { group in
            CascadeSimulation.Group(
                count: group.contacted,
                messages: request.channels.indices.map { channel in
                    guard group.closed[channel] == nil else { return nil }
                    let last = channels[channel].priceCount - 1
                    return .init(price: min(group.prices[channel], last), units: group.parts[channel])
                })
        }
        simulation = CascadeSimulation(channels: channels, groups: groups)
        isKnown = chances.missing.isEmpty
        let tariffs = tariffs
        isPriced = classes.allSatisfy { group in
            group.contacted == 0 || group.closed.indices.allSatisfy { group.closed[$0] != nil || tariffs[$0] != nil }
        }
    }

    private static func chances(
        _ channel: PlannedChannel, _ request: CascadeRequest, isFollowed: Bool, isLater: Bool
    ) -> CascadeSimulation.Chances {
        let observed = channel.observedEvent(for: request.options.until)
        let stop =
            observed.map { channel.posterior($0, isLater: isLater) } ?? RatePosterior(exactly: 0)
        var billing = CascadeSimulation.Chances.Billing.sent
        if let prices = channel.prices, prices.billing == .delivered, !prices.isFree {
            if observed == .delivered, stop != nil {
                billing = .stopped
            } else if let delivered = channel.posterior(.delivered) {
                billing = .delivered(delivered)
            }
        }
        var orders = CascadeSimulation.Chances.Orders.unknown
        if observed == .ordered, stop != nil {
            orders = .stopped
        } else if let ordered = channel.posterior(.ordered, isLater: isLater) {
            // What the ledger teaches of orders is counted whoever clicked.
            let isLearned = if case .learned? = channel.rates[.ordered]?.source { true } else { false }
            orders = isLearned ? .apart(ordered) : .rate(ordered)
        }
        // A rate that decides nothing may be unknown; where it matters the plan's figures are ranges and nothing is drawn.
        return CascadeSimulation.Chances(
            stop: stop ?? (isFollowed ? RatePosterior(exactly: 0) : nil), billing: billing, orders: orders)
    }

    /// The price of each slot where every bill is a plain sum, and even the ceiling fits a word.
    private func slotPrices(scale: Int) -> [Int]? {
        guard tariffs.allSatisfy({ $0?.prices.isLinear ?? true }) else { return nil }
        var prices: [Int] = []
        var most: Int128 = 0
        for (index, tariff) in tariffs.enumerated() {
            let own = tariff?.prices.prices.map { $0.rescaled(to: scale).units } ?? [0]
            let units = groups.reduce(0) { $0 + $1.count * ($1.messages[index]?.units ?? 0) }
            most += (own.max() ?? 0) * Int128(units)
            prices += own.map { Int(truncatingIfNeeded: $0) }
        }
        return most < Int128(Int.max) ? prices : nil
    }

    /// What each run costs, in units of 10^-scale; nil where a price is not known.
    func costs(_ draws: CascadeDraws, scale: Int) -> [Int]? {
        guard isPriced else { return nil }
        if let prices = slotPrices(scale: scale) { return draws.sums(prices) }
        let priced = zip(tariffs, slots).compactMap { tariff, slot in
            tariff.map { (tariff: $0, slot: slot, factor: Money.power(scale - $0.scale)) }
        }
        return (0..<draws.count).map { run in
            let billed = draws.billed(run: run)
            let units = priced.reduce(Int128(0)) { total, channel in
                let first = billed.startIndex + channel.slot
                return total + channel.tariff.units(billed[first...]) * channel.factor
            }
            return Int(clamping: units)
        }
    }
}
