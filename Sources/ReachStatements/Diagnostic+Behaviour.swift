import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// What can be wrong with questions about what customers do: rfm, cohorts, funnel, frequency, metrics, spend, compare, basket, recommend.
extension Diagnostic {
    static func afterIsNotOver(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "after-not-over", "the days after are not over yet", at: span,
            help: ["metrics before 30d after 30d", "metrics before 30d after 30d around 90d ago"])
    }

    static func beforeWithBy(_ clause: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "clauses-conflict", "`\(clause)` does not go with `before` and `after`", at: span,
            help: ["metrics before 30d after 30d", "metrics by month"])
    }

    static func beforeWithoutAfter(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "before-without-after", "`metrics` compares a stretch before with one after", at: span,
            help: ["metrics before 30d after 30d", "metrics before 30d after 30d around 2026-09-01"])
    }

    static func binsAndCut(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "bins-and-cut", "`cut` gives the scores their bounds, so that there is nothing left for `bins`", at: span,
            help: ["rfm bins 5", "rfm cut r 30d, 90d f 2, 5 m 100, 500"])
    }

    /// A day of an answer that has not come yet.
    static func dayToCome(today: Int32, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "day-to-come",
            "`as of` is after today, \(CivilDate(daysSinceEpoch: Int(today)).iso): nothing is known of then", at: span,
            help: ["as of today", "as of 90d ago"])
    }

    static func funnelSteps(_ count: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "funnel-steps", "a funnel has 2 to 20 steps, not \(count)", at: span,
            help: ["funnel visits then orders within 30d"])
    }

    static func funnelWithin(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "funnel-within", "`funnel` needs how long all of it may take", at: span,
            help: ["funnel visits then orders within 30d"])
    }

    static func keyAndAudience(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "key-and-audience", "one customer or an audience, not both", at: span,
            help: ["recommend for C000042", "recommend of all"])
    }

    static func noColumnFor(_ what: String, in table: String, clause: String, columns: [String], at span: SourceSpan)
        -> Diagnostic
    {
        Diagnostic(
            "no-column", "no column of `\(table)` is named like \(what)", at: span,
            help: columns.prefix(3).map { "\(clause) \(NameText.value($0))" })
    }

    static func noTimes(_ table: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-times", "the rows of `\(table)` have no time", at: span, help: ["describe \(NameText.value(table))"])
    }

    static func purchaseDays(_ text: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "not-days", "`\(text)` is no length of whole days that ends today", at: span, help: ["within 90d"])
    }

    static func rfmBins(_ count: Int64, at span: SourceSpan) -> Diagnostic {
        Diagnostic("rfm-bins", "\(count) scores are not between 2 and 9", at: span, help: ["bins 5"])
    }

    static func rfmBound(_ figure: String, wanted: String, example: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("rfm-bound", "the bounds of `\(figure)` are \(wanted)", at: span, help: [example])
    }

    static func rfmBoundCounts(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "rfm-bounds", "`r`, `f` and `m` need equally many bounds, 8 at most", at: span,
            help: ["rfm cut r 30d, 90d f 2, 5 m 100, 500"])
    }

    static func rfmBoundsUnordered(_ figure: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "rfm-bounds", "the bounds of `\(figure)` do not ascend", at: span,
            help: ["rfm cut r 30d, 90d f 2, 5 m 100, 500"])
    }

    static func spendAmount(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-amount", "what was spent is an amount of 0 or more, with 6 digits after the point at most", at: span,
            help: ["spend google 70000 in 2026-03"])
    }

    static func spendColumn(_ name: Identifier, slot: String, columns: [String]) -> Diagnostic {
        Diagnostic(
            "spend-column", "`\(name.text)` is no column of \(slot == "by" ? "texts" : "dates")", at: name.span,
            help: columns.prefix(3).map { "\(slot) \(NameText.value($0))" })
    }

    static func spendFileColumn(_ what: String, names: [String], columns: [String], at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-file", "the file has no column for \(what): it has \(columns.joined(separator: ", "))", at: span,
            help: ["a column named \(names.prefix(3).joined(separator: ", "))"])
    }

    private static let spendFileRows = ["source,date,amount", "source,month,amount with months like 2026-03"]

    static func spendFileRow(_ problem: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-file", "a row \(problem); nothing is noted", at: span,
            help: spendFileRows)
    }

    static func spendFileType(_ column: String, _ wanted: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-file", "column `\(column)` of the file is not one of \(wanted)", at: span,
            help: spendFileRows)
    }

    static func spendPeriod(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-period", "`spend` needs when it was spent", at: span, help: ["spend google 70000 in 2026-03"])
    }

    static func spendRejects(_ count: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "spend-file", "\(Figure.count(count, "row")) of the file cannot be read; nothing is noted", at: span,
            help: spendFileRows)
    }

    static func spendSource(_ name: String, known: [String], at span: SourceSpan) -> Diagnostic {
        unknown("source", name, at: span, known: known)
    }

    static func twoWindows(at span: SourceSpan) -> Diagnostic {
        Diagnostic("clause-twice", "`within` is given twice", at: span)
    }
}
