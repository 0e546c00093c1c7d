import ReachDiagnostics

/// Why parsing stopped.
enum ParseFailure: Error {
    /// The token at the furthest place fits nothing that was looked for there.
    case unexpected
    case problem(SyntaxProblem)
}

/// Reads tokens on demand and builds statements and expressions from them; every look for something that is not there is recorded,
/// in a statement that has a mistake.
///
/// Line breaks end a statement only where it can end: optional things are not looked for behind one (`peek` shows the end), while
/// required things are (`crossLineBreak`).
struct Parser {
    /// What a trial of one alternative may have to put back.
    struct State {
        /// Of the next token.
        var index = 0
        /// Round brackets open.
        var depth = 0
        /// The line break before this token was crossed.
        var crossed = -1
        /// End of the last token taken.
        var lastEnd = 0
        var nesting = 0
        /// Operators so far: each makes the tree one level deeper at most.
        var operatorCount = 0
        var scope = NameScope.customers
        /// Inside the `where` of an activity table's rows.
        var rows: RowsContext?
        /// Where a condition, not a mere value, is wanted.
        var conditionStart = -1
        /// Where a value of a column is wanted.
        var valueOf: (index: Int, column: QualifiedName)?
        /// A bare `count` is a measure.
        var allowsBareCount = false
        /// `count(…)` takes an audience.
        var countsAudiences = false
    }

    /// `has orders where …`: of what, and where it began, for the help that puts brackets around it.
    struct RowsContext {
        let start: SourceSpan
        let depth: Int
    }

    let grammar: Grammar?
    private var lexer: Lexer
    private(set) var tokens: [Token] = []
    var state = State()
    let recording: ExpectationRecorder.Places
    private(set) var recorder: ExpectationRecorder
    /// Indentation of the statement's first line: a line indented deeper belongs to it.
    var indent = 0
    /// Whose columns a statement speaks of until it says so itself.
    var initialScope = NameScope.customers

    init(_ lexer: Lexer, grammar: Grammar?, recording: ExpectationRecorder.Places = .furthest) {
        self.lexer = lexer
        self.grammar = grammar
        self.recording = recording
        recorder = ExpectationRecorder(recording)
    }

    /// The token at `index`, wherever statements end.
    mutating func token(_ index: Int) -> Token { tokens[place(index)] }

    /// Where that token is among those read: behind the last one there is none.
    private mutating func place(_ index: Int) -> Int {
        while index >= tokens.count, tokens.last?.isEnd != true { tokens.append(lexer.next()) }
        return min(index, tokens.count - 1)
    }

    /// Whether the statement may end before the token at `index`, and does unless something is still required.
    mutating func isBoundary(_ index: Int) -> Bool {
        let place = place(index)
        if tokens[place].isEnd || tokens[place].isSymbol(.semicolon) { return true }
        return tokens[place].isFirstInLine && tokens[place].indent <= indent && state.depth == 0
            && state.crossed < index
    }

    /// The next token of the statement; `.end` where the statement ends before it.
    mutating func peek() -> Token { isBoundary(state.index) ? endToken() : tokens[state.index] }

    /// The token `ahead` of the next one; `.end` where the statement ends before it.
    mutating func peek(_ ahead: Int) -> Token {
        for index in state.index...(state.index + ahead) where isBoundary(index) { return endToken() }
        return tokens[state.index + ahead]
    }

    private mutating func endToken() -> Token {
        Token(
            kind: .end, span: SourceSpan(state.lastEnd, state.lastEnd), isFirstInLine: false, indent: indent,
            hasBlankBefore: false)
    }

    @discardableResult
    mutating func advance() -> Token {
        let taken = token(state.index)
        state.index += 1
        state.lastEnd = taken.span.upper
        if taken.isSymbol(.leftBracket) { state.depth += 1 }
        if taken.isSymbol(.rightBracket) { state.depth = max(0, state.depth - 1) }
        return taken
    }

    /// Something is required here: a line break does not end the statement.
    mutating func crossLineBreak() {
        let token = token(state.index)
        if token.isFirstInLine, !token.isEnd { state.crossed = state.index }
    }

    mutating func record(_ expectation: Expectation, ahead: Int = 0) {
        recorder.record(expectation, at: state.index + ahead)
    }

    /// Begins to record anew what is looked for.
    mutating func startRecording(at places: ExpectationRecorder.Places) { recorder = ExpectationRecorder(places) }

    /// Takes the word if it is next; otherwise remembers that it could have stood here.
    mutating func accept(_ keyword: String) -> Bool {
        if takes(keyword) { return true }
        record(.keyword(keyword))
        return false
    }

    /// Takes the word if it is next, and leaves no trace if it is not.
    mutating func takes(_ keyword: String) -> Bool {
        guard !isBoundary(state.index), tokens[state.index].isWord(keyword) else { return false }
        advance()
        return true
    }

    mutating func accept(_ symbol: Token.Symbol) -> Bool {
        guard !isBoundary(state.index), tokens[state.index].isSymbol(symbol) else {
            record(.symbol(symbol.rawValue))
            return false
        }
        advance()
        return true
    }

    mutating func require(_ keyword: String) throws(ParseFailure) {
        crossLineBreak()
        if !accept(keyword) { throw .unexpected }
    }

    mutating func require(_ symbol: Token.Symbol) throws(ParseFailure) {
        crossLineBreak()
        if !accept(symbol) { throw .unexpected }
    }

    /// Records what was wanted here and gives up.
    mutating func fail<Result>(_ expectation: Expectation) throws(ParseFailure) -> Result {
        record(expectation)
        throw .unexpected
    }

    /// From the start of `first` to the end of the last token taken.
    func span(from first: Token) -> SourceSpan { span(from: first.span) }

    func span(from start: SourceSpan) -> SourceSpan { SourceSpan(start.lower, max(start.lower, state.lastEnd)) }

    /// Runs `body` one level deeper; text nested too deeply is refused before it can exhaust the stack.
    mutating func nested<Result>(
        _ body: (inout Parser) throws(ParseFailure) -> Result
    ) throws(ParseFailure) -> Result {
        state.nesting += 1
        guard state.nesting <= 100 else { throw .problem(.nestedTooDeeply(at: token(state.index).span)) }
        let result = try body(&self)
        state.nesting -= 1
        return result
    }

    /// Counts an operator; a chain is as deep as it is long.
    mutating func countOperator(_ token: Token) throws(ParseFailure) {
        state.operatorCount += 1
        if state.operatorCount > 1_000 { throw .problem(.tooManyOperators(at: token.span)) }
    }

    /// The text of a span.
    func written(_ span: SourceSpan) -> String { lexer.text(span.lower + lexer.base, span.upper + lexer.base) }

    /// What went wrong, in words.
    mutating func problem(of failure: ParseFailure) -> SyntaxProblem {
        if case .problem(let problem) = failure { return problem }
        let found = token(max(0, recorder.furthest))
        if case .invalid(let problem) = found.kind { return problem }
        var span = found.span
        if found.isEnd {
            let last = recorder.furthest > 0 ? token(recorder.furthest - 1).span.upper : 0
            span = SourceSpan(last, last)
        }
        return SyntaxProblem("unexpected", ExpectationRecorder.message(recorder.expected), at: span)
    }
}
