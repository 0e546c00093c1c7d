import ReachInsight

/// The smallest holdout that would show the expected effect: two-sided at 5 %, found four times out of five.
///
/// With N customers, a share h of them held out, rates p₀ (baseline) and p₁ (contacted), the difference is detected where
/// (z₀.₉₇₅ + z₀.₈)²·(p₁q₁ ∕ ((1−h)N) + p₀q₀ ∕ (hN)) ≤ (p₁ − p₀)². That is a quadratic in h; at h = s₀ ∕ (s₀ + s₁), s = √(pq), the left side is
/// least. Worked example: N = 100,000, 5 % against 4 %: h = 3.13 %, 3,135 customers.
package struct HoldoutAdvice: Hashable, Sendable, Codable {
    package enum Outcome: Hashable, Sendable, Codable {
        /// Share and number of customers to hold out.
        case share(Double, customers: Int)
        /// Not even the best one; so many customers would be needed for it.
        case none(customersNeeded: Double)
        /// Contacted customers are not expected to order more often.
        case noEffect
    }

    package let customers: Int
    package let baseline: Double
    package let contacted: Double
    package let outcome: Outcome

    package init(customers: Int, baseline: Double, contacted: Double) {
        self.customers = customers
        self.baseline = baseline
        self.contacted = contacted
        outcome = Self.outcome(Double(customers), baseline, contacted)
    }

    private static func outcome(_ n: Double, _ baseline: Double, _ contacted: Double) -> Outcome {
        let difference = contacted - baseline
        guard difference > 0 else { return .noEffect }
        let z = Normal.quantile(0.975) + Normal.quantile(0.8)
        let (v0, v1) = (baseline * (1 - baseline), contacted * (1 - contacted))
        let least = (v0.squareRoot() + v1.squareRoot()) * (v0.squareRoot() + v1.squareRoot())
        let needed = least * (z / difference) * (z / difference)
        // What the variances may add up to.
        let room = n * (difference / z) * (difference / z)
        guard room >= least, n >= 2 else { return .none(customersNeeded: needed.rounded(.up)) }
        // room·h² − (room + v0 − v1)·h + v0 ≤ 0, the smaller root.
        let linear = room + v0 - v1
        let root = max(0, linear * linear - 4 * room * v0).squareRoot()
        let share = v0 == 0 ? 0 : 2 * v0 / (linear + root)
        let customers = max(1, (share * n).rounded(.up))
        guard customers < n else { return .none(customersNeeded: needed.rounded(.up)) }
        return .share(share, customers: Int(customers))
    }
}
