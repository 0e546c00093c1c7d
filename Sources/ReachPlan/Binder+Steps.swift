import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Lengths of time and days in clauses of statements.
extension Binder {
    /// The day that a length of time is before or after another, months clipped to the month's end.
    ///
    /// - Throws: `step-unit` where it is hours, minutes or seconds, `beyond-calendar` where there is no such day.
    package func day(
        _ day: Int, plus written: DurationOrParameter, backwards: Bool = false, at span: SourceSpan
    ) throws -> Int {
        let duration = try duration(written)
        if duration.unit.isTimeOfDay { throw Diagnostic.stepUnit(duration.canonicalText, at: span) }
        guard let step = Moment.resolve(duration), let moved = Moment.day(day, plus: step, backwards: backwards) else {
            throw Diagnostic.beyondCalendar(duration.canonicalText, at: span)
        }
        return moved
    }

    /// A day given as an expression, `2026-06-30` or `90d ago`; nil where it is none.
    package func fixedDay(_ expression: Expression) throws -> Int? {
        guard case .date(let day)? = ConstantEvaluator(moment: moment).constant(try bindScalar(expression)) else {
            return nil
        }
        return Int(day)
    }
}

extension Diagnostic {
    static func stepUnit(_ written: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("step-unit", "`\(written)` is not a number of days", at: span, help: ["30d", "8w", "1y"])
    }
}
