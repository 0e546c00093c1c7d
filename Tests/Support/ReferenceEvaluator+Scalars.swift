import ReachColumns
import ReachPlan

extension ReferenceEvaluator {
    package func value(_ scalar: Scalar, _ place: Place, _ met: inout Met) -> Value {
        switch scalar {
        case .literal(let value, _): return value
        case .column(let column, _):
            return place.table == 0
                ? data.customers[place.customer][column]
                : data.activity[place.table][place.customer][place.row][column]
        case .customerColumn(let column, _): return data.customers[place.customer][column]
        case .arithmetic(let operation, let left, let right, let type):
            let one = value(left, place, &met)
            let other = value(right, place, &met)
            if one == .missing || other == .missing { return .missing }
            return arithmetic(operation, one, other, type, &met)
        case .negate(let operand):
            switch value(operand, place, &met) {
            case .integer(let number): return fitted(-Int128(number), .integer, &met)
            case .decimal(let units, let scale): return fitted(-Int128(units), .decimal(scale: scale), &met)
            case .float(let number): return .float(-number)
            default: return .missing
            }
        case .convert(let operand, let type): return converted(value(operand, place, &met), to: type, &met)
        case .call(let function, let arguments, let type):
            return call(function, arguments.map { value($0, place, &met) }, type, &met)
        case .conditional(let condition, let then, let otherwise):
            return value(holds(condition, place, &met) ? then : otherwise, place, &met)
        case .coalesce(let options):
            for option in options {
                let found = value(option, place, &met)
                if found != .missing { return found }
            }
            return .missing
        case .extreme(let options, let largest):
            let known = options.map { value($0, place, &met) }.filter { $0 != .missing }
            return Self.extreme(known, largest: largest)
        case .condition(let condition): return .boolean(holds(condition, place, &met))
        case .aggregate(let aggregate): return self.aggregate(aggregate, place.customer, &met)
        }
    }

    static func extreme(_ known: [Value], largest: Bool) -> Value {
        var best = known.first ?? .missing
        for candidate in known where largest ? order(candidate, best) > 0 : order(candidate, best) < 0 {
            best = candidate
        }
        return best
    }

    private func aggregate(_ aggregate: Aggregate, _ customer: Int, _ met: inout Met) -> Value {
        var passing: [Place] = []
        for row in rows(aggregate.table, of: customer)
        where aggregate.filter.map({ holds($0, row, &met) }) ?? true {
            passing.append(row)
        }
        guard let scalar = aggregate.value else { return .integer(Int64(passing.count)) }
        var known: [Value] = []
        for row in passing {
            let found = value(scalar, row, &met)
            if found != .missing { known.append(found) }
        }
        return switch aggregate.function {
        case .count: .integer(Int64(known.count))
        case .sum: sum(known, aggregate.type, &met)
        case .avg: average(known, &met)
        case .min: Self.extreme(known, largest: false)
        case .max: Self.extreme(known, largest: true)
        case .first: known.first ?? .missing
        case .last: known.last ?? .missing
        case .distinct: .integer(Int64(Self.distinct(known).count))
        }
    }

    static func distinct(_ values: [Value]) -> [Value] {
        var distinct: [Value] = []
        for value in values where !distinct.contains(where: { order($0, value) == 0 }) { distinct.append(value) }
        return distinct
    }

    func sum(_ known: [Value], _ type: DataType, _ met: inout Met) -> Value {
        if type == .float {
            return finite(Self.exactSum(known.map { if case .float(let float) = $0 { float } else { 0 } }), &met)
        }
        return fitted(known.reduce(0) { $0 + Int128($1.lane ?? 0) }, type, &met)
    }

    func average(_ known: [Value], _ met: inout Met) -> Value {
        guard let first = known.first else { return .missing }
        if case .float = first {
            guard case .float(let total) = sum(known, .float, &met) else { return .missing }
            return .float(total / Double(known.count))
        }
        let total = known.reduce(Int128(0)) { $0 + Int128($1.lane ?? 0) }
        var divisor = Double(known.count)
        if case .decimal(_, let scale) = first { divisor *= Double(Self.power(scale)) }
        return .float(Double(total) / divisor)
    }

