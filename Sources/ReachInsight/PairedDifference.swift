import ReachKernels

/// The mean of what each customer did per day after, less before, with Student's 95 % interval of paired differences.
package struct PairedDifference: Hashable, Sendable {
    package let customers: Int
    package let before: Double
    package let after: Double
    package let difference: Double
    /// Nil for fewer than two customers, where all of them differ by the same, which tells nothing of others, and where the sums of squares do
    /// not fit.
    package let interval: Interval?

    /// Nil without customers. `scale` turns units into the figure: 100 for cents.
    package init?(_ sums: PairedSums, firstDays: Int, secondDays: Int, scale: Double) {
        guard sums.customers > 0, firstDays > 0, secondDays > 0 else { return nil }
        let n = Double(sums.customers)
        let unit = Double(firstDays) * Double(secondDays) * scale
        customers = Int(sums.customers)
        before = Double(sums.before) / (n * Double(firstDays) * scale)
        after = Double(sums.after) / (n * Double(secondDays) * scale)
        difference = Double(sums.differences) / (n * unit)
        guard sums.customers > 1, !sums.hasOverflow else {
            interval = nil
            return
        }
        let mean = Double(sums.differences) / n
        let variance = max(0, (Double(sums.squares) - mean * Double(sums.differences)) / (n - 1))
        guard variance > 0 else {
            interval = nil
            return
        }
        let half = StudentT.quantile(0.975, n - 1) * (variance / n).squareRoot() / unit
        interval = Interval(difference - half, difference + half)
    }
}
