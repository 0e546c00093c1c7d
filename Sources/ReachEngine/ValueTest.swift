import ReachColumns
import ReachPlan

/// A question about single known values, in the form in which it is put to encoded rows.
enum ValueTest {
    case nothing
    case lanes(ClosedRange<Int64>)
    /// Ascending.
    case laneSet([Int64])
    case floats(ClosedRange<Double>)
    /// Ascending order keys, see `floatKey`.
    case floatSet([Int64])
    case text(TextPredicate)

    /// `x <comparison> value`; the value is known.
    init(_ comparison: Comparison, _ value: Value, type: DataType) {
        switch value {
        case .missing: self = .nothing
        case .text(let text): self = .text(.comparison(comparison, Array(text.utf8)))
        case .float(let bound): self = Self.floats(comparison, bound)
        default: self = value.lane.map { Self.lanes(comparison, $0) } ?? .nothing
        }
    }

    /// Equal to one of the values.
    init(anyOf values: [Value], type: DataType) {
        switch type {
        case .text:
            let texts = values.compactMap { value -> [UInt8]? in
                if case .text(let text) = value { Array(text.utf8) } else { nil }
            }
            self = .text(.anyOf(texts.sorted { $0.lexicographicallyPrecedes($1) }))
        case .float:
            let floats = values.compactMap { value -> Double? in
                if case .float(let float) = value { float } else { nil }
            }
            self = .floatSet(floats.map(floatKey).sorted())
        default: self = .laneSet(values.compactMap(\.lane).sorted())
        }
    }

    private static func lanes(_ comparison: Comparison, _ bound: Int64) -> ValueTest {
        switch comparison {
        case .equal: .lanes(bound...bound)
        case .less: bound == .min ? .nothing : .lanes(.min...bound - 1)
        case .lessOrEqual: .lanes(.min...bound)
        case .greater: bound == .max ? .nothing : .lanes(bound + 1 ... .max)
        case .greaterOrEqual: .lanes(bound ... .max)
        }
    }

    private static func floats(_ comparison: Comparison, _ bound: Double) -> ValueTest {
        if bound.isNaN { return .nothing }
        return switch comparison {
        case .equal: .floats(bound...bound)
        case .less: bound == -.infinity ? .nothing : .floats(-.infinity...bound.nextDown)
        case .lessOrEqual: .floats(-.infinity...bound)
        case .greater: bound == .infinity ? .nothing : .floats(bound.nextUp ... .infinity)
        case .greaterOrEqual: .floats(bound ... .infinity)
        }
    }
}

/// A lane that orders like the float and is equal where the float is equal; both zeros have one.
func floatKey(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: (value == 0 ? 0.0 : value).bitPattern)
    return bits >= 0 ? bits : bits ^ .max
}

/// The float of a `floatKey`.
func float(ofKey key: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: key >= 0 ? key : key ^ .max))
}
