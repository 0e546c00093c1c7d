import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// `has`, `stopped`, `resumed`: questions about a customer's rows, lowered to counts where a count answers them.
extension Binder {
    func has(_ clause: HasClause, at span: SourceSpan, _ scope: NameScope) throws -> Condition {
        try requireCustomers(scope, at: span, what: "`has`")
        switch clause.form {
        case .rows(let quantity, let rows):
            let (table, filter) = try self.rows(rows) { condition in
                Expression(.has(HasClause(.rows(quantity, rows.with(condition: condition)))), at: span)
            }
            return try Self.holds(quantity, Self.count(table, filter), at: span)
        case .regularly(let name, let atLeast, let count, let unit, let full, let written):
            return try regularly(name, atLeast, count, unit, full, written, at: span)
        case .sequence(let first, let steps): return try sequence(first, steps, at: span)
        }
    }

    /// `stopped orders for 60d`: has them, and none within 60 days.
    func stopped(
        _ rows: ActivityRows, _ written: DurationOrParameter, at span: SourceSpan, _ scope: NameScope
    ) throws -> Condition {
        try requireCustomers(scope, at: span, what: "`stopped`")
        let (table, filter) = try self.rows(rows) { condition in
            Expression(.stopped(rows.with(condition: condition), written), at: span)
        }
        let recent = try window(.within(written), of: table, at: rows.table.span, NameScope(.rows(table)))
        return .and([
            try Self.holds(.any, Self.count(table, filter), at: span),
            try Self.holds(.none, Self.count(table, .and([filter, recent].compactMap { $0 })), at: span),
        ])
    }

    func resumed(
        _ rows: ActivityRows, _ written: DurationOrParameter, at span: SourceSpan, _ scope: NameScope
    ) throws -> Condition {
        try requireCustomers(scope, at: span, what: "`resumed`")
        let (table, filter) = try self.rows(rows) { condition in
            Expression(.resumed(rows.with(condition: condition), written), at: span)
        }
        return .resumed(table: table, gap: try step(written, times: [table], at: span), filter: filter)
    }

    private func requireCustomers(_ scope: NameScope, at span: SourceSpan, what: String) throws {
        guard case .rows(let table) = scope.kind else { return }
        if scope.isRightOfConnective, let clause = scope.clause {
            throw Diagnostic.nestedActivity(
                what, table: self.table(table).name, at: span, help: [text(split(clause, before: span))])
        }
        throw nestedActivity(what, in: table, at: span)
    }

    /// How many rows, as a scalar over customers.
    static func count(_ table: Int, _ filter: Condition?) -> Scalar {
        .aggregate(Aggregate(.count, table: table, value: nil, filter: filter, type: .integer))
    }

    private static func holds(_ quantity: Quantity, _ count: Scalar, at span: SourceSpan) throws -> Condition {
        func compare(_ comparison: Comparison, _ number: Int64) -> Condition {
            .comparison(comparison, count, .integer(number))
        }
        switch quantity {
        case .any: return compare(.greaterOrEqual, 1)
        case .none: return compare(.equal, 0)
        case .atLeast(let number): return compare(.greaterOrEqual, number)
        case .moreThan(let number): return compare(.greater, number)
        case .atMost(let number): return compare(.lessOrEqual, number)
        case .fewerThan(let number): return compare(.less, number)
        case .exactly(let number): return compare(.equal, number)
        case .between(let low, let high):
            guard low <= high else { throw Diagnostic.emptyQuantity(low, high, at: span) }
            return .and([compare(.greaterOrEqual, low), compare(.lessOrEqual, high)])
        }
    }

    /// The table and what its rows must fulfil; nil takes every row.
    func rows(
        _ rows: ActivityRows, rebuilt: @escaping (Expression) -> Expression
    ) throws -> (table: Int, filter: Condition?) {
        let table = try activity(rows.table)
        var parts: [Condition] = []
        if let window = rows.window {
            parts.append(try self.window(window, of: table, at: rows.table.span, NameScope(.rows(table))))
        }
        if let written = rows.condition {
            let clause = isBracketed(written) ? nil : OpenClause(condition: written, rebuilt: rebuilt)
            parts.append(try condition(written, NameScope(.rows(table), clause: clause)))
        }
        let filter = Condition.and(parts)
        return (table, filter == .always(true) ? nil : filter)
    }

    func activity(_ name: Identifier) throws -> Int {
        if let table = context.activityIndex(name.text) { return table }
        if Name.same(name.text, "customers") {
            throw Diagnostic.customersAreNoActivity(at: name.span, help: context.activityNames)
        }
        let spelled = Self.spelled(name.text)
        if let column = schema.customers.index(of: name.text) {
            let isBoolean = schema.customers.columns[column].type == .boolean
            throw Diagnostic.notActivity(
                name, isA: "a column of `customers`", help: [isBoolean ? spelled : "\(spelled) is known"])
        }
        if let definition = context.definition(name.text) {
            let isSegment = definition.kind != .attribute
            throw Diagnostic.notActivity(
                name, isA: isSegment ? "a segment" : "an attribute", help: [isSegment ? spelled : "\(spelled) is known"]
            )
        }
        throw unknownTable(name)
    }

