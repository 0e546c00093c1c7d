import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan

/// What one message to every member of a group costs, by the cheapest channel that is open to each.
struct RFMCost {
    struct Group {
        var reachable = 0
        var cost = Money.zero
    }

    /// By `RFMGroup.allCases`.
    let groups: [Group]
    let channels: [String]
    /// Open to somebody and without a price.
    let unpriced: [String]

    /// Nil where no channel has a price.
    init?(_ scores: RFMScores, _ pinned: Session.Pinned, _ session: Session) throws {
        let planned = try session.reachableChannels(pinned)
        let priced = planned.filter { $0.prices != nil }
        guard !priced.isEmpty else { return nil }
        let context = pinned.context
        let questions = try CascadeQuestions(
            channels: priced, campaign: nil, schema: context.schema, moment: context.moment)
        let numbers = try scores.groups(pinned)
        let counts = try pinned.engine.patternCounts(
            of: numbers, groupCount: RFMGroup.allCases.count, conditions: questions.conditions)
        groups = counts.map { Self.group($0, priced, questions.layout) }
        channels = priced.map(\.name)
        unpriced = planned.filter { $0.prices == nil }.map(\.name)
    }

    private static func group(
        _ patterns: [UInt64: Int], _ channels: [PlannedChannel], _ layout: PatternLayout
    ) -> Group {
        let prices = channels.map { $0.prices?.prices ?? [] }
        var messages = prices.map { Array(repeating: 0, count: $0.count) }
        var group = Group()
        for (pattern, count) in patterns {
            var cheapest: (channel: Int, price: Int)?
            for channel in channels.indices where layout.closed(channel, pattern) == nil {
                let price = layout.price(channel, pattern)
                if cheapest.map({ prices[channel][price] < prices[$0.channel][$0.price] }) ?? true {
                    cheapest = (channel, price)
                }
            }
            guard let cheapest else { continue }
            messages[cheapest.channel][cheapest.price] += count
            group.reachable += count
        }
        for (channel, counts) in zip(channels, messages) {
            if let prices = channel.prices { group.cost = group.cost + Tariff(prices).cost(counts) }
        }
        return group
    }
}
