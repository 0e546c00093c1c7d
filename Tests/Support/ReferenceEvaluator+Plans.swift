import ReachColumns
import ReachPlan

extension ReferenceEvaluator {
    /// What a plan gives, as `Engine.rows(of:)` has it.
    package func rows(of plan: LogicalPlan) -> [[Value]] {
        switch plan {
        case .count(let population): return [[.integer(Int64(places(population).count))]]
        case .group(let population, let keys, let measures): return groups(population, keys, measures)
        case .select(let population, let columns, let sort, let limit):
            var met = Met()
            var rows = places(population)
            if !sort.isEmpty {
                let keys = rows.map { place in sort.map { value($0.value, place, &met) } }
                let order = rows.indices.sorted { one, other in
                    for (place, key) in sort.enumerated() {
                        let (left, right) = (keys[one][place], keys[other][place])
                        if left == .missing || right == .missing {
                            if (left == .missing) != (right == .missing) { return right == .missing }
                            continue
                        }
                        let order = Self.order(left, right)
                        if order != 0 { return key.descending ? order > 0 : order < 0 }
                    }
                    return one < other
                }
                rows = order.map { rows[$0] }
            }
            return rows.prefix(limit ?? rows.count).map { place in columns.map { value($0, place, &met) } }
        }
    }

    /// The population in row order.
    package func places(_ population: Population) -> [Place] {
        switch population {
        case .customers(let condition): return members(of: condition).map { Place(customer: $0) }
        case .rows(let table, let filter, let audience):
            var met = Met()
            return members(of: audience).flatMap { rows(table, of: $0) }.filter { holds(filter, $0, &met) }
        }
    }

    private func groups(_ population: Population, _ keys: [Scalar], _ measures: [Measure]) -> [[Value]] {
        var met = Met()
        var found: [(keys: [Value], places: [Place])] = keys.isEmpty ? [([], [])] : []
        for place in places(population) {
            let values = keys.map { value($0, place, &met) }
            if let index = found.firstIndex(where: { Self.same($0.keys, values) }) {
                found[index].places.append(place)
            } else {
                found.append((values, [place]))
            }
        }
        let rows = found.map { group in group.keys + measures.map { figure($0, group.places, &met) } }
        return rows.sorted { Self.isBefore($0, $1, keys: keys) }
    }

    private static func same(_ one: [Value], _ other: [Value]) -> Bool {
        zip(one, other).allSatisfy { left, right in
            if left == .missing || right == .missing { return left == right }
            return order(left, right) == 0
        }
    }

    private static func isBefore(_ one: [Value], _ other: [Value], keys: [Scalar]) -> Bool {
        for (place, key) in keys.enumerated() {
            if one[place] == .missing || other[place] == .missing {
                if one[place] != other[place] { return other[place] == .missing }
                continue
            }
            if key.type == .text, one.count > keys.count {
                let (left, right) = (one[keys.count], other[keys.count])
                if (left == .missing) != (right == .missing) { return right == .missing }
                let order = left == .missing ? 0 : order(left, right)
                if order != 0 { return order > 0 }
            }
            let order = order(one[place], other[place])
            if order != 0 { return order < 0 }
        }
        return false
    }

    private func figure(_ measure: Measure, _ places: [Place], _ met: inout Met) -> Value {
        var places = places
        if let pool = measure.pooled {
            places = places.flatMap { rows(pool.table, of: $0.customer) }.filter { holds(pool.filter, $0, &met) }
        }
        guard let scalar = measure.value else { return .integer(Int64(places.count)) }
        let known = places.map { value(scalar, $0, &met) }.filter { $0 != .missing }
        switch measure.function {
        case .count: return .integer(Int64(known.count))
        case .sum: return sum(known, measure.type, &met)
        case .avg: return average(known, &met)
        case .min: return Self.extreme(known, largest: false)
        case .max: return Self.extreme(known, largest: true)
        case .distinct: return .integer(Int64(Self.distinct(known).count))
        case .quantile(let share):
            let sorted = known.sorted { Self.order($0, $1) < 0 }
            return sorted.indices.first { Double($0 + 1) / Double(sorted.count) >= share }.map { sorted[$0] }
                ?? .missing
        }
    }
}