    /// The exactly rounded sum by Shewchuk's partial sums that do not overlap, largest last.
    static func exactSum(_ values: [Double]) -> Double {
        var partials: [Double] = []
        for value in values {
            var value = value
            var kept: [Double] = []
            for partial in partials {
                let (small, large) = abs(value) < abs(partial) ? (value, partial) : (partial, value)
                let sum = large + small
                let error = small - (sum - large)
                if error != 0 { kept.append(error) }
                value = sum
            }
            partials = kept + [value]
        }
        guard var total = partials.popLast() else { return 0 }
        var rest = 0.0
        while let next = partials.popLast() {
            let before = total
            total += next
            rest = next - (total - before)
            if rest != 0 { break }
        }
        // Half-way cases: the partials below decide which way the last rounding should have gone.
        if let next = partials.last, (rest < 0) == (next < 0), rest != 0 {
            let doubled = rest * 2
            let moved = total + doubled
            if doubled == moved - total { total = moved }
        }
        return total
    }

    static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    func fitted(_ number: Int128, _ type: DataType, _ met: inout Met) -> Value {
        guard let lane = Int64(exactly: number), type != .date || Int32(exactly: number) != nil else {
            met.overflow = true
            return .missing
        }
        return Value(lane: lane, of: type == .boolean ? .integer : type)
    }

    func finite(_ number: Double, _ met: inout Met) -> Value {
        if number.isFinite { return .float(number) }
        met.overflow = true
        return .missing
    }

    private func arithmetic(
        _ operation: Arithmetic, _ one: Value, _ other: Value, _ type: DataType, _ met: inout Met
    ) -> Value {
        if case .float(let left) = one, case .float(let right) = other {
            switch operation {
            case .add: return finite(left + right, &met)
            case .subtract: return finite(left - right, &met)
            case .multiply: return finite(left * right, &met)
            default:
                if right == 0 {
                    met.division = true
                    return .missing
                }
                return finite(left / right, &met)
            }
        }
        let left = Int128(one.lane ?? 0)
        let right = Int128(other.lane ?? 0)
        switch operation {
        case .add: return fitted(left + right, type, &met)
        case .subtract: return fitted(left - right, type, &met)
        case .multiply:
            guard case .decimal(let scale) = type else { return fitted(left * right, type, &met) }
            let excess = Self.scale(one) + Self.scale(other) - scale
            return fitted(Self.rounded(left * right, by: Self.power(excess)), type, &met)
        case .divide: return .missing
        case .daysBetween:
            if case .date = one { return .integer(Int64(left - right)) }
            return .float(Double(left - right) / 86_400_000_000)
        case .addDays: return moved(one, .days(Int64(right)), &met)
        case .addMonths: return moved(one, .months(Int64(right)), &met)
        case .addMicroseconds: return moved(one, .microseconds(Int64(right)), &met)
        }
    }

    /// Steps so long that they leave the calendar are out of range.
    private func moved(_ time: Value, _ duration: ResolvedDuration, _ met: inout Met) -> Value {
        let day: Int
        let farthest: Int
        switch time {
        case .datetime(let instant): (day, farthest) = (moment.zone.day(of: instant), 106_000_000)
        default: (day, farthest) = (Int(time.lane ?? 0), Int(Int32.max))
        }
        let target: Int
        switch duration {
        case .days(let days): target = days.magnitude < 1 << 40 ? day + Int(days) : .max
        case .months(let months):
            // Long before the calendar's arithmetic gets near 64 bits.
            let isSane = months.magnitude < 200_000_000
            target = isSane ? CivilDate(daysSinceEpoch: day).adding(months: Int(months)).daysSinceEpoch : .max
        case .microseconds(let length):
            return fitted(Int128(time.lane ?? 0) + Int128(length), time.type ?? .datetime, &met)
        }
        if (-farthest...farthest).contains(target) { return moved(time, by: duration) }
        met.overflow = true
        return .missing
    }

    static func scale(_ value: Value) -> Int { if case .decimal(_, let scale) = value { scale } else { 0 } }

    /// Half away from zero.
    static func rounded(_ number: Int128, by unit: Int128) -> Int128 {
        let half = (number.magnitude * 2 + unit.magnitude) / (unit.magnitude * 2)
        return number < 0 ? -Int128(half) : Int128(half)
    }

    private func converted(_ value: Value, to type: DataType, _ met: inout Met) -> Value {
        switch (value, type) {
        case (.missing, _): return .missing
        case (.datetime(let instant), .date): return .date(Int32(moment.zone.day(of: instant)))
        case (.boolean(let flag), .integer): return .integer(flag ? 1 : 0)
        case (_, .float):
            if case .float = value { return value }
            return .float(Double(value.lane ?? 0) / Double(Self.power(Self.scale(value))))
        case (_, .decimal(let scale)):
            return fitted(Int128(value.lane ?? 0) * Self.power(scale - Self.scale(value)), type, &met)
        default: return value
        }
    }
}
