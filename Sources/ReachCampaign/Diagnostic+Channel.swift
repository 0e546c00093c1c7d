import ReachDiagnostics

/// What `channel` refuses, alphabetically.
extension Diagnostic {
    package static func absurdPrice(_ price: Money, channel: String) -> Diagnostic {
        Diagnostic(
            "absurd-price", "\(price.grouped) is more than any channel charges", help: priceHelp(channel))
    }

    package static func emptyPeriod(_ clause: String, _ example: String) -> Diagnostic {
        Diagnostic("empty-period", "`\(clause)` needs a length of time of at least 1", help: [example])
    }

    package static func impossibleCount(_ clause: String, _ count: Int) -> Diagnostic {
        Diagnostic("impossible-count", "`\(clause) \(count)` is no number of messages", help: ["\(clause) 1000"])
    }

    package static func impossibleQuietHours(_ quiet: QuietHours) -> Diagnostic {
        Diagnostic(
            "impossible-quiet-hours", "`quiet \(quiet.text)` is no stretch of a day", help: ["quiet 21:00-09:00"])
    }

    package static func impossibleRate(_ event: CampaignEvent, _ share: Share) -> Diagnostic {
        Diagnostic(
            "impossible-rate", "a rate lies between 0% and 100%, `\(event.rawValue) \(share.text)` does not",
            help: ["\(event.rawValue) 3%"])
    }

    package static func impossibleRateWeight(_ weight: Int) -> Diagnostic {
        Diagnostic(
            "impossible-weight", "`sure \(weight)` is no number of observations",
            help: ["sure \(Channel.usualRateWeight)"])
    }

    package static func impossibleSpeed(_ messagesPerSecond: Int) -> Diagnostic {
        Diagnostic("impossible-speed", "`rate \(messagesPerSecond)/s` sends nothing", help: ["rate 100/s"])
    }

    package static let mixedTiers = Diagnostic(
        "mixed-tiers", "tiers are either all `from` or all `all from`",
        help: ["from 100k 3, 500k 2.5", "all from 100k 3, 500k 2.5"])

    package static func negativeCap(_ count: Int) -> Diagnostic {
        Diagnostic("negative-cap", "`cap \(count)` is below 0, which already means never", help: ["cap 0 per 7d"])
    }

    package static func negativePrice(_ price: Money, channel: String) -> Diagnostic {
        Diagnostic("negative-price", "a price of \(price) is below 0", help: priceHelp(channel))
    }

    package static func notAPrefix(_ prefix: String) -> Diagnostic {
        Diagnostic(
            "not-a-prefix", "`\(prefix)` is not the beginning of a phone number", help: ["price 3.25, \"+7\" 2.90"])
    }

    package static func ratesOutOfOrder(
        _ weaker: CampaignEvent, _ weakerShare: Share, _ stronger: CampaignEvent, _ strongerShare: Share
    ) -> Diagnostic {
        Diagnostic(
            "rates-out-of-order",
            "more messages are \(stronger.rawValue) (\(strongerShare.text)) than \(weaker.rawValue) (\(weakerShare.text))",
            help: ["\(weaker.rawValue) \(strongerShare.text) \(stronger.rawValue) \(weakerShare.text)"])
    }

    package static func repeatedPrefix(_ prefix: String) -> Diagnostic {
        Diagnostic("repeated-prefix", "prefix \"\(prefix)\" has two prices", help: ["price 3.25, \"\(prefix)\" 2.90"])
    }

    package static func tiersOutOfOrder(_ earlier: Int, _ later: Int) -> Diagnostic {
        let example = earlier == later ? later + 1 : earlier
        return Diagnostic(
            "tiers-out-of-order", "tiers go upwards, but `from \(later)` stands after `from \(earlier)`",
            help: ["from \(later) 3, \(example) 2.5"])
    }

    package static func tooFinePrice(_ price: Money, _ scale: Int) -> Diagnostic {
        Diagnostic(
            "too-fine-price", "a price has at most \(scale) digits after the point, \(price) has \(price.scale)",
            help: ["price 0.000001"])
    }

    private static func priceHelp(_ channel: String) -> [String] {
        let usual = ChannelDefaults(channel: channel).prices?.base ?? Money(units: 250, scale: 2)
        return ["channel \(Channel.spelled(channel)) price \(usual)"]
    }
}
