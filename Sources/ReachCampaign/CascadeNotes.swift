/// The sentences under a plan: what its figures rest on, and what is to be looked at before anything is sent.
enum CascadeNotes {
    static func notes(_ request: CascadeRequest, chances: ChannelChances, rows: [ChannelRow]) -> [String] {
        var notes: [String] = []
        for channel in request.channels where channel.pricesAreDefault {
            notes.append(defaultPrice(channel))
        }
        for (index, channel) in request.channels.enumerated() where chances.isFollowed[index] {
            notes += stopping(channel, request.options, observed: chances.observed[index])
        }
        for (index, channel) in request.channels.enumerated() {
            let isTold = request.options.until == .ordered && chances.isFollowed[index]
            if !isTold, let rate = channel.rates[.ordered] {
                notes.append(told(.ordered, rate, channel, request.options))
            }
        }
        for channel in request.channels where channel.prices?.isLinear == false {
            notes.append(
                "\(channel.name): tiers, free messages and minimum are priced at the expected number of messages")
        }
        for missing in chances.missing { notes.append(missingRate(missing, request)) }
        notes.append("channels taken as independent given position")
        return notes
    }

    static func warnings(_ request: CascadeRequest, rows: [ChannelRow], texts: [MessageText]) -> [String] {
        var warnings: [String] = []
        for (channel, row) in zip(request.channels, rows) {
            let text = texts.first { $0.channel == channel.name }
            if channel.prices?.perPart == true, row.open > 0, text == nil {
                warnings.append("\(channel.name) has no template, every message is taken as 1 part")
            }
            if let text { warnings += self.warnings(text) }
            if channel.consentIsUnknown {
                warnings.append(
                    "\(channel.name) has no consent column, everybody is counted as having agreed: "
                        + "`\(spelled(channel)) consent COLUMN` or `consent none`")
            }
            if channel.prices == nil, row.open > 0 {
                warnings.append("\(channel.name) has no price, costs are not known: `\(spelled(channel)) price PRICE`")
            }
        }
        return warnings
    }

    private static func warnings(_ text: MessageText) -> [String] {
        var warnings = text.holes.map { hole in
            "\(hole.variable) is missing for \(counted(hole.customers, "customer")) whom \(text.channel) would reach, they do not get it: "
                + "give it a default, `{{\(hole.variable)|…}}`"
        }
        if let longest = text.parts.last, longest.parts == 255 {
            warnings.append(
                "\(text.channel): \(counted(longest.customers, "customer")) would get 255 parts or more, the most there can be"
            )
        }
        return warnings
    }

    private static func defaultPrice(_ channel: PlannedChannel) -> String {
        let price = channel.prices.map { "\($0.base)" + ($0.perPart ? " per part" : "") } ?? "none"
        return "\(channel.name): default price, set yours (\(price)): `\(spelled(channel)) price PRICE`"
    }

    private static func stopping(
        _ channel: PlannedChannel, _ options: CascadeOptions, observed: CampaignEvent?
    ) -> [String] {
        let event = options.until
        guard let observed else {
            return ["\(channel.name) cannot observe \(event.rawValue) or anything stronger: nobody stops after it"]
        }
        var notes: [String] = []
        if observed != event {
            notes.append("\(channel.name) cannot observe \(event.rawValue): \(observed.rawValue) is taken in its place")
        }
        if let rate = channel.rates[observed] { notes.append(told(observed, rate, channel, options)) }
        return notes
    }

    /// `email: clicked 5%, as set, counted as 100 observations`
    private static func told(
        _ event: CampaignEvent, _ rate: Rate, _ channel: PlannedChannel, _ options: CascadeOptions
    ) -> String {
        let later = channel.laterRates?[event].map { ", after silence \($0.share.text)" } ?? ""
        let source: String
        switch rate.source {
        case .configured: source = "as set, counted as \(channel.definition.configuredRateWeight) observations"
        case .learned(let campaigns, let messages, let extreme):
            let orders = event == .ordered ? "orders within \(options.wait.text) of " : ""
            let half: String? =
                switch extreme {
                case .never: ", there were none (half of one is taken)"
                case .always: ", after all of them (all but half of one is taken)"
                case nil: nil
                }
            source =
                "learned from \(orders)\(counted(messages, "message")) of \(counted(campaigns, "campaign"))\(half ?? ""), counted as "
                + "\(counted(Int((rate.weight ?? 0).rounded()), "observation"))"
        }
        return "\(channel.name): \(event.rawValue) \(rate.share.text)\(later), \(source)"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        Money(units: Int128(count), scale: 0).grouped + " " + noun + (count == 1 ? "" : "s")
    }

    private static func missingRate(_ missing: CascadePlan.MissingRate, _ request: CascadeRequest) -> String {
        let channel = request.channels.first { $0.name == missing.channel }
        let text = channel.map(spelled) ?? "channel \(missing.channel)"
        return "expected figures are ranges until the \(missing.event.rawValue) rate of \(missing.channel) is known: "
            + "`\(text) \(missing.event.rawValue) RATE`"
    }

    /// `channel` replaces a definition as a whole, so what is to be typed starts with all that is set already.
    private static func spelled(_ channel: PlannedChannel) -> String { channel.definition.canonicalText }
}
