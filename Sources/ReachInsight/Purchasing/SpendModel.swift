import Glibc
import ReachKernels

/// Gamma-Gamma (Fader and Hardie 2013): what a purchase is worth, of customers whose purchases vary around a mean of their own. Values are
/// gamma distributed with shape p, their rates gamma distributed with shape q and rate v. Independent of how often somebody buys.
package struct SpendModel: Hashable, Sendable {
    package let p: Double
    package let q: Double
    package let v: Double
    package let logLikelihood: Double
    /// Customers it was fitted to.
    package let customers: Int
    /// Between repeat purchases and their mean value; the model takes it as none. Nil where either is the same for everybody.
    package let correlation: Double?

    /// Correlation beyond which the model's assumption does not hold.
    package static let largestCorrelation = 0.3
    private static let bounds = (low: log(1e-3), high: log(1e7))

    /// - Parameters:
    ///   - repeats: repeat purchases of each customer who has some, at least 1.
    ///   - averages: the mean value of them, above 0.
    /// - Throws: `PurchaseModelProblem`, and what `pieces` throws.
    package init(repeats: [UInt16], averages: [Double], in pieces: Pieces = .inTurn) throws {
        precondition(repeats.count == averages.count, "a value per customer")
        guard repeats.count >= DropoutFit.fewestRepeatBuyers else {
            throw PurchaseModelProblem.fewRepeatBuyers(repeats.count)
        }
        // Fitted to values around 1, and turned back: v is in units of money.
        let unit = Self.sum(averages) / Double(averages.count)
        let samples = StagedMinimum.samples(of: repeats.count)
        let few = samples.map { sample -> StagedMinimum.Function in
            let likelihood = SpendLikelihood(
                repeats: sample.map { repeats[$0] }, averages: sample.map { averages[$0] / unit })
            return { try likelihood.mean($0, in: .inTurn) }
        }
        let whole = SpendLikelihood(repeats: repeats, averages: averages.map { $0 / unit })
        let best = try StagedMinimum.find(
            from: [(6.0, 4.0), (2.0, 2.0), (1.0, 10.0)].map { p, q in [log(p), log(q), log((q - 1) / p)] },
            stages: few + [{ try whole.mean($0, in: samples.isEmpty ? .inTurn : pieces) }], in: pieces)
        for (name, logarithm) in zip(["p", "q", "v"], best.point)
        where logarithm <= Self.bounds.low || logarithm >= Self.bounds.high {
            throw PurchaseModelProblem.parameterAtBound(name, exp(logarithm))
        }
        if !best.hasConverged { throw PurchaseModelProblem.notConverged }
        p = exp(best.point[0])
        q = exp(best.point[1])
        v = exp(best.point[2]) * unit
        if q <= 1 { throw PurchaseModelProblem.spendWithoutMean }
        let count = Double(repeats.count)
        logLikelihood = -best.value * count - count * log(unit)
        customers = repeats.count
        correlation = Self.correlation(repeats.map { Double($0) }, averages)
    }

    /// What a purchase of anybody is worth on average.
    package var mean: Double { p * v / (q - 1) }

    /// What a purchase of a customer is worth whose `repeats` repeat purchases were worth `average` each; without any the mean of all.
    package func value(repeats: Int, average: Double) -> Double {
        let x = Double(repeats)
        return p * (v + x * average) / (p * x + q - 1)
    }

    private static func sum(_ values: [Double]) -> Double { values.reduce(0, +) }

    private static func correlation(_ one: [Double], _ other: [Double]) -> Double? {
        let count = Double(one.count)
        let (first, second) = (sum(one) / count, sum(other) / count)
        var (products, squares, otherSquares) = (0.0, 0.0, 0.0)
        for index in one.indices {
            let (x, y) = (one[index] - first, other[index] - second)
            products += x * y
            squares += x * x
            otherSquares += y * y
        }
        guard squares > 0, otherSquares > 0 else { return nil }
        return products / (squares * otherSquares).squareRoot()
    }
}

/// The logarithm of the likelihood of mean values z̄ of x repeat purchases.
private struct SpendLikelihood: Sendable {
    private let customers: Int
    /// x z̄ of each customer, in order of x.
    private let totals: [Double]
    /// By x, where its customers begin, and the end of the last.
    private let starts: [Int]
    private let byRepeats: [Double]
    /// Σ ln z̄, and Σ x ln z̄.
    private let logs: Double
    private let weightedLogs: Double

    init(repeats: [UInt16], averages: [Double]) {
        customers = repeats.count
        let largest = Int(repeats.max() ?? 0)
        var counts = [Int](repeating: 0, count: largest + 1)
        for x in repeats { counts[Int(x)] += 1 }
        byRepeats = counts.map { Double($0) }
        var starts = [0]
        for count in counts { starts.append(starts[starts.count - 1] + count) }
        self.starts = starts
        var totals = averages
        var (logs, weightedLogs) = (0.0, 0.0)
        for index in repeats.indices {
            let (x, logarithm) = (Int(repeats[index]), log(averages[index]))
            logs += logarithm
            weightedLogs += Double(x) * logarithm
            totals[starts[x]] = Double(x) * averages[index]
            starts[x] += 1
        }
        self.totals = totals
        self.logs = logs
        self.weightedLogs = weightedLogs
    }

    func mean(_ point: [Double], in pieces: Pieces) throws -> (value: Double, gradient: [Double]) {
        if point.contains(where: { !$0.isFinite || $0 < -10 || $0 > 20 }) { return (.infinity, [0, 0, 0]) }
        let (p, q, v) = (exp(point[0]), exp(point[1]), exp(point[2]))
        let parts = try pieces.map(over: totals.count) { [totals, starts] range in
            spendSums(totals, starts: starts, range, v: v)
        }
        var sums = SpendSums(repeats: byRepeats.count)
        for part in parts { sums.add(part) }
        var (logarithm, byP, byQ, byV) = (p * weightedLogs - logs, weightedLogs, 0.0, 0.0)
        let (logGammaQ, digammaQ, logV) = (lgamma(q).0, Digamma.value(q), log(v))
        for x in byRepeats.indices where byRepeats[x] > 0 {
            let (count, times) = (byRepeats[x], Double(x))
            let whole = p * times + q
            let (logGamma, digamma) = (lgamma(whole).0, Digamma.value(whole))
            logarithm += count * (logGamma - lgamma(p * times).0 - logGammaQ + q * logV + p * times * log(times))
            logarithm -= whole * sums.logs[x]
            byP += count * times * (digamma - Digamma.value(p * times) + log(times)) - times * sums.logs[x]
            byQ += count * (digamma - digammaQ + logV) - sums.logs[x]
            byV += count * q / v - whole * sums.inverses[x]
        }
        let count = Double(customers)
        return (-logarithm / count, [-byP * p / count, -byQ * q / count, -byV * v / count])
    }
}

/// The derivative of ln Γ.
enum Digamma {
    /// x > 0. By recurrence to 10 and above, then the asymptotic series (Abramowitz and Stegun 6.3.18). `value(1)` is −.5772156649015329.
    static func value(_ x: Double) -> Double {
        var (argument, shift) = (x, 0.0)
        while argument < 10 {
            shift -= 1 / argument
            argument += 1
        }
        let square = 1 / (argument * argument)
        let series =
            square * (1 / 12.0 - square * (1 / 120.0 - square * (1 / 252.0 - square * (1 / 240.0 - square / 132.0))))
        return shift + log(argument) - 0.5 / argument - series
    }
}
