import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Ages, periods, and dates against datetimes. Everything relative is resolved here, against one moment.
extension Binder {
    /// `e > 60d`: further back than the day 60 days ago. With h, min and s the same of instants.
    func age(
        _ comparison: Comparison, _ scalar: Scalar, _ duration: Duration, _ expression: Expression, at span: SourceSpan,
        _ scope: NameScope
    ) throws -> Condition {
        try requireTemporal(scalar, expression, duration, at: span)
        let border = try border(duration, before: scalar, expression, at: span)
        if comparison == .less || comparison == .lessOrEqual { warnOfFuture(scalar, expression, duration, scope) }
        return temporalComparison(comparison.flipped, scalar, border)
    }

    /// `e within D`: from the day D ago to today, both included.
    func within(
        _ operand: Expression, _ duration: DurationOrParameter, at span: SourceSpan, _ scope: NameScope
    ) throws -> Condition {
        let value = try scalar(operand, scope)
        let resolved = try self.duration(duration)
        try requireTemporal(value, operand, resolved, at: span)
        return try within(value, resolved, operand, at: span)
    }

    func within(_ scalar: Scalar, _ duration: Duration, _ expression: Expression, at span: SourceSpan) throws
        -> Condition
    {
        let border = try border(duration, before: scalar, expression, at: span)
        let end: Scalar = duration.unit.isTimeOfDay ? .datetime(moment.now) : .date(moment.today)
        return .and([
            temporalComparison(.greaterOrEqual, scalar, border), temporalComparison(.lessOrEqual, scalar, end),
        ])
    }

    /// The day, or for h, min and s the instant, that lies `duration` back.
    private func border(
        _ duration: Duration, before scalar: Scalar, _ expression: Expression, at span: SourceSpan
    ) throws -> Scalar {
        if duration.unit.isTimeOfDay, scalar.type == .date {
            throw Diagnostic.noTimeOfDay(text(expression), duration.canonicalText, at: span)
        }
        return try ago(duration, at: span)
    }

    /// `60d ago`: a date; of h, min and s a datetime.
    func ago(_ duration: Duration, at span: SourceSpan) throws -> Scalar {
        switch Moment.resolve(duration) {
        case .microseconds(let length): return .datetime(moment.now - length)
        case .some(let step):
            guard let day = Moment.day(Int(moment.today), plus: step, backwards: true) else { break }
            return .date(Int32(day))
        case nil: break
        }
        throw Diagnostic.beyondCalendar(duration.canonicalText, at: span)
    }

    func duration(_ written: DurationOrParameter) throws -> Duration {
        switch written {
        case .duration(let duration, _): return duration
        case .parameter(let name):
            guard case .duration(let duration) = try parameter(name) else {
                throw Diagnostic.parameterType(name, wanted: "a length of time", example: "60d")
            }
            return duration
        }
    }

    package func resolved(_ written: DurationOrParameter, at span: SourceSpan) throws -> ResolvedDuration {
        let duration = try duration(written)
        guard let step = Moment.resolve(duration) else {
            throw Diagnostic.beyondCalendar(duration.canonicalText, at: span)
        }
        return step
    }

    /// `e in 2026-03`, `e in last 6 months`: a half-open stretch of whole days.
    func inPeriod(_ operand: Expression, _ period: Period, at span: SourceSpan, _ scope: NameScope) throws -> Condition
    {
        let value = try scalar(operand, scope)
        guard value.type.isTemporal else {
            throw Diagnostic.typeMismatch(
                "`\(text(operand))` is \(value.type.article), a period holds dates", at: operand.span,
                help: tableCount(value).map { ["has \($0) in \(period.canonicalText)"] }
                    ?? dateColumns("in \(period.canonicalText)"))
        }
        return try lies(value, in: period, at: span)
    }

    func lies(_ scalar: Scalar, in period: Period, at span: SourceSpan) throws -> Condition {
        guard let days = moment.days(of: period) else {
            throw Diagnostic.beyondCalendar(period.canonicalText, at: span)
        }
        return .and([
            temporalComparison(.greaterOrEqual, scalar, .date(Int32(days.lowerBound))),
            temporalComparison(.less, scalar, .date(Int32(days.upperBound))),
        ])
    }

    /// Two dates, two instants, or a datetime by its date in the zone.
    func temporalComparison(_ comparison: Comparison, _ first: Scalar, _ second: Scalar) -> Condition {
        if first.type == second.type { return folded(.comparison(comparison, first, second)) }
        if first.type == .date, second.isNotLiteral { return temporalComparison(comparison.flipped, second, first) }
        if case .literal(.date(let day), _) = second, first.isNotLiteral,
            let lowered = lowered(comparison, first, day: Int(day))
        {
            return lowered
        }
        return folded(.comparison(comparison, date(of: first), date(of: second)))
    }

