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
    private let channels: [CascadeSimulation.Channel]
    private let groups: [CascadeSimulation.Group]

    /// All rates of all channels have to be known, except those of orders.
    package init(channels: [CascadeSimulation.Channel], groups: [CascadeSimulation.Group]) {
        self.channels = channels
        let groups = Self.merged(groups)
        self.groups = groups
        var orders: [[Int]] = []
        func extend(_ order: [Int]) {
            for channel in channels.indices where !order.contains(channel) {
                orders.append(order + [channel])
                extend(order + [channel])
            }
        }
        extend([])
        self.orders = orders
        reach = orders.map { order in
            groups.reduce(0) { total, group in
                total + (order.contains { group.messages[$0] != nil } ? group.count : 0)
            }
        }
    }

    /// Customers with the same messages before them are one group, whatever closed the other channels.
    private static func merged(_ groups: [CascadeSimulation.Group]) -> [CascadeSimulation.Group] {
        var places: [[CascadeSimulation.Message?]: Int] = [:]
        var counts: [Int] = []
        var kinds: [[CascadeSimulation.Message?]] = []
        for group in groups where group.messages.contains(where: { $0 != nil }) {
            if let place = places[group.messages] {
                counts[place] += group.count
            } else {
                places[group.messages] = kinds.count
                kinds.append(group.messages)
                counts.append(group.count)
            }
        }
        return zip(counts, kinds).map { CascadeSimulation.Group(count: $0, messages: $1) }
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

    /// Figures of each order, in theirs. `cost` prices the billed units of a channel, by price.
    package func figures(_ rates: [ChannelRates], cost: (_ channel: Int, _ units: [Double]) -> Double) -> [Figures] {
        var found: [Figures] = []
        found.reserveCapacity(orders.count)
        var waiting = [[Double]](repeating: groups.map { Double($0.count) }, count: channels.count + 1)
        var isSilent = [[Bool]](repeating: groups.map { _ in false }, count: channels.count + 1)
        var used = [Bool](repeating: false, count: channels.count)
        func extend(_ depth: Int, _ before: Figures) {
            for channel in channels.indices where !used[channel] {
                var figures = before
                var units = [Double](repeating: 0, count: channels[channel].priceCount)
                for group in groups.indices {
                    let left = waiting[depth][group]
                    guard let message = groups[group].messages[channel] else {
                        waiting[depth + 1][group] = left
                        isSilent[depth + 1][group] = isSilent[depth][group]
                        continue
                    }
                    let chances = isSilent[depth][group] ? rates[channel].later : rates[channel].first
                    figures.messages += left
                    figures.responses += left * chances.stop
                    figures.orders += left * chances.orders
                    units[message.price] += left * chances.billed * Double(message.units)
                    waiting[depth + 1][group] = left * (1 - chances.stop)
                    isSilent[depth + 1][group] = true
                }
                figures.cost += cost(channel, units)
                found.append(figures)
                used[channel] = true
                extend(depth + 1, figures)
                used[channel] = false
            }
        }
        extend(0, Figures())
        return found
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
            case .rate(let posterior): posterior.mean
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
        case .rate(let posterior):
            rates.orders = stop.map { rates.stop * posterior.drawShare(of: $0, &random) } ?? posterior.draw(&random)
        }
        return rates
    }
}