    /// Where rows lie in time, as a condition on the table's time column.
    func window(_ window: Window, of table: Int, at span: SourceSpan, _ scope: NameScope) throws -> Condition {
        guard let column = self.table(table).index(of: .time) else {
            throw Diagnostic.noTimeColumn(self.table(table).name, at: span)
        }
        let schema = self.table(table).columns[column]
        let time = Scalar.column(column, schema.type)
        let name = Expression(.name(QualifiedName(nil, Identifier(schema.name, at: span))), at: span)
        switch window {
        case .within(let written): return try within(time, try duration(written), name, at: written.span ?? span)
        case .inPeriod(let period, let span): return try lies(time, in: period, at: span)
        case .since(let date): return temporalComparison(.greaterOrEqual, time, try moment(date, scope))
        case .before(let date): return temporalComparison(.less, time, try moment(date, scope))
        case .between(let from, let to):
            return .and([
                temporalComparison(.greaterOrEqual, time, try moment(from, scope)),
                temporalComparison(.lessOrEqual, time, try moment(to, scope)),
            ])
        }
    }

    /// The date or datetime that a window begins or ends with.
    private func moment(_ expression: Expression, _ scope: NameScope) throws -> Scalar {
        switch try operand(expression, scope.closed) {
        case .scalar(let scalar) where scalar.type.isTemporal: return scalar
        case .duration(let duration): return try ago(duration, at: expression.span)
        case .period(let period):
            guard let days = moment.days(of: period) else {
                throw Diagnostic.beyondCalendar(period.canonicalText, at: expression.span)
            }
            throw Diagnostic.notADate(
                text(expression), at: expression.span,
                help: [CivilDate(daysSinceEpoch: days.lowerBound).iso, "in \(period.canonicalText)"])
        case .scalar(.literal(.text(let words), _)):
            let spelled = ConstantEvaluator.isDate(words) ? words : CivilDate(daysSinceEpoch: Int(moment.today)).iso
            throw Diagnostic.notADate(text(expression), at: expression.span, help: ["since \(spelled)"])
        default:
            throw Diagnostic.notADate(
                text(expression), at: expression.span,
                help: ["since \(CivilDate(daysSinceEpoch: Int(moment.today)).iso)"])
        }
    }

    /// In at least K of N periods: so many different first days of periods among the rows in them.
    private func regularly(
        _ name: Identifier, _ atLeast: Int, _ count: Int, _ unit: PeriodUnit, _ full: Bool, _ written: Expression?,
        at span: SourceSpan
    ) throws -> Condition {
        guard (1...max(1, count)).contains(atLeast) else {
            throw Diagnostic.emptyQuantity(Int64(atLeast), Int64(count), at: span)
        }
        let rows = ActivityRows(
            table: name, window: .inPeriod(.last(count, unit, full: full), span), condition: written)
        let (table, filter) = try self.rows(rows) { condition in
            let form = HasClause.Form.regularly(
                table: name, atLeast: atLeast, of: count, unit, full: full, condition: condition)
            return Expression(.has(HasClause(form)), at: span)
        }
        guard let column = self.table(table).index(of: .time) else {
            throw Diagnostic.noTimeColumn(self.table(table).name, at: span)
        }
        let time = date(of: .column(column, self.table(table).columns[column].type))
        let period = Scalar.call(unit.function, [time], .date)
        let distinct = Aggregate(.distinct, table: table, value: period, filter: filter, type: .integer)
        return .comparison(.greaterOrEqual, .aggregate(distinct), .integer(Int64(atLeast)))
    }

    private func sequence(_ first: ActivityRows, _ steps: [HasClause.Step], at span: SourceSpan) throws -> Condition {
        for step in steps.dropLast() where step.negated { throw Diagnostic.negatedStep(step.rows.table) }
        let start = try rows(first) { condition in
            Expression(.has(HasClause(.sequence(first.with(condition: condition), steps))), at: span)
        }
        var bound = [
            ActivitySequence.Step(table: start.table, filter: start.filter, within: nil, negated: false, byDate: false)
        ]
        var before = start.table
        for (index, step) in steps.enumerated() {
            let (table, filter) = try rows(step.rows) { condition in
                var changed = steps
                changed[index] = HasClause.Step(
                    negated: step.negated, rows: step.rows.with(condition: condition), within: step.within)
                return Expression(.has(HasClause(.sequence(first, changed))), at: span)
            }
            let isByDate = table != before && (timeType(before) == .date || timeType(table) == .date)
            bound.append(
                ActivitySequence.Step(
                    table: table, filter: filter, within: try self.step(step.within, times: [before, table], at: span),
                    negated: step.negated, byDate: isByDate))
            before = table
        }
        return .sequence(ActivitySequence(steps: bound))
    }

    private func timeType(_ table: Int) -> DataType? {
        self.table(table).index(of: .time).map { self.table(table).columns[$0].type }
    }

    /// A distance between rows of these tables; hours need a time of day on both sides.
    private func step(_ written: DurationOrParameter, times tables: [Int], at span: SourceSpan) throws
        -> ResolvedDuration
    {
        let step = try resolved(written, at: written.span ?? span)
        for table in tables {
            guard let type = timeType(table) else { throw Diagnostic.noTimeColumn(self.table(table).name, at: span) }
            if case .microseconds = step, type == .date {
                throw Diagnostic.noTimeOfDay(
                    self.table(table).name, try duration(written).canonicalText, at: written.span ?? span)
            }
        }
        return step
    }
}

extension PeriodUnit {
    /// The function that gives the first day of such a period.
    var function: Function {
        switch self {
        case .day: .daily
        case .week: .weekly
        case .month: .monthly
        case .quarter: .quarterly
        case .year: .yearly
        }
    }
}

extension ActivityRows {
    func with(condition: Expression) -> ActivityRows {
        ActivityRows(table: table, window: window, condition: condition)
    }
}

extension DurationOrParameter {
    var span: SourceSpan? {
        switch self {
        case .duration(_, let span): span
        case .parameter(let name): name.span
        }
    }
}
