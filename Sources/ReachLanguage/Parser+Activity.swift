import ReachDiagnostics

extension Parser {
    /// `has …`, `stopped …`, `resumed …`; nil where none of them begins.
    mutating func activityCondition() throws(ParseFailure) -> Expression? {
        let first = peek()
        guard ["has", "stopped", "resumed"].contains(where: { first.isWord($0) }) else { return nil }
        if let rows = state.rows { throw .problem(activityInsideRows(rows, first)) }
        advance()
        try countOperator(first)
        if first.isWord("has") { return Expression(.has(HasClause(try hasForm(first))), at: span(from: first)) }
        let kind = first.isWord("stopped") ? try stopped(first) : try resumed(first)
        return Expression(kind, at: span(from: first))
    }

    /// `stopped T [where C] for D`
    private mutating func stopped(_ start: Token) throws(ParseFailure) -> Expression.Kind {
        let table = try activityTable()
        var condition = try rowsCondition(table, start)
        crossLineBreak()
        try require("for")
        let length = try durationOrParameter()
        if condition == nil { condition = try rowsCondition(table, start) }
        return .stopped(ActivityRows(table: table, condition: condition), length)
    }

    /// `resumed T after D [window] [where C]`
    private mutating func resumed(_ start: Token) throws(ParseFailure) -> Expression.Kind {
        let table = try activityTable()
        try require("after")
        let gap = try durationOrParameter()
        return .resumed(try activityRows(table, start), gap)
    }

    private mutating func hasForm(_ start: Token) throws(ParseFailure) -> HasClause.Form {
        let quantity = try quantity()
        let table = try activityTable()
        var condition: Expression?
        if quantity == .any {
            if let regular = try regularly(table, condition: nil, start) { return regular }
            condition = try rowsCondition(table, start)
            if condition != nil, let regular = try regularly(table, condition: condition, start) { return regular }
        }
        let rows = try activityRows(table, start, condition: condition)
        guard quantity == .any, accept("then") else { return .rows(quantity, rows) }
        var steps = [try step(start)]
        while accept("then") { steps.append(try step(start)) }
        return .sequence(rows, steps)
    }

    /// `in K of last N [full] months`, behind the table; nil where it does not begin.
    private mutating func regularly(
        _ table: Identifier, condition: Expression?, _ start: Token
    ) throws(ParseFailure) -> HasClause.Form? {
        guard peek().isWord("in"), let atLeast = peek(1).integer, !peek(1).isYear else { return nil }
        let place = peek(1).span
        advance()
        advance()
        try require("of")
        try require("last")
        crossLineBreak()
        let count = try integer()
        guard (1...1_000).contains(count), (1...count).contains(atLeast) else { throw .problem(.regularity(at: place)) }
        let full = accept("full")
        crossLineBreak()
        guard let word = peek().word, let unit = PeriodUnit(word: Words.key(word)) else { return try fail(.periodUnit) }
        advance()
        var rows = condition
        if rows == nil { rows = try rowsCondition(table, start) }
        return .regularly(
            table: table, atLeast: Int(atLeast), of: Int(count), unit, full: full, condition: rows)
    }

    /// `then [no] B [where C] within D`; the condition may also follow.
    private mutating func step(_ start: Token) throws(ParseFailure) -> HasClause.Step {
        crossLineBreak()
        let negated = peek().isWord("no") && (peek(1).identifier != nil || peek(1).isEnd)
        if negated { advance() } else { record(.keyword("no")) }
        let table = try activityTable()
        var condition = try rowsCondition(table, start)
        try require("within")
        let length = try durationOrParameter()
        if condition == nil { condition = try rowsCondition(table, start) }
        return HasClause.Step(negated: negated, rows: ActivityRows(table: table, condition: condition), within: length)
    }

    /// A window and `where C`, in either order.
    private mutating func activityRows(
        _ table: Identifier, _ start: Token, condition: Expression? = nil
    ) throws(ParseFailure) -> ActivityRows {
        var condition = condition
        let window = try window()
        if condition == nil { condition = try rowsCondition(table, start) }
        guard window == nil, condition != nil else {
            return ActivityRows(table: table, window: window, condition: condition)
        }
        return ActivityRows(table: table, window: try self.window(), condition: condition)
    }

