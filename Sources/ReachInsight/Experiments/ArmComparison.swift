import Glibc

/// What one arm of an experiment did on one measure.
package enum ArmOutcome: Hashable, Sendable {
    /// So many of `customers` did it.
    case rate(events: Int, customers: Int)
    /// The figures other than 0 of those who have one, of `customers` in all.
    case mean(values: [Double], customers: Int)

    package var customers: Int {
        switch self {
        case .rate(_, let customers), .mean(_, let customers): customers
        }
    }

    /// The rate, or the mean over all customers; nil where there are none.
    package var average: Double? {
        guard customers > 0 else { return nil }
        return switch self {
        case .rate(let events, _): Double(events) / Double(customers)
        case .mean(let values, _): values.reduce(0, +) / Double(customers)
        }
    }
}

/// An arm against the control on one measure.
package struct ArmComparison: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        /// Pooled z for the test, unpooled Wald for the interval.
        case normal = "z"
        /// Fisher's exact test, Newcombe's interval.
        case exact = "Fisher"
        /// Welch's t.
        case welch = "Welch"
        case bootstrap = "bootstrap"
        /// Within each arm all figures are the same: nothing tells how far chance reaches.
        case constant = "no spread"
        /// Nothing happened in either arm, or an arm is empty.
        case none
    }

    package enum Verdict: Hashable, Sendable {
        case worked, harmed
        /// Effects beyond this, either way, are ruled out; nil where not even that is known.
        case cannotTell(beyond: Double?)
    }

    package let method: Method
    /// Of the arm to the control.
    package let difference: Double?
    /// At 95 %.
    package let interval: Interval?
    /// z or t; nil where the method has none.
    package let statistic: Double?
    package let p: Double?
    /// The smallest rise that this sample would have found in 8 of 10 experiments, testing at 5 %.
    package let smallestEffect: Double?

    /// Events, and non-events, that each arm takes for the normal approximation; buyers that each takes for Welch's t.
    package static let fewestEvents = 10
    package static let fewestBuyers = 50

    /// - Parameter seed: of the bootstrap.
    package init(_ arm: ArmOutcome, against control: ArmOutcome, seed: UInt64) {
        let parts: Parts =
            switch (arm, control) {
            case (.rate(let events, let count), .rate(let others, let otherCount)):
                Self.rates(events, count, others, otherCount)
            case (.mean(let values, let count), .mean(let others, let otherCount)):
                Self.means(values, count, others, otherCount, seed)
            default: preconditionFailure("both arms are measured alike")
            }
        method = parts.method
        difference = parts.difference
        interval = parts.interval
        statistic = parts.statistic
        p = parts.p
        smallestEffect = parts.smallestEffect
    }

    /// What to make of it once several were looked at; `p` as corrected for that.
    package func verdict(p corrected: Double?) -> Verdict {
        if let corrected, corrected < 0.05, let difference, difference != 0 {
            return difference > 0 ? .worked : .harmed
        }
        return .cannotTell(beyond: interval.map { max($0.low.magnitude, $0.high.magnitude) })
    }

    private struct Parts {
        var method = Method.none
        var difference: Double?
        var interval: Interval?
        var statistic: Double?
        var p: Double?
        var smallestEffect: Double?
    }

    private static func rates(_ events: Int, _ count: Int, _ others: Int, _ otherCount: Int) -> Parts {
        guard count > 0, otherCount > 0 else { return Parts() }
        let least = min(events, count - events, others, otherCount - others)
        var parts = Parts()
        parts.difference = Double(events) / Double(count) - Double(others) / Double(otherCount)
        parts.smallestEffect = smallestRise(
            of: Double(others) / Double(otherCount), arm: Double(count), control: Double(otherCount))
        if least >= fewestEvents {
            parts.method = .normal
            parts.interval = ProportionInterval.wald(events, of: count, against: others, of: otherCount)
            parts.statistic = RateTest.pooledZ(events, of: count, against: others, of: otherCount)
            parts.p = parts.statistic.map { Normal.twoSided($0) }
        } else {
            parts.method = .exact
            parts.interval = ProportionInterval.newcombe(events, of: count, against: others, of: otherCount)
            parts.p = RateTest.fisher(events, of: count, against: others, of: otherCount)
        }
        return parts
    }

    /// δ = z₁₋α⸝₂ √(p(1 − p)(1/n + 1/m)) + z.₈ √(p(1 − p)/m + (p + δ)(1 − p − δ)/n), the equation of the usual sample size. With p = .2 and 1,030
    /// in each arm it is .05. Nil where no rise could be found, or nothing ever happened in the control arm.
    static func smallestRise(of p: Double, arm n: Double, control m: Double) -> Double? {
        guard p > 0, p < 1 else { return nil }
        let base = Normal.quantile(0.975) * (p * (1 - p) * (1 / n + 1 / m)).squareRoot()
        let power = Normal.quantile(0.8)
        func excess(_ rise: Double) -> Double {
            let raised = p + rise
            return rise - base - power * (p * (1 - p) / m + raised * (1 - raised) / n).squareRoot()
        }
        var (low, high) = (0.0, 1 - p)
        if excess(high) < 0 { return nil }
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if excess(middle) < 0 { low = middle } else { high = middle }
        }
        return high
    }

    private static func means(
        _ values: [Double], _ count: Int, _ others: [Double], _ otherCount: Int, _ seed: UInt64
    ) -> Parts {
        guard count > 0, otherCount > 0 else { return Parts() }
        let (arm, control) = (Moments(values, of: count), Moments(others, of: otherCount))
        var parts = Parts()
        parts.difference = arm.mean - control.mean
        if values.isEmpty, others.isEmpty { return parts }
        if let variance = arm.variance, let other = control.variance, variance + other > 0 {
            let error = (variance / Double(count) + other / Double(otherCount)).squareRoot()
            parts.smallestEffect = (Normal.quantile(0.975) + Normal.quantile(0.8)) * error
            if min(values.count, others.count) >= fewestBuyers {
                parts.method = .welch
                let (a, b) = (variance / Double(count), other / Double(otherCount))
                let degrees = (a + b) * (a + b) / (a * a / Double(count - 1) + b * b / Double(otherCount - 1))
                let t = (arm.mean - control.mean) / error
                let half = StudentT.quantile(0.975, degrees) * error
                parts.statistic = t
                parts.p = StudentT.twoSided(t, degrees)
                parts.interval = Interval(arm.mean - control.mean - half, arm.mean - control.mean + half)
                return parts
            }
        }
        guard min(count, otherCount) > 1 else { return parts }
        if arm.variance == 0, control.variance == 0 {
            parts.method = .constant
            return parts
        }
        parts.method = .bootstrap
        let draws = Bootstrap.differences(values, of: count, others, of: otherCount, seed: seed)
        parts.interval = Interval(
            Bootstrap.quantile(draws, 0.025), Bootstrap.quantile(draws, 0.975))
        parts.p = max(Bootstrap.p(draws), smallestP(arm: count, control: otherCount))
        return parts
    }
}