    /// A datetime against a fixed day as a comparison of instants. Nil where the zone sets its clocks back across that day's start,
    /// so that the days of instants do not follow one another.
    private func lowered(_ comparison: Comparison, _ scalar: Scalar, day: Int) -> Condition? {
        let starts = comparison == .less || comparison == .greaterOrEqual || comparison == .equal
        let start = moment.zone.plainStart(ofDay: starts ? day : day + 1)
        guard let start else { return nil }
        func compare(_ comparison: Comparison, _ instant: Int64) -> Condition {
            .comparison(comparison, scalar, .datetime(instant))
        }
        switch comparison {
        case .less, .lessOrEqual: return compare(.less, start)
        case .greater, .greaterOrEqual: return compare(.greaterOrEqual, start)
        case .equal:
            guard let end = moment.zone.plainStart(ofDay: day + 1) else { return nil }
            return .and([compare(.greaterOrEqual, start), compare(.less, end)])
        }
    }

    /// The date of a datetime in the workspace's zone; a date as it is.
    func date(of scalar: Scalar) -> Scalar {
        switch scalar {
        case _ where scalar.type == .date: scalar
        case .literal(.datetime(let instant), _): .date(Int32(clamping: moment.zone.day(of: instant)))
        default: .convert(scalar, to: .date)
        }
    }

    private func requireTemporal(
        _ scalar: Scalar, _ expression: Expression, _ duration: Duration, at span: SourceSpan
    ) throws {
        if scalar.type.isTemporal { return }
        let written = duration.canonicalText
        let help = tableCount(scalar).map { ["has \($0) within \(written)", "has no \($0) within \(written)"] }
        throw Diagnostic.typeMismatch(
            "`\(text(expression))` is \(scalar.type.article), `\(written)` is an age that only dates have",
            at: expression.span,
            help: help ?? dateColumns("> \(written)"))
    }

    /// What can be asked of dates here, for a help line: `last_seen > 60d`.
    private func dateColumns(_ rest: String) -> [String] {
        let dates = schema.customers.columns.filter(\.type.isTemporal).map(\.name)
        let names = schema.activities.isEmpty ? dates : ["last_seen"] + dates
        return names.prefix(2).map { "\(Self.spelled($0)) \(rest)" }
    }

    /// The table whose rows this scalar counts, without a window or condition.
    private func tableCount(_ scalar: Scalar) -> String? {
        guard case .aggregate(let aggregate) = scalar, aggregate.function == .count, aggregate.filter == nil else {
            return nil
        }
        return Self.spelled(table(aggregate.table).name)
    }

    /// `signup < 60d` is true of every date after the day 60 days ago, dates to come included.
    private func warnOfFuture(_ scalar: Scalar, _ expression: Expression, _ duration: Duration, _ scope: NameScope) {
        let tomorrow = moment.today + 1
        let isAhead = places(of: scalar, in: scope.table).contains { place in
            guard let last = context.columnRange(place)?.upperBound else { return false }
            let isDate = schema.tables[place.table].columns[place.column].type == .date
            return isDate ? last >= Int64(tomorrow) : last >= moment.zone.start(ofDay: Int(tomorrow))
        }
        guard isAhead else { return }
        let name = text(expression)
        warn(
            "`\(name)` holds dates after today, which count as younger than \(duration.canonicalText); without them: "
                + "`\(name) within \(duration.canonicalText)`")
    }

    /// The columns that values of this scalar come from unchanged.
    func places(of scalar: Scalar, in table: Int) -> [ColumnPlace] {
        switch scalar {
        case .column(let column, _): [ColumnPlace(table: table, column: column)]
        case .customerColumn(let column, _): [ColumnPlace(table: 0, column: column)]
        case .aggregate(let aggregate):
            if let value = aggregate.value, aggregate.filter == nil {
                places(of: value, in: aggregate.table)
            } else {
                []
            }
        case .extreme(let options, _), .coalesce(let options): options.flatMap { places(of: $0, in: table) }
        case .convert(let inner, _): places(of: inner, in: table)
        default: []
        }
    }
}

extension Scalar {
    static func date(_ day: Int32) -> Scalar { .literal(.date(day), .date) }
    static func datetime(_ instant: Int64) -> Scalar { .literal(.datetime(instant), .datetime) }
    static func integer(_ value: Int64) -> Scalar { .literal(.integer(value), .integer) }
}

extension Zone {
    /// The first instant of a day; nil where the clock is set back over it, so that instants after it fall on the day before.
    func plainStart(ofDay day: Int) -> Int64? {
        guard abs(day) <= Moment.dayLimit else { return nil }
        let start = start(ofDay: day)
        let border = Int64(day) * Self.microsecondsPerDay
        if offsets.count == 1 { return start }
        if wall(at: start) < border || wall(at: start - 1) >= border { return nil }
        let horizon = start + 2 * Self.microsecondsPerDay
        for (transition, offset) in zip(transitions, offsets) where transition > start && transition <= horizon {
            if transition + offset < border { return nil }
        }
        return start
    }
}
