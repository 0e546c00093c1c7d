/// What a budget did to a plan.
package struct BudgetOutcome: Hashable, Sendable, Codable {
    package let budget: CascadeOptions.Budget
    /// Ceiling or expected cost without the budget.
    package let needed: Money
    /// The same with it.
    package let used: Money
    /// Customers to be contacted who lose a channel.
    package let shortened: Int
    /// Those of them who lose the last one.
    package let dropped: Int
    /// Nil where the money is enough for everybody.
    package let choice: BudgetChoice?
}
