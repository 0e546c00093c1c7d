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
        /// Of the messages that end the cascade (of all where that is not known), the share that brings an order.
        var orders = 0.0

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
            switch chances.orders {
            case .unknown: break
            case .stopped: orders = 1
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

    func block(_ runs: Int, _ stream: RandomStream) -> Block {
        var random = stream
        var block = Block(
            billed: [Int](repeating: 0, count: runs * slotCount), messages: [Int](repeating: 0, count: runs),
            responses: [Int](repeating: 0, count: runs), orders: [Int](repeating: 0, count: runs))
        var waiting = path.levels.map { [Int](repeating: 0, count: $0.count) }
        for run in 0..<runs {
            for level in 1..<max(1, waiting.count) {
                for node in waiting[level].indices { waiting[level][node] = 0 }
            }
            if !waiting.isEmpty { waiting[0] = path.start }
            for channel in channels.indices {
                let first = Drawn(channels[channel].first, &random)
                let later =
                    channels[channel].first == channels[channel].later ? first : Drawn(channels[channel].later, &random)
                for (place, node) in path.levels[channel].enumerated() {
                    let count = waiting[channel][place]
                    if count == 0 { continue }
                    var left = count
                    if let message = node.message {
                        let outcome = Self.send(count, node.isFirst ? first : later, &random)
                        block.messages[run] += count
                        block.responses[run] += outcome.stopped
                        block.orders[run] += outcome.orders
                        block.billed[run * slotCount + slots[channel] + message.price] += outcome.billed * message.units
                        left -= outcome.stopped
                    }
                    if node.next >= 0 { waiting[channel + 1][node.next] += left }
                }
            }
        }
        return block
    }

    private static func send(
        _ count: Int, _ drawn: Drawn, _ random: inout RandomStream
    ) -> (stopped: Int, billed: Int, orders: Int) {
        let stopped = drawn.stop.map { random.binomial(count, $0) } ?? 0
        let billed = drawn.billsAll ? count : stopped + random.binomial(count - stopped, drawn.billedOfRest)
        let orders = random.binomial(drawn.stop == nil ? count : stopped, drawn.orders)
        return (stopped, billed, orders)
    }
}
