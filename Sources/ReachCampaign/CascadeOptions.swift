import ReachDiagnostics

/// Everything `send` says besides whom, what and through which channels.
package struct CascadeOptions: Hashable, Sendable, Codable {
    package struct Budget: Hashable, Sendable, Codable {
        /// Which figure may not exceed the limit.
        package enum Basis: String, Hashable, Sendable, Codable { case ceiling, expected }

        package let limit: Money
        package let basis: Basis
        /// Refuse instead of choosing whom to leave out.
        package let isStrict: Bool

        package init(_ limit: Money, basis: Basis = .ceiling, isStrict: Bool = false) {
            self.limit = limit
            self.basis = basis
            self.isStrict = isStrict
        }
    }

    /// What an order costs besides its message.
    package enum Offer: Hashable, Sendable, Codable {
        case amount(Money)
        case share(Share)
    }

    /// The event that ends the cascade for a customer.
    package var until: CampaignEvent
    /// How long a message may take to bring the event about before the next channel follows.
    package var wait: CampaignDuration
    /// Whoever got the campaign longer ago than this gets it again; nil leaves out everybody who ever got it.
    package var againAfter: CampaignDuration?
    package var holdout: Share
    package var budget: Budget?
    package var offer: Offer?
    /// Worth of an order.
    package var value: Money?
    package var margin: Share?
    /// How many would order unasked.
    package var baseline: Share?
    /// When the first message leaves, microseconds since 1970 UTC; nil is at once.
    package var startsAt: Int64?

    package init(
        until: CampaignEvent = .clicked, wait: CampaignDuration = CampaignDuration(1, .day),
        againAfter: CampaignDuration? = nil, holdout: Share = .percent(0), budget: Budget? = nil, offer: Offer? = nil,
        value: Money? = nil, margin: Share? = nil, baseline: Share? = nil, startsAt: Int64? = nil
    ) {
        self.until = until
        self.wait = wait
        self.againAfter = againAfter
        self.holdout = holdout
        self.budget = budget
        self.offer = offer
        self.value = value
        self.margin = margin
        self.baseline = baseline
        self.startsAt = startsAt
    }

    /// As clauses of `send`, defaults spelled out: what the plan's id is made from.
    package var canonicalText: String {
        var words = ["until \(until.rawValue)", "wait \(wait.text)"]
        if let againAfter { words.append("again after \(againAfter.text)") }
        if holdout.units != 0 { words.append("holdout \(holdout.text)") }
        if let budget {
            let basis = budget.basis == .expected ? " expected" : ""
            words.append("budget \(budget.limit)" + basis + (budget.isStrict ? " strict" : ""))
        }
        switch offer {
        case .amount(let money): words.append("offer \(money)")
        case .share(let share): words.append("offer \(share.text)")
        case nil: break
        }
        if let value { words.append("value \(value)") }
        if let margin { words.append("margin \(margin.text)") }
        if let baseline { words.append("baseline \(baseline.text)") }
        if let startsAt { words.append("at \(startsAt)") }
        return words.joined(separator: " ")
    }

    /// Refuses shares outside 0 to 100 % and a holdout that leaves nobody to write to. Throws a `Diagnostic` without a span.
    package func validate() throws {
        if let problem { throw problem.diagnostic }
    }

    /// The first clause that cannot be, named as the statement's slot.
    package var problem: (slot: String, diagnostic: Diagnostic)? {
        if holdout.isNegative || holdout.exceedsWhole || holdout.isWhole {
            return ("holdout", .impossibleHoldout(holdout))
        }
        if wait.count <= 0 { return ("wait", .emptyPeriod("wait", "wait 1d")) }
        if let againAfter, againAfter.count <= 0 {
            return ("again", .emptyPeriod("again after", "again after 90d"))
        }
        if let budget, budget.limit.units <= 0 { return ("budget", .impossibleBudget(budget.limit)) }
        if let value, value.units < 0 { return ("value", .negativeAmount("value", value)) }
        for (clause, share) in [("margin", margin), ("baseline", baseline)] {
            if let share, share.isNegative || share.exceedsWhole { return (clause, .impossibleShare(clause, share)) }
        }
        switch offer {
        case .amount(let money) where money.units < 0: return ("offer", .negativeAmount("offer", money))
        case .share(let share) where share.isNegative || share.exceedsWhole:
            return ("offer", .impossibleShare("offer", share))
        default: return nil
        }
    }
}
