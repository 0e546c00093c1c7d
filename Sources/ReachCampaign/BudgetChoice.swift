/// Whom a budget leaves out: per class of customers how many keep which channels.
///
/// A multiple-choice knapsack: every customer has the subsets of their paid channels to choose from, dearest by the most that can be
/// charged (or by the expected cost). Per class only choices on the upper hull of worth over cost matter; going along all hulls by worth per
/// unit of money until the money is spent is the optimum of the linear relaxation, and whole customers miss it by at most one
/// (Sinha and Zoltners 1979).
package struct BudgetChoice: Hashable, Sendable, Codable {
    /// What is made as large as the money allows.
    package enum Objective: String, Hashable, Sendable, Codable {
        /// Customers reached by any channel, and among equals messages.
        case reach
        case profit
        case grossProfit
    }

    /// One class's choices, cheapest first.
    package struct Ladder: Hashable, Sendable, Codable {
        /// Position among the plan's classes before the choice.
        package let group: Int
        /// Per rung the channels that are given up.
        package let givenUp: [[Int]]
        /// Per rung how many of the class to be contacted are on it or higher; the first are all of them.
        package let reaching: [Int]
        /// The same of those held out; all or nobody where all or nobody of the class are on a rung, else counted by rank.
        package var heldOutReaching: [Int]
        /// Per rung the last customer by rank who gets to it, where that was asked for.
        package var cuts: [CustomerRank?]?

        /// Rungs that part of the class gets to: their customers are told apart by rank.
        package var isPartial: Bool { reaching.contains { $0 > 0 && $0 < reaching[0] } }
    }

    /// A step up a ladder for one customer.
    package struct Marginal: Hashable, Sendable, Codable {
        /// Channels gained.
        package let channels: [String]
        package let cost: Double
        /// In what the objective counts.
        package let worth: Double
    }

    package let objective: Objective
    package var ladders: [Ladder]
    /// How much worth the linear relaxation has more, at most that of one customer.
    package let gap: Double
    /// What the next money would go to first; nil where nothing more is worth it.
    package let marginal: Marginal?
    /// What 1,000 more would bring.
    package let nextThousand: Double
    /// Left out because a message costs more than it brings, whatever the budget.
    package let unprofitable: Int

    /// The classes with channels given up as over budget.
    package func applied(to classes: [CascadeClass]) -> [CascadeClass] {
        var applied: [CascadeClass] = []
        let byGroup = Dictionary(uniqueKeysWithValues: ladders.map { ($0.group, $0) })
        for (index, group) in classes.enumerated() {
            guard let ladder = byGroup[index] else {
                applied.append(group)
                continue
            }
            for rung in ladder.givenUp.indices.reversed() {
                let isTop = rung + 1 == ladder.givenUp.count
                let contacted = ladder.reaching[rung] - (isTop ? 0 : ladder.reaching[rung + 1])
                let heldOut = ladder.heldOutReaching[rung] - (isTop ? 0 : ladder.heldOutReaching[rung + 1])
                if contacted == 0, heldOut == 0 { continue }
                var closed = group.closed
                for channel in ladder.givenUp[rung] { closed[channel] = .overBudget }
                applied.append(
                    CascadeClass(
                        closed: closed, prices: group.prices, parts: group.parts, contacted: contacted, heldOut: heldOut
                    ))
            }
        }
        return applied
    }
}
