import ReachDiagnostics

extension Lexer {
    /// Reads the token at `position`, which is before `limit` and no blank.
    mutating func token() -> Token.Kind {
        let start = position
        let (scalar, length) = scalar(at: start)
        if CharacterClass.startsName(scalar) {
            position = endOfWord(start)
            return .word(text(start, position))
        }
        if isDigit(start) { return number() }
        switch scalar {
        case "`": return quotedName()
        case "$": return parameter()
        case "?":
            position += 1
            return .shortcut("?")
        case "\\":
            position = endOfWord(start + 1)
            return position > start + 1
                ? .shortcut(Words.key(text(start, position)))
                : .invalid(.strayCharacter("\\", at: span(start, position)))
        default: break
        }
        if let closers = Self.closingQuotes(scalar) { return quotedText(opening: length, closers: closers) }
        if let operation = operatorToken() { return operation }
        return strayCharacter(scalar, length)
    }

    private mutating func operatorToken() -> Token.Kind? {
        let start = position
        for (spelling, meaning) in Self.operators[bytes[position]] ?? [] where matches(spelling) {
            position += spelling.utf8.count
            switch meaning {
            case .symbol(let symbol): return .symbol(symbol)
            case .instead(let right): return .invalid(.wrongOperator(spelling, right: right, at: span(start, position)))
            }
        }
        return nil
    }

    private func matches(_ spelling: String) -> Bool {
        position + spelling.utf8.count <= limit && zip(spelling.utf8, bytes[position...]).allSatisfy(==)
    }

    private enum Operator {
        case symbol(Token.Symbol)
        /// Written by habit from another language.
        case instead(String)
    }

    /// By their first byte; longest first where one begins another.
    private static let operators: [UInt8: [(String, Operator)]] = Dictionary(
        grouping: spellings, by: { $0.0.utf8.first ?? 0 })

    private static let spellings: [(String, Operator)] = [
        ("==", .instead("=")), ("<>", .instead("!=")), ("&&", .instead("and")), ("||", .instead("or")),
        ("=<", .instead("<=")), ("=>", .instead(">=")), ("!=", .symbol(.notEqual)), ("<=", .symbol(.lessOrEqual)),
        (">=", .symbol(.greaterOrEqual)), ("≠", .symbol(.notEqual)), ("≤", .symbol(.lessOrEqual)),
        ("≥", .symbol(.greaterOrEqual)), ("−", .symbol(.minus)), ("–", .instead("-")), ("×", .instead("*")),
        ("÷", .instead("/")), ("&", .instead("and")), ("|", .instead("or")), ("!", .instead("not")),
        ("[", .instead("(")),
        ("]", .instead(")")), ("(", .symbol(.leftBracket)), (")", .symbol(.rightBracket)), (",", .symbol(.comma)),
        (";", .symbol(.semicolon)), (".", .symbol(.dot)), (":", .symbol(.colon)), ("%", .symbol(.percent)),
        ("+", .symbol(.plus)), ("-", .symbol(.minus)), ("*", .symbol(.times)), ("/", .symbol(.divide)),
        ("=", .symbol(.equal)), ("<", .symbol(.less)), (">", .symbol(.greater)),
    ]

    private mutating func quotedName() -> Token.Kind {
        let start = position
        var content: [UInt8] = []
        position += 1
        while position < limit, bytes[position] != UInt8(ascii: "\n") {
            if bytes[position] == UInt8(ascii: "`") {
                guard byte(position + 1) == UInt8(ascii: "`") else {
                    position += 1
                    let name = String(decoding: content, as: UTF8.self)
                    return content.isEmpty ? .invalid(.emptyName(at: span(start, position))) : .quotedName(name)
                }
                position += 1
            }
            content.append(bytes[position])
            position += 1
        }
        return .invalid(.unterminated("`", name: true, at: span(start, trimmedEnd(start))))
    }

    private mutating func parameter() -> Token.Kind {
        let start = position
        position += 1
        if position < limit, CharacterClass.startsName(scalar(at: position).scalar) {
            position = endOfWord(position)
            return .parameter(text(start + 1, position))
        }
        let place = span(start, position)
        return .invalid(isDigit(position) ? .currencySign("$", at: place) : .strayCharacter("$", at: place))
    }

    private mutating func strayCharacter(_ scalar: Unicode.Scalar, _ length: Int) -> Token.Kind {
        let start = position
        position += length
        // Marks that hang on the character belong to it: the caret covers what is seen as one.
        while position < limit {
            let (next, nextLength) = self.scalar(at: position)
            guard next.properties.isGraphemeExtend || next.value == 0x200D else { break }
            position += nextLength
        }
        let place = span(start, position)
        if scalar.properties.generalCategory == .currencySymbol {
            return .invalid(.currencySign(String(scalar), at: place))
        }
        return .invalid(.strayCharacter(text(start, position), at: place))
    }

    /// The end of the line at `position`, which is at a line break or the end, without the blanks before it.
    func trimmedEnd(_ start: Int) -> Int {
        var end = position
        while end > start + 1, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 || bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }
}
