import Glibc

extension RandomStream {
    /// How many of `count` succeed: exact while n·p·q is below `exactBelow`, then a rounded normal of the same mean and variance.
    package mutating func binomial(_ count: Int, _ chance: Double, exactBelow: Double = 1_000) -> Int {
        if count <= 0 || chance <= 0 { return 0 }
        if chance >= 1 { return count }
        if chance > 0.5 { return count - binomial(count, 1 - chance, exactBelow: exactBelow) }
        let mean = Double(count) * chance
        let variance = mean * (1 - chance)
        if variance >= exactBelow {
            let drawn = (mean + normal() * variance.squareRoot()).rounded()
            return Int(min(Double(count), max(0, drawn)))
        }
        return mean < 10 ? binomialByInversion(count, chance) : binomialByRejection(count, chance)
    }

    /// Goes along the distribution until a uniform draw is used up: about n·p steps.
    private mutating func binomialByInversion(_ count: Int, _ chance: Double) -> Int {
        let odds = chance / (1 - chance)
        let start = exp(Double(count) * log1p(-chance))
        while true {
            var left = uniform()
            var probability = start
            for successes in 0...count {
                if left < probability { return successes }
                left -= probability
                probability *= odds * Double(count - successes) / Double(successes + 1)
                // What is left is less than rounding has lost: the draw is taken again.
                if probability < 1e-300 { break }
            }
        }
    }

    /// Transformed rejection (Hörmann 1993, algorithm BTRS): a few uniform draws whatever the count. `chance` is at most one half and
    /// the mean at least 10.
    private mutating func binomialByRejection(_ count: Int, _ chance: Double) -> Int {
        let n = Double(count)
        let ratio = chance / (1 - chance)
        let deviation = (n * chance * (1 - chance)).squareRoot()
        let b = 1.15 + 2.53 * deviation
        let a = -0.0873 + 0.0248 * b + 0.01 * chance
        let center = n * chance + 0.5
        let alpha = (2.83 + 5.1 / b) * deviation
        let sure = 0.92 - 4.2 / b
        let mode = ((n + 1) * chance).rounded(.down)
        while true {
            let u = uniform() - 0.5
            let v = openUniform()
            let edge = 0.5 - u.magnitude
            let k = ((2 * a / edge + b) * u + center).rounded(.down)
            if edge >= 0.07, v <= sure { return Int(k) }
            if !(k >= 0 && k <= n) { continue }
            let density = log(v * alpha / (a / (edge * edge) + b))
            let bound =
                (mode + 0.5) * log((mode + 1) / (ratio * (n - mode + 1)))
                + (n + 1) * log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * log(ratio * (n - k + 1) / (k + 1))
                + stirlingRest(mode) + stirlingRest(n - mode) - stirlingRest(k) - stirlingRest(n - k)
            if density <= bound { return Int(k) }
        }
    }
}

/// log k! less Stirling's approximation (k + ½)·log(k + 1) − (k + 1) + ½·log 2π.
private func stirlingRest(_ k: Double) -> Double {
    if k < 10 { return lgamma(k + 1).0 - ((k + 0.5) * log(k + 1) - (k + 1) + 0.5 * log(2 * Double.pi)) }
    let inverse = 1 / (k + 1)
    let square = inverse * inverse
    return (1.0 / 12 - (1.0 / 360 - square / 1_260) * square) * inverse
}
