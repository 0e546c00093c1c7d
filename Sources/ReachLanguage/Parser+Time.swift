import ReachDiagnostics

extension Parser {
    /// `60d`, `60 days` or a parameter.
    mutating func durationOrParameter() throws(ParseFailure) -> DurationOrParameter {
        crossLineBreak()
        let first = peek()
        switch first.kind {
        case .literal(.duration(let duration)):
            advance()
            return .duration(duration, first.span)
        case .parameter(let name):
            advance()
            return .parameter(Identifier(name, at: first.span))
        case .literal(.integer(let count)):
            guard let word = peek(1).word, let unit = Duration.Unit(longWord: Words.key(word)),
                count <= Duration.largestCount
            else {
                if let word = peek(1).word, Duration.Unit(word: Words.key(word)) != nil || Words.key(word) == "m" {
                    throw .problem(.blankBeforeUnit(first, peek(1)))
                }
                throw .problem(.missingUnit(count, at: first.span))
            }
            advance()
            advance()
            return .duration(Duration(count, unit), span(from: first))
        case .word where first.isWord("last"):
            throw .problem(.lastBehindWithin(previous: token(max(0, state.index - 1)), at: first.span))
        default: return try fail(.duration)
        }
    }

    /// `2026-03`, `2026-q1`, `2026`, `this month`, `last [6] [full] months`, `next 30 days`.
    mutating func period() throws(ParseFailure) -> (Period, SourceSpan) {
        crossLineBreak()
        let first = peek()
        switch first.kind {
        case .literal(.period(let period)):
            advance()
            return (period, first.span)
        case .literal(.integer(let year)) where first.isYear:
            advance()
            return (.year(Int(year)), first.span)
        case .literal(.date): throw .problem(.dateAsPeriod(nil, negated: nil, at: first.span))
        default: break
        }
        if takes("this") { return (.this(try periodUnit()), span(from: first)) }
        if takes("next") {
            if let (count, unit) = try countedUnits() { return (.next(count, unit), span(from: first)) }
            record(.integer)
            return (.next(1, try periodUnit()), span(from: first))
        }
        guard takes("last") else { return try fail(.period) }
        if let (count, unit) = try countedUnits() { return (.last(count, unit, full: false), span(from: first)) }
        let count = try periodCount()
        let full = accept("full")
        let unit = try periodUnit()
        return (.last(count ?? 1, unit, full: full || count == nil), span(from: first))
    }

    /// `30d`, where `30 days` is wanted.
    private mutating func countedUnits() throws(ParseFailure) -> (Int, PeriodUnit)? {
        if case .literal(.duration(let duration)) = peek().kind, let unit = PeriodUnit(word: duration.unit.longName) {
            let count = try periodLength(duration.count, at: peek().span)
            advance()
            return (count, unit)
        }
        guard let count = peek().integer, let word = peek(1).word, let unit = PeriodUnit(word: Words.key(word)) else {
            return nil
        }
        let length = try periodLength(count, at: peek().span)
        advance()
        advance()
        return (length, unit)
    }

    private mutating func periodCount() throws(ParseFailure) -> Int? {
        guard let count = peek().integer else {
            record(.integer)
            return nil
        }
        let length = try periodLength(count, at: peek().span)
        advance()
        return length
    }

    private func periodLength(_ count: Int64, at span: SourceSpan) throws(ParseFailure) -> Int {
        guard (1...100_000).contains(count) else { throw .problem(.periodLength(at: span)) }
        return Int(count)
    }

    private mutating func periodUnit() throws(ParseFailure) -> PeriodUnit {
        crossLineBreak()
        guard let word = peek().word, let unit = PeriodUnit(word: Words.key(word)) else { return try fail(.periodUnit) }
        advance()
        return unit
    }

    /// Whether a window begins here. `in (…)` is a list and no window.
    mutating func startsWindow() -> Bool {
        let first = peek()
        if first.isWord("in") { return !peek(1).isSymbol(.leftBracket) }
        return ["within", "since", "before", "between"].contains { first.isWord($0) }
    }

    /// `within D`, `in PERIOD`, `since DATE`, `before DATE`, `between DATE and DATE`; nil where none begins.
    mutating func window() throws(ParseFailure) -> Window? {
        guard startsWindow() else {
            for word in ["within", "in", "since", "before", "between"] { record(.keyword(word)) }
            return nil
        }
        if takes("within") { return .within(try durationOrParameter()) }
        if takes("in") {
            let (period, span) = try period()
            return .inPeriod(period, span)
        }
        if takes("since") { return .since(try date()) }
        if takes("before") { return .before(try date()) }
        advance()
        let low = try date()
        try require("and")
        return .between(low, try date())
    }

    /// A value that is a date: a literal, `today`, a parameter, `90d ago`, `today - 90d` …
    private mutating func date() throws(ParseFailure) -> Expression {
        crossLineBreak()
        if case .literal(.period(.month(let year, let month))) = peek().kind {
            throw .problem(.monthAsDate(year: year, month: month, at: peek().span))
        }
        return try sum()
    }

    /// A whole number.
    mutating func integer() throws(ParseFailure) -> Int64 {
        crossLineBreak()
        guard let value = peek().integer else { return try fail(.integer) }
        advance()
        return value
    }
}
