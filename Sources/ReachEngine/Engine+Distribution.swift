import ReachColumns
import ReachPlan

/// A value and how often it occurs.
package struct Frequency: Hashable, Sendable {
    package let value: Value
    package let count: Int
}

/// How the values of an expression are spread over a population, exact throughout.
package struct Distribution: Sendable {
    /// Rows of the population.
    package let count: Int
    package let missing: Int
    package let distinct: Int
    /// Missing where nothing is known.
    package let min: Value
    package let max: Value
    /// For each share asked for, the lowest value whose cumulative share is at least that.
    package let quantiles: [Value]
    /// The most frequent known values; ties by value.
    package let top: [Frequency]
}

extension Engine {
    package func distribution(
        _ population: Population, _ scalar: Scalar, quantiles shares: [Double] = [], top: Int = 0
    ) throws -> Distribution {
        let values = try frequencies(population, scalar)
        var cumulative: [Int] = []
        for count in values.counts { cumulative.append((cumulative.last ?? 0) + count) }
        let known = cumulative.last ?? 0
        let quantiles = shares.map { share -> Value in
            if known == 0 { return .missing }
            let rank = Quantile.rank(share, of: known)
            var low = 0
            var high = cumulative.count - 1
            while low < high {
                let middle = (low + high) / 2
                if cumulative[middle] >= rank { high = middle } else { low = middle + 1 }
            }
            return values.value(low)
        }
        // Values are ascending, so a stable order by count leaves ties by value.
        let frequent = values.counts.indices.sorted { one, other in
            values.counts[one] != values.counts[other] ? values.counts[one] > values.counts[other] : one < other
        }
        return Distribution(
            count: known + values.missing, missing: values.missing, distinct: values.counts.count,
            min: known == 0 ? .missing : values.value(0),
            max: known == 0 ? .missing : values.value(values.counts.count - 1),
            quantiles: quantiles,
            top: frequent.prefix(top).map { Frequency(value: values.value($0), count: values.counts[$0]) })
    }

    /// The distinct known values, ascending.
    struct Frequencies {
        let table: GroupTable
        let groups: [Int]
        let counts: [Int]
        let missing: Int

        func value(_ index: Int) -> Value { table.key(0, groups[index]) }
    }

    func frequencies(_ population: Population, _ scalar: Scalar) throws -> Frequencies {
        let count = Measure(.count, value: nil, type: .integer)
        let table = try groupTable(population, keys: [scalar], measures: [count])
        var overflows = 0
        let counts = table.measures[0].figures(overflows: &overflows).map { Int($0.lane ?? 0) }
        let known = (0..<table.count).filter { !table.isMissing(0, $0) }.sorted { table.compare(0, $0, $1) < 0 }
        let missing = (0..<table.count).filter { table.isMissing(0, $0) }.reduce(0) { $0 + counts[$1] }
        return Frequencies(table: table, groups: known, counts: known.map { counts[$0] }, missing: missing)
    }
}
