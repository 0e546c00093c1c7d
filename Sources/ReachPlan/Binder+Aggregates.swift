import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Figures per customer: `count(orders within 90d)`, `sum(orders.total where category = "ski")`.
extension Binder {
    func aggregate(_ call: AggregateCall, at span: SourceSpan, _ scope: NameScope) throws -> Scalar {
        switch scope.kind {
        case .customers: break
        case .rows(let table):
            if scope.isRightOfConnective, let clause = scope.clause {
                throw Diagnostic.nestedActivity(
                    "`\(call.function.rawValue)`", table: self.table(table).name, at: span,
                    help: [text(split(clause, before: span))])
            }
            throw nestedActivity("`\(call.function.rawValue)`", in: table, at: span)
        case .facts: throw Diagnostic.aggregateArgument(call.function.rawValue, at: span, help: ["count(all)"])
        }
        let (table, value) = try aggregated(call, at: span)
        var parts: [Condition] = []
        let inner = NameScope(.rows(table))
        if let window = call.window { parts.append(try self.window(window, of: table, at: span, inner)) }
        if let written = call.condition { parts.append(try condition(written, inner)) }
        let filter = Condition.and(parts)
        let kept = filter == .always(true) ? nil : filter
        guard let value else { return Self.count(table, kept) }
        let (function, type) = try perCustomer(call, value, at: span)
        return .aggregate(
            Aggregate(function, table: table, value: summable(value, call.function), filter: kept, type: type))
    }

    /// Which table's rows, and which value of them; nil for a count.
    private func aggregated(_ call: AggregateCall, at span: SourceSpan) throws -> (table: Int, value: Scalar?) {
        guard let argument = call.argument else {
            throw Diagnostic.aggregateArgument(
                call.function.rawValue, at: span,
                help: context.activityNames.prefix(2).map { example(call.function, $0) })
        }
        if ActivityReference.isTable(argument, of: call), case .name(let name) = argument.kind {
            if let table = context.activityIndex(name.name.text) { return (table, nil) }
            if Name.same(name.name.text, "customers") {
                throw Diagnostic.customersAreNoActivity(
                    at: name.span, help: context.activityNames.map { "count(\($0))" })
            }
            if let diagnostic = unqualified(call, argument) { throw diagnostic }
            throw unknownTable(name.name)
        }
        if call.function == .count {
            guard case .name(let name) = argument.kind, let qualifier = name.qualifier else {
                throw Diagnostic.aggregateArgument(
                    "count", at: argument.span,
                    help: context.activityNames.prefix(2).map { "count(\(Self.spelled($0)))" })
            }
            let table = Self.spelled(qualifier.text)
            throw Diagnostic.aggregateArgument(
                "count", at: argument.span,
                help: [
                    "count(\(table))", "count(\(table) where \(Self.spelled(name.name.text)) is known)",
                    "distinct(\(text(argument)))",
                ])
        }
        guard let qualifier = ActivityReference.qualifier(in: argument) else {
            if let diagnostic = unqualified(call, argument) { throw diagnostic }
            // An unknown name is blamed for itself, a known one for being no activity.
            _ = try scalar(argument, NameScope(.customers))
            throw Diagnostic.aggregateArgument(
                call.function.rawValue, at: argument.span,
                help: context.activityNames.prefix(2).map { example(call.function, $0) })
        }
        guard let table = context.activityIndex(qualifier.text) else { throw unknownTable(qualifier) }
        return (table, try scalar(argument, NameScope(.rows(table))))
    }

    /// `sum(total)` where a table has a `total`.
    func unqualified(_ call: AggregateCall, _ argument: Expression) -> Diagnostic? {
        guard case .name(let name) = argument.kind, name.qualifier == nil else { return nil }
        let holders = schema.tables.filter { $0.kind == .activity && $0.index(of: name.name.text) != nil }
        let function = call.function == .count ? "distinct" : call.function.rawValue
        if holders.isEmpty { return nil }
        return .aggregateArgument(
            call.function.rawValue, at: argument.span,
            help: holders.map { "\(function)(\(Self.spelled($0.name)).\(Self.spelled(name.name.text)))" })
    }

    /// `sum(orders.total)`, with a column that the function takes.
    private func example(_ function: AggregateFunction, _ table: String) -> String {
        if function == .count { return "count(\(Self.spelled(table)))" }
        let columns = schema.table(table)?.columns ?? []
        let column =
            columns.first { $0.type.isNumeric && $0.role == .attribute } ?? columns.first { $0.role == .attribute }
        return "\(function.rawValue)(\(Self.spelled(table)).\(Self.spelled(column?.name ?? "total")))"
    }

    private func perCustomer(
        _ call: AggregateCall, _ value: Scalar, at span: SourceSpan
    ) throws -> (Aggregate.Function, DataType) {
        let type = try resultType(call, value.type)
        switch call.function {
        case .sum: return (.sum, type)
        case .avg: return (.avg, type)
        case .min: return (.min, type)
        case .max: return (.max, type)
        case .first: return (.first, type)
        case .last: return (.last, type)
        case .distinct: return (.distinct, type)
        case .count: return (.count, .integer)
        case .median, .quantile:
            throw Diagnostic.onlySummarized(
                call.function.rawValue, at: span, help: "summarize \(text(Expression(.aggregate(call), at: span)))")
        }
    }

    /// The type an aggregate of a value of `type` has; refuses what cannot be added or ordered.
    func resultType(_ call: AggregateCall, _ type: DataType) throws -> DataType {
        let argument = call.argument.map(text) ?? ""
        let span = call.argument?.span
        switch call.function {
        case .count, .distinct: return .integer
        case .first, .last: return type
        case .sum, .avg:
            guard type.isNumeric || type == .boolean else {
                throw Diagnostic.typeMismatch(
                    "`\(call.function.rawValue)` adds numbers, `\(argument)` is \(type.article)", at: span,
                    help: ["max(\(argument))", "distinct(\(argument))"])
            }
            if call.function == .avg { return .float }
            return type == .boolean ? .integer : type
        case .min, .max, .median, .quantile:
            guard
                type.isNumeric || type.isTemporal || (type == .text && (call.function == .min || call.function == .max))
            else {
                throw Diagnostic.typeMismatch(
                    "`\(call.function.rawValue)` wants values with an order, `\(argument)` is \(type.article)",
                    at: span,
                    help: ["distinct(\(argument))"])
            }
            return type
        }
    }

    /// Yes and no count as 1 and 0.
    func summable(_ value: Scalar, _ function: AggregateFunction) -> Scalar {
        guard value.type == .boolean, function == .sum || function == .avg else { return value }
        return .convert(value, to: .integer)
    }
}
