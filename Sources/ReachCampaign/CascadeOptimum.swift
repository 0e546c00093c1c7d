import ReachDiagnostics
import ReachEngine
import ReachInsight
import Synchronization

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
    /// Channels that are open to nobody and stand in no order.
    package let unused: [String]

    package static let largestChannelCount = 7

    /// `people` answered the questions of `layout`. Throws where a rate or price is missing on which an order's cost rests.
    package init(
        _ request: CascadeRequest, layout: PatternLayout, people: CascadeAudience, engine: Engine,
        progress: any ProgressReporter = SilentProgress()
    ) throws {
        let classes = SortedAudience(layout: layout, patterns: people.patterns).classes
        let done = Atomic<Int>(0)
        try self.init(request, classes: classes, seed: people.membersHash) { count, body in
            let drawn = try engine.inParallel(count) { run in
                let drawn = body(run)
                let finished = done.wrappingAdd(1, ordering: .relaxed).newValue
                progress.report("comparing orders", done: finished, total: count, unit: "draws")
                return drawn
            }
            progress.finish()
            return drawn
        }
    }

    /// `repeated` calls its second argument with every number below its first and gives the results in order.
    init(
        _ whole: CascadeRequest, classes: [CascadeClass], seed: UInt64,
        repeated: (_ count: Int, _ body: @escaping @Sendable (Int) -> [Double]) throws -> [[Double]]
    ) throws {
        try whole.validate()
        guard whole.channels.count <= Self.largestChannelCount else {
            throw Diagnostic.tooManyToOptimize(whole.channels.count, Self.largestChannelCount)
        }
        let (request, classes) = try Self.used(whole, classes)
        unused = whole.channels.map(\.name).filter { name in !request.channels.contains { $0.name == name } }
        try Self.requireKnown(request, classes)
        let model = CascadeModel(request, classes: classes, chances: ChannelChances(request, classes: classes))
        let tariffs = model.tariffs
        let simulation = CascadeOrders(
            channels: model.simulation.channels, groups: model.groups,
            prices: tariffs.map { tariff in
                tariff.flatMap { $0.prices.isLinear ? $0.prices.prices.map(\.double) : nil }
            })
        let value = OrderValue(
            request.options, average: request.averageOrder, learnedBaseline: request.learnedBaseline)
        let ordersKnown = request.channels.allSatisfy { $0.rates[.ordered] != nil }
        let worth = ordersKnown ? value : nil
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
            // Orders that come to the same are equal, although their sums were taken in another order.
            return figures.indices.map { Self.told(merit(figures[$0], reach: simulation.reach[$0]) - base) }
        }
        let merits = expected.indices.map { merit(expected[$0], reach: simulation.reach[$0]) }
        let unbeaten = Self.unbeaten(
            costs: expected.map(\.cost), reach: simulation.reach,
            merits: worth == nil ? expected.map(\.responses) : merits)
        options = simulation.orders.indices.map { index in
            Option(
                channels: simulation.orders[index].map { request.channels[$0].name }, isGiven: index == given,
                reach: simulation.reach[index], messages: Self.told(expected[index].messages),
                cost: Self.told(expected[index].cost), responses: Self.told(expected[index].responses),
                orders: ordersKnown ? Self.told(expected[index].orders) : nil,
                profit: worth == nil ? nil : Self.told(merits[index]), isUnbeaten: unbeaten[index],
                difference: DrawnQuantiles(drawn.map { $0[index] }).central(0.95))
        }
        objective = worth == nil ? .cost : worth?.baseline == nil ? .grossProfit : .profit
        customers = classes.reduce(0) { $0 + $1.contacted }
        scale = request.channels.reduce(2) { max($0, $1.prices?.scale ?? 0) }
    }

    /// The request and its classes without channels that are open to nobody: wherever they stand, nothing changes.
    private static func used(
        _ request: CascadeRequest, _ classes: [CascadeClass]
    ) throws -> (CascadeRequest, [CascadeClass]) {
        guard classes.contains(where: { $0.contacted > 0 }) else { throw Diagnostic.emptyAudience }
        let used = request.channels.indices.filter { channel in
            classes.contains { $0.contacted > 0 && $0.closed[channel] == nil }
        }
        if used.isEmpty { throw Diagnostic.nothingOpen }
        var kept = request
        kept.channels = used.map { request.channels[$0] }
        let groups = classes.map { group in
            CascadeClass(
                closed: used.map { group.closed[$0] }, prices: used.map { group.prices[$0] },
                parts: used.map { group.parts[$0] }, contacted: group.contacted, heldOut: group.heldOut)
        }
        return (kept, groups)
    }

    /// The options by merit, the best first; equal ones with fewer channels first.
    package var ranked: [Option] {
        func precedes(_ one: Option, _ other: Option) -> Bool {
            if let left = one.profit, let right = other.profit, left != right { return left > right }
            // Without profit whoever is reached comes first, then what that costs.
            if one.profit == nil, one.reach != other.reach { return one.reach > other.reach }
            if one.cost != other.cost { return one.cost < other.cost }
            if one.isGiven != other.isGiven { return one.isGiven }
            return one.channels.count < other.channels.count
        }
        return options.enumerated().sorted { one, other in
            if precedes(one.element, other.element) { return true }
            return !precedes(other.element, one.element) && one.offset < other.offset
        }.map(\.element)
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

    /// Without the last digits, which depend on the order in which sums were taken.
    private static func told(_ value: Double) -> Double {
        let told = (value * 1e6).rounded() / 1e6
        return told == 0 ? 0 : told
    }

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
    static let nothingOpen = Diagnostic(
        "no-open-channel", "none of these channels is open to anybody of the audience", help: ["channels"])

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
