import ReachDiagnostics

/// Finds what an unexpected token was probably meant to be. Every guess is parsed before it is offered.
struct Repair {
    let text: String
    let lower: Int
    let grammar: Grammar?
    let correction: Correction
    /// A fresh parse that keeps what was expected everywhere.
    private var tokens: [Token] = []
    private var expected: [Int: [Expectation]] = [:]
    private var furthest = 0

    /// Longer statements are not worth the many parses.
    private static let longestText = 20_000

    /// `text` is the statement, which begins at `lower` in what spans point into.
    init?(_ text: String, lower: Int, grammar: Grammar?, correction: Correction) {
        guard text.utf8.count <= Self.longestText else { return nil }
        self.text = text
        self.lower = lower
        self.grammar = grammar
        self.correction = correction
        var parser = Parser(Lexer(text), grammar: grammar, recording: .all)
        if grammar == nil {
            parser.indent = -1
            _ = try? parser.condition()
            parser.record(.end)
        } else {
            _ = parser.nextStatement()
        }
        tokens = parser.tokens
        expected = parser.recorder.byToken
        furthest = max(0, parser.recorder.furthest)
    }

    /// A better account of the problem, where there is one.
    func better(than problem: SyntaxProblem) -> SyntaxProblem {
        guard problem.code == "unexpected", furthest < tokens.count else { return problem }
        if let known = habit() { return known }
        // The token itself, then those before it that passed for a name.
        for index in [furthest, furthest - 1, furthest - 2] where index >= 0 {
            let fixes = misspellings(index)
            if fixes.isEmpty { continue }
            var blamed = problem
            blamed.span = shifted(tokens[index].span)
            blamed.message = ExpectationRecorder.message(expected[index] ?? [])
            blamed.fixes = fixes
            return blamed
        }
        var helped = problem
        helped.fixes = insertions()
        return helped
    }

    /// Words near this token that could stand in its place and make the whole parse.
    private func misspellings(_ index: Int) -> [Fix] {
        let token = tokens[index]
        guard let word = token.word else { return [] }
        var words = (expected[index] ?? []).flatMap(Self.words)
        if index < furthest, let own = Words.reservedAsValue.first(where: { $0 == Words.key(word) }) {
            words.append(own)
        }
        return DidYouMean.closest(to: word, among: words).map { .replace(shifted(token.span), with: $0) }.filter(works)
    }

    /// The words that stand behind an expectation.
    private static func words(_ expectation: Expectation) -> [String] {
        switch expectation {
        case .keyword(let phrase): phrase.split(separator: " ").map(String.init).prefix(1) + [phrase]
        case .comparison: Completion.comparisonWords
        case .condition, .value, .measure:
            ["not", "has", "stopped", "resumed", "true", "false", "missing", "today", "now", "count"]
        case .period: ["this", "last", "next"]
        case .periodUnit: PeriodUnit.allCases.flatMap { [$0.rawValue, $0.rawValue + "s"] }
        case .dataType: TypeName.words
        case .audience, .subject: ["all", "current", "where", "customers"]
        default: []
        }
    }

    /// Mistakes with a name of their own.
    private func habit() -> SyntaxProblem? {
        let found = tokens[furthest]
        let before = furthest > 0 ? tokens[furthest - 1] : nil
        if let digits = groupedDigits() { return digits }
        if let habit = habitAtTheFront() { return habit }
        if let list = listBehindEquals(found) { return list }
        if let before, let unit = misspelledUnit(before, found) { return unit }
        if let before, let problem = joined(before, found) { return problem }
        if case .text = found.kind, furthest == 1, tokens[0].isWord("import") {
            let start = SourceSpan(shifted(found.span).lower, shifted(found.span).lower)
            return SyntaxProblem(
                "unexpected", "expected a table", at: shifted(found.span),
                fixes: ["customers from ", "orders from "].map { Fix([.init(start, $0)]) })
        }
        if case .text(let name) = found.kind, wantsName(furthest) {
            return .nameInQuotes(name, at: shifted(found.span))
        }
        if let quoted = textWithoutQuotes(found) { return quoted }
        if let word = found.word, wantsName(furthest), Words.isReserved(word) {
            let problem = SyntaxProblem.reservedWord(word, at: shifted(found.span))
            if problem.fixes.contains(where: works) { return problem }
        }
        return sqlClause(found)
    }

    private func wantsName(_ index: Int) -> Bool {
        (expected[index] ?? []).contains { expectation in
            switch expectation {
            case .name, .newName, .audience, .subject: true
            default: false
            }
        }
    }

