import ReachDiagnostics
import ReachLanguage

/// What types, times and quantities can be wrong in.
extension Diagnostic {
    package static func ageFunction(_ argument: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "unknown-function", "`age` may mean days or years", at: span,
            help: ["days_since(\(argument))", "years_since(\(argument))"])
    }

    package static func aggregateArgument(_ function: String, at span: SourceSpan, help: [String]) -> Diagnostic {
        let wanted = function == "count" ? "an activity table" : "a column of an activity table"
        return Diagnostic("aggregate-argument", "`\(function)` takes \(wanted) here", at: span, help: help)
    }

    package static func beyondCalendar(_ text: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("beyond-calendar", "`\(text)` leads beyond the calendar", at: span, help: ["10y"])
    }

    package static func comparedWithMissing(_ operand: String, negated: Bool, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "compared-with-nothing", "nothing equals what is missing", at: span,
            help: ["\(operand) is \(negated ? "known" : "missing")"])
    }

    package static func emptyQuantity(_ low: Int64, _ high: Int64, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "empty-quantity", "no number is `\(low)` to `\(high)`", at: span,
            help: ["\(min(low, high)) to \(max(low, high))"])
    }

    package static func emptyText(_ operand: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "compared-with-nothing", "empty text is missing everywhere", at: span,
            help: ["\(operand) is missing", "\(operand) is known"])
    }

    package static func negatedStep(_ table: Identifier) -> Diagnostic {
        Diagnostic(
            "negated-step", "only the last step can be `no`, nothing can follow what did not happen", at: table.span,
            help: ["then \(table.text)"])
    }

    package static func nestedActivity(_ what: String, table: String, at span: SourceSpan, help: [String]) -> Diagnostic
    {
        Diagnostic("nested-activity", "\(what) has no place in a condition on `\(table)`", at: span, help: help)
    }

    package static func noTimeColumn(_ table: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("no-time-column", "`\(table)` has no time column", at: span, help: ["describe \(table)"])
    }

    package static func noTimeOfDay(_ operand: String, _ unit: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-time-of-day", "`\(operand)` holds dates without a time of day, which `\(unit)` needs", at: span,
            help: ["1d"])
    }

    package static func notACondition(_ text: String, isA kind: String, at span: SourceSpan, help: [String])
        -> Diagnostic
    {
        Diagnostic("not-a-condition", "`\(text)` is \(kind), a condition is wanted", at: span, help: help)
    }

    package static func notADate(_ text: String, at span: SourceSpan, help: [String]) -> Diagnostic {
        Diagnostic("type-mismatch", "`\(text)` is not a date", at: span, help: help)
    }

    package static func notAMeasure(_ text: String, at span: SourceSpan, help: [String]) -> Diagnostic {
        Diagnostic("not-a-measure", "`\(text)` is no figure of many customers or rows", at: span, help: help)
    }

    package static func notConstant(_ text: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "not-constant", "`\(text)` cannot be decided from figures alone", at: span, help: ["require count(all) > 0"]
        )
    }

    package static func onlySummarized(_ function: String, at span: SourceSpan, help: String) -> Diagnostic {
        Diagnostic("only-summarized", "`\(function)` is a figure of many, not of one customer", at: span, help: [help])
    }

    package static func patternNotText(_ pattern: String, after kind: MatchKind, at span: SourceSpan, help: String)
        -> Diagnostic
    {
        Diagnostic("type-mismatch", "`\(kind.rawValue)` takes text in quotes, not `\(pattern)`", at: span, help: [help])
    }

    package static func periodCompared(_ period: String, at span: SourceSpan, help: [String]) -> Diagnostic {
        Diagnostic("type-mismatch", "`\(period)` is a stretch of days, which stands after `in`", at: span, help: help)
    }

    package static func quantileShare(at span: SourceSpan?, help: String) -> Diagnostic {
        Diagnostic("quantile-share", "`quantile` takes a share from 0 to 1", at: span, help: [help])
    }

    package static func typeMismatch(_ message: String, at span: SourceSpan?, help: [String]) -> Diagnostic {
        Diagnostic("type-mismatch", message, at: span, help: help)
    }

    package static func windowWithoutRows(at span: SourceSpan, help: [String]) -> Diagnostic {
        Diagnostic("window-without-rows", "customers have no time of their own, activity has", at: span, help: help)
    }

    package static func wrongArgumentCount(_ name: Identifier, _ form: String, given: Int, at span: SourceSpan)
        -> Diagnostic
    {
        let values = given == 1 ? "1 value" : "\(given) values"
        return Diagnostic("argument-count", "`\(name.text)` was given \(values)", at: span, help: [form])
    }
}
