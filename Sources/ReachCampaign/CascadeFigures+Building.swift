import ReachInsight

extension CascadeFigures {
    /// What goes into the figures of one plan.
    struct Basis {
        let request: CascadeRequest
        let classes: [CascadeClass]
        /// Before a budget left anybody out.
        let allClasses: [CascadeClass]
        let chances: ChannelChances
        let estimate: CascadeEstimate
        let scale: Int
        let seed: UInt64
        let pieces: Pieces
    }

    /// The figures, and the central 80 and 95 % of the cost.
    ///
    /// - Throws: what `pieces` throws.
    static func make(_ basis: Basis) throws -> (figures: CascadeFigures, cost80: MoneyRange?, cost95: MoneyRange?) {
        let request = basis.request
        let outcome = OutcomeEstimate(request.channels, until: request.options.until, classes: basis.classes)
        let value = OrderValue(
            request.options, average: request.averageOrder, learnedBaseline: request.learnedBaseline)
        let model = CascadeModel(request, classes: basis.classes, chances: basis.chances)
        var runs = Runs()
        if model.isKnown, outcome.contacted > 0 {
            let draws = try model.simulation.draw(
                model.simulation.usualRunCount, seed: basis.seed, in: basis.pieces)
            runs = Runs(draws, costs: model.costs(draws, scale: basis.scale), scale: basis.scale)
        }
        let contacted = Double(outcome.contacted)
        let orders = outcome.orders()
        let cost = basis.estimate.total()
        let messages = basis.estimate.messages()
        var figures = Parts()
        if let value, let count = orders.exact {
            let worth = value.value.double
            figures.revenue = forecast(Estimate(count * worth), runs.orders?.map { Double($0) * worth })
            if let cost = cost?.exact {
                let profit = value.profit(orders: count, contacted: contacted, cost: cost)
                let profits = runs.each { value.profit(orders: $0, contacted: contacted, cost: $1) }
                figures.profit = forecast(Estimate(profit), profits)
                let spent = cost + value.offer * count
                if value.baseline != nil, spent > 0 {
                    let ratios = runs.each { orders, cost in
                        let spent = cost + value.offer * orders
                        return value.profit(orders: orders, contacted: contacted, cost: cost) / max(spent, .ulpOfOne)
                    }
                    figures.returnOnSpend = forecast(Estimate(profit / spent), ratios)
                }
                figures.breakEven = breakEven(basis, outcome, value, cost: cost)
            }
        }
        if let count = orders.exact, count > 0, let cost = cost?.exact { figures.costPerOrder = cost / count }
        let made = CascadeFigures(
            messages: forecast(
                Estimate(low: messages.reduce(0) { $0 + $1.low }, high: messages.reduce(0) { $0 + $1.high }),
                counts: runs.messages),
            responses: forecast(outcome.responses(), counts: runs.responses),
            orders: forecast(orders, counts: runs.orders),
            revenue: figures.revenue, profit: figures.profit, returnOnSpend: figures.returnOnSpend,
            isGross: value?.baseline == nil, value: value, breakEven: figures.breakEven,
            costPerOrder: figures.costPerOrder, singles: singles(basis),
            holdoutAdvice: advice(basis, value, orders: orders.exact, contacted: outcome.contacted),
            missing: missing(basis, outcome, value))
        return (made, runs.cost(within: 0.8), runs.cost(within: 0.95))
    }

    private struct Parts {
        var revenue: Forecast?
        var profit: Forecast?
        var returnOnSpend: Forecast?
        var breakEven: BreakEven?
        var costPerOrder: Double?
    }

    private static func forecast(_ expected: Estimate, _ draws: [Double]?) -> Forecast {
        forecast(expected, draws.flatMap { $0.isEmpty ? nil : DrawnQuantiles($0) })
    }

    private static func forecast(_ expected: Estimate, counts: [Int]?) -> Forecast {
        forecast(expected, counts.flatMap { $0.isEmpty ? nil : DrawnQuantiles($0) })
    }

    private static func forecast(_ expected: Estimate, _ quantiles: DrawnQuantiles?) -> Forecast {
        guard expected.exact != nil, let quantiles else { return Forecast(expected) }
        func central(_ share: Double) -> Estimate {
            let interval = quantiles.central(share)
            return Estimate(low: interval.low, high: interval.high)
        }
        return Forecast(expected, interval80: central(0.8), interval95: central(0.95))
    }

    /// Everybody to whom a channel is open gets its message and no other.
    private static func singles(_ basis: Basis) -> [SingleChannel] {
        basis.request.channels.indices.map { channel in
            let tariff = basis.request.channels[channel].prices.map(Tariff.init)
            var counts = [Int](repeating: 0, count: tariff?.prices.prices.count ?? 1)
            var customers = 0
            for group in basis.allClasses where group.contacted > 0 && group.closed[channel] == nil {
                counts[min(group.prices[channel], counts.count - 1)] += group.contacted * group.parts[channel]
                customers += group.contacted
            }
            return SingleChannel(
                channel: basis.request.channels[channel].name, customers: customers,
                cost: tariff.map { $0.cost(counts).rescaled(to: basis.scale) })
        }
    }

