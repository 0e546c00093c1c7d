import ReachColumns
import ReachLanguage
import ReachPlan
import TestSupport

/// Turns a condition, as the parser reads it, into SQL by what the language says of it, without a look at how it is bound.
///
/// Conditions become expressions that are 0 or 1, values expressions that may be NULL. `c` is the customer's row.
struct SQLTranslator {
    struct Untranslatable: Error {
        let what: String
    }

    struct Value {
        let sql: String
        let type: DataType
    }

    /// What stands beside another operand.
    enum Operand {
        case value(Value)
        case duration(Duration)
        case missing
    }

    enum Scope {
        case customers
        case rows(table: TableSchema, alias: String)
    }

    let shop: Shop
    /// How often each construct of the language was met.
    private(set) var met: [String: Int] = [:]

    init(_ shop: Shop) { self.shop = shop }

    var today: Int { Int(shop.moment.today) }
    var now: Int64 { shop.moment.now }

    mutating func note(_ construct: String) { met[construct, default: 0] += 1 }

    mutating func condition(_ expression: Expression, _ scope: Scope = .customers) throws -> String {
        switch expression.kind {
        case .not(let inner):
            note("not")
            return "(NOT \(try condition(inner, scope)))"
        case .and(let one, let other):
            note("and")
            return "(\(try condition(one, scope)) AND \(try condition(other, scope)))"
        case .or(let one, let other):
            note("or")
            return "(\(try condition(one, scope)) OR \(try condition(other, scope)))"
        case .comparison(let comparison, let one, let other):
            note("comparison \(comparison.rawValue)")
            return try compare(comparison.rawValue, one, other, scope)
        case .between(let operand, let low, let high, let negated):
            note("between")
            let parts = [try compare(">=", operand, low, scope), try compare("<=", operand, high, scope)]
            return Self.negated("(\(parts[0]) AND \(parts[1]))", negated)
        case .inList(let operand, let options, let negated):
            note("in list")
            var parts: [String] = []
            for option in options {
                if case .literal(.period(let period)) = option.kind {
                    parts.append(lies(try value(operand, scope), in: period))
                } else {
                    parts.append(try compare("=", operand, option, scope))
                }
            }
            return Self.negated("(" + parts.joined(separator: " OR ") + ")", negated)
        case .inPeriod(let operand, let period, let negated):
            note("in period")
            return Self.negated(lies(try value(operand, scope), in: period), negated)
        case .within(let operand, let duration, let negated):
            note("within")
            return Self.negated(try within(try value(operand, scope), try length(duration)), negated)
        case .match(let kind, let operand, let pattern, let negated):
            note(kind.rawValue)
            return Self.negated(try match(kind, operand, pattern, scope), negated)
        case .isMissing(let operand, let negated):
            note("is missing")
            return Self.negated("(\(try value(operand, scope).sql) IS NULL)", negated)
        case .isTruth(let operand, let truth, let negated):
            note("is true")
            return Self.negated("(\(try value(operand, scope).sql) IS \(truth ? 1 : 0))", negated)
        case .has(let clause): return try has(clause)
        case .stopped(let rows, let duration):
            note("stopped")
            let recent = Window.within(duration)
            let some = try count(rows.table.text, "r", [rows.window], rows.condition)
            let late = try count(rows.table.text, "r", [rows.window, recent], rows.condition)
            return "(\(some) >= 1 AND \(late) = 0)"
        case .resumed(let rows, let duration):
            note("resumed")
            return try resumed(rows, try length(duration))
        default:
            let value = try value(expression, scope)
            note("a value as condition")
            switch value.type {
            case .boolean: return "(\(value.sql) IS TRUE)"
            case .integer, .decimal, .float: return "((\(value.sql) > 0) IS TRUE)"
            default: throw Untranslatable(what: "\(expression.canonicalText) as a condition")
            }
        }
    }

    static func negated(_ sql: String, _ isNegated: Bool) -> String { isNegated ? "(NOT \(sql))" : sql }

    func length(_ written: DurationOrParameter) throws -> Duration {
        switch written {
        case .duration(let duration, _): return duration
        case .parameter(let name):
            guard case .duration(let duration)? = Shop.parameters[name.text] else {
                throw Untranslatable(what: "$\(name.text)")
            }
            return duration
        }
    }

    private mutating func match(
        _ kind: MatchKind, _ operand: Expression, _ pattern: Expression, _ scope: Scope
    ) throws -> String {
        let text = try value(operand, scope).sql
        let wanted = try value(pattern, scope).sql
        let folded = "fold(\(text))"
        let test =
            switch kind {
            case .contains: "instr(\(folded), fold(\(wanted))) > 0"
            case .startsWith: "substr(\(folded), 1, length(\(wanted))) = fold(\(wanted))"
            case .endsWith:
                "length(\(text)) >= length(\(wanted)) AND substr(\(folded), -length(\(wanted))) = fold(\(wanted))"
            case .like: "is_like(\(text), \(wanted))"
            }
        return "((\(test)) IS TRUE)"
    }
}
