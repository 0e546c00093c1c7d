import ReachDiagnostics

extension Parser {
    /// What may follow a value to make a condition of it; the value itself where nothing does.
    mutating func comparison(of left: Expression) throws(ParseFailure) -> Expression {
        let first = peek()
        if case .symbol(let symbol) = first.kind, let operation = ComparisonOperator(rawValue: symbol.rawValue) {
            return try comparison(of: left, operation)
        }
        guard let word = first.word else {
            record(.comparison)
            return left
        }
        switch Words.key(word) {
        case "not": return try negatedComparison(of: left)
        case "does": return try doesNot(left)
        case "is": return try isTest(of: left)
        default: break
        }
        if let result = try wordComparison(of: left, negated: false) { return result }
        record(.comparison)
        return left
    }

    private mutating func comparison(
        of left: Expression, _ operation: ComparisonOperator
    ) throws(ParseFailure) -> Expression {
        let sign = advance()
        try countOperator(sign)
        if case .name(let column) = left.kind { state.valueOf = (state.index, column) }
        let right = try sum()
        if operation == .equal || operation == .notEqual, right.isWrittenNothing {
            throw .problem(
                .comparedWithNothing(negated: operation == .notEqual, at: SourceSpan(sign.span.lower, right.span.upper))
            )
        }
        let next = peek()
        if case .symbol(let symbol) = next.kind, ComparisonOperator(rawValue: symbol.rawValue) != nil {
            throw .problem(
                .chainedComparison(
                    left: left.span, middle: right.span, written: written(right.span), at: next.span))
        }
        return Expression(.comparison(operation, left, right), at: left.span.union(right.span))
    }

    /// Behind `a not`: `in`, `between`, `like`, `within`, `contains`, `starts with`, `ends with`.
    private mutating func negatedComparison(of left: Expression) throws(ParseFailure) -> Expression {
        guard ["in", "between", "like", "within", "contains", "starts", "ends"].contains(where: { peek(1).isWord($0) })
        else {
            advance()
            for word in ["in", "between", "like", "within"] { record(.keyword(word)) }
            throw .unexpected
        }
        let negation = advance()
        try countOperator(negation)
        return try wordComparison(of: left, negated: true) ?? left
    }

    /// `does not contain`, `does not start with`, `does not end with`.
    private mutating func doesNot(_ left: Expression) throws(ParseFailure) -> Expression {
        try countOperator(advance())
        try require("not")
        crossLineBreak()
        if accept("contain") { return try match(.contains, left, negated: true) }
        let kind: MatchKind = accept("start") ? .startsWith : .endsWith
        if kind == .endsWith, !accept("end") { throw .unexpected }
        try require("with")
        return try match(kind, left, negated: true)
    }

    private mutating func wordComparison(
        of left: Expression, negated: Bool
    ) throws(ParseFailure) -> Expression? {
        let word = peek()
        func result(_ kind: Expression.Kind, _ parser: Parser) -> Expression {
            Expression(kind, at: parser.span(from: left.span))
        }
        // Behind a whole condition on rows, as in `where (total > 5) within 90d`, begins their window or the length of a step.
        if state.rows != nil, !negated, left.isCondition, startsWindow() { return nil }
        if takes("between") {
            try countOperator(word)
            let (low, high) = try bounds()
            return result(.between(left, low, high, negated: negated), self)
        }
        if takes("in") {
            try countOperator(word)
            return try membership(of: left, word, negated: negated)
        }
        if takes("within") {
            try countOperator(word)
            return result(.within(left, try durationOrParameter(), negated: negated), self)
        }
        if takes("contains") { return try match(.contains, left, negated: negated) }
        if takes("like") { return try match(.like, left, negated: negated) }
        for (verb, kind) in [("starts", MatchKind.startsWith), ("ends", .endsWith)] where takes(verb) {
            try require("with")
            return try match(kind, left, negated: negated)
        }
        return nil
    }

    /// `X and Y`, of `between`.
    mutating func bounds() throws(ParseFailure) -> (Expression, Expression) {
        let low = try sum()
        try require("and")
        return (low, try sum())
    }

    private mutating func match(
        _ kind: MatchKind, _ left: Expression, negated: Bool
    ) throws(ParseFailure) -> Expression {
        try countOperator(token(state.index - 1))
        let pattern = try sum()
        return Expression(.match(kind, left, pattern, negated: negated), at: left.span.union(pattern.span))
    }

