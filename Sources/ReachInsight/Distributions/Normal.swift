import Glibc

/// The standard normal distribution.
package enum Normal {
    /// P(Z ≤ z).
    package static func cdf(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    /// P(Z > z), exact far into the tail.
    package static func survival(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// P(|Z| ≥ |z|).
    package static func twoSided(_ z: Double) -> Double { erfc(z.magnitude / 2.0.squareRoot()) }

    package static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

    /// The z with P(Z ≤ z) = p, for 0 < p < 1; −∞ and ∞ at the ends. `quantile(0.975)` is 1.959963984540054.
    ///
    /// A start from the logarithm of the tail (Abramowitz and Stegun 26.2.23), then Halley steps on the distribution function, which
    /// square its error each time.
    package static func quantile(_ p: Double) -> Double {
        if p <= 0 { return -.infinity }
        if p >= 1 { return .infinity }
        let isLower = p < 0.5
        let tail = isLower ? p : 1 - p
        let t = (-2 * log(tail)).squareRoot()
        let top = 2.515517 + t * (0.802853 + t * 0.010328)
        var z = t - top / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
        for _ in 0..<3 {
            let step = (survival(z) - tail) / density(z)
            z += step / (1 - z * step / 2)
        }
        return isLower ? -z : z
    }
}
