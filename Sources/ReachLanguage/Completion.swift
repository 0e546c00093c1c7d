import ReachDiagnostics

/// What may stand at a place of a text.
package struct Completion: Hashable, Sendable {
    /// What is typed already of the thing to complete; empty at the cursor where nothing is.
    package let span: SourceSpan
    /// What is typed, without an opening quote.
    package let typed: String
    /// What could stand there, in the order the parser looked for it. Empty in comments and behind a mistake.
    package let expectations: [Expectation]
    /// The cursor stands in an open text: only values and files can be completed.
    package let isInText: Bool

    /// The words that begin a comparison behind a value.
    static let comparisonWords = [
        "in", "between", "within", "contains", "starts", "ends", "like", "is", "not", "does",
    ]
}

extension Grammar {
    /// What may stand at `offset` (UTF-8 bytes) of `text`, which may hold several statements. Text behind the offset only tells which table
    /// a statement is about.
    package func completion(in text: String, at offset: Int) -> Completion {
        let bytes = Array(text.utf8)
        var cursor = min(max(offset, 0), bytes.count)
        while cursor > 0, cursor < bytes.count, bytes[cursor] & 0xC0 == 0x80 { cursor -= 1 }
        var lexer = Lexer(bytes, limit: cursor)
        var last: Token?
        while true {
            let token = lexer.next()
            if token.isEnd { break }
            last = token
        }
        guard !lexer.endsInComment else { return nothing(at: cursor) }
        let partial = last.flatMap { Partial($0, cursor: cursor, bytes: bytes) }
        guard partial?.isBlock != true else { return nothing(at: cursor) }
        let start = partial?.lower ?? cursor
        let expectations = expectations(Lexer(bytes, limit: start), scope: scope(behind: cursor, of: bytes))
        return Completion(
            span: SourceSpan(start, cursor), typed: partial?.typed ?? "", expectations: expectations,
            isInText: partial?.isText ?? false)
    }

    private func nothing(at cursor: Int) -> Completion {
        Completion(span: SourceSpan(cursor, cursor), typed: "", expectations: [], isInText: false)
    }

    /// What the parser looked for at the end of the text.
    private func expectations(_ lexer: Lexer, scope: NameScope) -> [Expectation] {
        var parser = Parser(lexer, grammar: self)
        parser.initialScope = scope
        var last: ParsedStatement?
        while let parsed = parser.nextStatement() { last = parsed }
        guard let last else { return [.statement] }
        if case .semicolon = last.terminator { return [.statement] }
        let end = parser.token(parser.state.index)
        if case .success = last.result, end.isFirstInLine, end.indent <= parser.indent { return [.statement] }
        guard parser.token(max(0, parser.recorder.furthest)).isEnd else { return [] }
        return parser.recorder.expected
    }

    /// `of orders` behind the cursor: columns typed before it are the table's.
    private func scope(behind cursor: Int, of bytes: [UInt8]) -> NameScope {
        var lexer = Lexer(bytes, from: cursor)
        var previous = lexer.next()
        while !previous.isEnd, !previous.isSymbol(.semicolon) {
            let token = lexer.next()
            if token.isFirstInLine { break }
            if previous.isWord("of"), let name = token.identifier, name.quoted || !Words.isReserved(name.text) {
                return .subject(name.text)
            }
            previous = token
        }
        return .customers
    }
}

/// The token that the cursor is at the end of, where it can be completed.
private struct Partial {
    let lower: Int
    let typed: String
    var isText = false
    var isBlock = false

    init?(_ token: Token, cursor: Int, bytes: [UInt8]) {
        func written(_ from: Int) -> String { String(decoding: bytes[from..<cursor], as: UTF8.self) }
        lower = token.span.lower
        switch token.kind {
        case .word, .parameter, .shortcut, .literal:
            guard token.span.upper == cursor else { return nil }
            typed = written(lower)
        case .invalid(let problem):
            switch problem.code {
            case "unterminated-text":
                // The quote may be any of several, one to three bytes long.
                var content = written(lower)
                content.unicodeScalars.removeFirst()
                typed = content
                isText = true
            case "unterminated-name": typed = written(lower)
            case "unterminated-block":
                typed = ""
                isBlock = true
            default:
                guard token.span.upper == cursor else { return nil }
                typed = written(lower)
            }
        default: return nil
        }
    }
}
