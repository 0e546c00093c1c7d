import Glibc

/// The beta distribution, of a rate that was seen `a` times for and `b` times against.
package enum Beta {
    /// ln B(a, b).
    package static func logFunction(_ a: Double, _ b: Double) -> Double {
        GammaFunction.log(a) + GammaFunction.log(b) - GammaFunction.log(a + b)
    }

    /// I_x(a, b) = P(X ≤ x), a, b > 0.
    package static func cdf(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = exp(a * log(x) + b * log1p(-x) - logFunction(a, b))
        return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
    }

    /// P(X > x), exact far into the tail.
    package static func survival(_ x: Double, _ a: Double, _ b: Double) -> Double { cdf(1 - x, b, a) }

    /// The x with I_x(a, b) = p: bisection, so that no start can lead astray, to the last bit.
    package static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
        if p <= 0 { return 0 }
        if p >= 1 { return 1 }
        var low = 0.0
        var high = 1.0
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle == low || middle == high { break }
            if cdf(middle, a, b) < p { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The continued fraction of Abramowitz and Stegun 26.5.8, by Lentz's method.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var c = 1.0
        var d = 1 / ContinuedFraction.notZero(1 - (a + b) * x / (a + 1))
        var value = d
        for n in 1...ContinuedFraction.mostTerms {
            let m = Double(n)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / ContinuedFraction.notZero(1 + even * d)
            c = ContinuedFraction.notZero(1 + even / c)
            value *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / ContinuedFraction.notZero(1 + odd * d)
            c = ContinuedFraction.notZero(1 + odd / c)
            let factor = d * c
            value *= factor
            if (factor - 1).magnitude < 1e-16 { break }
        }
        return value
    }
}