extension ArmComparison {
    /// Twice the chance that, of all ways to deal the customers out to arms of these sizes, the most lopsided one comes: no test can find
    /// less. Two and two customers: 1/3.
    static func smallestP(arm n: Int, control m: Int) -> Double {
        let ways =
            GammaFunction.log(Double(n + m + 1)) - GammaFunction.log(Double(n + 1)) - GammaFunction.log(Double(m + 1))
        return min(1, 2 * exp(-ways))
    }
}

/// Mean and variance of figures of which only those other than 0 are at hand.
private struct Moments {
    let mean: Double
    /// With n − 1; nil for a single customer.
    let variance: Double?

    init(_ values: [Double], of count: Int) {
        let mean = values.reduce(0, +) / Double(count)
        self.mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } + Double(count - values.count) * mean * mean
        variance = count > 1 ? squares / Double(count - 1) : nil
    }
}

/// Differences of means when customers are drawn anew from those there were, with replacement.
package enum Bootstrap {
    package static let drawCount = 4_000

    /// Ascending.
    package static func differences(
        _ values: [Double], of count: Int, _ others: [Double], of otherCount: Int, seed: UInt64
    ) -> [Double] {
        var stream = RandomStream(seed: seed)
        let (arm, control) = (Moments(values, of: count), Moments(others, of: otherCount))
        return (0..<drawCount).map { _ in
            mean(values, of: count, arm, &stream) - mean(others, of: otherCount, control, &stream)
        }.sorted()
    }

    /// Figures from which on the mean of a draw is as good as normal.
    private static let manyValues = 1_000

    /// How many of the drawn have a figure is binomial; which, uniform.
    private static func mean(
        _ values: [Double], of count: Int, _ moments: Moments, _ stream: inout RandomStream
    ) -> Double {
        if values.isEmpty { return 0 }
        if values.count >= manyValues, let variance = moments.variance {
            return moments.mean + (variance / Double(count)).squareRoot() * stream.normal()
        }
        let drawn = values.count == count ? count : stream.binomial(count, Double(values.count) / Double(count))
        var sum = 0.0
        for _ in 0..<drawn { sum += values[stream.below(values.count)] }
        return sum / Double(count)
    }

    static func quantile(_ draws: [Double], _ share: Double) -> Double {
        let place = share * Double(draws.count - 1)
        let low = Int(place)
        let high = min(low + 1, draws.count - 1)
        return draws[low] + (place - Double(low)) * (draws[high] - draws[low])
    }

    /// Twice the share of draws on the other side of 0, never less than one draw could show.
    static func p(_ draws: [Double]) -> Double {
        let below = draws.reduce(0) { $0 + ($1 <= 0 ? 1 : 0) }
        let above = draws.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
        return min(1, 2 * Double(min(below, above) + 1) / Double(draws.count + 1))
    }
}

/// Whether the arms are as large as planned.
package struct SampleRatio: Hashable, Sendable {
    package let chiSquared: Double
    package let p: Double

    /// Below this something is wrong with the assignment.
    package static let alarm = 0.001

    /// - Parameter weights: of the arms by plan, in any unit; all above 0.
    package init?(_ counts: [Int], weights: [Double]) {
        let whole = Double(counts.reduce(0, +))
        let sum = weights.reduce(0, +)
        guard counts.count > 1, counts.count == weights.count, whole > 0, weights.allSatisfy({ $0 > 0 }) else {
            return nil
        }
        chiSquared = zip(counts, weights).reduce(0) { total, arm in
            let expected = whole * arm.1 / sum
            return total + (Double(arm.0) - expected) * (Double(arm.0) - expected) / expected
        }
        p = ChiSquared.survival(chiSquared, Double(counts.count - 1))
    }
}
