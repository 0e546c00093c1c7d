import ReachDiagnostics

extension Parser {
    /// Whether the token can begin a slot of that kind. A word that is reserved beside audiences begins no name here.
    mutating func begins(_ kind: SlotKind, ahead: Int) -> Bool {
        let token = peek(ahead)
        switch kind {
        case .name(.parameter):
            if case .parameter = token.kind { return true }
            return false
        case .name, .newName, .audience, .subject, .tableOrColumn:
            if let word = token.word {
                let isAudience = kind == .audience || kind == .subject
                let opens = ["all", "current", "where"].contains { token.isWord($0) }
                return isAudience && opens || !Words.reservedAsAudience.contains(Words.key(word))
            }
            return token.identifier != nil
        case .ofAudience, .ofSubject: return token.isWord("of") || token.isWord("where")
        case .expression, .condition, .measure, .requirement, .value, .date, .settingValue: return beginsValue(token)
        case .text, .file: return token.isText
        case .integer: return token.integer != nil
        case .number:
            if case .literal(.decimal) = token.kind { return true }
            return token.integer != nil || token.isSymbol(.minus)
        case .duration:
            if case .literal(.duration) = token.kind { return true }
            if case .parameter = token.kind { return true }
            return token.integer != nil
        case .period:
            if case .literal(.period) = token.kind { return true }
            return token.isYear || ["this", "last", "next"].contains { token.isWord($0) }
        case .timeOfDay, .timeRange:
            if case .literal(.timeOfDay) = token.kind { return true }
            return false
        case .rate:
            if case .rate = token.kind { return true }
            return false
        case .dataType: return token.word.map { TypeName.words.contains(Words.key($0)) } ?? false
        case .customerKey, .statement: return !token.isEnd
        case .bareWord: return token.word != nil || token.isShortcut
        }
    }

    private func beginsValue(_ token: Token) -> Bool {
        switch token.kind {
        case .word(let word): !["and", "or", "this"].contains(Words.key(word))
        case .symbol(let symbol): symbol == .leftBracket || symbol == .minus
        case .end, .shortcut, .rate, .invalid: false
        case .quotedName, .text, .literal, .parameter: true
        }
    }

    mutating func slot(_ kind: SlotKind) throws(ParseFailure) -> Capture {
        crossLineBreak()
        if recorder.places == .all { recordBeginning(of: kind) }
        let first = peek()
        switch kind {
        case .name(.parameter):
            guard case .parameter(let name) = first.kind else { return try fail(.parameter) }
            advance()
            return .name(Identifier(name, at: first.span))
        case .name(let nameKind):
            let name = try name(.name(nameKind, state.scope))
            // A condition that follows is over its rows.
            if nameKind == .table { state.scope = .table(name.text) }
            return .name(name)
        case .newName: return .name(try name(.newName))
        case .expression: return .expression(try expression())
        case .condition: return .expression(try condition())
        case .measure: return .expression(try measure())
        case .requirement: return .expression(try requirement())
        case .text, .file:
            guard case .text(let text) = first.kind else { return try fail(kind == .file ? .file : .text) }
            advance()
            return .text(text, first.span)
        case .integer: return .integer(try integer(), first.span)
        case .number: return try number()
        case .duration: return .duration(try durationOrParameter(), span(from: first))
        case .date: return .expression(try sum())
        case .period:
            let (period, span) = try period()
            return .period(period, span)
        case .timeOfDay, .timeRange, .rate, .dataType, .value, .settingValue: return try literalSlot(kind, first)
        case .audience: return .audience(try audience())
        case .subject, .ofSubject, .ofAudience: return try audienceSlot(kind, first)
        case .tableOrColumn:
            guard first.identifier != nil else { return try fail(.name(.table, state.scope)) }
            return .qualifiedName(try qualifiedName())
        case .customerKey: return try rawText(first)
        case .statement: return .statement(try statement())
        case .bareWord(let what):
            switch first.kind {
            case .word(let word), .shortcut(let word):
                advance()
                return .word(word, first.span)
            default: return try fail(.bareWord(what))
            }
        }
    }

    private mutating func name(_ expectation: Expectation) throws(ParseFailure) -> Identifier {
        guard let name = peek().identifier else {
            if case .text(let text) = peek().kind { throw .problem(.nameInQuotes(text, at: peek().span)) }
            return try fail(expectation)
        }
        if case .name(.segment, _) = expectation, !name.quoted,
            Words.reservedAsAudience.contains(Words.key(name.text))
        {
            throw .problem(.reservedWord(name.text, at: name.span))
        }
        advance()
        return name
    }

    private mutating func measure() throws(ParseFailure) -> Expression {
        state.allowsBareCount = true
        let result = try sum()
        state.allowsBareCount = false
        return result
    }

    private mutating func requirement() throws(ParseFailure) -> Expression {
        state.countsAudiences = true
        let result = try condition()
        state.countsAudiences = false
        return result
    }

    private mutating func audienceSlot(_ kind: SlotKind, _ first: Token) throws(ParseFailure) -> Capture {
        if kind != .subject, !peek().isWord("where") { try require("of") }
        if kind == .ofAudience { return .audience(try audience()) }
        let subject = try subject()
        if case .segment(let name) = subject.base { state.scope = .subject(name.text) }
        return .subject(subject)
    }

    /// `1000`, `-2.5`, `10%`.
    private mutating func number() throws(ParseFailure) -> Capture {
        let first = peek()
        let isNegative = first.isSymbol(.minus)
        if isNegative { advance() }
        crossLineBreak()
        let token = peek()
        let literal: Literal
        switch token.kind {
        case .literal(.integer(let value)): literal = .integer(isNegative ? -value : value)
        case .literal(.decimal(let units, let scale)):
            literal = .decimal(units: isNegative ? -units : units, scale: scale)
        default: return try fail(.number)
        }
        advance()
        let isPercent = written(token.span).hasSuffix("%")
        return .number(literal, isPercent: isPercent, span(from: first))
    }

    /// Characters up to the next blank or `;`, or a quoted text: keys such as `007`, `A-17` or `anna@example.com`.
    private mutating func rawText(_ first: Token) throws(ParseFailure) -> Capture {
        if case .text(let text) = first.kind {
            advance()
            return .text(text, first.span)
        }
        if first.isEnd { return try fail(.customerKey) }
        var last = advance()
        while !peek().isEnd, !peek().hasBlankBefore { last = advance() }
        let whole = first.span.union(last.span)
        return .text(written(whole), whole)
    }
}

extension Token {
    var isText: Bool {
        if case .text = kind { return true }
        return false
    }

    var isShortcut: Bool {
        if case .shortcut = kind { return true }
        return false
    }
}
