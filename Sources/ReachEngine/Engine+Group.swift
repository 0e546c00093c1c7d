import ReachColumns
import ReachDiagnostics
import ReachPlan

extension Engine {
    /// A row per combination of key values that occurs: the keys, then the measures. Without keys exactly one row.
    ///
    /// Groups come by their keys from left to right: dates, numbers and booleans ascending; texts by the first measure descending,
    /// then by bytes; missing last.
    package func group(_ population: Population, keys: [Scalar], measures: [Measure]) throws -> [[Value]] {
        if keys.isEmpty, let figures = try quantiles(population, measures) { return [figures] }
        let table = try groupTable(population, keys: keys, measures: measures)
        var overflows = 0
        let figures = table.measures.map { $0.figures(overflows: &overflows) }
        faults.add(overflows: overflows)
        let order = (0..<table.count).sorted { one, other in
            for (place, key) in keys.enumerated() {
                let (missing, otherMissing) = (table.isMissing(place, one), table.isMissing(place, other))
                if missing != otherMissing { return otherMissing }
                if missing { continue }
                if key.type == .text, let first = figures.first {
                    let order = ValueOrder.compare(first[one], first[other], descending: true)
                    if order != 0 { return order < 0 }
                }
                let order = table.compare(place, one, other)
                if order != 0 { return order < 0 }
            }
            return false
        }
        return order.map { group in
            keys.indices.map { table.key($0, group) } + figures.map { $0[group] }
        }
    }

    /// The one row of figures where quantiles of stored columns are among them and can be had without gathering the values.
    private func quantiles(_ population: Population, _ measures: [Measure]) throws -> [Value]? {
        var shares: [Scalar: [(place: Int, share: Double)]] = [:]
        var others: [Int] = []
        for (place, measure) in measures.enumerated() {
            if case .quantile(let share) = measure.function, let value = measure.value, measure.pooled == nil {
                shares[value, default: []].append((place, share))
            } else {
                others.append(place)
            }
        }
        if shares.isEmpty { return nil }
        var figures = [Value](repeating: .missing, count: measures.count)
        for (value, asked) in shares {
            guard let found = try columnQuantiles(population, value, shares: asked.map(\.share)) else { return nil }
            for (one, value) in zip(asked, found) { figures[one.place] = value }
        }
        let rest = try group(population, keys: [], measures: others.map { measures[$0] })[0]
        for (place, value) in zip(others, rest) { figures[place] = value }
        return figures
    }

    func groupTable(_ population: Population, keys: [Scalar], measures: [Measure]) throws -> GroupTable {
        if population.table != 0, measures.contains(where: { $0.pooled != nil }) { throw Diagnostic.pooledRows }
        precondition(keys.count < 64, "a bit per key")
        let empty = GroupTable(keys: keys, measures: measures)
        let tables = try foldChunks(0..<source.customerChunkCount, into: empty) { table, evaluator in
            try table.absorb(population, evaluator)
        }
        guard var merged = tables.first else { return empty }
        try merged.settle()
        for var table in tables.dropFirst() {
            try table.settle()
            try merged.merge(table)
        }
        return merged
    }
}

/// Order among cells of one type.
package enum ValueOrder {
    /// Negative where the first comes before. Missing comes last in both directions; text compares by UTF-8 bytes.
    package static func compare(_ one: Value, _ other: Value, descending: Bool = false) -> Int {
        switch (one, other) {
        case (.missing, .missing): return 0
        case (.missing, _): return 1
        case (_, .missing): return -1
        default:
            let order = known(one, other)
            return descending ? -order : order
        }
    }

    private static func known(_ one: Value, _ other: Value) -> Int {
        switch (one, other) {
        case (.text(let left), .text(let right)):
            if left.utf8.elementsEqual(right.utf8) { return 0 }
            return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        case (.float(let left), .float(let right)): return left < right ? -1 : left > right ? 1 : 0
        default:
            let (left, right) = (one.lane ?? 0, other.lane ?? 0)
            return left < right ? -1 : left > right ? 1 : 0
        }
    }
}
