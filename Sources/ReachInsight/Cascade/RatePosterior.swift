/// What is known of a rate: a beta distribution, given by its mean and by how many observations it is worth.
package struct RatePosterior: Hashable, Sendable {
    /// 0…1.
    package let mean: Double
    /// Above 0. Beta(mean·weight, (1 − mean)·weight).
    package let weight: Double

    package init(mean: Double, weight: Double) {
        self.mean = mean
        self.weight = weight
    }

    /// Certain.
    package init(exactly mean: Double) { self.init(mean: mean, weight: .infinity) }

    package func draw(_ random: inout RandomStream) -> Double {
        weight.isFinite ? random.beta(mean * weight, (1 - mean) * weight) : mean
    }

    /// The share of an event of chance `weaker` that this event, which includes it, makes up: with the weaker one drawn as beta too,
    /// their product has this rate's mean, and its distribution where both weigh the same (the stick-breaking of a Dirichlet).
    package func drawShare(of weaker: RatePosterior, _ random: inout RandomStream) -> Double {
        if weaker.mean <= 0 { return 0 }
        let rest = max(0, weaker.mean - mean)
        return weight.isFinite ? random.beta(mean * weight, rest * weight) : min(1, mean / weaker.mean)
    }
}
