import ReachColumns
import ReachKernels
import ReachPlan

extension ChunkEvaluator {
    func arithmetic(
        _ operation: Arithmetic, _ left: Scalar, _ right: Scalar, _ type: DataType, _ scope: Scope
    ) throws -> Vector {
        let lefts = try vector(left, scope)
        let rights = try vector(right, scope)
        var result = Vector(
            lefts.storage, missing: united(lefts.missing, rights.missing), faults: united(lefts.faults, rights.faults))
        switch operation {
        case .add, .subtract, .multiply:
            if type == .float {
                result.set(floats: combine(operation, lefts.floats, rights.floats))
            } else {
                let excess = operation == .multiply ? left.type.scale + right.type.scale - type.scale : 0
                result.set(combine(operation, lefts.lanes, rights.lanes, excess: excess))
            }
        case .divide:
            let quotients = divideFloats(lefts.floats, rights.floats)
            result.mark(markRange(rights.floats, from: 0, through: 0), as: Fault.division)
            result.set(floats: quotients)
        case .daysBetween:
            if left.type == .date {
                result.set(subtractLanes(lefts.lanes, rights.lanes))
            } else {
                result.storage = .floats(
                    zip(lefts.lanes, rights.lanes).map { Double(Int128($0) - Int128($1)) / 86_400_000_000 })
            }
        case .addDays, .addMonths, .addMicroseconds:
            result.set(
                moved(lefts.lanes, by: rights.lanes, operation, left.type, skipping: result.missing),
                within: left.type)
        }
        return result
    }

    private func combine(_ operation: Arithmetic, _ left: [Double], _ right: [Double]) -> [Double] {
        switch operation {
        case .add: addFloats(left, right)
        case .subtract: subtractFloats(left, right)
        default: multiplyFloats(left, right)
        }
    }

    /// `excess` is by how many places a product is longer than its type.
    private func combine(
        _ operation: Arithmetic, _ left: [Int64], _ right: [Int64], excess: Int
    ) -> CheckedLanes {
        switch operation {
        case .add: addLanes(left, right)
        case .subtract: subtractLanes(left, right)
        default: excess > 0 ? multiplyLanes(left, right, over: powerOfTen(excess)) : multiplyLanes(left, right)
        }
    }

    /// Dates and datetimes moved by a number of steps each.
    private func moved(
        _ times: [Int64], by steps: [Int64], _ operation: Arithmetic, _ type: DataType, skipping missing: [UInt8]?
    ) -> CheckedLanes {
        var result = CheckedLanes(count: times.count)
        for row in times.indices where missing.map({ $0[row] == 0 }) ?? true {
            let duration: ResolvedDuration =
                switch operation {
                case .addDays: .days(steps[row])
                case .addMonths: .months(steps[row])
                default: .microseconds(steps[row])
                }
            if let moved = TimeStep.add(duration, to: times[row], type, in: engine.moment.zone) {
                result.lanes[row] = moved
            } else {
                result.overflow[row] = 1
                result.hasOverflow = true
            }
        }
        return result
    }

    func converted(_ operand: Vector, from: DataType, to type: DataType) -> Vector {
        var result = operand
        switch (from, type) {
        case (.datetime, .date):
            let zone = engine.moment.zone
            result.storage = .lanes(operand.lanes.map { Int64(zone.day(of: $0)) })
        case (.integer, .float), (.boolean, .float), (.decimal, .float):
            result.storage = .floats(floats(operand.lanes, over: Double(powerOfTen(from.scale))))
        case (.integer, .decimal), (.boolean, .decimal), (.decimal, .decimal):
            let places = type.scale - from.scale
            if places > 0 { result.set(scaleLanes(operand.lanes, by: powerOfTen(places))) }
        default: break
        }
        return result
    }
}

extension Vector {
    /// Takes over a result; where it is out of range the value is missing.
    mutating func set(_ result: CheckedLanes) {
        storage = .lanes(result.lanes)
        if result.hasOverflow { mark(result.overflow, as: Fault.overflow) }
    }

    /// The same for dates, which are days in 32 bits.
    mutating func set(_ result: CheckedLanes, within type: DataType) {
        set(result)
        guard type == .date else { return }
        var outside = markRange(result.lanes, from: Int64(Int32.min), through: Int64(Int32.max))
        invert(&outside)
        if hasAny(outside) { mark(outside, as: Fault.overflow) }
    }

    /// Takes over a result; what is not finite is missing.
    mutating func set(floats: [Double]) {
        storage = .floats(floats)
        let infinite = markNotFinite(floats)
        if hasAny(infinite) { mark(infinite, as: Fault.overflow) }
    }
}

extension DataType {
    /// Decimal places; 0 for whole numbers.
    var scale: Int { if case .decimal(let scale) = self { scale } else { 0 } }
}

/// 10^exponent for 0…18.
func powerOfTen(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
}
