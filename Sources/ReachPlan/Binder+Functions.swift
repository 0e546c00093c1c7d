import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Functions of values: how many arguments of which kind, and what comes out.
extension Binder {
    func call(
        _ name: Identifier, _ arguments: [Expression], at span: SourceSpan, _ scope: NameScope
    ) throws -> Scalar {
        switch Name.fold(name.text) {
        case "if": return try conditional(name, arguments, scope)
        case "coalesce": return try coalesce(name, arguments, scope)
        case "age":
            let argument = arguments.first.map(text) ?? exampleDate(scope)
            throw Diagnostic.ageFunction(argument, at: name.span)
        default: break
        }
        guard let function = Function(rawValue: Name.fold(name.text)) else {
            throw unknownFunction(name, arguments)
        }
        let shape = function.shape
        guard shape.count.contains(arguments.count) else {
            throw Diagnostic.wrongArgumentCount(name, shape.form, given: arguments.count, at: span)
        }
        let first = try scalar(arguments[0], scope)
        guard shape.takes(first.type) else {
            if function == .hour, first.type == .date {
                throw Diagnostic.noTimeOfDay(text(arguments[0]), "hour", at: arguments[0].span)
            }
            throw Diagnostic.typeMismatch(
                "`\(function.rawValue)` takes \(shape.wanted), `\(text(arguments[0]))` is \(first.type.article)",
                at: arguments[0].span, help: ["\(shape.form)"])
        }
        switch function {
        case .round: return try round(first, arguments, scope)
        case .bucket: return try bucket(first, arguments, scope)
        case .abs: return constant(.call(.abs, [first], first.type))
        case .hour: return constant(.call(.hour, [first], .integer))
        default:
            let argument = first.type == .datetime ? date(of: first) : first
            return constant(.call(function, [argument], shape.result))
        }
    }

    private func conditional(_ name: Identifier, _ arguments: [Expression], _ scope: NameScope) throws -> Scalar {
        guard arguments.count == 3 else {
            throw Diagnostic.wrongArgumentCount(
                name, "if(condition, value, otherwise)", given: arguments.count, at: name.span)
        }
        let test = try condition(arguments[0], scope.closed)
        let branches = try unified(Array(arguments[1...]), scope)
        switch test {
        case .always(let truth): return branches[truth ? 0 : 1]
        default: return .conditional(test, then: branches[0], otherwise: branches[1])
        }
    }

    private func coalesce(_ name: Identifier, _ arguments: [Expression], _ scope: NameScope) throws -> Scalar {
        guard arguments.count >= 2 else {
            throw Diagnostic.wrongArgumentCount(
                name, "coalesce(value, otherwise)", given: arguments.count, at: name.span)
        }
        return constant(.coalesce(try unified(arguments, scope)))
    }

    /// Values brought to one type; `missing` takes the others'.
    private func unified(_ arguments: [Expression], _ scope: NameScope) throws -> [Scalar] {
        let bound: [Scalar?] = try arguments.map { argument in
            if case .missing = try operand(argument, scope.closed) { return nil }
            return try scalar(argument, scope.closed)
        }
        guard let first = bound.lazy.compactMap({ $0 }).first else {
            throw Diagnostic.typeMismatch("every value here is `missing`", at: arguments[0].span, help: [])
        }
        var type = first.type
        for (argument, scalar) in zip(arguments, bound) {
            guard let scalar, scalar.type != type else { continue }
            if scalar.type.isNumeric, type.isNumeric {
                type = DataType.common(type, scalar.type)
            } else if scalar.type.isTemporal, type.isTemporal {
                type = .date
            } else {
                throw Diagnostic.typeMismatch(
                    "`\(text(argument))` is \(scalar.type.article), the value before it \(type.article)",
                    at: argument.span,
                    help: [])
            }
        }
        return bound.map { scalar in
            guard let scalar else { return .literal(.missing, type) }
            return type == .date ? date(of: scalar) : scalar.converted(to: type)
        }
    }

    /// The result keeps the operand's type and scale, with zeros from the rounded digit on.
    private func round(_ value: Scalar, _ arguments: [Expression], _ scope: NameScope) throws -> Scalar {
        var digits: Int64 = 0
        if arguments.count == 2 {
            guard case .literal(.integer(let count), _) = try scalar(arguments[1], scope), (-18...18).contains(count)
            else {
                throw Diagnostic.typeMismatch(
                    "`round` takes how many digits to keep, a number from -18 to 18", at: arguments[1].span,
                    help: ["round(\(text(arguments[0])), 2)"])
            }
            digits = count
        }
        return constant(.call(.round, [value, .integer(digits)], value.type))
    }

