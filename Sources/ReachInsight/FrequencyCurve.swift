/// How likely another purchase is after so many.
package struct FrequencyCurve: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// Purchases so far.
        package let purchases: Int
        package let customers: Int
        /// Of them, those who bought again.
        package let again: Int

        package var share: Double { Double(again) / Double(customers) }
        package var interval: Interval? { ProportionInterval.wilson(again, of: customers) }
    }

    /// From one purchase on, as far as there are customers.
    package let steps: [Step]

    /// Customers below which no threshold is said to be passed.
    package static let smallestBase = 30

    /// - Parameters:
    ///   - bases: at n, customers with n purchases or more.
    ///   - returns: at n, those of them who bought again.
    package init(bases: [Int64], returns: [Int64]) {
        steps = bases.indices.dropFirst().prefix { bases[$0] > 0 }.map {
            Step(purchases: $0, customers: Int(bases[$0]), again: Int(returns[$0]))
        }
    }

    /// The smallest number of purchases after which the share passes a threshold, and after which all of its interval does; among at least
    /// `smallestBase` customers.
    package func passing(_ threshold: Double) -> (estimate: Int?, certain: Int?) {
        let counted = steps.filter { $0.customers >= Self.smallestBase }
        return (
            counted.first { $0.share >= threshold }?.purchases,
            counted.first { ($0.interval?.low ?? 0) >= threshold }?.purchases
        )
    }
}

/// What came of customers whose first purchase had some value, against all others.
package struct FirstPurchaseGroup: Hashable, Sendable {
    package let customers: Int
    package let again: Int
    package let share: Double
    package let interval: Interval
    /// Share over the share of everybody.
    package let lift: Double?
    /// Of the difference to all others, corrected for the number of groups by Holm's method; nil where there are no others.
    package let pValue: Double?
    package let verdict: Verdict

    package enum Verdict: String, Hashable, Sendable {
        case leads = "leads to a second"
        case ends = "ends the story"
        case alike = "as others"
    }

    /// Groups in the given order; those without customers are nil.
    package static func compare(customers: [Int], again: [Int]) -> [FirstPurchaseGroup?] {
        let (whole, wholeAgain) = (customers.reduce(0, +), again.reduce(0, +))
        let raw = customers.indices.map { index -> Double? in
            RateDifference.pValue(
                again[index], of: customers[index], against: wholeAgain - again[index],
                of: whole - customers[index])
        }
        let corrected = RateDifference.corrected(raw)
        return customers.indices.map { index in
            guard let interval = ProportionInterval.wilson(again[index], of: customers[index]) else { return nil }
            let share = Double(again[index]) / Double(customers[index])
            let all = Double(wholeAgain) / Double(whole)
            let isSure = (corrected[index] ?? 1) < 0.05
            return FirstPurchaseGroup(
                customers: customers[index], again: again[index], share: share, interval: interval,
                lift: wholeAgain > 0 ? share / all : nil, pValue: corrected[index],
                verdict: !isSure ? .alike : share > all ? .leads : .ends)
        }
    }
}

/// Whether two rates differ.
package enum RateDifference {
    /// Two-sided: by the pooled z where both sides have ten events and ten others, else Fisher's exact one. Nil where a side is empty.
    package static func pValue(
        _ first: Int, of firstCount: Int, against second: Int, of secondCount: Int
    ) -> Double? {
        guard firstCount > 0, secondCount > 0 else { return nil }
        let isLarge = min(first, firstCount - first, second, secondCount - second) >= 10
        if isLarge, let z = RateTest.pooledZ(first, of: firstCount, against: second, of: secondCount) {
            return Normal.twoSided(z)
        }
        return RateTest.fisher(first, of: firstCount, against: second, of: secondCount)
    }

    /// Holm's correction over those that are there.
    package static func corrected(_ pValues: [Double?]) -> [Double?] {
        let places = pValues.indices.filter { pValues[$0] != nil }
        let holm = RateTest.holm(places.compactMap { pValues[$0] })
        var corrected = pValues
        for (place, value) in zip(places, holm) { corrected[place] = value }
        return corrected
    }
}
