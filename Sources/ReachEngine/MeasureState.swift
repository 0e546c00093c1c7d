import ReachColumns
import ReachKernels
import ReachPlan

/// One measure over all groups. What it keeps is exact, so that rows may come in any order and states be merged.
struct MeasureState: Sendable {
    let measure: Measure
    /// How many rows, or known values, each group has.
    private var counts: [Int64] = []
    private var totals: [Int128] = []
    private var floatTotals: [ExactSum] = []
    private var keys: KeyLanes
    private var extremes: [Int64] = []
    private var pairs = TupleTable(width: 2)
    /// Every value and its group, for quantiles.
    private var groups: [UInt32] = []
    private var lanes: [Int64] = []

    init(_ measure: Measure) {
        self.measure = measure
        keys = KeyLanes(measure.value?.type ?? .integer)
    }

    private var isFloat: Bool { keys.type == .float }

    mutating func grow(to groupCount: Int) {
        let more = groupCount - counts.count
        guard more > 0 else { return }
        counts += [Int64](repeating: 0, count: more)
        switch measure.function {
        case .sum, .avg:
            if isFloat {
                floatTotals += [ExactSum](repeating: ExactSum(), count: more)
            } else {
                totals += [Int128](repeating: 0, count: more)
            }
        case .min: extremes += [Int64](repeating: keys.type == .text ? -1 : .max, count: more)
        case .max: extremes += [Int64](repeating: keys.type == .text ? -1 : .min, count: more)
        case .count, .distinct, .quantile: break
        }
    }

    /// Takes in rows of the groups with these numbers; `values` nil counts rows.
    mutating func absorb(_ rowGroups: [UInt32], _ values: Vector?) throws {
        guard var values else {
            addCounts(rowGroups, into: &counts)
            return
        }
        var rowGroups = rowGroups
        if var known = values.missing {
            invert(&known)
            let positions = selectedRows(known)
            rowGroups = take(rowGroups, at: positions)
            values = values.taking(positions)
        }
        addCounts(rowGroups, into: &counts)
        switch measure.function {
        case .count: break
        case .sum, .avg:
            if isFloat {
                addFloats(values.floats, rowGroups, into: &floatTotals)
            } else {
                addLanes(values.lanes, rowGroups, into: &totals)
            }
        case .min, .max: takeExtremes(try keys.lanes(values), rowGroups)
        case .distinct:
            _ = pairs.intern([rowGroups.map { Int64($0) }, try keys.lanes(values)], rowCount: rowGroups.count)
        case .quantile:
            groups += rowGroups
            lanes += try keys.lanes(values)
        }
    }

    /// Takes in totals of the groups with these numbers: of how many known values, and their sum where the measure has one.
    mutating func absorb(_ rowGroups: [UInt32], counts more: [Int64], sums: [Int128]) {
        for (place, group) in rowGroups.enumerated() { counts[Int(group)] += more[place] }
        guard !sums.isEmpty else { return }
        for (place, group) in rowGroups.enumerated() { totals[Int(group)] += sums[place] }
    }

    /// Takes in another state whose group `g` is this one's `map[g]`.
    mutating func merge(_ other: MeasureState, _ map: [UInt32]) throws {
        for (group, count) in other.counts.enumerated() { counts[Int(map[group])] += count }
        for (group, total) in other.totals.enumerated() { totals[Int(map[group])] += total }
        for (group, total) in other.floatTotals.enumerated() { floatTotals[Int(map[group])].add(total) }
        switch measure.function {
        case .count, .sum, .avg: break
        case .min, .max:
            let known = other.extremes.indices.filter { other.counts[$0] > 0 }
            takeExtremes(
                try keys.translated(known.map { other.extremes[$0] }, from: other.keys), known.map { map[$0] })
        case .distinct:
            let values = try keys.translated(other.pairs.columns[1], from: other.keys)
            let groups = other.pairs.columns[0].map { Int64(map[Int($0)]) }
            _ = pairs.intern([groups, values], rowCount: values.count)
        case .quantile:
            groups += other.groups.map { map[Int($0)] }
            lanes += try keys.translated(other.lanes, from: other.keys)
        }
    }

    private mutating func takeExtremes(_ values: [Int64], _ rowGroups: [UInt32]) {
        let largest = measure.function == .max
        guard keys.type == .text else {
            addExtremes(values, rowGroups, largest: largest, into: &extremes)
            return
        }
        for (row, value) in values.enumerated() {
            let group = Int(rowGroups[row])
            let order = extremes[group] < 0 ? 0 : keys.compare(value, extremes[group])
            if extremes[group] < 0 || (largest ? order > 0 : order < 0) { extremes[group] = value }
        }
    }

    /// A figure per group; those out of range are missing and counted.
    func figures(overflows: inout Int) -> [Value] {
        switch measure.function {
        case .count: return counts.map { .integer($0) }
        case .sum:
            if isFloat { return floatTotals.map { finite($0.rounded, &overflows) } }
            return totals.map { total in
                guard let lane = Int64(exactly: total) else {
                    overflows += 1
                    return .missing
                }
                return Value(lane: lane, of: measure.type)
            }
        case .avg:
            return counts.indices.map { group in
                if counts[group] == 0 { return .missing }
                if isFloat { return finite(floatTotals[group].rounded / Double(counts[group]), &overflows) }
                return .float(average(totals[group], count: counts[group], scale: keys.type.scale))
            }
        case .min, .max: return counts.indices.map { counts[$0] == 0 ? .missing : keys.value(extremes[$0]) }
        case .distinct:
            var distincts = [Int64](repeating: 0, count: counts.count)
            addCounts(pairs.columns[0].map { UInt32($0) }, into: &distincts)
            return distincts.map { .integer($0) }
        case .quantile(let share): return quantiles(share)
        }
    }

    private func finite(_ number: Double, _ overflows: inout Int) -> Value {
        if number.isFinite { return .float(number) }
        overflows += 1
        return .missing
    }

    private func quantiles(_ share: Double) -> [Value] {
        let (starts, gathered) = gatherGroups(lanes, groups, groupCount: counts.count)
        return counts.indices.map { group in
            let values = gathered[starts[group]..<starts[group + 1]]
            if values.isEmpty { return .missing }
            let sorted = keys.type == .text ? values.sorted { keys.compare($0, $1) < 0 } : values.sorted()
            return keys.value(sorted[Quantile.rank(share, of: sorted.count) - 1])
        }
    }
}

/// The lowest value whose cumulative share is at least p.
enum Quantile {
    /// Its place among `count` values in ascending order, from 1: the smallest k with k / count ≥ share.
    static func rank(_ share: Double, of count: Int) -> Int {
        if share >= 1 { return count }
        if !(share > 0) { return 1 }
        // The product may err by a rounding either way; the quotient decides.
        var rank = max(1, Int(share * Double(count)) - 1)
        while rank < count, Double(rank) / Double(count) < share { rank += 1 }
        return rank
    }
}