    /// Borders have the operand's type; an operand whose scale is too small for one is widened.
    private func bucket(_ value: Scalar, _ arguments: [Expression], _ scope: NameScope) throws -> Scalar {
        var borders: [Scalar] = []
        for argument in arguments.dropFirst() {
            let border = try scalar(argument, scope)
            guard border.type.isNumeric == value.type.isNumeric, border.type.isTemporal == value.type.isTemporal,
                case .literal = border
            else {
                throw Diagnostic.typeMismatch(
                    "`bucket` takes borders written out, `\(text(argument))` is not \(value.type.article) of that kind",
                    at: argument.span,
                    help: ["bucket(\(text(arguments[0])), \(value.type.isNumeric ? "100, 500" : "2026-01-01"))"])
            }
            borders.append(border)
        }
        let operand: Scalar
        if value.type.isNumeric {
            let type = borders.reduce(value.type) { DataType.common($0, $1.type) }
            operand = value.converted(to: type)
            borders = borders.map { $0.converted(to: type) }
        } else {
            let type: DataType = borders.contains { $0.type == .date } ? .date : value.type
            operand = type == .date ? date(of: value) : value
            borders = borders.map { type == .date ? date(of: $0) : $0 }
            if type == .datetime { borders = borders.map { $0.type == .date ? date(of: $0) : $0 } }
        }
        for (index, pair) in zip(borders, borders.dropFirst()).enumerated() {
            guard case .literal(let low, _) = pair.0, case .literal(let high, _) = pair.1,
                ConstantEvaluator.order(low, high) == .less
            else {
                throw Diagnostic.typeMismatch(
                    "the borders of `bucket` go up, `\(text(arguments[index + 2]))` does not",
                    at: arguments[index + 2].span,
                    help: ["bucket(\(text(arguments[0])), 100, 500, 1000)"])
            }
        }
        return .call(.bucket, [operand] + borders, .text)
    }

    private func unknownFunction(_ name: Identifier, _ arguments: [Expression]) -> Diagnostic {
        let aggregates = AggregateFunction.allCases.map(\.rawValue)
        let nearest = DidYouMean.closest(to: name.text, among: Self.functionNames + aggregates).first
        let synonyms = [
            "len": "length", "ucase": "upper", "lcase": "lower", "ifnull": "coalesce", "nvl": "coalesce",
            "isnull": "coalesce", "substr": "contains", "date_trunc": "monthly", "average": "avg", "mean": "avg",
        ]
        let spelled = nearest ?? synonyms[Name.fold(name.text)]
        let inside = arguments.map(text).joined(separator: ", ")
        return .unknownFunction(name, help: spelled.map { ["\($0)(\(inside))"] } ?? ["help functions"])
    }

    package static let functionNames = Function.allCases.map(\.rawValue) + ["if", "coalesce"]
}

extension Function {
    /// How it is called: `count` arguments, the first of a type it `takes`.
    struct Shape {
        let count: ClosedRange<Int>
        /// As a reader would type it.
        let form: String
        /// In words, for the type of the first argument.
        let wanted: String
        let takes: (DataType) -> Bool
        let result: DataType
    }

    var shape: Shape {
        switch self {
        case .lower, .upper, .trim: text("\(rawValue)(city)", .text)
        case .length: text("length(city)", .integer)
        case .domain: text("domain(email)", .text)
        case .phone: text("phone(phone)", .text)
        case .address: text("address(email)", .text)
        case .daysSince, .yearsSince, .year, .quarter, .month, .day, .weekday: date(.integer)
        case .yearly, .quarterly, .monthly, .weekly, .daily: date(.date)
        case .anniversary:
            Shape(count: 1...1, form: "anniversary(birthday)", wanted: "a date", takes: \.isTemporal, result: .date)
        case .hour:
            Shape(
                count: 1...1, form: "hour(last_seen)", wanted: "a date with time of day", takes: { $0 == .datetime },
                result: .integer)
        case .abs: Shape(count: 1...1, form: "abs(balance)", wanted: "a number", takes: \.isNumeric, result: .float)
        case .round:
            Shape(count: 1...2, form: "round(total, 2)", wanted: "a number", takes: \.isNumeric, result: .float)
        case .bucket:
            Shape(
                count: 2...1_000, form: "bucket(total, 100, 500)", wanted: "a number or date",
                takes: { $0.isNumeric || $0.isTemporal }, result: .text)
        }
    }

    private func text(_ form: String, _ result: DataType) -> Shape {
        Shape(count: 1...1, form: form, wanted: "text", takes: { $0 == .text }, result: result)
    }

    private func date(_ result: DataType) -> Shape {
        Shape(count: 1...1, form: "\(rawValue)(last_seen)", wanted: "a date", takes: \.isTemporal, result: result)
    }
}
