/// How often a value occurs in one group of customers and in another that does not overlap it.
package struct ShareComparison: Hashable, Sendable {
    package let first: Int
    package let second: Int
    package let share: Double
    package let otherShare: Double
    /// Share over share; nil where the other is 0.
    package let lift: Double?
    /// Newcombe's 95 % interval of the difference of the shares.
    package let interval: Interval
    /// Corrected by Holm's method over all that were compared together.
    package let pValue: Double

    /// For counts of values in `firstWhole` and `secondWhole` customers, neither of which is 0.
    package static func compare(
        _ first: [Int], of firstWhole: Int, with second: [Int], of secondWhole: Int
    ) -> [ShareComparison] {
        let corrected = RateDifference.corrected(
            first.indices.map {
                RateDifference.pValue(first[$0], of: firstWhole, against: second[$0], of: secondWhole)
            })
        return first.indices.compactMap { index in
            guard
                let interval = ProportionInterval.newcombe(
                    first[index], of: firstWhole, against: second[index], of: secondWhole)
            else { return nil }
            let share = Double(first[index]) / Double(firstWhole)
            let other = Double(second[index]) / Double(secondWhole)
            return ShareComparison(
                first: first[index], second: second[index], share: share, otherShare: other,
                lift: second[index] > 0 ? share / other : nil, interval: interval, pValue: corrected[index] ?? 1)
        }
    }
}
