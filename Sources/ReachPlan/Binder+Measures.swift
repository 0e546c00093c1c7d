import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// One figure of `summarize`, with the name its column takes.
package struct BoundMeasure: Hashable, Sendable {
    /// Canonical text; the statement puts `as NAME` over it.
    package let name: String
    package let measure: Measure
}

extension Binder {
    /// Binds `count`, `avg(age)`, `sum(orders.total within 90d)` (pooled over the rows of the customers) or `avg(sum(orders.total))`
    /// (over customers) for `summarize`.
    package func bindMeasure(_ expression: Expression, _ scope: Scope = .customers) throws -> BoundMeasure {
        let name = text(expression)
        if case .name(let bare) = expression.kind, bare.qualifier == nil, Name.same(bare.name.text, "count") {
            return BoundMeasure(name: "count", measure: Measure(.count, value: nil, type: .integer))
        }
        guard case .aggregate(let call) = expression.kind else {
            throw Diagnostic.notAMeasure(name, at: expression.span, help: measureHelp(expression, scope))
        }
        return BoundMeasure(name: name, measure: try measure(call, at: expression.span, scope))
    }

    private func measure(_ call: AggregateCall, at span: SourceSpan, _ scope: Scope) throws -> Measure {
        guard call.function != .first, call.function != .last else {
            let function = call.function == .first ? "min" : "max"
            throw Diagnostic.notAMeasure(
                "\(call.function.rawValue)(…)", at: span, help: call.argument.map { ["\(function)(\(text($0)))"] } ?? []
            )
        }
        if scope == .customers, let table = pooledTable(call) { return try pooled(call, table, at: span) }
        let inner = NameScope(of: scope)
        let filter = try measureFilter(call, at: span, inner)
        guard let argument = call.argument, !isOwnTable(call, scope) else {
            guard call.function == .count else {
                throw Diagnostic.aggregateArgument(
                    call.function.rawValue, at: span, help: ["\(call.function.rawValue)(\(exampleNumber(inner)))"])
            }
            guard filter != .always(true) else { return Measure(.count, value: nil, type: .integer) }
            return Measure(.sum, value: .convert(.condition(filter), to: .integer), type: .integer)
        }
        guard call.function != .count else {
            throw Diagnostic.aggregateArgument(
                "count", at: argument.span, help: ["count", "distinct(\(text(argument)))"])
        }
        if scope == .customers, case .name(let name) = argument.kind, !meansSomethingForCustomers(name.name),
            let diagnostic = unqualified(call, argument)
        {
            throw diagnostic
        }
        let value = try scalar(argument, inner)
        let type = try resultType(call, value.type)
        let counted = summable(value, call.function)
        let kept: Scalar =
            filter == .always(true)
            ? counted : .conditional(filter, then: counted, otherwise: .literal(.missing, counted.type))
        return Measure(try measureFunction(call), value: kept, type: type)
    }

    /// `count(orders)` of the rows of `orders` themselves.
    private func isOwnTable(_ call: AggregateCall, _ scope: Scope) -> Bool {
        guard let argument = call.argument, ActivityReference.isTable(argument, of: call),
            case .name(let name) = argument.kind
        else { return false }
        switch scope {
        case .customers: return Name.same(name.name.text, "customers")
        case .rows(let table): return context.activityIndex(name.name.text) == table
        }
    }

    /// The activity table whose rows are pooled; nil where the argument is a value of the customer.
    private func pooledTable(_ call: AggregateCall) -> Int? { ActivityReference.table(of: call, context: context) }

    private func pooled(_ call: AggregateCall, _ table: Int, at span: SourceSpan) throws -> Measure {
        let inner = NameScope(.rows(table))
        let pool = Measure.Pool(table: table, filter: try measureFilter(call, at: span, inner))
        guard let argument = call.argument, !ActivityReference.isTable(argument, of: call) else {
            return Measure(.count, value: nil, pooled: pool, type: .integer)
        }
        guard call.function != .count else {
            throw Diagnostic.aggregateArgument(
                "count", at: argument.span,
                help: ["count(\(Self.spelled(self.table(table).name)))", "distinct(\(text(argument)))"])
        }
        let value = try scalar(argument, inner)
        let type = try resultType(call, value.type)
        return Measure(try measureFunction(call), value: summable(value, call.function), pooled: pool, type: type)
    }

