import Glibc

/// ln Γ and the incomplete gamma functions.
package enum GammaFunction {
    /// ln Γ(x), x > 0.
    package static func log(_ x: Double) -> Double { lgamma(x).0 }

    /// P(a, x): the share of a gamma distribution of shape `a` and scale 1 that is at most `x`.
    package static func lower(_ a: Double, _ x: Double) -> Double {
        if x <= 0 { return 0 }
        return x < a + 1 ? series(a, x) : 1 - fraction(a, x)
    }

    /// Q(a, x) = 1 − P(a, x), exact far into the tail.
    package static func upper(_ a: Double, _ x: Double) -> Double {
        if x <= 0 { return 1 }
        return x < a + 1 ? 1 - series(a, x) : fraction(a, x)
    }

    private static func front(_ a: Double, _ x: Double) -> Double { exp(a * Glibc.log(x) - x - log(a)) }

    /// Σ xⁿ / (a (a + 1) … (a + n)), for x < a + 1 (Abramowitz and Stegun 6.5.29).
    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var next = a
        while term > sum * 1e-17 {
            next += 1
            term *= x / next
            sum += term
        }
        return min(1, sum * front(a, x))
    }

    /// The continued fraction 6.5.31 there, by Lentz's method.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var c = 1 / ContinuedFraction.tiny
        var d = 1 / b
        var value = d
        for n in 1...ContinuedFraction.mostTerms {
            let step = -Double(n) * (Double(n) - a)
            b += 2
            d = 1 / ContinuedFraction.notZero(step * d + b)
            c = ContinuedFraction.notZero(b + step / c)
            let factor = d * c
            value *= factor
            if (factor - 1).magnitude < 1e-16 { break }
        }
        return value * front(a, x)
    }
}

/// What Lentz's method needs so that it never divides by zero.
enum ContinuedFraction {
    static let tiny = 1e-300
    /// Far more than any argument met needs; a bound, so that a loop ends.
    static let mostTerms = 100_000

    static func notZero(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
}
