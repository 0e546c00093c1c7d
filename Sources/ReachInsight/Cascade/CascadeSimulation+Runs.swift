extension CascadeSimulation {
    struct Block: Sendable {
        var billed: [Int]
        var messages: [Int]
        var responses: [Int]
        var orders: [Int]
    }

    /// A channel's chances as one run has them.
    private struct Drawn {
        /// Nil is not known.
        var stop: Double?
        /// Of the messages that do not end the cascade, the share that is billed.
        var billedOfRest = 0.0
        var billsAll = true
        /// Of the messages that end the cascade, the share that brings an order.
        var orders = 0.0
        /// Of all messages instead: where it is not known which end the cascade, or orders are no part of those.
        var ordersOfAll = false

        init(_ chances: Chances, _ random: inout RandomStream) {
            var known: (chance: Double, posterior: RatePosterior)?
            switch chances.billing {
            case .sent: stop = chances.stop?.draw(&random)
            case .stopped:
                stop = chances.stop?.draw(&random)
                billsAll = false
            case .delivered(let posterior):
                let delivered = posterior.draw(&random)
                stop = chances.stop.map { delivered * $0.drawShare(of: posterior, &random) }
                billsAll = false
                let ended = stop ?? 0
                billedOfRest = ended < 1 ? min(1, max(0, (delivered - ended) / (1 - ended))) : 0
                known = (delivered, posterior)
            }
            ordersOfAll = stop == nil
            switch chances.orders {
            case .unknown: break
            case .stopped: orders = 1
            case .apart(let posterior):
                orders = posterior.draw(&random)
                ordersOfAll = true
            case .rate(let posterior):
                if let stop = chances.stop {
                    orders = posterior.drawShare(of: stop, &random)
                } else if let known {
                    orders = known.chance * posterior.drawShare(of: known.posterior, &random)
                } else {
                    orders = posterior.draw(&random)
                }
            }
        }
    }

    /// A node with its place among all, and where those go who do not stop.
    private struct Place {
        let message: Message?
        let isFirst: Bool
        /// −1 where nothing is left for them.
        let next: Int
    }

    /// All levels' nodes in one row, and where each level begins.
    private var places: (nodes: [Place], starts: [Int]) {
        var starts = [0]
        for level in path.levels { starts.append(starts[starts.count - 1] + level.count) }
        var nodes: [Place] = []
        for (channel, level) in path.levels.enumerated() {
            for node in level {
                nodes.append(
                    Place(
                        message: node.message, isFirst: node.isFirst,
                        next: node.next < 0 ? -1 : starts[channel + 1] + node.next))
            }
        }
        return (nodes, starts)
    }

    func block(_ runs: Int, _ stream: RandomStream) -> Block {
        var random = stream
        var block = Block(
            billed: [Int](repeating: 0, count: runs * slotCount), messages: [Int](repeating: 0, count: runs),
            responses: [Int](repeating: 0, count: runs), orders: [Int](repeating: 0, count: runs))
        let (nodes, starts) = places
        var waiting = [Int](repeating: 0, count: nodes.count)
        for run in 0..<runs {
            var (messages, responses, orders) = (0, 0, 0)
            for place in nodes.indices { waiting[place] = place < path.start.count ? path.start[place] : 0 }
            for channel in channels.indices {
                let first = Drawn(channels[channel].first, &random)
                let later = hasPositions[channel] ? Drawn(channels[channel].later, &random) : first
                for place in starts[channel]..<starts[channel + 1] {
                    let count = waiting[place]
                    if count == 0 { continue }
                    var left = count
                    if let message = nodes[place].message {
                        let outcome = Self.send(count, nodes[place].isFirst ? first : later, &random)
                        messages += count
                        responses += outcome.stopped
                        orders += outcome.orders
                        block.billed[run * slotCount + slots[channel] + message.price] += outcome.billed * message.units
                        left -= outcome.stopped
                    }
                    if nodes[place].next >= 0 { waiting[nodes[place].next] += left }
                }
            }
            block.messages[run] = messages
            block.responses[run] = responses
            block.orders[run] = orders
        }
        return block
    }

    private static func send(
        _ count: Int, _ drawn: Drawn, _ random: inout RandomStream
    ) -> (stopped: Int, billed: Int, orders: Int) {
        let stopped = drawn.stop.map { random.binomial(count, $0) } ?? 0
        let billed = drawn.billsAll ? count : stopped + random.binomial(count - stopped, drawn.billedOfRest)
        let orders = random.binomial(drawn.ordersOfAll ? count : stopped, drawn.orders)
        return (stopped, billed, orders)
    }
}
