import ReachColumns
import ReachDiagnostics
import ReachLanguage
import TestSupport

extension SQLTranslator {
    /// A figure per customer.
    mutating func aggregate(_ call: AggregateCall) throws -> Value {
        note("\(call.function.rawValue)()")
        guard let argument = call.argument else { throw Untranslatable(what: "a bare \(call.function.rawValue)") }
        if call.function == .count, case .name(let name) = argument.kind {
            return Value(sql: try count(name.name.text, "r", [call.window], call.condition), type: .integer)
        }
        guard let name = Self.table(of: argument), let table = shop.data.schema.table(name),
            let column = table.index(of: .time)
        else { throw Untranslatable(what: argument.canonicalText) }
        let value = try value(argument, .rows(table: table, alias: "r"))
        let count = try count(table.name, "r", [call.window], call.condition)
        let rows = String(count.dropFirst("(SELECT count(*) ".count).dropLast())
        func select(_ what: String, _ end: String = "") -> String { "(SELECT \(what) \(rows)\(end))" }
        let isWhole = value.type != .float
        switch call.function {
        case .sum:
            let type: DataType = value.type == .boolean ? .integer : value.type
            return Value(sql: select("\(isWhole ? "exact" : "float")_sum(\(value.sql))"), type: type)
        case .avg:
            let divisor = "\(SQLFunctions.power(Int64(scale(value.type)))).0"
            let sum = isWhole ? "CAST(exact_sum(\(value.sql)) AS REAL)" : "float_sum(\(value.sql))"
            return Value(sql: select("\(sum) / (count(\(value.sql)) * \(divisor))"), type: .float)
        case .min, .max: return Value(sql: select("\(call.function.rawValue)(\(value.sql))"), type: value.type)
        case .first, .last:
            let direction = call.function == .first ? "ASC" : "DESC"
            let time = "r.\"\(table.columns[column].name)\""
            let end =
                " AND \(value.sql) IS NOT NULL ORDER BY \(time) \(direction), r.arrival \(direction) LIMIT 1"
            return Value(sql: select(value.sql, end), type: value.type)
        case .distinct: return Value(sql: select("count(DISTINCT \(value.sql))"), type: .integer)
        case .count, .median, .quantile: throw Untranslatable(what: call.function.rawValue)
        }
    }

    /// The activity table that names in the argument are qualified with.
    private static func table(of expression: Expression) -> String? {
        switch expression.kind {
        case .name(let name):
            return name.qualifier.flatMap { Name.same($0.text, "customers") ? nil : $0.text }
        case .negate(let inner), .isMissing(let inner, _), .isTruth(let inner, _, _), .not(let inner):
            return table(of: inner)
        case .arithmetic(_, let one, let other), .comparison(_, let one, let other):
            return table(of: one) ?? table(of: other)
        case .call(_, let arguments): return arguments.lazy.compactMap { table(of: $0) }.first
        default: return nil
        }
    }
}
