/// Which of several forms begins at the next token, without reading it.
extension Parser {
    /// Whether the next token can be the first of `syntax`.
    mutating func begins(_ syntax: Syntax) -> Bool {
        switch syntax {
        case .keyword(let words), .flag(let words):
            return peek().isLiteral(Words.first(of: words))
        case .word(_, let options): return options.contains { peek().isLiteral($0) }
        case .slot(_, let kind): return begins(kind, ahead: 0)
        case .sequence(let parts):
            for part in parts {
                if begins(part) { return true }
                if !isNullable(part) { return false }
            }
            return false
        case .choice(let parts), .clauses(let parts):
            for part in parts where begins(part) { return true }
            return false
        case .optional(let inner), .list(_, let inner), .chain(_, _, let inner): return begins(inner)
        case .bracketed: return peek().isSymbol(.leftBracket)
        }
    }

    /// Whether the words that `parts` begin with are all there, and the first slot behind them can begin.
    mutating func fits(_ parts: [Syntax], ahead: Int) -> Bool {
        guard let first = parts.first else { return true }
        let rest = Array(parts.dropFirst())
        switch first {
        case .keyword(let phrase), .flag(let phrase):
            let words = Words.each(of: phrase)
            for (index, word) in words.enumerated() where !peek(ahead + index).isLiteral(word) { return false }
            return fits(rest, ahead: ahead + words.count)
        case .word(_, let options):
            let token = peek(ahead)
            return options.contains { token.isLiteral($0) } && fits(rest, ahead: ahead + 1)
        case .slot(_, let kind): return begins(kind, ahead: ahead)
        case .sequence(let inner): return fits(inner + rest, ahead: ahead)
        case .choice(let alternatives):
            for alternative in alternatives where fits([alternative] + rest, ahead: ahead) { return true }
            return false
        case .clauses(let clauses):
            for clause in clauses where fits([clause] + rest, ahead: ahead) { return true }
            return fits(rest, ahead: ahead)
        case .optional(let inner): return fits([inner] + rest, ahead: ahead) || fits(rest, ahead: ahead)
        case .list(_, let inner), .chain(_, _, let inner): return fits([inner] + rest, ahead: ahead)
        case .bracketed: return peek(ahead).isSymbol(.leftBracket)
        }
    }

    /// Whether the next word begins something that follows, so that it is no name in an optional slot: a reserved word at once, any
    /// other only where the rest of what it would begin is there too (`top` before a number, `sort` before `by`).
    mutating func isPreempted(by follow: [Syntax]) -> Bool {
        for syntax in follow {
            if beginsAsClause(syntax) { return true }
            if !isNullable(syntax) { return false }
        }
        return false
    }

    private mutating func beginsAsClause(_ syntax: Syntax) -> Bool {
        switch syntax {
        case .keyword, .flag, .word:
            guard let word = peek().word else { return begins(syntax) }
            return begins(syntax) && (Words.reservedAsAudience.contains(Words.key(word)) || fits([syntax], ahead: 0))
        case .slot(_, .ofSubject), .slot(_, .ofAudience): return begins(syntax)
        case .slot: return false
        case .sequence(let parts):
            guard let first = parts.first else { return false }
            if let word = peek().word, begins(first), !beginsWithSlot(first) {
                return Words.reservedAsAudience.contains(Words.key(word)) || fits(parts, ahead: 0)
            }
            return isPreempted(by: parts)
        case .choice(let parts), .clauses(let parts):
            for part in parts where beginsAsClause(part) { return true }
            return false
        case .optional(let inner), .list(_, let inner), .chain(_, _, let inner): return beginsAsClause(inner)
        case .bracketed: return peek().isSymbol(.leftBracket)
        }
    }

    func beginsWithSlot(_ syntax: Syntax) -> Bool {
        switch syntax {
        case .keyword, .flag, .word, .bracketed: false
        case .slot(_, let kind): kind != .ofSubject && kind != .ofAudience
        case .sequence(let parts): parts.first.map { beginsWithSlot($0) } ?? false
        case .choice(let parts), .clauses(let parts): parts.contains { beginsWithSlot($0) }
        case .optional(let inner), .list(_, let inner), .chain(_, _, let inner): beginsWithSlot(inner)
        }
    }

    /// Whether nothing at all satisfies `syntax`.
    func isNullable(_ syntax: Syntax) -> Bool {
        switch syntax {
        case .keyword, .flag, .word, .slot, .list, .chain, .bracketed: false
        case .sequence(let parts): parts.allSatisfy { isNullable($0) }
        case .choice(let parts): parts.contains { isNullable($0) }
        case .optional, .clauses: true
        }
    }

    /// Remembers everything that `syntax` could have begun with.
    mutating func recordBeginning(of syntax: Syntax) {
        if recorder.places == .none { return }
        switch syntax {
        case .keyword(let words), .flag(let words): record(.keyword(words))
        case .word(_, let options): for option in options { record(.keyword(option)) }
        case .slot(_, let kind): recordBeginning(of: kind)
        case .sequence(let parts):
            for part in parts {
                recordBeginning(of: part)
                if !isNullable(part) { return }
            }
        case .choice(let parts), .clauses(let parts): for part in parts { recordBeginning(of: part) }
        case .optional(let inner), .list(_, let inner), .chain(_, _, let inner): recordBeginning(of: inner)
        case .bracketed: record(.symbol("("))
        }
    }
}
