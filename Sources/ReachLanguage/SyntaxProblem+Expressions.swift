import ReachDiagnostics

extension SyntaxProblem {
    static func activityInsideRows(_ found: Token, brackets: SourceSpan?) -> SyntaxProblem {
        let word = found.word ?? ""
        var fixes: [Fix] = []
        if let brackets {
            let open = SourceSpan(brackets.lower, brackets.lower)
            fixes = [Fix([.init(open, "("), .init(brackets.end, ")")])]
        }
        return SyntaxProblem(
            "nested-activity", "`\(word)` cannot stand in a condition on rows of activity", at: found.span, fixes: fixes
        )
    }

    static func aggregateInsideRows(_ function: AggregateFunction, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "nested-activity", "`\(function.rawValue)(…)` cannot stand in a condition on rows of activity", at: span)
    }

    static func bareQuantity(_ count: Int64, at span: SourceSpan, alternatives: [String]) -> SyntaxProblem {
        SyntaxProblem(
            "bare-quantity", "`\(count)` alone may mean exactly \(count) or at least \(count)", at: span,
            fixes: alternatives.map { .replace(span, with: $0) })
    }

    static func blankBeforeUnit(_ number: Token, _ unit: Token) -> SyntaxProblem {
        let place = number.span.union(unit.span)
        let count = number.integer ?? 0
        if unit.isWord("m") { return .minutesOrMonths(String(count), at: place) }
        return SyntaxProblem(
            "blank-before-unit", "a unit stands right behind its number", at: place,
            fixes: [.replace(place, with: "\(count)\(unit.word ?? "")")])
    }

    static func chainedComparison(
        left: SourceSpan, middle: SourceSpan, written: String, at span: SourceSpan
    ) -> SyntaxProblem {
        SyntaxProblem(
            "chained-comparison", "comparisons do not chain", at: span,
            fixes: [
                Fix([.init(SourceSpan(span.lower, span.lower), "and " + written + " ")]),
                Fix([.init(SourceSpan(left.lower, left.lower), "("), .init(middle.end, ")")]),
            ])
    }

    static func comparedWithNothing(negated: Bool, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "compared-with-nothing", "nothing is equal to a missing value", at: span,
            fixes: [.replace(span, with: negated ? "is known" : "is missing")])
    }

    static func comparisonAsQuantity(_ sign: ComparisonOperator, at span: SourceSpan) -> SyntaxProblem {
        let words: [ComparisonOperator: String] = [
            .equal: "exactly", .less: "fewer than", .lessOrEqual: "at most", .greater: "more than",
            .greaterOrEqual: "at least",
        ]
        return SyntaxProblem(
            "comparison-as-quantity", "how many is said in words behind `has`", at: span,
            fixes: words[sign].map { [.replace(span, with: $0)] } ?? [])
    }

    static func countDistinct(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "sql-function", "different values are counted by `distinct(…)`", at: span,
            fixes: [.replace(span, with: "distinct(")])
    }

    static func countOfEverything(
        _ function: AggregateFunction, isMeasure: Bool, at span: SourceSpan
    ) -> SyntaxProblem {
        SyntaxProblem(
            "sql-function", "`\(function.rawValue)(*)` has no meaning here", at: span,
            fixes: function == .count ? [.replace(span, with: isMeasure ? "count" : "count(orders)")] : [])
    }

    static func dateAsPeriod(_ word: SourceSpan?, negated: SourceSpan?, at span: SourceSpan) -> SyntaxProblem {
        var fixes: [Fix] = []
        if let word { fixes = [.replace((negated ?? word).union(word), with: negated == nil ? "=" : "!=")] }
        return SyntaxProblem("date-as-period", "a single day is no period", at: span, fixes: fixes)
    }

    static func durationAsPeriod(_ word: SourceSpan, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "duration-as-period", "a length of time is no period", at: span, fixes: [.replace(word, with: "within")])
    }

    static func groupedDigits(_ digits: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "grouped-digits", "digits are grouped by `_`, not by a comma", at: span,
            fixes: [.replace(span, with: digits), .replace(span, with: digits.filter { $0 != "_" })])
    }

    static func isInsteadOfEquals(negated: Bool, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "is-instead-of-equals", "`is` asks for `missing`, `known`, `true` or `false` only", at: span,
            fixes: [.replace(span, with: negated ? "!=" : "=")])
    }

    static func lastBehindWithin(previous: Token, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "expected-duration", "expected a duration such as `60d`", at: span,
            fixes: previous.isWord("within") ? [.replace(previous.span, with: "in")] : [])
    }

    static func lessThanRows(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "less-than-rows", "rows are counted with `fewer than`", at: span, fixes: [.replace(span, with: "fewer")])
    }

    static func listWithoutBrackets(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "list-without-brackets", "values behind `in` stand in brackets", at: span,
            fixes: [Fix([.init(SourceSpan(span.lower, span.lower), "("), .init(span.end, ")")])])
    }

    static func missingUnit(_ count: Int64, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "missing-unit", "`\(count)` of what: a duration needs a unit", at: span,
            fixes: ["d", "mo"].map { .replace(span, with: "\(count)\($0)") })
    }

    static func monthAsDate(year: Int, month: Int, at span: SourceSpan) -> SyntaxProblem {
        let first = "\(CalendarDay.padded(year, 4))-\(CalendarDay.padded(month, 2))-01"
        return SyntaxProblem(
            "month-as-date", "expected a date, not a month", at: span, fixes: [.replace(span, with: first)])
    }

    static func nameInQuotes(_ name: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "name-in-quotes", "names stand in backticks, quotes are for text", at: span,
            fixes: name.isEmpty ? [] : [.replace(span, with: NameText.written(name))])
    }

    static func nestedTooDeeply(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("nested-too-deeply", "more than 100 brackets inside one another", at: span)
    }

    static func periodLength(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("period-length", "a period has between 1 and 100,000 units", at: span)
    }

    static func quantityBackwards(_ low: Int64, _ high: Int64, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "quantity-backwards", "`\(low) to \(high)` runs backwards", at: span,
            fixes: [.replace(span, with: "\(high) to \(low)")])
    }

    static func rateAsValue(_ rate: Rate, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "rate-as-value", "`\(rate.count)/\(rate.per.rawValue)` is a rate; a division has blanks around `/`",
            at: span,
            fixes: [.replace(span, with: "\(rate.count) / \(rate.per.rawValue)")])
    }

    static func regularity(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("regularity", "expected a number of periods between 1 and the number of all", at: span)
    }

    static func tooManyOperators(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("too-many-operators", "more than 1,000 operators; `in (…)` takes long lists of values", at: span)
    }

    static func unknownFunction(_ name: Identifier) -> SyntaxProblem {
        let key = Words.key(name.text)
        if key == "age" {
            return SyntaxProblem(
                "unknown-function", "`age` in what: days or years?", at: name.span,
                fixes: ["days_since", "years_since"].map { .replace(name.span, with: $0) })
        }
        let meant =
            functionSynonyms[key].map { [$0] }
            ?? DidYouMean.closest(to: name.text, among: Words.functions + Words.aggregates, limit: 2)
        return SyntaxProblem(
            "unknown-function", "unknown function `\(name.text)`", at: name.span,
            fixes: meant.map { .replace(name.span, with: $0) })
    }

    private static let functionSynonyms: [String: String] = [
        "average": "avg", "mean": "avg", "total": "sum", "len": "length", "char_length": "length", "ifnull": "coalesce",
        "nvl": "coalesce", "isnull": "coalesce", "ucase": "upper", "lcase": "lower", "dayofweek": "weekday",
        "iif": "if",
        "percentile": "quantile", "datediff": "days_since", "count_distinct": "distinct", "maximum": "max",
        "minimum": "min",
    ]
}
