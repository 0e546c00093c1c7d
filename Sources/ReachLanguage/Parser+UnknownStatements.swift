import ReachDiagnostics

extension Parser {
    /// What to say of a statement whose first word is none: the nearest keyword, another language's habit, or what a name or a condition
    /// may have been meant for. Fixes are tried before they are shown.
    mutating func unknownStatement(_ first: Token) -> SyntaxProblem {
        let whole = first.span.union(lastSpanOfStatement())
        guard let word = first.word else {
            return SyntaxProblem(
                "unknown-statement", "expected a statement", at: first.span,
                fixes: first.identifier.map { nameAlone($0, whole) } ?? [], help: ["help"])
        }
        let key = Words.key(word)
        if key == "and" || key == "or" || (key == "where" && state.index > 0) {
            return SyntaxProblem(
                "unindented-line", "a statement cannot begin with `\(word)`", at: first.span, help: ["indent this line"]
            )
        }
        if key == "where" {
            return SyntaxProblem(
                "unknown-statement", "a condition alone is no statement", at: first.span,
                fixes: ["count ", "segment "].map { Fix([.init(SourceSpan(first.span.lower, first.span.lower), $0)]) })
        }
        var problem = SyntaxProblem("unknown-statement", "unknown statement `\(word)`", at: first.span)
        let keywords = grammar.map { Array($0.byKeyword.keys).sorted() } ?? []
        let near = DidYouMean.closest(to: word, among: keywords)
        if let translated = SQLHabits.translate(sqlTokens(), written: written) {
            problem.message = "`\(word)` is a word of another language"
            problem.fixes = translated.map { .replace(whole, with: $0) }
            problem.oneFixIsEnough = true
        } else if !near.isEmpty {
            problem.fixes = near.map { .replace(first.span, with: $0) }
        } else if let meant = Self.synonyms[key],
            grammar?.byKeyword[meant.split(separator: " ").first.map(String.init) ?? meant] != nil
        {
            problem.fixes = [.replace(meant == "count all" ? whole : first.span, with: meant)]
        } else if let name = first.identifier {
            problem.fixes = nameAlone(name, whole)
        }
        if problem.fixes.isEmpty { problem.help = ["help"] }
        return problem
    }

    /// `lapsed`, `vip = orders > 3` or `orders > 3` without a statement's word before it.
    private mutating func nameAlone(_ name: Identifier, _ whole: SourceSpan) -> [Fix] {
        let start = SourceSpan(whole.lower, whole.lower)
        if peek(1).isEnd { return ["show ", "count ", "describe "].map { Fix([.init(start, $0)]) } }
        if peek(1).isSymbol(.equal), !peek(2).isEnd {
            var last = 2
            while peek(last).word != nil, !peek(last + 1).isEnd { last += 1 }
            guard peek(last + 1).isEnd else { return [Fix([.init(start, "define ")])] }
            // `city = Paris` is a question about a value, whose quotes are missing.
            var edits: [Fix.Edit] = []
            let value = peek(2).span.union(peek(last).span)
            if peek(2).word != nil { edits = [.init(value, TextLiteral.written(written(value)))] }
            return ["count where ", "segment where "].map { Fix([.init(start, $0)] + edits) }
        }
        return ["count where ", "segment where ", "send "].map { Fix([.init(start, $0)]) }
    }

    private mutating func lastSpanOfStatement() -> SourceSpan {
        var ahead = 0
        while !peek(ahead + 1).isEnd { ahead += 1 }
        return peek(ahead).span
    }

    private mutating func sqlTokens() -> [Token] {
        var tokens: [Token] = []
        while tokens.count < 400, !peek(tokens.count).isEnd { tokens.append(peek(tokens.count)) }
        return tokens
    }

    private static let synonyms: [String: String] = [
        "list": "show", "get": "show", "find": "show", "print": "show", "display": "show", "filter": "segment",
        "load": "import", "read": "import", "save": "export", "write": "export", "delete": "drop", "remove": "drop",
        "bye": "quit", "logout": "quit", "ls": "tables", "dir": "tables", "desc": "describe", "man": "help",
        "let": "define",
        "average": "summarize", "group": "summarize", "summary": "summarize", "hist": "histogram", "source": "run",
        "assert": "require", "plan": "plans", "how": "count all",
    ]
}

extension SyntaxProblem {
    static func clauseTwice(_ token: Token) -> SyntaxProblem {
        SyntaxProblem("clause-twice", "`\(token.word ?? "")` is given twice", at: token.span)
    }

    static func decimalScale(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("decimal-scale", "decimals keep between 0 and 18 digits behind the point", at: span)
    }

    static func reservedWord(_ word: String, at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem(
            "reserved-word", "`\(word)` has its own meaning here; as a name it stands in backticks", at: span,
            fixes: [.replace(span, with: NameText.quoted(word))])
    }

    static func sortedTwice(at span: SourceSpan) -> SyntaxProblem {
        SyntaxProblem("clause-twice", "`top … by` sorts, and so does `sort by`", at: span)
    }

    static func unknownType(_ word: String, at span: SourceSpan) -> SyntaxProblem {
        let synonyms = [
            "int": "integer", "bigint": "integer", "number": "decimal", "numeric": "decimal", "money": "decimal(2)",
            "double": "float", "real": "float", "string": "text", "varchar": "text", "char": "text", "bool": "boolean",
            "timestamp": "datetime", "time": "datetime",
        ]
        let meant =
            synonyms[Words.key(word)].map { [$0] } ?? DidYouMean.closest(to: word, among: TypeName.words, limit: 1)
        return SyntaxProblem(
            "unknown-type", "unknown type `\(word)`", at: span, fixes: meant.map { .replace(span, with: $0) },
            help: meant.isEmpty ? ["types are `integer decimal(2) float text boolean date datetime`"] : [])
    }
}