    /// `where C` over the rows of `table`, nil where there is no `where`.
    mutating func rowsCondition(_ table: Identifier, _ start: Token) throws(ParseFailure) -> Expression? {
        guard accept("where") else { return nil }
        let (scope, rows, counts) = (state.scope, state.rows, state.countsAudiences)
        state.scope = .table(table.text)
        state.rows = RowsContext(start: start.span, depth: state.depth)
        state.countsAudiences = false
        let result = try condition()
        (state.scope, state.rows, state.countsAudiences) = (scope, rows, counts)
        return result
    }

    private mutating func activityTable() throws(ParseFailure) -> Identifier {
        crossLineBreak()
        guard let name = peek().identifier, name.quoted || !Words.isReserved(name.text) else {
            return try fail(.name(.table, state.scope))
        }
        advance()
        return name
    }

    private mutating func quantity() throws(ParseFailure) -> Quantity {
        crossLineBreak()
        let first = peek()
        if let count = first.integer { return try countedQuantity(first, count) }
        if case .symbol(let symbol) = first.kind, let sign = ComparisonOperator(rawValue: symbol.rawValue),
            peek(1).integer != nil
        {
            throw .problem(.comparisonAsQuantity(sign, at: first.span))
        }
        // At the end of what is typed the word is rather a quantity than a table called so.
        if first.isWord("no"), peek(1).identifier != nil || peek(1).isEnd {
            advance()
            return .none
        }
        if first.isWord("exactly"), peek(1).integer != nil || peek(1).isEnd {
            advance()
            return .exactly(try integer())
        }
        let phrases: [(String, String, (Int64) -> Quantity)] = [
            ("at", "least", Quantity.atLeast), ("at", "most", Quantity.atMost), ("more", "than", Quantity.moreThan),
            ("fewer", "than", Quantity.fewerThan),
        ]
        for (word, second, make) in phrases where first.isWord(word) {
            guard peek(1).isWord(second) else {
                record(.keyword(second), ahead: 1)
                continue
            }
            advance()
            advance()
            return make(try integer())
        }
        if first.isWord("less"), peek(1).isWord("than") { throw .problem(.lessThanRows(at: first.span)) }
        for word in ["no", "at least", "at most", "more than", "fewer than", "exactly"] { record(.keyword(word)) }
        return .any
    }

    /// `N+` or `N to M`. A bare number may mean either of two things.
    private mutating func countedQuantity(_ first: Token, _ count: Int64) throws(ParseFailure) -> Quantity {
        advance()
        if accept(.plus) { return .atLeast(count) }
        if takes("to") {
            let upper = try integer()
            let place = span(from: first)
            if upper < count { throw .problem(.quantityBackwards(count, upper, at: place)) }
            return .between(count, upper)
        }
        if peek().isWord("or"), peek(1).isWord("more") {
            advance()
            advance()
            throw .problem(.bareQuantity(count, at: span(from: first), alternatives: ["\(count)+"]))
        }
        if peek().identifier != nil {
            throw .problem(.bareQuantity(count, at: first.span, alternatives: ["\(count)+", "exactly \(count)"]))
        }
        record(.keyword("to"))
        throw .unexpected
    }

    /// `has` and the like in the condition on rows: the help puts brackets around the rows where that mends it.
    private mutating func activityInsideRows(_ rows: RowsContext, _ found: Token) -> SyntaxProblem {
        var index = state.index - 1
        while index > 0, token(index).isWord("not") { index -= 1 }
        let connective = token(index)
        guard index > 0, state.depth == rows.depth, connective.isWord("and") || connective.isWord("or") else {
            return .activityInsideRows(found, brackets: nil)
        }
        return .activityInsideRows(found, brackets: SourceSpan(rows.start.lower, token(index - 1).span.upper))
    }
}

extension Words {
    static func isReserved(_ word: String) -> Bool {
        reservedAsValue.contains(key(word)) || reservedAsAudience.contains(key(word))
    }
}
