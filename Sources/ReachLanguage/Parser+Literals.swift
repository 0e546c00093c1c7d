import ReachDiagnostics

extension Parser {
    /// Slots that hold one literal of some sort.
    mutating func literalSlot(_ kind: SlotKind, _ first: Token) throws(ParseFailure) -> Capture {
        switch kind {
        case .timeOfDay:
            guard case .literal(.timeOfDay) = first.kind else { return try fail(.timeRange) }
            return .expression(try literal())
        case .timeRange: return try timeRange(first)
        case .rate:
            guard case .rate(let rate) = first.kind else { return try fail(.rate) }
            advance()
            return .rate(rate, first.span)
        case .dataType: return try dataType(first)
        case .settingValue:
            if let word = first.word, !Words.reservedAsValue.contains(Words.key(word)) {
                advance()
                return .word(word, first.span)
            }
            return .expression(try literal())
        default: return .expression(try literal())
        }
    }

    /// A literal with an optional sign, or a parameter.
    private mutating func literal() throws(ParseFailure) -> Expression {
        let first = peek()
        if first.isSymbol(.minus) {
            advance()
            crossLineBreak()
        }
        let token = peek()
        let value: Expression.Kind
        switch token.kind {
        case .literal(let literal): value = .literal(literal)
        case .text(let text): value = .literal(.text(text))
        case .parameter(let name): value = .parameter(Identifier(name, at: token.span))
        case .word where token.isWord("true"): value = .literal(.boolean(true))
        case .word where token.isWord("false"): value = .literal(.boolean(false))
        case .word where token.isWord("today"): value = .literal(.today)
        case .word where token.isWord("missing"): value = .literal(.missing)
        default: return try fail(.literal)
        }
        advance()
        let expression = Expression(value, at: token.span)
        return first == token ? expression : Expression(.negate(expression), at: span(from: first))
    }

    private mutating func timeRange(_ first: Token) throws(ParseFailure) -> Capture {
        guard case .literal(.timeOfDay(let from)) = first.kind else { return try fail(.timeRange) }
        advance()
        try require(.minus)
        crossLineBreak()
        guard case .literal(.timeOfDay(let to)) = peek().kind else { return try fail(.timeRange) }
        advance()
        return .timeRange(from: from, to: to, span(from: first))
    }

    private mutating func dataType(_ first: Token) throws(ParseFailure) -> Capture {
        guard let word = first.word else { return try fail(.dataType) }
        let types: [String: TypeName] = [
            "integer": .integer, "float": .float, "text": .text, "boolean": .boolean, "date": .date,
            "datetime": .datetime,
        ]
        let key = Words.key(word)
        if let type = types[key] {
            advance()
            return .dataType(type, first.span)
        }
        guard key == "decimal" else { throw .problem(.unknownType(word, at: first.span)) }
        advance()
        guard peek().isSymbol(.leftBracket) else { return .dataType(.decimal(nil), first.span) }
        advance()
        let scalePlace = peek().span
        let scale = try integer()
        try require(.rightBracket)
        guard (0...18).contains(scale) else { throw .problem(.decimalScale(at: scalePlace)) }
        return .dataType(.decimal(Int(scale)), span(from: first))
    }
}

extension Parser {
    /// Remembers what could have begun a slot of that kind.
    mutating func recordBeginning(of kind: SlotKind) {
        switch kind {
        case .name(.parameter): record(.parameter)
        case .name(let nameKind): record(.name(nameKind, state.scope))
        case .newName: record(.newName)
        case .expression, .date: record(kind == .date ? .date : .value(state.scope))
        case .condition, .requirement: record(.condition(state.scope))
        case .measure: record(.measure(state.scope))
        case .text: record(.text)
        case .file: record(.file)
        case .integer: record(.integer)
        case .number: record(.number)
        case .duration: record(.duration)
        case .period: record(.period)
        case .timeOfDay, .timeRange: record(.timeRange)
        case .rate: record(.rate)
        case .dataType: record(.dataType)
        case .value, .settingValue: record(.literal)
        case .audience: record(.audience)
        case .subject: record(.subject)
        case .ofAudience, .ofSubject:
            record(.keyword("of"))
            record(.keyword("where"))
        case .tableOrColumn: record(.name(.table, state.scope))
        case .customerKey: record(.customerKey)
        case .statement: record(.statement)
        case .bareWord(let what): record(.bareWord(what))
        }
    }
}
