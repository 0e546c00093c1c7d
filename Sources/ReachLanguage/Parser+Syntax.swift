import ReachDiagnostics

extension Parser {
    /// Reads what `syntax` says. `follow` is what may come behind it, nearest first: an optional slot gives way to it.
    mutating func parse(
        _ syntax: Syntax, into captures: inout [String: Capture], follow: [Syntax]
    ) throws(ParseFailure) {
        switch syntax {
        case .keyword(let words): _ = try phrase(words)
        case .flag(let words): captures[words] = .flag(try phrase(words))
        case .word(let name, let options): captures[name] = try oneOf(options)
        case .slot(let name, let kind): captures[name] = try slot(kind)
        case .sequence(let parts):
            for (index, part) in parts.enumerated() {
                try parse(part, into: &captures, follow: part.givesWay ? parts[(index + 1)...] + follow : [])
            }
        case .choice(let alternatives): try choice(alternatives, into: &captures, follow: follow)
        case .optional(let inner):
            if recorder.places == .all {
                recordBeginning(of: inner)
                for next in follow {
                    recordBeginning(of: next)
                    if !isNullable(next) { break }
                }
            }
            if begins(inner), !(beginsWithSlot(inner) && isPreempted(by: follow)) {
                try parse(inner, into: &captures, follow: follow)
            } else {
                recordBeginning(of: inner)
            }
        case .list(let name, let element):
            captures[name] = try list(of: element, inBrackets: false, follow: follow)
        case .chain(let name, let word, let element):
            captures[name] = try chain(of: element, by: word, follow: follow)
        case .bracketed(let name, let element):
            try require(.leftBracket)
            captures[name] = try list(of: element, inBrackets: true, follow: [])
            try require(.rightBracket)
        case .clauses(let clauses): try self.clauses(clauses, into: &captures, follow: follow)
        }
    }

    /// One word or symbol after another.
    private mutating func phrase(_ phrase: String) throws(ParseFailure) -> SourceSpan {
        crossLineBreak()
        let first = peek()
        let words = Words.each(of: phrase)
        for (index, word) in words.enumerated() {
            crossLineBreak()
            guard peek().isLiteral(word) else { return try fail(.keyword(index == 0 ? phrase : word)) }
            advance()
        }
        return span(from: first)
    }

    private mutating func oneOf(_ options: [String]) throws(ParseFailure) -> Capture {
        crossLineBreak()
        let first = peek()
        guard let option = options.first(where: { first.isLiteral($0) }) else {
            for option in options { record(.keyword(option)) }
            throw .unexpected
        }
        advance()
        return .word(option, first.span)
    }

    private mutating func list(
        of element: Syntax, inBrackets: Bool, follow: [Syntax]
    ) throws(ParseFailure) -> Capture {
        var elements: [Capture] = []
        repeat {
            var captures: [String: Capture] = [:]
            try parse(element, into: &captures, follow: follow)
            elements.append(.group(captures))
            try refuseGroupedDigits(inBrackets: inBrackets)
        } while accept(.comma)
        return .list(elements)
    }

    private mutating func chain(
        of element: Syntax, by word: String, follow: [Syntax]
    ) throws(ParseFailure) -> Capture {
        var elements: [Capture] = []
        repeat {
            var captures: [String: Capture] = [:]
            try parse(element, into: &captures, follow: [.keyword(word)] + follow)
            elements.append(.group(captures))
        } while accept(word)
        return .list(elements)
    }

    private mutating func choice(
        _ alternatives: [Syntax], into captures: inout [String: Capture], follow: [Syntax]
    ) throws(ParseFailure) {
        crossLineBreak()
        var possible: [Syntax] = []
        for alternative in alternatives where begins(alternative) { possible.append(alternative) }
        for alternative in possible where fits([alternative], ahead: 0) {
            for other in alternatives { recordBeginning(of: other) }
            return try parse(alternative, into: &captures, follow: follow)
        }
        if possible.count == 1 { return try parse(possible[0], into: &captures, follow: follow) }
        if try attempt(possible, into: &captures, follow: follow) != nil { return }
        if let empty = alternatives.first(where: { isNullable($0) }), possible.isEmpty {
            for alternative in alternatives { recordBeginning(of: alternative) }
            return try parse(empty, into: &captures, follow: follow)
        }
        for alternative in alternatives { recordBeginning(of: alternative) }
        throw .unexpected
    }

    /// None fits further than its first word: trying them all records what each would have wanted. The first that can be read after
    /// all is taken.
    private mutating func attempt(
        _ alternatives: [Syntax], into captures: inout [String: Capture], follow: [Syntax]
    ) throws(ParseFailure) -> Int? {
        for (index, alternative) in alternatives.enumerated() {
            let saved = state
            var trial = captures
            do throws(ParseFailure) {
                try parse(alternative, into: &trial, follow: follow)
                captures = trial
                return index
            } catch {
                if case .problem = error, alternatives.count == 1 { throw error }
                state = saved
            }
        }
        if alternatives.count > 1 { throw .unexpected }
        return nil
    }

    private mutating func clauses(
        _ clauses: [Syntax], into captures: inout [String: Capture], follow: [Syntax]
    ) throws(ParseFailure) {
        var open = clauses
        var used: [Syntax] = []
        while true {
            var candidates: [Int] = []
            for (index, clause) in open.enumerated() where begins(clause) { candidates.append(index) }
            if candidates.isEmpty { break }
            var chosen = candidates.count == 1 ? candidates[0] : nil
            for index in candidates where chosen == nil && fits([open[index]], ahead: 0) { chosen = index }
            guard let chosen else {
                _ = try attempt(candidates.map { open[$0] }, into: &captures, follow: follow)
                break
            }
            let clause = open.remove(at: chosen)
            used.append(clause)
            for other in open { recordBeginning(of: other) }
            try parse(clause, into: &captures, follow: open + follow)
        }
        for clause in used where begins(clause) && !isPreempted(by: follow) {
            throw .problem(.clauseTwice(peek()))
        }
        for clause in open { recordBeginning(of: clause) }
    }
}

extension Syntax {
    /// Whether what may come behind decides how much of it there is.
    fileprivate var givesWay: Bool {
        switch self {
        case .keyword, .flag, .word, .slot, .bracketed: false
        case .sequence, .choice, .optional, .list, .chain, .clauses: true
        }
    }
}

extension Token {
    /// Whether it is this word or symbol of a statement's form.
    func isLiteral(_ word: String) -> Bool {
        if case .symbol(let symbol) = kind { return symbol.rawValue == word }
        return isWord(word)
    }
}