    private static func breakEven(
        _ basis: Basis, _ outcome: OutcomeEstimate, _ value: OrderValue, cost: Double
    ) -> BreakEven? {
        let contacted = Double(outcome.contacted)
        guard let orders = outcome.orders().exact, orders > 0 else { return nil }
        if value.perOrder <= 0 { return .never }
        guard basis.request.options.until == .ordered else {
            let natural = value.value.double * value.margin * (value.baseline ?? 0) * contacted
            return .factor((cost + natural) / (orders * value.perOrder))
        }
        // The order ends the cascade: a higher rate saves messages too, so the factor is searched for.
        func profit(_ factor: Double) -> Double {
            let scaled = outcome.scaled(by: factor, ordersStop: true)
            var estimate = basis.estimate
            estimate.chances = zip(basis.estimate.chances, scaled.chances).map { chances, scaled in
                var changed = chances
                changed.stop = scaled.stop ?? 0
                changed.laterStop = scaled.laterStop
                return changed
            }
            let cost = estimate.total()?.exact ?? cost
            return value.profit(orders: scaled.orders().exact ?? 0, contacted: contacted, cost: cost)
        }
        let largest = outcome.chances.compactMap { $0.orders }.max().map { $0 > 0 ? 1 / $0 : 1 } ?? 1
        guard profit(largest) >= 0 else { return .never }
        var (low, high) = (0.0, largest)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if profit(middle) < 0 { low = middle } else { high = middle }
        }
        return .factor(high)
    }

    private static func advice(
        _ basis: Basis, _ value: OrderValue?, orders: Double?, contacted: Int
    ) -> HoldoutAdvice? {
        guard let orders, contacted > 0 else { return nil }
        let baseline = basis.request.options.baseline?.double ?? basis.request.learnedBaseline?.share ?? value?.baseline
        guard let baseline else { return nil }
        let reachable = basis.classes.reduce(0) { $0 + ($1.hasOpenChannel ? $1.contacted + $1.heldOut : 0) }
        return HoldoutAdvice(customers: reachable, baseline: baseline, contacted: orders / Double(contacted))
    }

    /// What keeps orders and profit from being known.
    private static func missing(
        _ basis: Basis, _ outcome: OutcomeEstimate, _ value: OrderValue?
    ) -> [String] {
        let used = basis.request.channels.indices.filter { channel in
            basis.classes.contains { $0.contacted > 0 && $0.closed[channel] == nil }
        }
        var missing: [String] = []
        let unknown = used.filter { outcome.chances[$0].orders == nil }
        // Where no rate of orders is known at all nobody has asked for profit yet.
        if unknown.count == used.count {
            if !used.isEmpty, basis.request.options.asksForProfit || value?.source == .given {
                missing.append(
                    "orders and profit need a rate of orders: " + spelled(basis.request.channels[used[0]]))
            }
            return missing
        }
        for channel in unknown {
            missing.append(
                "orders are a range until the ordered rate of \(basis.request.channels[channel].name) is known: "
                    + spelled(basis.request.channels[channel]))
        }
        if value == nil { missing.append("revenue and profit need the worth of an order: `value 3000`") }
        if unknown.isEmpty, let value, value.baseline == nil {
            missing.append(
                "revenue and profit are gross until it is known how many would order unasked: `baseline 1%`")
        }
        return missing
    }

    private static func spelled(_ channel: PlannedChannel) -> String {
        "`\(channel.definition.canonicalText) ordered RATE`"
    }
}

extension CascadeOptions {
    /// Anything was typed that only a profit needs.
    var asksForProfit: Bool { value != nil || margin != nil || offer != nil || baseline != nil }
}

/// What was drawn, as figures.
private struct Runs {
    private(set) var messages: [Int]?
    private(set) var responses: [Int]?
    private(set) var orders: [Int]?
    private var costs: [Double]?
    private var costRange: (Double) -> MoneyRange? = { _ in nil }

    init() {}

    init(_ draws: CascadeDraws, costs: [Int]?, scale: Int) {
        messages = draws.messages
        responses = draws.responses
        orders = draws.orders
        guard let costs, !costs.isEmpty else { return }
        let power = Double(Money.power(scale))
        self.costs = costs.map { Double($0) / power }
        let ascending = costs.sorted()
        costRange = { share in
            let below = Int(((1 - share) / 2 * Double(ascending.count)).rounded(.down))
            return MoneyRange(
                low: Money(units: Int128(ascending[below]), scale: scale),
                high: Money(units: Int128(ascending[ascending.count - 1 - below]), scale: scale))
        }
    }

    func cost(within share: Double) -> MoneyRange? { costRange(share) }

    /// Of every run, something made of its orders and its cost.
    func each(_ body: (_ orders: Double, _ cost: Double) -> Double) -> [Double]? {
        guard let orders, let costs else { return nil }
        return zip(orders, costs).map { body(Double($0), $1) }
    }
}
