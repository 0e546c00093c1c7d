/// Which rate each channel stops the cascade with and is billed by, and which of them nobody has told.
struct ChannelChances {
    let chances: [CascadeEstimate.Chances]
    /// Per channel the event that stops the cascade after it; nil where it can observe none.
    let observed: [CampaignEvent?]
    /// Whether the stopping rate matters: somebody has a later channel open too.
    let isFollowed: [Bool]
    let missing: [CascadePlan.MissingRate]

    init(_ request: CascadeRequest, classes: [CascadeClass]) {
        let shape = CascadeEstimate(
            classes: classes, tariffs: request.channels.map { _ in nil },
            chances: request.channels.map { _ in CascadeEstimate.Chances() })
        var chances: [CascadeEstimate.Chances] = []
        var missing: [CascadePlan.MissingRate] = []
        observed = request.channels.map { $0.observedEvent(for: request.options.until) }
        isFollowed = request.channels.indices.map(shape.isFollowed)
        for (index, channel) in request.channels.enumerated() {
            var chance = CascadeEstimate.Chances(stop: 0, billed: 1)
            if isFollowed[index], let event = observed[index] {
                chance.stop = channel.rates[event]?.double
                if channel.rates[event] != nil { chance.laterStop = channel.laterRates?[event]?.double }
                if chance.stop == nil { missing.append(.init(channel: channel.name, event: event)) }
            }
            let isOpen = classes.contains { $0.contacted > 0 && $0.closed[index] == nil }
            if let prices = channel.prices, prices.billing == .delivered, !prices.isFree, isOpen {
                chance.billed = channel.rates[.delivered]?.double
                chance.stopIsBilled = isFollowed[index] && observed[index] == .delivered
                if chance.billed == nil, !chance.stopIsBilled || chance.stop != nil {
                    missing.append(.init(channel: channel.name, event: .delivered))
                }
            }
            chances.append(chance)
        }
        self.chances = chances
        self.missing = missing
    }
}
