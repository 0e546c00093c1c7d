/// Every order of every subset of a cascade's channels, and what each comes to.
///
/// Orders are walked as a tree, so that those with a common beginning share its work: seven channels have 13,699 orders.
package struct CascadeOrders: Sendable {
    /// Chances of one message, as expected or as drawn.
    package struct Rates: Hashable, Sendable {
        package var stop: Double
        package var billed: Double
        package var orders: Double

        package init(stop: Double, billed: Double, orders: Double) {
            self.stop = stop
            self.billed = billed
            self.orders = orders
        }
    }

    /// Of a first message to a customer, and of one after silence.
    package struct ChannelRates: Hashable, Sendable {
        package var first: Rates
        package var later: Rates

        package init(first: Rates, later: Rates) {
            self.first = first
            self.later = later
        }
    }

    package struct Figures: Hashable, Sendable {
        package var messages = 0.0
        package var cost = 0.0
        package var responses = 0.0
        package var orders = 0.0
    }

    /// Positions of the channels, a beginning before what continues it.
    package let orders: [[Int]]
    /// Customers reached by any channel of the order.
    package let reach: [Int]
    fileprivate let channels: [CascadeSimulation.Channel]
    /// By group of customers to whom the same channels are open: a bit per channel.
    fileprivate let open: [UInt32]
    fileprivate let counts: [Double]
    /// Per channel, where its prices begin among all; the number of all follows.
    fileprivate let slots: [Int]
    /// By group and price of a channel: units that its customers are billed where all of them get the message.
    fileprivate let units: [Double]
    /// By channel and group: what those units cost; of channels whose bill is no plain sum 0.
    fileprivate let amounts: [Double]
    fileprivate let isPlainSum: [Bool]

    /// All rates of all channels have to be known, except those of orders. `prices` are those of each channel's messages; nil where its
    /// bill is no plain sum.
    package init(
        channels: [CascadeSimulation.Channel], groups: [CascadeSimulation.Group], prices: [[Double]?]
    ) {
        self.channels = channels
        isPlainSum = prices.map { $0 != nil }
        let slots = channels.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.priceCount) }
        self.slots = slots
        let merged = Self.merged(groups, slots: slots)
        open = merged.open
        counts = merged.counts.map(Double.init)
        units = merged.units
        var amounts: [Double] = []
        for channel in channels.indices {
            for group in merged.open.indices {
                let own = (prices[channel] ?? []).enumerated().reduce(0.0) {
                    $0 + $1.element * merged.units[group * (slots.last ?? 0) + slots[channel] + $1.offset]
                }
                amounts.append(own)
            }
        }
        self.amounts = amounts
        let tree = Self.tree(channels.count)
        orders = tree.orders
        let masks = tree.masks
        var reached: [UInt32: Int] = [:]
        for mask in Set(masks) {
            reached[mask] = zip(merged.open, merged.counts).reduce(0) { $0 + ($1.0 & mask != 0 ? $1.1 : 0) }
        }
        reach = masks.map { reached[$0] ?? 0 }
    }

    /// Every order, a beginning before what continues it, and the channels in each.
    private static func tree(_ count: Int) -> (orders: [[Int]], masks: [UInt32]) {
        var tree: (orders: [[Int]], masks: [UInt32]) = ([], [])
        func extend(_ order: [Int], _ mask: UInt32) {
            for channel in 0..<count where mask >> UInt32(channel) & 1 == 0 {
                tree.orders.append(order + [channel])
                tree.masks.append(mask | 1 << UInt32(channel))
                extend(order + [channel], mask | 1 << UInt32(channel))
            }
        }
        extend([], 0)
        return tree
    }

    /// Customers to whom the same channels are open stop alike, whatever their messages cost.
    private static func merged(
        _ groups: [CascadeSimulation.Group], slots: [Int]
    ) -> (open: [UInt32], counts: [Int], units: [Double]) {
        let slotCount = slots.last ?? 0
        var places: [UInt32: Int] = [:]
        var merged: (open: [UInt32], counts: [Int], units: [Double]) = ([], [], [])
        for group in groups {
            var mask: UInt32 = 0
            for (channel, message) in group.messages.enumerated() where message != nil { mask |= 1 << UInt32(channel) }
            if mask == 0 { continue }
            let place = places[mask] ?? merged.open.count
            if place == merged.open.count {
                places[mask] = place
                merged.open.append(mask)
                merged.counts.append(0)
                merged.units += [Double](repeating: 0, count: slotCount)
            }
            merged.counts[place] += group.count
            for (channel, message) in group.messages.enumerated() {
                guard let message else { continue }
                merged.units[place * slotCount + slots[channel] + message.price] += Double(group.count * message.units)
            }
        }
        return merged
    }

    package var expectedRates: [ChannelRates] {
        channels.map { channel in
            ChannelRates(first: channel.first.expected, later: channel.later.expected)
        }
    }

    package func drawRates(_ random: inout RandomStream) -> [ChannelRates] {
        channels.map { channel in
            let first = channel.first.drawn(&random)
            return ChannelRates(
                first: first, later: channel.first == channel.later ? first : channel.later.drawn(&random))
        }
    }

    /// Figures of each order, in theirs. `cost` prices the billed units of a channel, by price, whose bill is no plain sum.
    package func figures(_ rates: [ChannelRates], cost: (_ channel: Int, _ units: [Double]) -> Double) -> [Figures] {
        var walk = OrderWalk(self, rates)
        walk.extend(0, Figures(), used: 0, cost)
        return walk.found
    }
}

