import ReachColumns
import ReachDiagnostics

/// Comparisons of numbers, exact whatever the scales; floats only where a side is float already.
extension Binder {
    func numericComparison(_ comparison: Comparison, _ first: Scalar, _ second: Scalar) throws -> Condition {
        if case .literal(let value, _) = second {
            return folded(Self.compare(comparison, first, with: value))
        }
        if case .literal(let value, _) = first {
            return folded(Self.compare(comparison.flipped, second, with: value))
        }
        let type = DataType.common(first.type, second.type)
        return folded(.comparison(comparison, first.converted(to: type), second.converted(to: type)))
    }

    /// A literal that the operand's scale cannot hold is compared through the nearest value below it that it can, never rounded.
    private static func compare(_ comparison: Comparison, _ scalar: Scalar, with value: Value) -> Condition {
        if scalar.type == .float || value.type == .float {
            let float = scalar.converted(to: .float)
            return .comparison(comparison, float, .literal(.float(value.float ?? 0), .float))
        }
        guard let exact = value.exact else { return .always(false) }
        let scale = scalar.type.scale
        switch Exact.rescale(exact, to: scale) {
        case .exactly(let units):
            return .comparison(comparison, scalar, .literal(scalar.type.value(units), scalar.type))
        case .above(let units):
            // The literal lies between `units` and the next: what is below it is at most `units`.
            let literal = Scalar.literal(scalar.type.value(units), scalar.type)
            return switch comparison {
            case .equal: .always(false)
            case .less, .lessOrEqual: .comparison(.lessOrEqual, scalar, literal)
            case .greater, .greaterOrEqual: .comparison(.greater, scalar, literal)
            }
        case .tooLarge: return beyond(comparison, scalar, holdsFor: [.less, .lessOrEqual])
        case .tooSmall: return beyond(comparison, scalar, holdsFor: [.greater, .greaterOrEqual])
        }
    }

    /// Compared with a number no value of the type reaches: all known values pass, or none.
    private static func beyond(_ comparison: Comparison, _ scalar: Scalar, holdsFor: [Comparison]) -> Condition {
        holdsFor.contains(comparison) ? Condition.isMissing(scalar).simplified.negated : .always(false)
    }
}

/// A number as units × 10^-scale.
struct Exact: Hashable {
    let units: Int64
    let scale: Int

    enum Rescaled: Hashable {
        case exactly(Int64)
        /// The number lies above this and below the next.
        case above(Int64)
        case tooLarge, tooSmall
    }

    static func rescale(_ number: Exact, to scale: Int) -> Rescaled {
        if scale >= number.scale {
            let (units, overflow) = number.units.multipliedReportingOverflow(by: powerOfTen(scale - number.scale))
            if !overflow { return .exactly(units) }
            return number.units > 0 ? .tooLarge : .tooSmall
        }
        let divisor = powerOfTen(number.scale - scale)
        let quotient = floorDivide(number.units, divisor)
        return quotient * divisor == number.units ? .exactly(quotient) : .above(quotient)
    }

    /// 10^exponent for 0…18.
    static func powerOfTen(_ exponent: Int) -> Int64 {
        var result: Int64 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

extension DataType {
    /// Digits after the point; 0 for integers.
    var scale: Int {
        if case .decimal(let scale) = self { return scale }
        return 0
    }

    /// The value of an integer or decimal type with these units.
    func value(_ units: Int64) -> Value { Value(lane: units, of: self) }

    /// The type two numbers are brought to: float if one is, else the larger scale.
    static func common(_ one: DataType, _ other: DataType) -> DataType {
        if one == .float || other == .float { return .float }
        if one == .integer && other == .integer { return .integer }
        return .decimal(scale: max(one.scale, other.scale))
    }

    /// With an article, for messages: `an integer`, `text`, `a date`.
    var article: String {
        switch self {
        case .integer, .decimal, .float: "a number"
        case .text: "text"
        case .boolean: "a yes/no value"
        case .date, .datetime: "a date"
        }
    }
}

extension Value {
    var exact: Exact? {
        switch self {
        case .integer(let value): Exact(units: value, scale: 0)
        case .decimal(let units, let scale): Exact(units: units, scale: scale)
        default: nil
        }
    }

    /// As the nearest float.
    var float: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .decimal(let units, let scale): Double(units) / Double(Exact.powerOfTen(scale))
        case .float(let value): value
        default: nil
        }
    }
}

extension Scalar {
    var isNotLiteral: Bool {
        if case .literal = self { return false }
        return true
    }

    /// This number at another type: literals are rewritten where the type holds them exactly.
    func converted(to type: DataType) -> Scalar {
        if self.type == type { return self }
        if case .literal(let value, _) = self {
            if value == .missing { return .literal(.missing, type) }
            if type == .float, let float = value.float { return .literal(.float(float), .float) }
            if type != .float, let exact = value.exact, case .exactly(let units) = Exact.rescale(exact, to: type.scale)
            {
                return .literal(type.value(units), type)
            }
        }
        return .convert(self, to: type)
    }
}