    /// Behind `in`: values in brackets, or a period.
    private mutating func membership(
        of left: Expression, _ word: Token, negated: Bool
    ) throws(ParseFailure) -> Expression {
        crossLineBreak()
        let first = peek()
        if first.isSymbol(.leftBracket) {
            advance()
            var values: [Expression] = []
            repeat {
                if case .name(let column) = left.kind { state.valueOf = (state.index, column) }
                values.append(try sum())
                try refuseGroupedDigits(inBrackets: true)
            } while accept(.comma)
            try require(.rightBracket)
            return Expression(.inList(left, values, negated: negated), at: span(from: left.span))
        }
        if case .parameter(let name) = first.kind {
            advance()
            let value = Expression(.parameter(Identifier(name, at: first.span)), at: first.span)
            return Expression(.inList(left, [value], negated: negated), at: span(from: left.span))
        }
        if let problem = listWithoutBrackets() { throw .problem(problem) }
        if case .literal(.date) = first.kind {
            throw .problem(
                .dateAsPeriod(word.span, negated: negated ? token(state.index - 2).span : nil, at: first.span))
        }
        if case .literal(.duration) = first.kind, !negated {
            throw .problem(.durationAsPeriod(word.span, at: first.span))
        }
        record(.symbol("("))
        let (period, _) = try period()
        return Expression(.inPeriod(left, period, negated: negated), at: span(from: left.span))
    }

    /// `city in "Paris", "Rome"`: the refusal, with brackets around the values.
    private mutating func listWithoutBrackets() -> SyntaxProblem? {
        let first = peek()
        switch first.kind {
        case .text, .literal(.decimal), .literal(.boolean), .symbol(.minus): break
        case .literal(.integer) where !first.isYear: break
        case .word where peek(1).isSymbol(.comma), .quotedName: break
        default: return nil
        }
        let saved = state
        defer { state = saved }
        guard (try? sum()) != nil else { return nil }
        var end = state.lastEnd
        while peek().isSymbol(.comma) {
            advance()
            guard (try? sum()) != nil else { break }
            end = state.lastEnd
        }
        return .listWithoutBrackets(at: SourceSpan(first.span.lower, end))
    }

    /// `is [not] missing|known|true|false`.
    private mutating func isTest(of left: Expression) throws(ParseFailure) -> Expression {
        let verb = advance()
        try countOperator(verb)
        crossLineBreak()
        let negated = accept("not")
        if accept("missing") { return Expression(.isMissing(left, negated: negated), at: span(from: left.span)) }
        if accept("known") { return Expression(.isMissing(left, negated: !negated), at: span(from: left.span)) }
        if accept("true") { return Expression(.isTruth(left, true, negated: negated), at: span(from: left.span)) }
        if accept("false") { return Expression(.isTruth(left, false, negated: negated), at: span(from: left.span)) }
        let found = peek()
        let test = SourceSpan(verb.span.lower, state.lastEnd)
        switch found.kind {
        case .word(let word) where ["null", "empty", "blank", "nothing", "unknown"].contains(Words.key(word)):
            throw .problem(.comparedWithNothing(negated: negated, at: test.union(found.span)))
        case .text, .literal, .parameter, .quotedName: throw .problem(.isInsteadOfEquals(negated: negated, at: test))
        default: throw .unexpected
        }
    }

    /// `1,000`: a comma between digits with no blank, where no list of numbers can be meant.
    mutating func refuseGroupedDigits(inBrackets: Bool) throws(ParseFailure) {
        guard state.index > 0, let head = token(state.index - 1).integer, head < 1_000 else { return }
        let first = token(state.index - 1)
        var index = state.index
        var digits = String(head)
        while token(index).isSymbol(.comma), !token(index).hasBlankBefore {
            let group = token(index + 1)
            guard let value = group.integer, group.span.upper - group.span.lower == 3, !group.hasBlankBefore,
                value < 1_000
            else { break }
            // In brackets `(100,500)` is a list of two.
            if inBrackets, value >= 100, digits.count <= 3 { return }
            digits += "_" + CalendarDay.padded(Int(value), 3)
            index += 2
        }
        guard index > state.index else { return }
        throw .problem(.groupedDigits(digits, at: first.span.union(token(index - 1).span)))
    }
}

extension Token {
    /// Four digits, as a year is written.
    var isYear: Bool { integer.map { (1_000...9_999).contains($0) } == true && span.upper - span.lower == 4 }
}

extension Expression {
    /// Yes or no by its form, so that it lies in no period and has no age.
    var isCondition: Bool {
        switch kind {
        case .not, .and, .or, .comparison, .between, .inList, .inPeriod, .within, .match, .isMissing, .isTruth, .has,
            .stopped, .resumed:
            true
        case .literal, .parameter, .name, .negate, .arithmetic, .ago, .call, .aggregate, .audienceCount: false
        }
    }

    /// `null`, `missing` or `""`: what nothing is equal to.
    var isWrittenNothing: Bool {
        switch kind {
        case .literal(.missing), .literal(.text("")): true
        case .name(let name): name.qualifier == nil && !name.name.quoted && Words.key(name.name.text) == "null"
        default: false
        }
    }
}
