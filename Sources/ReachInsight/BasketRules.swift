import ReachKernels

/// Who bought one thing and another: support, confidence and lift of every pair, and what to offer next.
package struct BasketRules: Sendable {
    package struct Rule: Hashable, Sendable {
        /// Codes of values.
        package let from: Int
        package let to: Int
        /// Customers with both.
        package let together: Int
        /// Customers with the first.
        package let customers: Int
        package let support: Double
        package let confidence: Double
        package let interval: Interval
        package let lift: Double
    }

    package let counts: BasketCounts
    package var valueCount: Int { counts.singles.count }

    package init(_ counts: BasketCounts) { self.counts = counts }

    package func together(_ one: Int, _ other: Int) -> Int {
        one == other
            ? Int(counts.singles[one]) : Int(counts.pairs[min(one, other) * valueCount + max(one, other)])
    }

    /// What the first tells of the second; nil where nobody has the first, or nobody both.
    package func rule(_ from: Int, _ to: Int) -> Rule? {
        let both = together(from, to)
        let (buyers, others) = (Int(counts.singles[from]), Int(counts.singles[to]))
        guard both > 0, let interval = ProportionInterval.wilson(both, of: buyers) else { return nil }
        let confidence = Double(both) / Double(buyers)
        return Rule(
            from: from, to: to, together: both, customers: buyers, support: Double(both) / Double(counts.customers),
            confidence: confidence, interval: interval,
            lift: confidence / (Double(others) / Double(counts.customers)))
    }

    /// Rules of at least so many customers together, the highest lift first, ties by customers, then by codes.
    package func rules(atLeast smallest: Int) -> [Rule] {
        var rules: [Rule] = []
        for from in 0..<valueCount where counts.singles[from] > 0 {
            for to in 0..<valueCount where to != from && together(from, to) >= smallest {
                if let rule = rule(from, to) { rules.append(rule) }
            }
        }
        return rules.sorted { one, other in
            if one.lift != other.lift { return one.lift > other.lift }
            if one.together != other.together { return one.together > other.together }
            return (one.from, one.to) < (other.from, other.to)
        }
    }

    /// For every value the others by the lower end of the confidence's interval, which a few customers do not push up; values that nobody
    /// has with it rank last, at 0. Ties by code.
    package func ranked() -> RankedRules {
        func sorted(_ codes: [Int], _ score: (Int) -> Double) -> [(code: Int, score: Double)] {
            codes.map { ($0, score($0)) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
        }
        var others: [UInt32] = []
        var scores: [Double] = []
        for from in 0..<valueCount {
            let ranks = sorted((0..<valueCount).filter { $0 != from }) { rule(from, $0)?.interval.low ?? 0 }
            others += ranks.map { UInt32($0.code) }
            scores += ranks.map(\.score)
        }
        let popular = sorted(Array(0..<valueCount)) { code in
            ProportionInterval.wilson(Int(counts.singles[code]), of: Int(counts.customers))?.low ?? 0
        }
        return RankedRules(
            others: others, scores: scores, popular: popular.map { UInt32($0.code) },
            popularScores: popular.map(\.score))
    }
}
