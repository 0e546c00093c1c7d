import ReachDiagnostics

extension Parser {
    /// A whole expression; `or` binds loosest.
    mutating func expression() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in try parser.disjunction(after: nil) }
    }

    /// The same where only a yes/no question makes sense.
    mutating func condition() throws(ParseFailure) -> Expression {
        state.conditionStart = state.index
        return try expression()
    }

    /// `first`, where given, is a value already read that begins the expression.
    mutating func disjunction(after first: Expression?) throws(ParseFailure) -> Expression {
        var left = try conjunction(after: first)
        while accept("or") {
            try countOperator(token(state.index - 1))
            state.conditionStart = state.index
            let right = try conjunction(after: nil)
            left = Expression(.or(left, right), at: left.span.union(right.span))
        }
        return left
    }

    private mutating func conjunction(after first: Expression?) throws(ParseFailure) -> Expression {
        var left = if let first { try comparison(of: first) } else { try negation() }
        while accept("and") {
            try countOperator(token(state.index - 1))
            state.conditionStart = state.index
            let right = try negation()
            left = Expression(.and(left, right), at: left.span.union(right.span))
        }
        return left
    }

    private mutating func negation() throws(ParseFailure) -> Expression {
        crossLineBreak()
        let first = peek()
        guard takes("not") else {
            if let activity = try activityCondition() { return activity }
            return try comparison(of: try sum())
        }
        state.conditionStart = state.index
        let operand = try nested { parser throws(ParseFailure) in try parser.negation() }
        return Expression(.not(operand), at: span(from: first))
    }

    /// `+` and `-`.
    mutating func sum() throws(ParseFailure) -> Expression {
        var left = try product()
        while let operation = arithmetic(.plus, .add) ?? arithmetic(.minus, .subtract) {
            try countOperator(token(state.index - 1))
            let right = try product()
            left = Expression(.arithmetic(operation, left, right), at: left.span.union(right.span))
        }
        record(.arithmetic)
        return left
    }

    private mutating func product() throws(ParseFailure) -> Expression {
        var left = try negative()
        while let operation = arithmetic(.times, .multiply) ?? arithmetic(.divide, .divide) {
            try countOperator(token(state.index - 1))
            let right = try negative()
            left = Expression(.arithmetic(operation, left, right), at: left.span.union(right.span))
        }
        return left
    }

    private mutating func arithmetic(_ symbol: Token.Symbol, _ operation: ArithmeticOperator) -> ArithmeticOperator? {
        guard peek().isSymbol(symbol) else { return nil }
        advance()
        return operation
    }

    private mutating func negative() throws(ParseFailure) -> Expression {
        crossLineBreak()
        let first = peek()
        guard first.isSymbol(.minus) else { return try operand() }
        advance()
        let operand = try nested { parser throws(ParseFailure) in try parser.negative() }
        return Expression(.negate(operand), at: span(from: first))
    }

    /// A literal, name, call or bracketed expression.
    private mutating func operand() throws(ParseFailure) -> Expression {
        let first = peek()
        if recorder.places == .all { recordOperand() }
        switch first.kind {
        case .literal(let literal): return literalOperand(literal)
        case .text(let text):
            advance()
            return Expression(.literal(.text(text)), at: first.span)
        case .parameter(let name):
            advance()
            return Expression(.parameter(Identifier(name, at: first.span)), at: first.span)
        case .symbol(.leftBracket):
            advance()
            if state.conditionStart == state.index - 1 { state.conditionStart = state.index }
            let inner = try expression()
            try require(.rightBracket)
            return Expression(inner.kind, at: span(from: first))
        case .word(let word): return try wordOperand(first, Words.key(word))
        case .quotedName: return Expression(.name(try qualifiedName()), at: span(from: first))
        case .rate(let rate): throw .problem(.rateAsValue(rate, at: first.span))
        default: return try failOperand()
        }
    }

    private mutating func failOperand() throws(ParseFailure) -> Expression {
        recordOperand()
        throw .unexpected
    }

    private mutating func recordOperand() {
        if let (index, column) = state.valueOf, index == state.index { record(.valueOf(column: column, state.scope)) }
        if state.allowsBareCount {
            record(.measure(state.scope))
        } else {
            record(state.conditionStart == state.index ? .condition(state.scope) : .value(state.scope))
        }
    }

    private mutating func literalOperand(_ literal: Literal) -> Expression {
        let first = advance()
        var value = literal
        // `60 days` is `60d`.
        if case .integer(let count) = literal, let word = peek().word, count <= Duration.largestCount,
            let unit = Duration.Unit(longWord: Words.key(word))
        {
            advance()
            value = .duration(Duration(count, unit))
        }
        if case .duration(let duration) = value, accept("ago") {
            return Expression(.ago(duration), at: span(from: first))
        }
        return Expression(.literal(value), at: span(from: first))
    }

    private static let constants: [String: Literal] = [
        "true": .boolean(true), "false": .boolean(false), "missing": .missing, "today": .today, "now": .now,
    ]

    private mutating func wordOperand(_ first: Token, _ key: String) throws(ParseFailure) -> Expression {
        if let constant = Self.constants[key] {
            advance()
            return Expression(.literal(constant), at: first.span)
        }
        if Words.reservedAsValue.contains(key) { return try failOperand() }
        if peek(1).isSymbol(.leftBracket) { return try call(first, key) }
        if state.allowsBareCount, key == "count", !peek(1).isSymbol(.dot) {
            advance()
            return Expression(.aggregate(AggregateCall(.count, argument: nil)), at: first.span)
        }
        return Expression(.name(try qualifiedName()), at: span(from: first))
    }

    /// `c` or `T.c`; the next token is a name.
    mutating func qualifiedName() throws(ParseFailure) -> QualifiedName {
        guard let name = peek().identifier else { return try fail(.name(.column, state.scope)) }
        advance()
        guard peek().isSymbol(.dot) else { return QualifiedName(nil, name) }
        advance()
        crossLineBreak()
        guard let column = peek().identifier else { return try fail(.name(.column, .table(name.text))) }
        advance()
        return QualifiedName(name, column)
    }

    private mutating func call(_ first: Token, _ key: String) throws(ParseFailure) -> Expression {
        let name = Identifier(first.word ?? key, at: first.span)
        if let function = AggregateFunction(rawValue: key) { return try aggregate(function, first) }
        guard Words.functions.contains(key) else { throw .problem(.unknownFunction(name)) }
        advance()
        advance()
        state.allowsBareCount = false
        var arguments: [Expression] = []
        repeat {
            if key == "if", arguments.isEmpty { state.conditionStart = state.index }
            arguments.append(try expression())
            try refuseGroupedDigits(inBrackets: true)
        } while accept(.comma)
        try require(.rightBracket)
        return Expression(.call(name, arguments), at: span(from: first))
    }
}
