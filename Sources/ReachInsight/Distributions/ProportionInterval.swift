import Glibc

/// An interval that holds a figure with the stated confidence.
package struct Interval: Hashable, Sendable {
    package let low: Double
    package let high: Double

    package init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
    }

    package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// Intervals of rates: how often something happened among how many.
package enum ProportionInterval {
    /// Wilson's score interval (1927); 81 of 263 at .95 give .2553 to .3662. Nil where there is nobody.
    package static func wilson(_ successes: Int, of count: Int, confidence: Double = 0.95) -> Interval? {
        guard count > 0 else { return nil }
        let n = Double(count)
        let share = Double(successes) / n
        let z = Normal.quantile(0.5 + confidence / 2)
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return Interval(successes == 0 ? 0 : max(0, middle - half), successes == count ? 1 : min(1, middle + half))
    }

    /// The difference of the first rate to the second, unpooled (Wald). Nil where an arm has nobody.
    package static func wald(
        _ first: Int, of firstCount: Int, against second: Int, of secondCount: Int, confidence: Double = 0.95
    ) -> Interval? {
        guard firstCount > 0, secondCount > 0 else { return nil }
        let (p, q) = (Double(first) / Double(firstCount), Double(second) / Double(secondCount))
        let error = (p * (1 - p) / Double(firstCount) + q * (1 - q) / Double(secondCount)).squareRoot()
        let half = Normal.quantile(0.5 + confidence / 2) * error
        return Interval(p - q - half, p - q + half)
    }

    /// The difference of the first rate to the second by Newcombe's hybrid of two Wilson intervals (1998, method 10), which holds for
    /// few events too: 56 of 70 against 48 of 80 give .0524 to .3339.
    package static func newcombe(
        _ first: Int, of firstCount: Int, against second: Int, of secondCount: Int, confidence: Double = 0.95
    ) -> Interval? {
        guard let one = wilson(first, of: firstCount, confidence: confidence),
            let other = wilson(second, of: secondCount, confidence: confidence)
        else { return nil }
        let (p, q) = (Double(first) / Double(firstCount), Double(second) / Double(secondCount))
        let below = ((p - one.low) * (p - one.low) + (other.high - q) * (other.high - q)).squareRoot()
        let above = ((one.high - p) * (one.high - p) + (q - other.low) * (q - other.low)).squareRoot()
        return Interval(p - q - below, p - q + above)
    }
}

/// Tests of differences between rates, and their correction for looking at several.
package enum RateTest {
    /// z of the first rate against the second with the pooled rate's error; nil where it is undefined: an arm with nobody, or all or
    /// nobody converted.
    package static func pooledZ(_ first: Int, of firstCount: Int, against second: Int, of secondCount: Int) -> Double? {
        guard firstCount > 0, secondCount > 0 else { return nil }
        let (n, m) = (Double(firstCount), Double(secondCount))
        let pooled = Double(first + second) / (n + m)
        let error = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
        return error > 0 ? (Double(first) / n - Double(second) / m) / error : nil
    }

    /// Fisher's exact p, two-sided: the tables as unlikely as this one or more so. 8 of 10 against 1 of 6 give .03497.
    package static func fisher(_ first: Int, of firstCount: Int, against second: Int, of secondCount: Int) -> Double {
        let successes = first + second
        let lowest = max(0, successes - secondCount)
        let highest = min(firstCount, successes)
        guard lowest < highest else { return 1 }
        func logChoose(_ n: Int, _ k: Int) -> Double {
            GammaFunction.log(Double(n + 1)) - GammaFunction.log(Double(k + 1)) - GammaFunction.log(Double(n - k + 1))
        }
        let all = logChoose(firstCount + secondCount, successes)
        func chance(_ k: Int) -> Double {
            exp(logChoose(firstCount, k) + logChoose(secondCount, successes - k) - all)
        }
        let observed = chance(first) * (1 + 1e-7)
        return min(1, (lowest...highest).reduce(0) { sum, k in chance(k) <= observed ? sum + chance(k) : sum })
    }

    /// Holm's step-down correction (1979): p-values as they stand once several are looked at, in the given order.
    package static func holm(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        var adjusted = pValues
        var highest = 0.0
        for (rank, index) in order.enumerated() {
            highest = max(highest, min(1, Double(pValues.count - rank) * pValues[index]))
            adjusted[index] = highest
        }
        return adjusted
    }
}
