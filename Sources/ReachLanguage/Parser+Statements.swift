import ReachDiagnostics

/// One statement's place in a text, and what it is or why it is none.
struct ParsedStatement {
    enum Terminator {
        case semicolon
        /// A line that does not belong to it; its first token begins here.
        case line(Int)
        case endOfText
    }

    let result: Result<Statement, SyntaxProblem>
    /// From its first token to its last.
    let span: SourceSpan
    /// Behind its `;`, or its last token.
    let end: Int
    let terminator: Terminator
    /// Its keyword, where one was recognised.
    let keyword: String?
    /// Something was still required at the end of the text.
    let wantsMore: Bool
    /// A bracket is open at the end of the text.
    let hasOpenBracket: Bool
}

extension Parser {
    /// The next statement of the text, nil where there is none. After a mistake reading goes on behind the statement's end.
    mutating func nextStatement() -> ParsedStatement? {
        while token(state.index).isSymbol(.semicolon) { state.index += 1 }
        let startIndex = state.index
        let first = token(startIndex)
        if first.isEnd { return nil }
        indent = first.indent
        state = State(index: startIndex, crossed: startIndex, lastEnd: first.span.lower, scope: initialScope)
        startRecording(at: recording)
        let keyword = keywordSyntax(first)?.keyword
        var result: Result<Statement, SyntaxProblem>
        var wantsMore = false
        do throws(ParseFailure) {
            result = .success(try wholeStatement())
        } catch {
            let problem = problem(of: error)
            if case .unexpected = error { wantsMore = token(max(0, recorder.furthest)).isEnd }
            wantsMore = wantsMore || problem.code == "unterminated-block"
            result = .failure(problem)
            skipToEnd(startIndex, problem)
        }
        let last = token(max(startIndex, state.index - 1))
        let next = token(state.index)
        var terminator = ParsedStatement.Terminator.line(next.span.lower)
        if next.isEnd { terminator = .endOfText }
        if next.isSymbol(.semicolon) { terminator = .semicolon }
        let span = first.span.union(last.span)
        let end = next.isSymbol(.semicolon) ? next.span.upper : span.upper
        return ParsedStatement(
            result: result, span: span, end: end, terminator: terminator, keyword: keyword, wantsMore: wantsMore,
            hasOpenBracket: wantsMore && state.depth > 0)
    }

    /// A statement and its end. What could have stood where is worth the while only where there is a mistake: the text is then read once more.
    private mutating func wholeStatement() throws(ParseFailure) -> Statement {
        let start = state
        do throws(ParseFailure) {
            return try statementToEnd()
        } catch {
            if recorder.places != .none { throw error }
            state = start
            startRecording(at: .furthest)
            return try statementToEnd()
        }
    }

    private mutating func statementToEnd() throws(ParseFailure) -> Statement {
        let statement = try statement()
        if !peek().isEnd {
            record(.end)
            throw .unexpected
        }
        return statement
    }

    /// A statement from its keyword on; what follows it is not looked at.
    mutating func statement() throws(ParseFailure) -> Statement {
        crossLineBreak()
        let first = peek()
        if case .invalid(let problem) = first.kind { throw .problem(problem) }
        guard let syntax = keywordSyntax(first) else {
            record(.statement)
            if first.isEnd { throw .unexpected }
            throw .problem(unknownStatement(first))
        }
        advance()
        var captures: [String: Capture] = [:]
        try nested { parser throws(ParseFailure) in try parser.parse(syntax.form, into: &captures, follow: []) }
        try moveTopKey(&captures)
        return Statement(
            keyword: syntax.keyword, span: span(from: first), captures: captures, source: SourceText(""))
    }

    func keywordSyntax(_ token: Token) -> StatementSyntax? {
        switch token.kind {
        case .word(let word), .shortcut(let word): grammar?.byKeyword[Words.key(word)]
        default: nil
        }
    }

    /// `top N by E` is `sort by E desc top N`.
    private mutating func moveTopKey(_ captures: inout [String: Capture]) throws(ParseFailure) {
        guard case .expression(let key) = captures.removeValue(forKey: Syntax.topKey) else { return }
        if captures["sort"] != nil { throw .problem(.sortedTwice(at: key.span)) }
        captures["sort"] = .list([.group(["key": .expression(key), "desc": .flag(key.span)])])
    }

    /// After a mistake: goes on to the `;` or line break that ends the statement, brackets and line ends taken as they look.
    private mutating func skipToEnd(_ start: Int, _ problem: SyntaxProblem) {
        var depth = 0
        var index = start
        while true {
            let token = token(index)
            if token.isEnd || token.isSymbol(.semicolon) { break }
            if index > start, token.isFirstInLine, token.indent <= indent {
                let looksOpen = depth > 0 || self.token(index - 1).needsMore
                // A bracket that is never closed must not swallow the statements behind it.
                if !looksOpen || keywordSyntax(token) != nil && problem.span.lower <= token.span.lower { break }
            }
            if token.isSymbol(.leftBracket) { depth += 1 }
            if token.isSymbol(.rightBracket) { depth = max(0, depth - 1) }
            index += 1
        }
        state.index = index
    }
}

extension Token {
    /// At the end of a line: the statement goes on.
    fileprivate var needsMore: Bool {
        switch kind {
        case .symbol(let symbol): symbol != .rightBracket && symbol != .semicolon
        case .word: ["and", "or", "not", "where"].contains { isWord($0) }
        default: false
        }
    }
}
