import ReachCampaign
import ReachColumns

/// How what a budget did is shown.
struct BudgetView {
    let plan: CascadePlan
    let budget: BudgetOutcome

    init(_ plan: CascadePlan, _ budget: BudgetOutcome) {
        self.plan = plan
        self.budget = budget
    }

    private var figure: String { budget.budget.basis == .ceiling ? "ceiling" : "expected cost" }

    var blocks: [ViewBlock] {
        [.heading("budget")] + lines.map { .line("  " + $0) }
    }

    private var lines: [String] {
        let limit = budget.budget.limit.grouped
        guard let choice = budget.choice else {
            return ["the \(figure) of \(budget.needed.grouped) is within \(limit): nobody is left out"]
        }
        var lines = [
            "\(budget.used.grouped) of \(limit) used; without it the \(figure) would be \(budget.needed.grouped)",
            "\(Figure.count(budget.shortened, "customer")) get fewer messages, \(Figure.count(budget.dropped)) of them none",
            "chosen by \(objective) for the money, at most \(amount(choice.gap)) short of what could be had",
        ]
        if choice.unprofitable > 0 {
            lines.append(
                "to \(Figure.count(choice.unprofitable, "customer")) some message costs more than it brings, whatever the budget"
            )
        }
        if let marginal = choice.marginal {
            let channels = marginal.channels.joined(separator: ",")
            let cost = Money(rounding: marginal.cost, scale: plan.scale).grouped
            lines.append(
                marginal.worth > 0 || choice.objective != .reach
                    ? "next would be \(channels) to one more customer: \(cost) for \(amount(marginal.worth))"
                    : "next would be \(channels) to one more customer who is reached already: \(cost)")
            lines.append("1,000 more would bring \(amount(choice.nextThousand)) more")
        } else {
            lines.append("more money would bring nothing more")
        }
        return lines
    }

    private var objective: String {
        switch budget.choice?.objective {
        case .profit: "most profit"
        case .grossProfit: "most gross profit"
        default: "most customers reached"
        }
    }

    private func amount(_ worth: Double) -> String {
        if budget.choice?.objective == .reach {
            return "\(Figure.count(Int(worth.rounded(.toNearestOrEven)), "customer"))"
        }
        return "\(Money(rounding: worth, scale: plan.scale).grouped) profit"
    }

    var facts: [Fact] {
        let worth: (Double?) -> Value = { value in
            value.map { .float(Money(rounding: $0, scale: max(plan.scale, 2)).double) } ?? .missing
        }
        return [
            Fact("budget", .text(budget.budget.limit.description)),
            Fact("budget_used", .text(budget.used.description)),
            Fact("budget_needed", .text(budget.needed.description)),
            Fact("over_budget", budget.shortened), Fact("over_budget_unreached", budget.dropped),
            Fact("budget_gap", worth(budget.choice.map(\.gap))),
            Fact("budget_next_1000", worth(budget.choice.map(\.nextThousand))),
        ]
    }
}
