import ReachDiagnostics

/// What a budget refuses, alphabetically.
extension Diagnostic {
    static func budgetWithoutPrice(_ channel: Channel) -> Diagnostic {
        Diagnostic(
            "budget-without-price", "a budget needs the price of `\(channel.name)`",
            help: ["\(channel.canonicalText) price 1"])
    }

    static func budgetWithoutRate(
        _ event: CampaignEvent, _ channel: Channel, _ budget: CascadeOptions.Budget
    ) -> Diagnostic {
        Diagnostic(
            "budget-without-rate",
            "the expected cost is not known without the \(event.rawValue) rate of `\(channel.name)`",
            help: ["\(channel.canonicalText) \(event.rawValue) 5%", "budget \(budget.limit)"])
    }

    static func overBudget(_ budget: CascadeOptions.Budget, needed: Money) -> Diagnostic {
        let figure = budget.basis == .ceiling ? "ceiling" : "expected cost"
        let basis = budget.basis == .ceiling ? "" : " expected"
        return Diagnostic(
            "over-budget", kind: .guardRefused,
            "the \(figure) of \(needed.grouped) is over the budget of \(budget.limit.grouped)",
            help: ["budget \(needed)\(basis) strict", "budget \(budget.limit)\(basis)"])
    }
}
