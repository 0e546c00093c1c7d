import ReachDiagnostics
import ReachEngine
import ReachInsight

/// Every order of every subset of a cascade's channels, compared with the order given.
package struct CascadeOptimum: Sendable {
    package struct Option: Sendable {
        /// Names, in the order in which they are tried.
        package let channels: [String]
        package let isGiven: Bool
        package let reach: Int
        package let messages: Double
        package let cost: Double
        package let responses: Double
        /// Nil where a rate of orders is not known.
        package let orders: Double?
        package let profit: Double?
        /// No other order costs no more, reaches as many and brings as much, and is better in one of these.
        package let isUnbeaten: Bool
        /// How much more it brings than the given order, as the objective counts, with 95 % certainty.
        package let difference: Interval
        /// The difference's interval holds 0: the data cannot tell the two apart.
        package var isTold: Bool { !difference.contains(0) }
    }

    /// What orders are compared by.
    package enum Objective: String, Sendable { case profit, grossProfit, cost }

    package let objective: Objective
    package let options: [Option]
    package let customers: Int
    package let scale: Int

    package static let largestChannelCount = 7

    /// `people` answered the questions of `layout`. Throws where a rate or price is missing on which an order's cost rests.
    package init(
        _ request: CascadeRequest, layout: PatternLayout, people: CascadeAudience, engine: Engine
    ) throws {
        let classes = SortedAudience(layout: layout, patterns: people.patterns).classes
        try self.init(request, classes: classes, seed: people.membersHash) { try engine.inParallel($0, $1) }
    }

    /// `repeated` calls its second argument with every number below its first and gives the results in order.
    init(
        _ request: CascadeRequest, classes: [CascadeClass], seed: UInt64,
        repeated: (_ count: Int, _ body: @escaping @Sendable (Int) -> [Double]) throws -> [[Double]]
    ) throws {
        try request.validate()
        guard request.channels.count <= Self.largestChannelCount else {
            throw Diagnostic.tooManyToOptimize(request.channels.count, Self.largestChannelCount)
        }
        guard classes.contains(where: { $0.contacted > 0 }) else { throw Diagnostic.emptyAudience }
        try Self.requireKnown(request, classes)
        let model = CascadeModel(request, classes: classes, chances: ChannelChances(request, classes: classes))
        let simulation = CascadeOrders(channels: model.simulation.channels, groups: model.groups)
        let value = OrderValue(
            request.options, average: request.averageOrder, learnedBaseline: request.learnedBaseline)
        let used = request.channels.indices.filter { channel in
            classes.contains { $0.contacted > 0 && $0.closed[channel] == nil }
        }
        let ordersKnown = used.allSatisfy { request.channels[$0].rates[.ordered] != nil }
        let worth = ordersKnown && !used.isEmpty ? value : nil
        let tariffs = model.tariffs
        @Sendable func cost(_ channel: Int, _ units: [Double]) -> Double {
            tariffs[channel]?.cost(expected: units) ?? 0
        }
        /// More is better.
        @Sendable func merit(_ figures: CascadeOrders.Figures, reach: Int) -> Double {
            worth?.profit(orders: figures.orders, contacted: Double(reach), cost: figures.cost) ?? -figures.cost
        }
        let expected = simulation.figures(simulation.expectedRates, cost: cost)
        let given = simulation.orders.firstIndex(of: Array(request.channels.indices)) ?? 0

        let draws = simulation.orders.count > 2_000 ? 200 : 400
        let drawn = try repeated(draws) { run in
            var random = RandomStream(seed: seed, stream: UInt64(run))
            let figures = simulation.figures(simulation.drawRates(&random), cost: cost)
            let base = merit(figures[given], reach: simulation.reach[given])
            return figures.indices.map { merit(figures[$0], reach: simulation.reach[$0]) - base }
        }
        let merits = expected.indices.map { merit(expected[$0], reach: simulation.reach[$0]) }
        let unbeaten = Self.unbeaten(
            costs: expected.map(\.cost), reach: simulation.reach,
            merits: worth == nil ? expected.map(\.responses) : merits)
        options = simulation.orders.indices.map { index in
            Option(
                channels: simulation.orders[index].map { request.channels[$0].name }, isGiven: index == given,
                reach: simulation.reach[index], messages: expected[index].messages, cost: expected[index].cost,
                responses: expected[index].responses, orders: ordersKnown ? expected[index].orders : nil,
                profit: worth == nil ? nil : merits[index], isUnbeaten: unbeaten[index],
                difference: DrawnQuantiles(drawn.map { $0[index] }).central(0.95))
        }
        objective = worth == nil ? .cost : worth?.baseline == nil ? .grossProfit : .profit
        customers = classes.reduce(0) { $0 + $1.contacted }
        scale = request.channels.reduce(2) { max($0, $1.prices?.scale ?? 0) }
    }

    /// Any channel may come first, so the rate of each counts.
    private static func requireKnown(_ request: CascadeRequest, _ classes: [CascadeClass]) throws {
        for (index, channel) in request.channels.enumerated() {
            guard classes.contains(where: { $0.contacted > 0 && $0.closed[index] == nil }) else { continue }
            if channel.prices == nil { throw Diagnostic.optimizeWithoutPrice(channel.definition) }
            if request.channels.count > 1, let event = channel.observedEvent(for: request.options.until),
                channel.rates[event] == nil
            {
                throw Diagnostic.optimizeWithoutRate(event, channel.definition)
            }
            if channel.prices?.billing == .delivered, channel.rates[.delivered] == nil, channel.prices?.isFree == false
            {
                throw Diagnostic.optimizeWithoutRate(.delivered, channel.definition)
            }
        }
    }

    private static func told(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

    /// Which of them no other beats: lower cost, larger reach, more merit.
    static func unbeaten(costs: [Double], reach: [Int], merits: [Double]) -> [Bool] {
        // What differs in the last digits alone is equal: sums were taken in another order.
        let costs = costs.map(Self.told)
        let merits = merits.map(Self.told)
        let ordered = costs.indices.sorted { one, other in
            if costs[one] != costs[other] { return costs[one] < costs[other] }
            if reach[one] != reach[other] { return reach[one] > reach[other] }
            return merits[one] != merits[other] ? merits[one] > merits[other] : one < other
        }
        var front: [Int] = []
        var unbeaten = [Bool](repeating: false, count: costs.count)
        for index in ordered {
            let isBeaten = front.contains { other in
                reach[other] >= reach[index] && merits[other] >= merits[index]
                    && (costs[other] < costs[index] || reach[other] > reach[index] || merits[other] > merits[index])
            }
            if isBeaten { continue }
            unbeaten[index] = true
            front.append(index)
        }
        return unbeaten
    }
}

extension Diagnostic {
    static func optimizeWithoutPrice(_ channel: Channel) -> Diagnostic {
        Diagnostic(
            "optimize-without-price", "orders cannot be compared without the price of `\(channel.name)`",
            help: ["\(channel.canonicalText) price 1"])
    }

    static func optimizeWithoutRate(_ event: CampaignEvent, _ channel: Channel) -> Diagnostic {
        Diagnostic(
            "optimize-without-rate",
            "orders cannot be compared without the \(event.rawValue) rate of `\(channel.name)`",
            help: ["\(channel.canonicalText) \(event.rawValue) 5%"])
    }

    static func tooManyToOptimize(_ count: Int, _ largest: Int) -> Diagnostic {
        Diagnostic(
            "too-many-channels", "orders of up to \(largest) channels are compared, not of \(count)",
            help: ["optimize send reactivation via email,push,sms"])
    }
}