    private func measureFilter(_ call: AggregateCall, at span: SourceSpan, _ scope: NameScope) throws -> Condition {
        var parts: [Condition] = []
        if let window = call.window {
            guard case .rows(let table) = scope.kind else {
                throw Diagnostic.windowWithoutRows(
                    at: span, help: context.activityNames.prefix(1).map { "count(\($0) within 90d)" })
            }
            parts.append(try self.window(window, of: table, at: span, scope))
        }
        if let written = call.condition { parts.append(try condition(written, scope)) }
        return .and(parts)
    }

    private func measureFunction(_ call: AggregateCall) throws -> Measure.Function {
        switch call.function {
        case .sum: return .sum
        case .avg: return .avg
        case .min: return .min
        case .max: return .max
        case .distinct: return .distinct
        case .median: return .quantile(0.5)
        case .quantile:
            guard let parameter = call.parameter,
                case .literal(let value, _)? = try? scalar(parameter, NameScope(.facts)),
                let share = value.float, (0...1).contains(share)
            else {
                let span = call.parameter?.span ?? call.argument?.span
                throw Diagnostic.quantileShare(at: span, help: "quantile(\(call.argument.map(text) ?? "total"), 0.9)")
            }
            return .quantile(share)
        case .count, .first, .last: return .count
        }
    }

    private func measureHelp(_ expression: Expression, _ scope: Scope) -> [String] {
        guard let value = try? bindScalar(expression, scope) else { return ["summarize count"] }
        let name = text(expression)
        return value.type.isNumeric ? ["avg(\(name))", "sum(\(name))"] : ["distinct(\(name))"]
    }
}

/// A column of a list or a key of a grouping.
package struct BoundColumn: Hashable, Sendable {
    /// Canonical text; the statement puts `as NAME` over it.
    package let name: String
    package let scalar: Scalar
    /// Addresses, names and the like, or text made of them.
    package let isPersonal: Bool
    /// A key, a row's key or a year: a number that is not counted with.
    package let isIdentifier: Bool

    package var type: DataType { scalar.type }
}

extension Binder {
    package func bindColumn(_ expression: Expression, _ scope: Scope = .customers) throws -> BoundColumn {
        let scalar = try bindScalar(expression, scope)
        return BoundColumn(
            name: text(expression), scalar: scalar, isPersonal: isPersonal(scalar, scope),
            isIdentifier: isIdentifier(scalar, scope))
    }

    package func bindColumns(_ expressions: [Expression], _ scope: Scope = .customers) throws -> [BoundColumn] {
        try expressions.map { try bindColumn($0, scope) }
    }

    package func bindSortKey(_ expression: Expression, descending: Bool, _ scope: Scope = .customers) throws -> SortKey
    {
        SortKey(try bindScalar(expression, scope), descending: descending)
    }

    /// Every column of the table in scope, as `show` without a list prints them.
    package func allColumns(_ scope: Scope) -> [BoundColumn] {
        let index = NameScope(of: scope).table
        return table(index).columns.indices.map { column in
            let schema = table(index).columns[column]
            let key = self.schema.customers.index(of: .key)
            let scalar: Scalar
            if index > 0, schema.role == .key, let key {
                scalar = .customerColumn(key, self.schema.customers.columns[key].type)
            } else {
                scalar = .column(column, schema.type)
            }
            return BoundColumn(
                name: Self.spelled(schema.name), scalar: scalar, isPersonal: isPersonal(scalar, scope),
                isIdentifier: isIdentifier(scalar, scope))
        }
    }

    private func isIdentifier(_ scalar: Scalar, _ scope: Scope) -> Bool {
        let role: ColumnSchema.Role?
        switch scalar {
        case .column(let column, _): role = table(NameScope(of: scope).table).columns[column].role
        case .customerColumn(let column, _): role = schema.customers.columns[column].role
        case .call(.year, _, _): return true
        default: return false
        }
        return role == .key || role == .rowKey
    }

    /// Text that shows a personal value, whole or changed; `domain` shows none.
    func isPersonal(_ scalar: Scalar, _ scope: Scope) -> Bool {
        guard scalar.type == .text else { return false }
        switch scalar {
        case .column(let column, _): return table(NameScope(of: scope).table).columns[column].role.isPersonal
        case .customerColumn(let column, _): return schema.customers.columns[column].role.isPersonal
        case .call(.domain, _, _), .call(.bucket, _, _): return false
        case .aggregate(let aggregate):
            return aggregate.value.map { isPersonal($0, .rows(table: aggregate.table)) } ?? false
        default: return scalar.operands.contains { isPersonal($0, scope) }
        }
    }
}

extension ColumnSchema.Role {
    /// Masked in views and never suggested.
    package var isPersonal: Bool {
        switch self {
        case .address, .personal: true
        default: false
        }
    }
}