    /// `1,000` and `1 000`.
    private func groupedDigits() -> SyntaxProblem? {
        var parser = Parser(Lexer(text), grammar: grammar)
        parser.state.index = furthest
        do throws(ParseFailure) {
            try parser.refuseGroupedDigits(inBrackets: false)
        } catch {
            if case .problem(let problem) = error { return shifted(problem) }
        }
        guard furthest > 0, let head = tokens[furthest - 1].integer, head < 1_000 else { return nil }
        var digits = String(head)
        var end = furthest
        while end < tokens.count, let group = tokens[end].integer, tokens[end].span.upper - tokens[end].span.lower == 3
        {
            digits += "_" + CalendarDay.padded(Int(group), 3)
            end += 1
        }
        guard end > furthest else { return nil }
        return .groupedDigits(digits, at: shifted(tokens[furthest - 1].span.union(tokens[end - 1].span)))
    }

    /// `count *`, `count from customers`.
    private func habitAtTheFront() -> SyntaxProblem? {
        guard tokens.count > 2, tokens[0].isWord("count") || tokens[0].isWord("show") else { return nil }
        let second = tokens[1]
        let place = shifted(second.span)
        let fix: Fix
        if second.isSymbol(.times) {
            let isCount = tokens[0].isWord("count")
            let end = tokens[2].isWord("from") ? place.union(shifted(tokens[2].span)) : place
            fix = .replace(end, with: tokens[2].isWord("from") ? (isCount ? "" : "of") : isCount ? "all" : "of all")
        } else if second.isWord("from") {
            fix = .replace(place, with: tokens[0].isWord("count") ? "" : "of")
        } else {
            return nil
        }
        guard works(fix) else { return nil }
        return SyntaxProblem(
            "sql-clause", "`\(written(second.span))` is a word of another language", at: place, fixes: [fix])
    }

    /// `city = "Paris", "London"`.
    private func listBehindEquals(_ found: Token) -> SyntaxProblem? {
        guard found.isSymbol(.comma), furthest > 1, tokens[furthest - 2].isSymbol(.equal) else { return nil }
        var last = furthest
        while last + 1 < tokens.count, tokens[last].isSymbol(.comma), !tokens[last + 1].isEnd {
            last += 1
            if last + 1 < tokens.count, tokens[last + 1].isSymbol(.comma) { last += 1 }
        }
        let values = tokens[furthest - 1].span.union(tokens[last].span)
        let fix = Fix.replace(
            shifted(tokens[furthest - 2].span.union(values)), with: "in (" + written(values) + ")")
        guard works(fix) else { return nil }
        return SyntaxProblem(
            "list-without-brackets", "`=` compares with one value", at: shifted(values), fixes: [fix])
    }

    /// `60 dyas`, and `60 ago`, which lacks its unit.
    private func misspelledUnit(_ before: Token, _ found: Token) -> SyntaxProblem? {
        guard let count = before.integer, let word = found.word else { return nil }
        if found.isWord("ago") {
            let problem = SyntaxProblem.missingUnit(count, at: shifted(before.span))
            return problem.fixes.contains(where: works) ? problem : nil
        }
        let names = Duration.Unit.allCases.map { count == 1 ? $0.longName : $0.longName + "s" }
        let fixes = DidYouMean.closest(to: word, among: names, limit: 1).map { name in
            Fix.replace(shifted(found.span), with: name)
        }.filter(works)
        guard !fixes.isEmpty else { return nil }
        return SyntaxProblem("unknown-unit", "unknown unit `\(word)`", at: shifted(found.span), fixes: fixes)
    }

    /// Two tokens that should be one: `60 d`, `10 %`, `2026-11-22 14:30`, `New York`.
    private func joined(_ before: Token, _ found: Token) -> SyntaxProblem? {
        let both = shifted(before.span.union(found.span))
        switch (before.kind, found.kind) {
        case (.literal(.integer), .word(let unit)) where Duration.Unit(word: Words.key(unit)) != nil || unit == "m":
            var problem = SyntaxProblem.blankBeforeUnit(before, found)
            problem = shifted(problem)
            return problem.fixes.contains(where: works) || unit == "m" ? problem : nil
        case (.literal, .symbol(.percent)):
            return SyntaxProblem(
                "blank-before-unit", "`%` stands right behind its number", at: both,
                fixes: [.replace(both, with: written(before.span) + "%")])
        case (.literal(.date), .literal(.timeOfDay)):
            return SyntaxProblem(
                "malformed-datetime", "date and time are joined by `T`", at: both,
                fixes: [.replace(both, with: written(before.span) + "T" + written(found.span))])
        case (.word, .word):
            guard furthest > 1 else { return nil }
            let operation = tokens[furthest - 2]
            guard case .symbol(let symbol) = operation.kind, symbol != .rightBracket, symbol != .dot else { return nil }
            var end = furthest
            while end + 1 < tokens.count, tokens[end + 1].word != nil, !works(quoting(furthest - 1, end)) { end += 1 }
            let fix = quoting(furthest - 1, end)
            guard works(fix) else { return nil }
            return SyntaxProblem("text-without-quotes", "text stands in quotes", at: fix.edits[0].span, fixes: [fix])
        default: return nil
        }
    }

