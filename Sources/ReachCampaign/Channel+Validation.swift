import ReachDiagnostics

extension Channel {
    /// Refuses what no provider charges and no audience does. Throws a `Diagnostic` without a span; the statement knows where each
    /// clause stood.
    package func validate() throws {
        if let prices { try prices.validate(channel: name) }
        var weaker: (event: CampaignEvent, share: Share)?
        for event in CampaignEvent.allCases {
            guard let share = rates[event] else { continue }
            if share.isNegative || share.exceedsWhole { throw Diagnostic.impossibleRate(event, share) }
            if let weaker, weaker.share.isLess(than: share) {
                throw Diagnostic.ratesOutOfOrder(weaker.event, weaker.share, event, share)
            }
            weaker = (event, share)
        }
        if let sure, !(1...Self.largestRateWeight).contains(sure) { throw Diagnostic.impossibleRateWeight(sure) }
        if let cap {
            if cap.count < 0 { throw Diagnostic.negativeCap(cap.count) }
            if cap.period.count <= 0 { throw Diagnostic.emptyPeriod("cap", "cap \(cap.count) per 7d") }
        }
        if let quiet {
            let day = 0..<1_440
            guard day.contains(quiet.fromMinute), day.contains(quiet.untilMinute), quiet.fromMinute != quiet.untilMinute
            else { throw Diagnostic.impossibleQuietHours(quiet) }
        }
        if let messagesPerSecond, messagesPerSecond < 1 { throw Diagnostic.impossibleSpeed(messagesPerSecond) }
    }

    static let largestRateWeight = 1_000_000_000
}

extension PriceList {
    /// More than this for one message is a slip of the decimal point.
    static let largestPrice = Money(units: 100_000, scale: 0)
    static let largestScale = 6
    static let largestCount = 1_000_000_000_000

    func validate(channel: String) throws {
        for price in prices + tiers.map(\.price) {
            if price.units < 0 { throw Diagnostic.negativePrice(price, channel: channel) }
            if price > Self.largestPrice { throw Diagnostic.absurdPrice(price, channel: channel) }
            if price.scale > Self.largestScale { throw Diagnostic.tooFinePrice(price, Self.largestScale) }
        }
        if let minimum {
            if minimum.units < 0 { throw Diagnostic.negativePrice(minimum, channel: channel) }
            if minimum.scale > Self.largestScale { throw Diagnostic.tooFinePrice(minimum, Self.largestScale) }
            if minimum > Self.largestPrice * 1_000_000 { throw Diagnostic.absurdPrice(minimum, channel: channel) }
        }
        var seen: Set<String> = []
        for prefix in prefixes.map(\.prefix) {
            let digits = prefix.utf8.dropFirst()
            let isDialled = prefix.utf8.first == 0x2B && (1...15).contains(digits.count)
            guard isDialled, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw Diagnostic.notAPrefix(prefix)
            }
            guard seen.insert(prefix).inserted else { throw Diagnostic.repeatedPrefix(prefix) }
        }
        if freeQuota < 0 || freeQuota > Self.largestCount { throw Diagnostic.impossibleCount("free", freeQuota) }
        try validateTiers()
    }

    private func validateTiers() throws {
        var previous = 0
        for tier in tiers {
            guard (1...Self.largestCount).contains(tier.threshold) else {
                throw Diagnostic.impossibleCount("from", tier.threshold)
            }
            if tier.threshold <= previous { throw Diagnostic.tiersOutOfOrder(previous, tier.threshold) }
            if tier.repricesAll != tiers[0].repricesAll { throw Diagnostic.mixedTiers }
            previous = tier.threshold
        }
    }
}
