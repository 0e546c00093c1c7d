import ReachColumns
import ReachDiagnostics

/// Evaluates what depends on no row: literals and what is made of them, and what is decided whatever the row holds. Engines do the same for columns; both give missing for
/// overflow and division by zero.
package struct ConstantEvaluator {
    let moment: Moment

    package init(moment: Moment) { self.moment = moment }

    /// The value of an expression that looks at no row: `today - 7d`.
    package func constant(_ scalar: Scalar) -> Value? { value(of: scalar) }

    /// Nil where the condition looks at a row.
    package func truth(of condition: Condition) -> Bool? {
        switch condition {
        case .always(let truth): return truth
        case .not(let inner): return truth(of: inner).map { !$0 }
        case .all(let parts): return fold(parts, absorbing: false)
        case .any(let parts): return fold(parts, absorbing: true)
        case .comparison(let comparison, let one, let other):
            let (first, second) = (value(of: one), value(of: other))
            if first == .missing || second == .missing { return false }
            guard let first, let second else { return nil }
            return Self.order(first, second).map(comparison.holds) ?? false
        case .isIn(let scalar, let values):
            guard let value = value(of: scalar) else { return nil }
            return value != .missing && values.contains(value)
        case .match(let match, let scalar):
            guard let value = value(of: scalar) else { return nil }
            guard case .text(let words) = value else { return false }
            return match.matches(words)
        case .isMissing(let scalar): return value(of: scalar).map { $0 == .missing }
        case .isTrue(let scalar): return value(of: scalar).map { $0 == .boolean(true) }
        case .isMember, .sequence, .resumed: return nil
        }
    }

    /// All known, or one that decides alone.
    private func fold(_ parts: [Condition], absorbing: Bool) -> Bool? {
        let truths = parts.map(truth(of:))
        if truths.contains(absorbing) { return absorbing }
        return truths.contains(nil) ? nil : !absorbing
    }

    /// Nil where the scalar looks at a row, or at something only engines compute.
    package func value(of scalar: Scalar) -> Value? {
        switch scalar {
        case .literal(let value, _): return value
        case .column, .customerColumn, .aggregate: return nil
        case .arithmetic(let operation, let one, let other, let type):
            let (first, second) = (value(of: one), value(of: other))
            if first == .missing || second == .missing { return .missing }
            guard let first, let second else { return nil }
            return Self.arithmetic(operation, first, second, type)
        case .negate(let operand):
            guard let value = value(of: operand) else { return nil }
            if case .float(let float) = value { return .float(-float) }
            guard let exact = value.exact else { return .missing }
            return exact.units == .min ? .missing : operand.type.value(-exact.units)
        case .convert(let operand, let type):
            guard let value = value(of: operand) else { return nil }
            return convert(value, to: type)
        case .call(let function, let arguments, let type):
            let values = arguments.map(value(of:))
            if values.contains(.missing) { return .missing }
            let known = values.compactMap { $0 }
            return known.count == values.count ? call(function, known, type) : nil
        case .conditional(let condition, let then, let otherwise):
            return truth(of: condition).flatMap { value(of: $0 ? then : otherwise) }
        case .coalesce(let options):
            for option in options {
                guard let value = value(of: option) else { return nil }
                if value != .missing { return value }
            }
            return .missing
        case .extreme(let options, let largest):
            let values = options.map(value(of:))
            guard !values.contains(nil) else { return nil }
            return values.compactMap { $0 }.filter { $0 != .missing }.reduce(.missing) { best, value in
                best == .missing || Self.order(value, best) == (largest ? .greater : .less) ? value : best
            }
        case .condition(let condition): return truth(of: condition).map(Value.boolean)
        }
    }

    package enum Order: Hashable, Sendable { case less, equal, greater }

    /// How two values of one kind compare; numbers of any type exactly, text by UTF-8. Nil where one is missing or the kinds differ.
    package static func order(_ one: Value, _ other: Value) -> Order? {
        func compare<T: Comparable>(_ one: T, _ other: T) -> Order {
            one < other ? .less : one == other ? .equal : .greater
        }
        if let first = one.exact, let second = other.exact {
            let scale = max(first.scale, second.scale)
            return compare(
                Int128(first.units) * Int128(Exact.powerOfTen(scale - first.scale)),
                Int128(second.units) * Int128(Exact.powerOfTen(scale - second.scale)))
        }
        if let first = one.float, let second = other.float { return compare(first, second) }
        switch (one, other) {
        case (.text(let first), .text(let second)):
            if first.utf8.elementsEqual(second.utf8) { return .equal }
            return first.utf8.lexicographicallyPrecedes(second.utf8) ? .less : .greater
        case (.boolean(let first), .boolean(let second)): return compare(first ? 1 : 0, second ? 1 : 0)
        case (.date(let first), .date(let second)): return compare(first, second)
        case (.datetime(let first), .datetime(let second)): return compare(first, second)
        default: return nil
        }
    }

    private func convert(_ value: Value, to type: DataType) -> Value? {
        if value == .missing { return .missing }
        switch type {
        case .float: return value.float.map(Value.float)
        case .integer:
            if case .boolean(let truth) = value { return .integer(truth ? 1 : 0) }
            return value
        case .decimal(let scale):
            guard let exact = value.exact else { return nil }
            if case .exactly(let units) = Exact.rescale(exact, to: scale) {
                return .decimal(units: units, scale: scale)
            }
            return .missing
        case .date:
            guard case .datetime(let instant) = value else { return value }
            return .date(Int32(clamping: moment.zone.day(of: instant)))
        case .text, .boolean, .datetime: return value
        }
    }

    private static func arithmetic(_ operation: Arithmetic, _ one: Value, _ other: Value, _ type: DataType) -> Value? {
        switch operation {
        case .add, .subtract, .multiply:
            if type == .float {
                guard let first = one.float, let second = other.float else { return nil }
                let result =
                    switch operation {
                    case .add: first + second
                    case .subtract: first - second
                    default: first * second
                    }
                return result.isFinite ? .float(result) : .missing
            }
            return exact(operation, one, other, type)
        case .divide:
            guard let first = one.float, let second = other.float else { return nil }
            let result = first / second
            return result.isFinite ? .float(result) : .missing
        case .daysBetween:
            if case .date(let first) = one, case .date(let second) = other {
                return .integer(Int64(first) - Int64(second))
            }
            guard let first = one.lane, let second = other.lane else { return nil }
            return .float(Double(first - second) / Double(Zone.microsecondsPerDay))
        case .addDays, .addMonths:
            guard case .date(let day) = one, case .integer(let count) = other else { return nil }
            let limit = Int64(Moment.dayLimit)
            guard (-limit...limit).contains(count) else { return .missing }
            let step: ResolvedDuration = operation == .addDays ? .days(count) : .months(count)
            return Moment.day(Int(day), plus: step).map { .date(Int32($0)) } ?? .missing
        case .addMicroseconds:
            guard let first = one.lane, let second = other.lane else { return nil }
            let (sum, overflow) = first.addingReportingOverflow(second)
            return overflow ? .missing : .datetime(sum)
        }
    }

    private static func exact(_ operation: Arithmetic, _ one: Value, _ other: Value, _ type: DataType) -> Value? {
        guard let first = one.exact, let second = other.exact else { return nil }
        var result: Int128
        switch operation {
        case .add: result = Int128(first.units) + Int128(second.units)
        case .subtract: result = Int128(first.units) - Int128(second.units)
        default:
            result = Int128(first.units) * Int128(second.units)
            let excess = first.scale + second.scale - type.scale
            if excess > 0 { result = roundedQuotient(result, Int128(Exact.powerOfTen(excess))) }
        }
        return Int64(exactly: result).map(type.value) ?? .missing
    }

    /// Halves away from zero.
    static func roundedQuotient(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        let half = divisor / 2
        return (dividend >= 0 ? dividend + half : dividend - half) / divisor
    }

    /// Whether a text reads as a date, for offering it without quotes.
    static func isDate(_ words: String) -> Bool {
        let parts = words.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2 else { return false }
        guard let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]) else { return false }
        return CivilDate(year: year, month: month, day: day) != nil
    }
}