/// The way through all orders, a beginning worked out once for all that continue it.
private struct OrderWalk {
    private let all: CascadeOrders
    private let rates: [CascadeOrders.ChannelRates]
    /// By depth and group: the share that still waits.
    private var waiting: [Double]
    private(set) var found: [CascadeOrders.Figures] = []

    init(_ all: CascadeOrders, _ rates: [CascadeOrders.ChannelRates]) {
        self.all = all
        self.rates = rates
        waiting = [Double](repeating: 1, count: (all.channels.count + 1) * all.open.count)
        found.reserveCapacity(all.orders.count)
    }

    mutating func extend(
        _ depth: Int, _ before: CascadeOrders.Figures, used: UInt32,
        _ cost: (_ channel: Int, _ units: [Double]) -> Double
    ) {
        for channel in all.channels.indices where used >> UInt32(channel) & 1 == 0 {
            var figures = before
            step(depth, channel, used, &figures)
            if !all.isPlainSum[channel] { figures.cost += cost(channel, billed(depth, channel, used)) }
            found.append(figures)
            extend(depth + 1, figures, used: used | 1 << UInt32(channel), cost)
        }
    }

    /// One more message to all who wait and to whom the channel is open.
    private mutating func step(_ depth: Int, _ channel: Int, _ used: UInt32, _ figures: inout CascadeOrders.Figures) {
        Self.step(all, depth, channel, used, rates[channel], &waiting, &figures)
    }

    private static func step(
        _ all: CascadeOrders, _ depth: Int, _ channel: Int, _ used: UInt32, _ rates: CascadeOrders.ChannelRates,
        _ waiting: inout [Double], _ figures: inout CascadeOrders.Figures
    ) {
        let count = all.open.count
        let (first, later) = (rates.first, rates.later)
        let (open, counts, amounts) = (all.open.span, all.counts.span, all.amounts.span)
        var shares = waiting.mutableSpan
        let (now, next, own) = (depth * count, (depth + 1) * count, channel * count)
        var sums = figures
        for group in 0..<count {
            let left = shares[now &+ group]
            if open[group] >> UInt32(channel) & 1 == 0 {
                shares[next &+ group] = left
                continue
            }
            // Silent is whoever got a message of those before.
            let chances = open[group] & used == 0 ? first : later
            let people = left * counts[group]
            sums.messages += people
            sums.responses += people * chances.stop
            sums.orders += people * chances.orders
            sums.cost += left * chances.billed * amounts[own &+ group]
            shares[next &+ group] = left * (1 - chances.stop)
        }
        figures = sums
    }

    /// Units that are billed, by price.
    private func billed(_ depth: Int, _ channel: Int, _ used: UInt32) -> [Double] {
        let slotCount = all.slots.last ?? 0
        var units = [Double](repeating: 0, count: all.channels[channel].priceCount)
        for group in all.open.indices where all.open[group] >> UInt32(channel) & 1 == 1 {
            let chances = all.open[group] & used == 0 ? rates[channel].first : rates[channel].later
            let share = waiting[depth * all.open.count + group] * chances.billed
            for price in units.indices {
                units[price] += share * all.units[group * slotCount + all.slots[channel] + price]
            }
        }
        return units
    }
}

extension CascadeSimulation.Chances {
    fileprivate var expected: CascadeOrders.Rates {
        let stop = stop?.mean ?? 0
        let billed: Double =
            switch billing {
            case .sent: 1
            case .stopped: stop
            case .delivered(let posterior): posterior.mean
            }
        let orders: Double =
            switch orders {
            case .unknown: 0
            case .stopped: stop
            case .rate(let posterior), .apart(let posterior): posterior.mean
            }
        return .init(stop: stop, billed: billed, orders: orders)
    }

    fileprivate func drawn(_ random: inout RandomStream) -> CascadeOrders.Rates {
        var rates = CascadeOrders.Rates(stop: 0, billed: 1, orders: 0)
        switch billing {
        case .sent: rates.stop = stop?.draw(&random) ?? 0
        case .stopped:
            rates.stop = stop?.draw(&random) ?? 0
            rates.billed = rates.stop
        case .delivered(let posterior):
            rates.billed = posterior.draw(&random)
            rates.stop = stop.map { rates.billed * $0.drawShare(of: posterior, &random) } ?? 0
        }
        switch orders {
        case .unknown: break
        case .stopped: rates.orders = rates.stop
        case .apart(let posterior): rates.orders = posterior.draw(&random)
        case .rate(let posterior):
            rates.orders = stop.map { rates.stop * posterior.drawShare(of: $0, &random) } ?? posterior.draw(&random)
        }
        return rates
    }
}
