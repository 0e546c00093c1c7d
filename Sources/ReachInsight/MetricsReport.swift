import ReachKernels

/// The figures of a shop by period.
package struct MetricsReport: Hashable, Sendable {
    package struct Period: Hashable, Sendable {
        /// First day.
        package let start: Int
        /// Customers with an order in it.
        package let active: Int
        /// Those whose first order is in it.
        package let new: Int
        package let orders: Int
        /// Units of money, returns taken off.
        package let revenue: Int128
        /// Of the active, those with two orders or more up to its end.
        package let repeaters: Int
        /// Customers with a first order up to its end.
        package let customersToDate: Int
        package let revenueToDate: Int128
        package fileprivate(set) var churnBase: Int
        package fileprivate(set) var churned: Int
        /// The stretch in which customers may still come back is not over.
        package let isChurnRunning: Bool

        /// Units of money per customer so far, per active customer, per order; nil without any.
        package var arpu: Double? { ratio(Double(revenue), customersToDate) }
        package var arppu: Double? { ratio(Double(revenue), active) }
        package var averageOrder: Double? { ratio(Double(revenue), orders) }
        package var repeatRate: Double? { ratio(Double(repeaters), active) }
        package var lifetimeValue: Double? { ratio(Double(revenueToDate), customersToDate) }
        package var churn: Double? { ratio(Double(churned), churnBase) }

        private func ratio(_ part: Double, _ whole: Int) -> Double? { whole > 0 ? part / Double(whole) : nil }
    }

    package private(set) var periods: [Period]

    package init(periods: [Period]) { self.periods = periods }

    /// - Parameters:
    ///   - goneAt: by period, the first day after the stretch in which customers may still come back.
    /// From the first period that has something in it.
    package init(_ figures: PeriodFigures, starts: [Int], goneAt: [Int], today: Int) {
        var customers: Int64 = 0
        var revenue: Int128 = 0
        let first = starts.indices.first { figures.new[$0] > 0 || figures.revenue[$0] != 0 } ?? starts.count
        periods = starts.indices.dropFirst(first).map { index in
            customers += figures.new[index]
            revenue += figures.revenue[index]
            return Period(
                start: starts[index], active: Int(figures.active[index]), new: Int(figures.new[index]),
                orders: Int(figures.orders[index]), revenue: figures.revenue[index],
                repeaters: Int(figures.repeaters[index]), customersToDate: Int(customers), revenueToDate: revenue,
                churnBase: Int(figures.churnBase[index]), churned: Int(figures.churned[index]),
                isChurnRunning: goneAt[index] > today)
        }
    }

    /// Churn of the only period, counted by another calendar.
    package mutating func setChurn(base: Int64, churned: Int64) {
        if periods.isEmpty { return }
        periods[0].churnBase = Int(base)
        periods[0].churned = Int(churned)
    }
}