extension Comparison {
    package func holds(_ order: ConstantEvaluator.Order) -> Bool {
        switch self {
        case .equal: order == .equal
        case .less: order == .less
        case .lessOrEqual: order != .greater
        case .greater: order == .greater
        case .greaterOrEqual: order != .less
        }
    }
}

extension TextMatch {
    /// Whether a text, not folded yet, matches.
    package func matches(_ text: String) -> Bool {
        let scalars = Array(CaseFolding.fold(text).unicodeScalars)
        switch self {
        case .contains(let pattern):
            let wanted = Array(pattern.unicodeScalars)
            guard scalars.count >= wanted.count else { return false }
            return (0...(scalars.count - wanted.count)).contains {
                scalars[$0..<($0 + wanted.count)].elementsEqual(wanted)
            }
        case .hasPrefix(let pattern): return scalars.starts(with: pattern.unicodeScalars)
        case .hasSuffix(let pattern): return scalars.reversed().starts(with: pattern.unicodeScalars.reversed())
        case .like(let tokens): return Self.matches(scalars, tokens)
        }
    }

    /// Greedy with one way back to the last `%`: linear for all but odd patterns.
    private static func matches(_ scalars: [Unicode.Scalar], _ tokens: [LikeToken]) -> Bool {
        var position = 0
        var token = 0
        var retry: (token: Int, position: Int)?
        while position < scalars.count {
            if token < tokens.count, tokens[token] == .anyRun {
                retry = (token, position)
                token += 1
            } else if token < tokens.count, tokens[token] == .anyScalar || tokens[token] == .scalar(scalars[position]) {
                token += 1
                position += 1
            } else if let back = retry {
                retry = (back.token, back.position + 1)
                token = back.token + 1
                position = back.position + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyRun }
    }
}
