import Glibc

/// Student's t distribution with any positive degrees of freedom.
package enum StudentT {
    /// P(T > t).
    package static func survival(_ t: Double, _ degrees: Double) -> Double {
        let tail = tailAbove(t.magnitude, degrees)
        return t >= 0 ? tail : 1 - tail
    }

    /// P(|T| ≥ |t|).
    package static func twoSided(_ t: Double, _ degrees: Double) -> Double { 2 * tailAbove(t.magnitude, degrees) }

    /// P(T > t) for t ≥ 0, as half of I_x(ν/2, 1/2) at x = ν/(ν + t²) (Abramowitz and Stegun 26.7.1).
    private static func tailAbove(_ t: Double, _ degrees: Double) -> Double {
        Beta.cdf(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
    }

    /// The t with P(T ≤ t) = p, for 0 < p < 1. `quantile(0.975, 10)` is 2.228138851986274.
    package static func quantile(_ p: Double, _ degrees: Double) -> Double {
        if p <= 0 { return -.infinity }
        if p >= 1 { return .infinity }
        if p == 0.5 { return 0 }
        let tail = min(p, 1 - p)
        var low = 0.0
        var high = 1.0
        while tailAbove(high, degrees) > tail { high *= 2 }
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle == low || middle == high { break }
            if tailAbove(middle, degrees) > tail { low = middle } else { high = middle }
        }
        return p < 0.5 ? -high : high
    }
}

/// The χ² distribution.
package enum ChiSquared {
    /// P(X > x).
    package static func survival(_ x: Double, _ degrees: Double) -> Double { GammaFunction.upper(degrees / 2, x / 2) }
}
