import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import TestSupport

extension SQLTranslator {
    mutating func value(_ expression: Expression, _ scope: Scope) throws -> Value {
        guard case .value(let value) = try operand(expression, scope) else {
            throw Untranslatable(what: "\(expression.canonicalText) as a value")
        }
        return value
    }

    mutating func operand(_ expression: Expression, _ scope: Scope) throws -> Operand {
        switch expression.kind {
        case .literal(let literal): return try self.literal(literal)
        case .parameter(let name):
            note("parameter")
            guard let literal = Shop.parameters[name.text] else { throw Untranslatable(what: "$\(name.text)") }
            return try self.literal(literal)
        case .name(let name): return .value(try self.name(name, scope))
        case .negate(let inner):
            note("negate")
            let value = try value(inner, scope)
            return .value(
                Value(sql: value.type == .float ? "(-\(value.sql))" : "whole(-\(value.sql))", type: value.type))
        case .arithmetic(let operation, let one, let other):
            note("arithmetic \(operation.rawValue)")
            return .value(try arithmetic(operation, try operand(one, scope), try operand(other, scope)))
        case .ago(let duration):
            note("ago")
            return .value(try ago(duration))
        case .call(let name, let arguments): return .value(try call(Name.fold(name.text), arguments, scope))
        case .aggregate(let call): return .value(try aggregate(call))
        default: return .value(Value(sql: try condition(expression, scope), type: .boolean))
        }
    }

    private mutating func literal(_ literal: Literal) throws -> Operand {
        switch literal {
        case .integer(let value): return .value(Value(sql: "\(value)", type: .integer))
        case .decimal(let units, let scale): return .value(Value(sql: "\(units)", type: .decimal(scale: scale)))
        case .text(let text): return .value(Value(sql: SQLText.quoted(text), type: .text))
        case .boolean(let truth): return .value(Value(sql: truth ? "1" : "0", type: .boolean))
        case .date(let day): return .value(Value(sql: "\(day)", type: .date))
        case .datetime(let wall, let offset):
            note(offset == nil ? "datetime" : "datetime with offset")
            let instant = offset.map { wall - Int64($0) * 1_000_000 } ?? shop.calendar.instant(wall: wall)
            return .value(Value(sql: "\(instant)", type: .datetime))
        case .duration(let duration): return .duration(duration)
        case .missing: return .missing
        case .today: return .value(Value(sql: "\(today)", type: .date))
        case .now: return .value(Value(sql: "\(now)", type: .datetime))
        case .period, .timeOfDay: throw Untranslatable(what: "\(literal)")
        }
    }

    private mutating func name(_ name: QualifiedName, _ scope: Scope) throws -> Value {
        if case .rows(let table, let alias) = scope, name.qualifier?.text != "customers" {
            guard let column = table.index(of: name.name.text) else { throw Untranslatable(what: name.name.text) }
            return Value(sql: "\(alias).\"\(table.columns[column].name)\"", type: table.columns[column].type)
        }
        if name.qualifier != nil { note("customers.name") }
        let text = name.name.text
        let customers = shop.data.schema.customers
        if let column = customers.index(of: text) {
            return Value(sql: "c.\"\(customers.columns[column].name)\"", type: customers.columns[column].type)
        }
        if let definition = shop.definitions.first(where: { Name.same($0.name, text) }) {
            note("\(definition.kind) by name")
            guard let expression = definition.expression else {
                return Value(sql: "(c.number IN (SELECT number FROM frozen_keepers))", type: .boolean)
            }
            if definition.kind == .segment {
                return Value(sql: try condition(expression, .customers), type: .boolean)
            }
            return try value(expression, .customers)
        }
        switch text {
        case "last_seen", "first_seen":
            note(text)
            let function = text == "last_seen" ? "max" : "min"
            let times =
                "SELECT day_of(placed) AS t FROM orders WHERE customer = c.id UNION ALL "
                + "SELECT day FROM visits WHERE customer = c.id"
            return Value(sql: "(SELECT \(function)(t) FROM (\(times)))", type: .date)
        default:
            note("a table as number")
            return Value(sql: try count(text, "r", [], nil), type: .integer)
        }
    }

    private func arithmetic(_ operation: ArithmeticOperator, _ one: Operand, _ other: Operand) throws -> Value {
        switch (one, other) {
        case (.value(let left), .value(let right)) where left.type.isNumeric && right.type.isNumeric:
            return numbers(operation, left, right)
        case (.value(let left), .value(let right)) where left.type.isTemporal && right.type.isTemporal:
            guard operation == .subtract else { break }
            if left.type == .datetime, right.type == .datetime {
                return Value(sql: "(CAST(\(left.sql) - \(right.sql) AS REAL) / 86400000000.0)", type: .float)
            }
            return Value(sql: "(\(day(left).sql) - \(day(right).sql))", type: .integer)
        case (.value(let date), .duration(let duration)) where operation == .add || operation == .subtract:
            return try moved(date, by: duration, sign: operation == .add ? 1 : -1)
        case (.duration(let duration), .value(let date)) where operation == .add:
            return try moved(date, by: duration, sign: 1)
        default: break
        }
        throw Untranslatable(what: "\(one) \(operation.rawValue) \(other)")
    }

    private func moved(_ date: Value, by duration: Duration, sign: Int64) throws -> Value {
        if let length = PlainCalendar.microseconds(duration) {
            guard date.type == .datetime else { throw Untranslatable(what: "hours after a date") }
            return Value(sql: "(\(date.sql) + \(sign * length))", type: .datetime)
        }
        return Value(
            sql: "move_day(\(day(date).sql), \(sign * duration.count), '\(duration.unit.rawValue)')", type: .date)
    }

    /// Integers and decimals exactly, NULL beyond 64 bits; `/` of floats, NULL by zero.
    private func numbers(_ operation: ArithmeticOperator, _ left: Value, _ right: Value) -> Value {
        let type = common(left.type, right.type)
        if operation == .divide { return Value(sql: "finite(\(float(left)) / \(float(right)))", type: .float) }
        if operation == .multiply, case .decimal = type {
            let digits = scale(left.type) + scale(right.type)
            return Value(
                sql: "product(\(left.sql), \(right.sql), \(max(0, digits - 18)))",
                type: .decimal(scale: min(18, digits)))
        }
        let check = type == .float ? "finite" : "whole"
        return Value(
            sql: "\(check)(\(number(left, as: type)) \(operation.rawValue) \(number(right, as: type)))", type: type)
    }
}
