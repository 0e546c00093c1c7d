import Glibc

/// Models of customers who buy at a rate of their own until, after some purchase, they leave unnoticed. Rates are gamma distributed with shape
/// r and rate α, the chance to leave after a purchase is beta distributed with a and b. Time is in weeks.
///
/// BG/NBD: Fader, Hardie and Lee, "Counting your customers the easy way" (2005), where one can leave after repeat purchases only. MBG/NBD:
/// Batislam, Denizel and Filiztekin (2007), where one can leave after the first one too.
package enum DropoutModel: String, Hashable, Sendable, CaseIterable {
    case bg, mbg

    /// As the literature calls it.
    package var title: String { self == .bg ? "BG/NBD" : "MBG/NBD" }

    /// Purchases beside the repeated ones after which one may have left.
    var chancesBeforeRepeats: Int { self == .bg ? 0 : 1 }

    package static let daysPerUnit = 7.0
}

package struct DropoutParameters: Hashable, Sendable {
    package let r: Double
    package let alpha: Double
    package let a: Double
    package let b: Double

    package init(r: Double, alpha: Double, a: Double, b: Double) {
        self.r = r
        self.alpha = alpha
        self.a = a
        self.b = b
    }

    init(logarithms: [Double]) {
        self.init(r: exp(logarithms[0]), alpha: exp(logarithms[1]), a: exp(logarithms[2]), b: exp(logarithms[3]))
    }

    var values: [(name: String, value: Double)] { [("r", r), ("alpha", alpha), ("a", a), ("b", b)] }
}

/// What a model with its parameters says of a customer with x repeat purchases, the last at age t, now of age T; both in days.
package struct DropoutForecast: Hashable, Sendable {
    package let model: DropoutModel
    package let parameters: DropoutParameters

    package init(_ model: DropoutModel, _ parameters: DropoutParameters) {
        self.model = model
        self.parameters = parameters
    }

    /// The chance that the customer is still there. BG/NBD gives 1 to everybody who bought once, by construction.
    ///
    /// CDNOW, BG/NBD, x 2, t 213 days, T 272 days: .7266.
    package func alive(repeats: Int, lastDay: Int, ageDays: Int) -> Double {
        if model == .bg, repeats == 0 { return 1 }
        let (p, x) = (parameters, Double(repeats))
        let (age, last) = (p.alpha + weeks(ageDays), p.alpha + weeks(lastDay))
        let before = model == .bg ? p.b + x - 1 : p.b + x
        return 1 / (1 + exp(log(p.a) - log(before) + (p.r + x) * (log(age) - log(last))))
    }

    /// Purchases expected in the `days` to come of a customer who is surely there.
    package func purchasesIfAlive(repeats: Int, ageDays: Int, days: Int) -> Double {
        let (p, x) = (parameters, Double(repeats))
        let age = p.alpha + weeks(ageDays)
        return Self.scaledMean(p, base: base, x: x, z: weeks(days) / (age + weeks(days)))
    }

    /// Purchases expected in the `days` to come: E[Y(t) | x, t, T].
    package func purchases(repeats: Int, lastDay: Int, ageDays: Int, days: Int) -> Double {
        purchasesIfAlive(repeats: repeats, ageDays: ageDays, days: days)
            * alive(repeats: repeats, lastDay: lastDay, ageDays: ageDays)
    }

    /// Repeat purchases expected of a customer in the first weeks: E[X(t)].
    package func repeats(weeks: Double) -> Double {
        let p = parameters
        let z = weeks / (p.alpha + weeks)
        let mean = Self.scaledMean(p, base: base, x: 0, z: z)
        return model == .bg ? mean : mean * p.b / (p.a + p.b)
    }

    /// The third argument of ₂F₁, without x.
    private var base: Double { parameters.a + parameters.b - (model == .bg ? 1 : 0) }

    private func weeks(_ days: Int) -> Double { Double(days) / DropoutModel.daysPerUnit }

    /// c/(a − 1) · (1 − (1 − z)^(a−1) · ₂F₁(base − r, a − 1; c; z)), c = base + x, which is what Euler's transform makes of the published form:
    /// it holds for z near 1 too, and as it is written here for a near 1, where both factors vanish.
    private static func scaledMean(_ p: DropoutParameters, base: Double, x: Double, z: Double) -> Double {
        if z <= 0 { return 0 }
        let c = base + x
        let small = p.a - 1
        let logarithm = log1p(-z)
        // c (₂F₁ − 1) / (a − 1)
        let first = base - p.r
        var term = first * z
        var sum = term
        var n = 1.0
        while n < 1_000_000 {
            term *= (first + n) * (small + n) / ((c + n) * (n + 1)) * z
            sum += term
            n += 1
            if term.magnitude <= 1e-16 * sum.magnitude || term == 0 { break }
        }
        let direct = small == 0 ? -logarithm : -expm1(small * logarithm) / small
        return c * direct - exp(small * logarithm) * sum
    }
}
