import ReachInsight

/// What each class may choose, and what a choice is worth.
struct BudgetHulls {
    /// A rung of a class's hull.
    struct Rung {
        /// Bit per channel that is given up.
        let givenUp: UInt32
        /// Of one customer, in units of 10^-scale of the plan.
        let cost: Double
        let worth: Double
    }

    let classes: [CascadeClass]
    let objective: BudgetChoice.Objective
    /// By class, cheapest first; at least the one without any paid channel.
    let hulls: [[Rung]]
    /// Customers of classes whose dearest choice is not worth its money.
    let unprofitable: Int

    init(_ request: CascadeRequest, classes: [CascadeClass], scale: Int, basis: CascadeOptions.Budget.Basis) {
        let worth = CustomerWorth(request, classes: classes)
        let prices = request.channels.indices.map { channel in
            let open = classes.reduce(0) { $0 + ($1.closed[channel] == nil ? $1.contacted : 0) }
            return request.channels[channel].prices.map { Self.prices($0, scale: scale, open: open) } ?? []
        }
        let isFree = request.channels.map { $0.prices?.isFree ?? true }
        var hulls: [[Rung]] = []
        var unprofitable = 0
        for group in classes {
            let paid = isFree.indices.filter { group.closed[$0] == nil && !isFree[$0] }
            var rungs: [Rung] = []
            for choice in 0..<(UInt32(1) << UInt32(paid.count)) {
                var givenUp: UInt32 = 0
                for (bit, channel) in paid.enumerated() where choice >> UInt32(bit) & 1 == 0 {
                    givenUp |= 1 << UInt32(channel)
                }
                let figures = worth.figures(group, givenUp: givenUp) { channel in
                    prices[channel][min(group.prices[channel], prices[channel].count - 1)]
                        * Double(group.parts[channel])
                }
                rungs.append(
                    Rung(
                        givenUp: givenUp, cost: basis == .ceiling ? figures.ceiling : figures.expected,
                        worth: figures.worth(scale: scale)))
            }
            let hull = Self.hull(rungs)
            if let top = hull.last, top.givenUp != 0, worth.objective != .reach { unprofitable += group.contacted }
            hulls.append(hull)
        }
        self.classes = classes
        objective = worth.objective
        self.hulls = hulls
        self.unprofitable = unprofitable
    }

    /// What a message costs at most at each price, tiers and its share of the minimum counted: no choice of somebody for nothing may make
    /// a bill.
    private static func prices(_ list: PriceList, scale: Int, open: Int) -> [Double] {
        func units(_ money: Money) -> Double { Double(money.rescaled(to: scale).units) }
        let share = open > 0 ? ((list.minimum.map(units) ?? 0) / Double(open)).rounded(.up) : 0
        let dearest = list.tiers.map { units($0.price) }.max() ?? 0
        return list.prices.enumerated().map { index, price in
            max(units(price), share, index == 0 ? dearest : 0)
        }
    }

    /// The choices that some price of money makes best: worth grows with cost, ever more slowly.
    static func hull(_ rungs: [Rung]) -> [Rung] {
        let ordered = rungs.sorted { one, other in
            if one.cost != other.cost { return one.cost < other.cost }
            return one.worth != other.worth ? one.worth > other.worth : one.givenUp < other.givenUp
        }
        var hull: [Rung] = []
        for rung in ordered {
            if let last = hull.last, rung.worth <= last.worth { continue }
            while hull.count >= 2 {
                let (one, two) = (hull[hull.count - 2], hull[hull.count - 1])
                let before = (two.worth - one.worth) * (rung.cost - two.cost)
                let after = (rung.worth - two.worth) * (two.cost - one.cost)
                if after < before { break }
                hull.removeLast()
            }
            hull.append(rung)
        }
        return hull
    }
}

/// What sending to one customer costs and brings.
struct CustomerWorth {
    struct Figures {
        var ceiling = 0.0
        var expected = 0.0
        var reached = false
        var messages = 0
        /// Nil without rates and worth of an order.
        var profitWithoutMessages: Double?

        /// Without rates whom it reaches, then how many messages; else the profit.
        func worth(scale: Int) -> Double {
            if let profitWithoutMessages { return profitWithoutMessages - expected / Double(Money.power(scale)) }
            return (reached ? 1 : 0) + 1e-6 * Double(messages)
        }
    }

    let objective: BudgetChoice.Objective
    private let chances: [OutcomeEstimate.Chances]
    private let delivered: [Double]
    private let value: OrderValue?

    init(_ request: CascadeRequest, classes: [CascadeClass]) {
        let all = OutcomeEstimate(request.channels, until: request.options.until, classes: classes)
        let value = OrderValue(
            request.options, average: request.averageOrder, learnedBaseline: request.learnedBaseline)
        let used = all.chances.indices.filter { channel in classes.contains { $0.closed[channel] == nil } }
        let knows = used.allSatisfy { all.chances[$0].orders != nil && all.chances[$0].stop != nil }
        self.value = knows && !used.isEmpty ? value : nil
        objective = self.value == nil ? .reach : self.value?.baseline == nil ? .grossProfit : .profit
        chances = all.chances
        delivered = request.channels.map { channel in
            guard channel.prices?.billing == .delivered else { return 1 }
            return channel.posterior(.delivered)?.mean ?? 1
        }
    }

    /// `price` gives what a message costs on a channel.
    func figures(_ group: CascadeClass, givenUp: UInt32, price: (Int) -> Double) -> Figures {
        var figures = Figures()
        var waiting = 1.0
        var orders = 0.0
        for channel in chances.indices where group.closed[channel] == nil && givenUp >> UInt32(channel) & 1 == 0 {
            let cost = price(channel)
            let isFirst = !figures.reached
            figures.ceiling += cost
            figures.expected += waiting * cost * delivered[channel]
            figures.reached = true
            figures.messages += 1
            orders += waiting * ((isFirst ? chances[channel].orders : chances[channel].laterOrders) ?? 0)
            waiting *= 1 - ((isFirst ? chances[channel].stop : chances[channel].laterStop) ?? 0)
        }
        if let value {
            figures.profitWithoutMessages = value.profit(orders: orders, contacted: figures.reached ? 1 : 0, cost: 0)
        }
        return figures
    }
}
