import ReachColumns
import ReachDiagnostics
import ReachLanguage
import TestSupport

extension SQLTranslator {
    /// `operation` is one of the language's, `!=` included.
    mutating func compare(
        _ operation: String, _ one: Expression, _ other: Expression, _ scope: Scope
    ) throws -> String {
        if operation == "!=" { return "(NOT \(try compare("=", one, other, scope)))" }
        switch (try operand(one, beside: other, scope), try operand(other, beside: one, scope)) {
        case (.value(let value), .duration(let duration)): return try age(operation, value, duration)
        case (.duration(let duration), .value(let value)):
            return try age(Self.flipped(operation), value, duration)
        case (.value(let left), .value(let right)): return try compare(operation, left, right)
        default: throw Untranslatable(what: "\(one.canonicalText) \(operation) \(other.canonicalText)")
        }
    }

    private static func flipped(_ operation: String) -> String {
        ["<": ">", "<=": ">=", ">": "<", ">=": "<="][operation] ?? operation
    }

    /// `yes` and `no` are values beside a boolean.
    private mutating func operand(
        _ expression: Expression, beside other: Expression, _ scope: Scope
    ) throws -> Operand {
        if case .name(let name) = expression.kind, name.qualifier == nil, ["yes", "no"].contains(name.name.text) {
            note("yes and no")
            return .value(Value(sql: name.name.text == "yes" ? "1" : "0", type: .boolean))
        }
        return try operand(expression, scope)
    }

    func compare(_ operation: String, _ left: Value, _ right: Value) throws -> String {
        switch (left.type, right.type) {
        case (.text, .text), (.boolean, .boolean), (.date, .date), (.datetime, .datetime):
            return "((\(left.sql) \(operation) \(right.sql)) IS TRUE)"
        case (.date, .datetime), (.datetime, .date):
            return "((\(day(left).sql) \(operation) \(day(right).sql)) IS TRUE)"
        case (let one, let other) where one.isNumeric && other.isNumeric:
            if one == .float || other == .float {
                return "((\(float(left)) \(operation) \(float(right))) IS TRUE)"
            }
            let order = "decimal_order(\(left.sql), \(scale(one)), \(right.sql), \(scale(other)))"
            return "((\(order) \(operation) 0) IS TRUE)"
        default: throw Untranslatable(what: "\(left.type.name) \(operation) \(right.type.name)")
        }
    }

    /// `e > 60d` is before the day 60 days ago.
    private mutating func age(_ operation: String, _ value: Value, _ duration: Duration) throws -> String {
        note("age")
        return try compare(Self.flipped(operation), value, ago(duration))
    }

    mutating func within(_ value: Value, _ duration: Duration) throws -> String {
        let end =
            PlainCalendar.microseconds(duration) == nil
            ? Value(sql: "\(today)", type: .date) : Value(sql: "\(now)", type: .datetime)
        return "(\(try compare(">=", value, ago(duration))) AND \(try compare("<=", value, end)))"
    }

    /// The day a duration back; of hours and shorter the instant.
    func ago(_ duration: Duration) throws -> Value {
        if let length = PlainCalendar.microseconds(duration) { return Value(sql: "\(now - length)", type: .datetime) }
        guard let day = PlainCalendar.day(today, plus: duration, sign: -1) else {
            throw Untranslatable(what: "\(duration.canonicalText) ago")
        }
        return Value(sql: "\(day)", type: .date)
    }

    mutating func lies(_ value: Value, in period: Period) -> String {
        let days = PlainCalendar.days(of: period, today: today)
        let day = day(value).sql
        return "((\(day) >= \(days.first) AND \(day) < \(days.end)) IS TRUE)"
    }

    /// A date, or the date of a datetime on the clock of the shop.
    func day(_ value: Value) -> Value {
        value.type == .datetime ? Value(sql: "day_of(\(value.sql))", type: .date) : value
    }

    func scale(_ type: DataType) -> Int { if case .decimal(let scale) = type { scale } else { 0 } }

    func float(_ value: Value) -> String {
        switch value.type {
        case .float: value.sql
        case .decimal(let scale): "(CAST(\(value.sql) AS REAL) / \(SQLFunctions.power(Int64(scale))).0)"
        default: "CAST(\(value.sql) AS REAL)"
        }
    }

    /// The value in the unit of another numeric type.
    func number(_ value: Value, as type: DataType) -> String {
        if type == .float { return float(value) }
        let steps = scale(type) - scale(value.type)
        return steps == 0 ? value.sql : "whole(\(value.sql) * \(SQLFunctions.power(Int64(steps))))"
    }

    func common(_ one: DataType, _ other: DataType) -> DataType {
        if one == .float || other == .float { return .float }
        if one == .integer, other == .integer { return .integer }
        return .decimal(scale: max(scale(one), scale(other)))
    }
}