    private func quoting(_ first: Int, _ last: Int) -> Fix {
        let span = tokens[first].span.union(tokens[last].span)
        return .replace(shifted(span), with: TextLiteral.written(written(span)))
    }

    /// A file name or text without its quotes, up to the next blank.
    private func textWithoutQuotes(_ found: Token) -> SyntaxProblem? {
        let wanted = expected[furthest] ?? []
        guard wanted.contains(.file) || wanted.contains(.text), !found.isEnd, !found.isSymbol(.semicolon) else {
            return nil
        }
        var last = furthest
        while last + 1 < tokens.count, !tokens[last + 1].isEnd, !tokens[last + 1].hasBlankBefore,
            !tokens[last + 1].isSymbol(.semicolon)
        {
            last += 1
        }
        var fix = quoting(furthest, last)
        while !works(fix), wanted.contains(.text), last + 1 < tokens.count, !tokens[last + 1].isEnd {
            last += 1
            fix = quoting(furthest, last)
        }
        guard works(fix) else { return nil }
        let what = wanted.contains(.file) ? "a file name" : "text"
        return SyntaxProblem("text-without-quotes", "\(what) stands in quotes", at: fix.edits[0].span, fixes: [fix])
    }

    /// `group by`, `order by`, `limit`, `asc`, `having`, `from` at the end of a statement of ours.
    private func sqlClause(_ found: Token) -> SyntaxProblem? {
        guard let word = found.word else { return nil }
        let next = furthest + 1 < tokens.count ? tokens[furthest + 1] : found
        let place = shifted(found.span)
        var message = "`\(Words.key(word))` is a word of another language"
        var fix: Fix
        switch Words.key(word) {
        case "group" where next.isWord("by"): fix = .replace(place.union(shifted(next.span)), with: "by")
        case "order" where next.isWord("by"): fix = .replace(place, with: "sort")
        case "limit": fix = .replace(place, with: "top")
        case "from": fix = .replace(place, with: "of")
        case "asc", "ascending": fix = .replace(place, with: "")
        case "descending": fix = .replace(place, with: "desc")
        case "having":
            message = "groups are not filtered; `sort by` and `top` choose among them"
            var last = furthest
            while last + 1 < tokens.count, !tokens[last + 1].isEnd, !tokens[last + 1].isWord("order"),
                !tokens[last + 1].isWord("sort"), !tokens[last + 1].isWord("limit"), !tokens[last + 1].isWord("top")
            {
                last += 1
            }
            fix = .replace(place.union(shifted(tokens[last].span)), with: "")
        default: return nil
        }
        return SyntaxProblem("sql-clause", message, at: place, fixes: [fix])
    }

    /// A forgotten `where`.
    private func insertions() -> [Fix] {
        [furthest, furthest - 1].filter { $0 > 0 && !tokens[$0].isEnd }.compactMap { index in
            let looksLikeCondition = [index, index + 1].contains { place in
                guard place < tokens.count else { return false }
                if case .symbol(let symbol) = tokens[place].kind {
                    return ComparisonOperator(rawValue: symbol.rawValue) != nil
                }
                return Self.conditionWords.contains { tokens[place].isWord($0) }
            }
            guard looksLikeCondition, index + 1 < tokens.count, !tokens[index + 1].isEnd else { return nil }
            guard (expected[index] ?? []).contains(.keyword("where")) else { return nil }
            let start = shifted(tokens[index].span).lower
            let fix = Fix([.init(SourceSpan(start, start), "where ")])
            return works(fix) ? fix : nil
        }
    }

    private static let conditionWords = Completion.comparisonWords + ["has", "stopped", "resumed"]

    private func works(_ fix: Fix) -> Bool { correction.leads(fix) }

    private func written(_ span: SourceSpan) -> String { SourceText(text)[span] }

    private func shifted(_ span: SourceSpan) -> SourceSpan { SourceSpan(span.lower + lower, span.upper + lower) }

    private func shifted(_ problem: SyntaxProblem) -> SyntaxProblem {
        var result = problem
        result.span = shifted(problem.span)
        result.fixes = problem.fixes.map { Fix($0.edits.map { .init(shifted($0.span), $0.text) }) }
        return result
    }
}
