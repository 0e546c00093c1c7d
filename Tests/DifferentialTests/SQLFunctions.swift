import GRDB
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan

/// What SQL lacks: case folding as Reach has it, the calendar, exact sums. Every function gives NULL for a NULL argument.
enum SQLFunctions {
    static func all(_ shop: Shop) -> [DatabaseFunction] {
        texts + numbers + calendar(shop.calendar, today: Int(shop.moment.today)) + [
            DatabaseFunction("exact_sum", argumentCount: 1, pure: true, aggregate: ExactSum.self),
            DatabaseFunction("float_sum", argumentCount: 1, pure: true, aggregate: FloatSum.self),
        ]
    }

    private static func function(
        _ name: String, _ count: Int, _ body: @escaping @Sendable ([DatabaseValue]) -> (any DatabaseValueConvertible)?
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: count, pure: true) { values in
            values.contains(where: \.isNull) ? nil : body(values)
        }
    }

    private static func text(_ value: DatabaseValue) -> String { String.fromDatabaseValue(value) ?? "" }
    private static func integer(_ value: DatabaseValue) -> Int64 { Int64.fromDatabaseValue(value) ?? 0 }
    private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static var texts: [DatabaseFunction] {
        [
            function("fold", 1) { known(CaseFolding.fold(text($0[0]))) },
            function("capitals", 1) { values in
                var capitals = String.UnicodeScalarView()
                for scalar in text(values[0]).unicodeScalars {
                    let mapped = scalar.properties.uppercaseMapping.unicodeScalars
                    if let first = mapped.first, mapped.count == 1 {
                        capitals.append(first)
                    } else {
                        capitals.append(scalar)
                    }
                }
                return known(String(capitals))
            },
            function("without_blanks", 1) { known(trimmed(text($0[0]))) },
            function("domain", 1) { values in
                let parts = text(values[0]).split(separator: "@", omittingEmptySubsequences: false)
                return parts.count < 2 ? nil : known(CaseFolding.fold(trimmed(String(parts[parts.count - 1]))))
            },
            function("is_like", 2) { values in
                like(Array(CaseFolding.fold(text(values[0])).unicodeScalars), Array(text(values[1]).unicodeScalars))
            },
        ]
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The text is folded, the pattern is as typed.
    private static func like(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = Array(pattern.dropFirst())
        switch first {
        case "%": return (0...text.count).contains { like(Array(text.dropFirst($0)), rest) }
        case "_": return !text.isEmpty && like(Array(text.dropFirst()), rest)
        case "\\":
            if let escaped = rest.first, ["%", "_", "\\"].contains(escaped) {
                return text.first == escaped && like(Array(text.dropFirst()), Array(rest.dropFirst()))
            }
            return text.first == "\\" && like(Array(text.dropFirst()), rest)
        default: return text.first == CaseFolding.fold(first) && like(Array(text.dropFirst()), rest)
        }
    }

    private static var numbers: [DatabaseFunction] {
        [
            // SQLite goes over to floats where integers leave 64 bits; Reach has no value there.
            function("whole", 1) { value in
                if case .int64(let integer) = value[0].storage { integer } else { nil }
            },
            function("finite", 1) { value in
                if case .double(let double) = value[0].storage, double.isFinite { double } else { nil }
            },
            function("decimal_order", 4) { values in
                let (one, other) = (Int128(integer(values[0])), Int128(integer(values[2])))
                let (left, right) = (one * power(integer(values[3])), other * power(integer(values[1])))
                return left < right ? -1 : left > right ? 1 : 0
            },
            // A product with fewer digits behind the point.
            function("product", 3) { values in
                let product = Int128(integer(values[0])) * Int128(integer(values[1]))
                return Int64(exactly: rounded(product, to: power(integer(values[2]))))
            },
            // Units rounded to a multiple.
            function("round_units", 2) { values in
                let unit = power(integer(values[1]))
                return Int64(exactly: rounded(Int128(integer(values[0])), to: unit) * unit)
            },
            function("round_float", 1) { values in
                Double.fromDatabaseValue(values[0]).map { $0.rounded(.toNearestOrAwayFromZero) }
            },
        ]
    }

    static func power(_ exponent: Int64) -> Int128 { (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 } }

    /// How many units, halves away from zero.
    private static func rounded(_ number: Int128, to unit: Int128) -> Int128 {
        let quotient = number / unit
        let rest = number % unit
        return rest.magnitude * 2 >= unit.magnitude ? quotient + (number < 0 ? -1 : 1) : quotient
    }

    private static func calendar(_ calendar: PlainCalendar, today: Int) -> [DatabaseFunction] {
        func ofDay(_ name: String, _ body: @escaping @Sendable (Int) -> Int?) -> DatabaseFunction {
            function(name, 1) { body(Int(integer($0[0]))) }
        }
        return [
            ofDay("day_of") { calendar.day(of: Int64($0)) },
            ofDay("hour_of") { calendar.hour(of: Int64($0)) },
            ofDay("years_since") { PlainCalendar.years(since: $0, today: today) },
            ofDay("anniversary") { PlainCalendar.anniversary(of: $0, today: today) },
            ofDay("weekday_of") { PlainCalendar.weekday($0) },
            function("period_start", 2) { values in
                let unit = PeriodUnit(rawValue: text(values[1])) ?? .day
                return PlainCalendar.start(unit, of: Int(integer(values[0])))
            },
            function("move_day", 3) { values in
                let unit = Duration.Unit(rawValue: text(values[2])) ?? .day
                let count = integer(values[1])
                return PlainCalendar.day(
                    Int(integer(values[0])), plus: Duration(abs(count), unit), sign: count < 0 ? -1 : 1)
            },
            function("move_instant", 3) { values in
                let unit = Duration.Unit(rawValue: text(values[2])) ?? .day
                return calendar.instant(integer(values[0]), plus: Duration(integer(values[1]), unit))
            },
        ]
    }
}

/// A sum of integers; 0 of nothing, NULL beyond 64 bits.
struct ExactSum: DatabaseAggregate {
    private var sum: Int128 = 0

    mutating func step(_ values: [DatabaseValue]) { sum += Int128(Int64.fromDatabaseValue(values[0]) ?? 0) }

    func finalize() -> (any DatabaseValueConvertible)? { Int64(exactly: sum) }
}

/// A sum of floats, rounded once: exact in units of 2^-64, which values of a small shop are multiples of.
struct FloatSum: DatabaseAggregate {
    private var units: Int128 = 0

    mutating func step(_ values: [DatabaseValue]) {
        guard let value = Double.fromDatabaseValue(values[0]) else { return }
        units += Int128(value * 0x1p64)
    }

    func finalize() -> (any DatabaseValueConvertible)? { Double(units) * 0x1p-64 }
}
