import ReachDiagnostics

extension SyntaxProblem {
    static func currencySign(_ sign: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "currency-sign", "amounts are written without a currency sign", at: span, fixes: [.replace(span, with: "")])
    }

    static func durationTooLong(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("duration-too-long", "duration longer than the calendar", at: span)
    }

    static func emptyName(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("empty-name", "nothing between the backticks", at: span)
    }

    static func fractionalDuration(_ number: String, _ unit: Duration.Unit, at span: SourceSpan) -> SyntaxProblem {
        let finer: [Duration.Unit: (Duration.Unit, Double)] = [
            .minute: (.second, 60), .hour: (.minute, 60), .day: (.hour, 24), .week: (.day, 7), .quarter: (.month, 3),
            .year: (.month, 12),
        ]
        var fixes: [Fix] = []
        if let value = Double(number.filter { $0 != "_" }), let (smaller, factor) = finer[unit],
            value * factor == (value * factor).rounded(), value * factor < 1e9
        {
            fixes = [.replace(span, with: "\(Int64(value * factor))\(smaller.rawValue)")]
        }
        return SyntaxProblem("fractional-duration", "durations are whole numbers of a unit", at: span, fixes: fixes)
    }

    static func impossibleDate(
        _ what: String, _ written: String, subtraction: String, at span: SourceSpan
    ) -> SyntaxProblem {
        SyntaxProblem(
            "impossible-date", "there is no \(what) `\(written)`; a subtraction has blanks around `-`", at: span,
            fixes: [.replace(span, with: subtraction)])
    }

    static func impossibleTime(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "impossible-time", "times of day run from `00:00` to `23:59`", at: span,
            fixes: [.replace(span, with: "09:00")])
    }

    static func malformedDatetime(date: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "malformed-datetime", "expected a date such as `2026-11-22`, or a time such as `2026-11-22T14:30`",
            at: span,
            fixes: [.replace(span, with: date)])
    }

    static func minutesOrMonths(_ number: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "ambiguous-unit", "`m` may be minutes or months", at: span,
            fixes: [.replace(span, with: number + "min"), .replace(span, with: number + "mo")])
    }

    static func numberTooLong(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("number-too-long", "number has more digits than are kept exactly (18)", at: span)
    }

    static func numberWithDots(_ written: String, date: String?, at span: SourceSpan) -> SyntaxProblem {
        let fix = date ?? written.filter { $0 != "." }
        return SyntaxProblem(
            "number-with-dots", date == nil ? "a number has one decimal point" : "dates are written year-month-day",
            at: span, fixes: [.replace(span, with: fix)])
    }

    static func shortDate(_ date: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("short-date", "month and day have two digits", at: span, fixes: [.replace(span, with: date)])
    }

    static func strayCharacter(_ character: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("stray-character", "`\(character)` has no meaning here", at: span)
    }

    static func unknownUnit(_ unit: String, after number: String, at span: SourceSpan) -> SyntaxProblem {
        let known = ["k", "mln"] + Duration.Unit.allCases.flatMap { [$0.rawValue, $0.longName, $0.longName + "s"] }
        let meant = unitSynonyms[Name.fold(unit)].map { [$0] } ?? DidYouMean.closest(to: unit, among: known, limit: 1)
        return SyntaxProblem(
            "unknown-unit", "unknown unit `\(unit)`", at: span, fixes: meant.map { .replace(span, with: number + $0) },
            help: meant.isEmpty ? ["units are `s min h d w mo q y` and `k mln %`"] : [])
    }

    private static let unitSynonyms: [String: String] = [
        "sec": "s", "secs": "s", "mins": "min", "hr": "h", "hrs": "h", "wk": "w", "wks": "w", "mon": "mo", "mos": "mo",
        "mth": "mo", "mths": "mo", "qtr": "q", "yr": "y", "yrs": "y", "mio": "mln", "million": "mln", "millions": "mln",
        "thousand": "k", "тыс": "k", "млн": "mln", "ч": "h", "д": "d", "дн": "d", "дня": "d", "дней": "d", "нед": "w",
        "мес": "mo", "кв": "q", "г": "y", "лет": "y",
    ]

    static func unterminated(_ quote: String, name: Bool, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            name ? "unterminated-name" : "unterminated-text", "\(name ? "name" : "text") has no closing \(quote)",
            at: span, fixes: [.replace(span.end, with: quote)])
    }

    static func unterminatedBlock(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("unterminated-block", "text has no closing \"\"\"", at: span)
    }

    static func wrongOperator(_ written: String, right: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "wrong-operator", "`\(written)` is written `\(right)`", at: span, fixes: [.replace(span, with: right)])
    }
}
