import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Rows, windows and dates.
extension EnglishRenderer {
    func has(_ clause: HasClause) -> String {
        switch clause.form {
        case .rows(let quantity, let rows): return self.quantity(quantity, rows)
        case .regularly(let table, let atLeast, let count, let unit, let full, let condition):
            let rows = ActivityRows(table: table, condition: condition)
            return "\(plural(table.text))\(restriction(rows)) in at least \(atLeast) of the \(count) \(unit.rawValue)s "
                + stretch(.last(count, unit, full: full))
        case .sequence(let first, let steps):
            let start = "\(plural(first.table.text))\(restriction(first))"
            return steps.reduce(start) { text, step in
                let what = (step.negated ? "no " : "") + plural(step.rows.table.text) + restriction(step.rows)
                return "\(text), then \(what) within \(length(step.within))"
            }
        }
    }

    /// ` since 2026-08-24 with total above 100`, or nothing.
    func restriction(_ rows: ActivityRows) -> String {
        guard let table = binder.context.activityIndex(rows.table.text) else { return "" }
        let inner = EnglishRenderer(binder, NameScope(.rows(table)))
        let window = rows.window.map { " " + inner.window($0) } ?? ""
        let condition = rows.condition.map { " with " + inner.phrase($0) } ?? ""
        return window + condition
    }

    /// A window over the rows of a table as a part of its own: `ordered at since 2026-08-24`.
    func phrase(_ window: Window, of table: Int) -> String {
        let schema = binder.table(table)
        let time = schema.index(of: .time).map { Self.spoken(schema.columns[$0].name) } ?? ""
        return "\(time) \(EnglishRenderer(binder, NameScope(.rows(table))).window(window))"
    }

    private func window(_ window: Window) -> String {
        switch window {
        case .within(let duration): since(duration)
        case .inPeriod(let period, _): stretch(period)
        case .since(let from): "since \(date(from))"
        case .before(let end): "before \(date(end))"
        case .between(let from, let to): "from \(date(from)) to \(date(to))"
        }
    }

    func since(_ written: DurationOrParameter) -> String {
        guard let duration = try? binder.duration(written) else { return "" }
        return "since \(border(duration))"
    }

    /// The day, or instant, this long ago.
    func border(_ duration: Duration) -> String {
        guard let border = try? binder.ago(duration, at: SourceSpan(0, 0)), case .literal(let value, _) = border else {
            return "\(duration.canonicalText) ago"
        }
        return text(value)
    }

    /// `from 2026-11-01 to 2026-11-30`, both included.
    func stretch(_ period: Period) -> String {
        guard let days = binder.moment.days(of: period) else { return "in \(period.canonicalText)" }
        let first = CivilDate(daysSinceEpoch: days.lowerBound).iso
        let last = CivilDate(daysSinceEpoch: days.upperBound - 1).iso
        return first == last ? "on \(first)" : "from \(first) to \(last)"
    }

    func length(_ written: DurationOrParameter) -> String {
        guard let duration = try? binder.duration(written) else { return "" }
        return "\(duration.count) \(duration.unit.longName)\(duration.count == 1 ? "" : "s")"
    }

    /// A date, or the one an age leads back to.
    func date(_ expression: Expression) -> String {
        switch try? binder.operand(expression, scope) {
        case .duration(let duration)?: border(duration)
        default: value(expression)
        }
    }

    /// The right side of a comparison: a literal as it is read, anything else as a noun.
    func value(_ expression: Expression) -> String {
        switch try? binder.operand(expression, scope) {
        case .scalar(.literal(let value, _))?: text(value)
        case .duration(let duration)?: duration.canonicalText
        case .period(let period)?: period.canonicalText
        default: noun(expression)
        }
    }

    private func text(_ value: Value) -> String {
        switch value {
        case .text(let words): words
        case .datetime(let instant): PlanPrinter.instant(instant, in: binder.moment.zone).replacing("T", with: " ")
        default: PlanPrinter.text(value)
        }
    }

    /// What a value is called.
    func noun(_ expression: Expression) -> String {
        switch expression.kind {
        case .name(let name):
            guard let qualifier = name.qualifier else { return Self.spoken(name.name.text) }
            let isCustomer = Name.same(qualifier.text, "customers")
            if isCustomer, scope.kind == .customers { return Self.spoken(name.name.text) }
            return isCustomer ? "the customer's \(Self.spoken(name.name.text))" : Self.spoken(name.name.text)
        case .aggregate(let call): return aggregate(call)
        case .call(let name, let arguments):
            let inside = arguments.first.map(noun) ?? ""
            switch Name.fold(name.text) {
            case "days_since": return "days since \(inside)"
            case "years_since": return "years since \(inside)"
            case "year", "quarter", "month", "day", "weekday", "hour": return "\(Name.fold(name.text)) of \(inside)"
            case "anniversary": return "anniversary of \(inside)"
            case "length": return "length of \(inside)"
            case "domain": return "domain of \(inside)"
            default: return binder.text(expression)
            }
        default: return binder.text(expression)
        }
    }

    /// `total of orders since 2026-08-24, summed`
    private func aggregate(_ call: AggregateCall) -> String {
        if let rows = counted(Expression(.aggregate(call), at: SourceSpan(0, 0))) {
            return "number of \(plural(rows.table.text))\(restriction(rows))"
        }
        guard let argument = call.argument, let table = ActivityReference.table(of: call, context: binder.context)
        else {
            return call.function.rawValue
        }
        let inner = EnglishRenderer(binder, NameScope(.rows(table)))
        let name = binder.table(table).name
        let rows = ActivityRows(
            table: Identifier(name, at: argument.span), window: call.window, condition: call.condition)
        let of = "\(inner.noun(argument)) of \(plural(name))\(restriction(rows))"
        return switch call.function {
        case .sum: "sum of \(of)"
        case .avg: "average \(of)"
        case .min: "smallest \(of)"
        case .max: "largest \(of)"
        case .first: "first \(of)"
        case .last: "last \(of)"
        case .distinct: "number of different \(of)"
        case .median: "median \(of)"
        case .quantile: "quantile of \(of)"
        case .count: "number of \(of)"
        }
    }

    func plural(_ table: String) -> String {
        Self.spoken(binder.context.tableIndex(table).map { binder.table($0).name } ?? table)
    }

    /// `last_seen` read aloud.
    static func spoken(_ name: String) -> String { name.replacing("_", with: " ") }

    /// One of them, by the plainest rules of English; names of other languages stay as they are.
    static func singular(_ plural: String) -> String {
        if plural.hasSuffix("ies"), plural.count > 4 { return plural.dropLast(3) + "y" }
        if plural.hasSuffix("s"), !plural.hasSuffix("ss") { return String(plural.dropLast()) }
        return plural
    }
}
