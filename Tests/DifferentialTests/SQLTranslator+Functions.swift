import ReachColumns
import ReachDiagnostics
import ReachLanguage
import TestSupport

extension SQLTranslator {
    mutating func call(_ function: String, _ arguments: [Expression], _ scope: Scope) throws -> Value {
        note(function)
        switch function {
        case "if":
            let test = try condition(arguments[0], scope)
            let branches = try unified(Array(arguments.dropFirst()), scope)
            return Value(
                sql: "(CASE WHEN \(test) THEN \(branches[0].sql) ELSE \(branches[1].sql) END)", type: branches[0].type)
        case "coalesce":
            let options = try unified(arguments, scope)
            return Value(
                sql: "coalesce(" + options.map(\.sql).joined(separator: ", ") + ")", type: options[0].type)
        default: break
        }
        let first = try value(arguments[0], scope)
        let day = day(first).sql
        func ofText(_ sql: String, _ type: DataType = .text) -> Value { Value(sql: "\(sql)(\(first.sql))", type: type) }
        func part(_ format: String) -> Value {
            Value(sql: "CAST(strftime('\(format)', \(day) * 86400, 'unixepoch') AS INTEGER)", type: .integer)
        }
        func start(_ unit: String) -> Value { Value(sql: "period_start(\(day), '\(unit)')", type: .date) }
        switch function {
        case "lower": return ofText("fold")
        case "upper": return ofText("capitals")
        case "trim": return ofText("without_blanks")
        case "length": return ofText("length", .integer)
        case "domain": return ofText("domain")
        case "days_since": return Value(sql: "(\(today) - \(day))", type: .integer)
        case "years_since": return Value(sql: "years_since(\(day))", type: .integer)
        case "year": return part("%Y")
        case "month": return part("%m")
        case "day": return part("%d")
        case "quarter": return Value(sql: "((\(part("%m").sql) + 2) / 3)", type: .integer)
        case "weekday": return Value(sql: "weekday_of(\(day))", type: .integer)
        case "hour": return Value(sql: "hour_of(\(first.sql))", type: .integer)
        case "yearly": return start("year")
        case "quarterly": return start("quarter")
        case "monthly": return start("month")
        case "weekly": return start("week")
        case "daily": return start("day")
        case "anniversary": return Value(sql: "anniversary(\(day))", type: .date)
        case "abs":
            let check = first.type == .float ? "finite" : "whole"
            return Value(sql: "\(check)(abs(\(first.sql)))", type: first.type)
        case "round": return try round(first, arguments.count > 1 ? arguments[1] : nil)
        case "bucket": return try bucket(first, Array(arguments.dropFirst()))
        default: throw Untranslatable(what: function)
        }
    }

    /// Values of one type; `missing` is of every type.
    private mutating func unified(_ arguments: [Expression], _ scope: Scope) throws -> [Value] {
        var values: [Value?] = []
        for argument in arguments {
            if case .value(let value) = try operand(argument, scope) {
                values.append(value)
            } else {
                values.append(nil)
            }
        }
        let known = values.compactMap { $0 }
        guard var type = known.first?.type else { throw Untranslatable(what: "nothing but missing") }
        for value in known where value.type != type {
            type = type.isTemporal ? .date : common(type, value.type)
        }
        return values.map { value in
            guard let value else { return Value(sql: "NULL", type: type) }
            if type == .date { return day(value) }
            return type.isNumeric ? Value(sql: number(value, as: type), type: type) : value
        }
    }

    private func round(_ value: Value, _ digits: Expression?) throws -> Value {
        var places: Int64 = 0
        switch digits?.kind {
        case nil: break
        case .literal(.integer(let count)): places = count
        case .negate(let inner):
            guard case .literal(.integer(let count)) = inner.kind else { throw Untranslatable(what: "round") }
            places = -count
        default: throw Untranslatable(what: "round")
        }
        if value.type == .float {
            guard places == 0 else { throw Untranslatable(what: "floats rounded to digits") }
            return Value(sql: "round_float(\(value.sql))", type: .float)
        }
        let dropped = Int64(scale(value.type)) - places
        return dropped <= 0 ? value : Value(sql: "round_units(\(value.sql), \(dropped))", type: value.type)
    }

    /// Of whole numbers: `<20`, `20–39`, `40+`.
    private func bucket(_ value: Value, _ written: [Expression]) throws -> Value {
        let borders = try written.map { border throws -> Int64 in
            guard case .literal(.integer(let number)) = border.kind else { throw Untranslatable(what: "bucket") }
            return number
        }
        guard value.type == .integer else { throw Untranslatable(what: "bucket") }
        var cases = "WHEN \(value.sql) IS NULL THEN NULL WHEN \(value.sql) < \(borders[0]) THEN '<\(borders[0])' "
        for (from, to) in zip(borders, borders.dropFirst()) {
            let name = from == to - 1 ? "\(from)" : "\(from)–\(to - 1)"
            cases += "WHEN \(value.sql) < \(to) THEN '\(name)' "
        }
        return Value(sql: "(CASE \(cases)ELSE '\(borders[borders.count - 1])+' END)", type: .text)
    }
}
