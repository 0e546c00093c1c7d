import ReachInsight

/// Expected responses and orders of a cascade over its classes, in closed form.
///
/// Worked example: 100 customers open to e-mail and text messages, clicked 20 % and 10 %: 20 + 80·0.1 = 28 respond; ordered 5 % and
/// 2 %: 5 + 80·0.02 = 6.6 order.
struct OutcomeEstimate {
    /// Per message sent; nil is not known.
    struct Chances: Hashable {
        var stop: Double?
        var laterStop: Double?
        var orders: Double?
        var laterOrders: Double?
    }

    let classes: [CascadeClass]
    let chances: [Chances]

    init(classes: [CascadeClass], chances: [Chances]) {
        self.classes = classes
        self.chances = chances
    }

    init(_ channels: [PlannedChannel], until event: CampaignEvent, classes: [CascadeClass]) {
        self.init(classes: classes, chances: channels.map { Self.chances($0, until: event) })
    }

    static func chances(_ channel: PlannedChannel, until event: CampaignEvent) -> Chances {
        func rate(_ event: CampaignEvent, isLater: Bool) -> Double? {
            channel.posterior(event, isLater: isLater)?.mean
        }
        var chances = Chances()
        if let observed = channel.observedEvent(for: event) {
            chances.stop = rate(observed, isLater: false)
            chances.laterStop = rate(observed, isLater: true)
        } else {
            chances.stop = 0
            chances.laterStop = 0
        }
        chances.orders = rate(.ordered, isLater: false)
        chances.laterOrders = rate(.ordered, isLater: true)
        return chances
    }

    /// Customers to whom any channel is open.
    var contacted: Int { classes.reduce(0) { $0 + ($1.hasOpenChannel ? $1.contacted : 0) } }

    /// Everybody stops at most once, so a rate that is not known can only add responses.
    func responses() -> Estimate {
        func total(_ unknown: Double) -> Double {
            sum { chances, isFirst in
                let stop = (isFirst ? chances.stop : chances.laterStop) ?? unknown
                return (stop, stop)
            }
        }
        return Estimate(low: total(0), high: total(1))
    }

    /// Orders are among those who stop. Fewest: unknown rates bring none and end the cascade; most: everybody who stops orders.
    func orders() -> Estimate {
        let low = sum { chances, isFirst in
            ((isFirst ? chances.stop : chances.laterStop) ?? 1, (isFirst ? chances.orders : chances.laterOrders) ?? 0)
        }
        let high = sum { chances, isFirst in
            let orders = isFirst ? chances.orders : chances.laterOrders
            let stop = (isFirst ? chances.stop : chances.laterStop) ?? orders ?? 1
            return (stop, orders ?? stop)
        }
        return Estimate(low: low, high: high)
    }

    /// Orders and messages where every rate of orders is `factor` times what it is; where the order ends the cascade, fewer or more
    /// messages follow. Nil where a rate is not known.
    func scaled(by factor: Double, ordersStop: Bool) -> OutcomeEstimate {
        let chances = chances.map { chances -> Chances in
            var scaled = chances
            scaled.orders = chances.orders.map { min(1, $0 * factor) }
            scaled.laterOrders = chances.laterOrders.map { min(1, $0 * factor) }
            if ordersStop {
                scaled.stop = scaled.orders
                scaled.laterStop = scaled.laterOrders
            }
            return scaled
        }
        return OutcomeEstimate(classes: classes, chances: chances)
    }

    /// Over all messages: the customers they go to times what a message brings.
    private func sum(_ rates: (_ chances: Chances, _ isFirst: Bool) -> (stop: Double, worth: Double)) -> Double {
        var total = 0.0
        for group in classes where group.contacted > 0 {
            var waiting = Double(group.contacted)
            var isFirst = true
            for channel in chances.indices where group.closed[channel] == nil {
                let (stop, worth) = rates(chances[channel], isFirst)
                total += waiting * worth
                waiting *= 1 - stop
                isFirst = false
            }
        }
        return total
    }
}
