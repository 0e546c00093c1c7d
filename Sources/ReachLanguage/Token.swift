import ReachDiagnostics

/// A piece of a statement's text. Blanks and comments lie between tokens and are not kept. An object, since the parser looks at each many times.
package final class Token: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A bare word: a name, or a keyword where the grammar wants one.
        case word(String)
        /// A name in backticks, without them.
        case quotedName(String)
        /// Text without its quotes.
        case text(String)
        /// A number, date, time of day, period or duration.
        indirect case literal(Literal)
        /// `100/s`
        indirect case rate(Rate)
        /// `$name`, without the sign.
        case parameter(String)
        case symbol(Symbol)
        /// `?` and `\q`: short names of statements.
        case shortcut(String)
        /// Something that is no token of the language; the parser reports it when it gets there.
        indirect case invalid(SyntaxProblem)
        /// Behind the last token.
        case end
    }

    package enum Symbol: String, Hashable, Sendable, CaseIterable {
        case leftBracket = "("
        case rightBracket = ")"
        case comma = ","
        case semicolon = ";"
        case dot = "."
        case colon = ":"
        case percent = "%"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    package let kind: Kind
    package let span: SourceSpan
    /// Nothing but blanks and comments stand before it on its line.
    package let isFirstInLine: Bool
    /// Columns of blanks at the start of its line.
    package let indent: Int
    /// A blank, a comment or a line break stands right before it.
    package let hasBlankBefore: Bool

    package init(kind: Kind, span: SourceSpan, isFirstInLine: Bool, indent: Int, hasBlankBefore: Bool) {
        self.kind = kind
        self.span = span
        self.isFirstInLine = isFirstInLine
        self.indent = indent
        self.hasBlankBefore = hasBlankBefore
    }

    package static func == (one: Token, other: Token) -> Bool {
        one.kind == other.kind && one.span == other.span && one.isFirstInLine == other.isFirstInLine
            && one.indent == other.indent && one.hasBlankBefore == other.hasBlankBefore
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(span)
    }
}

/// `100/s`: so many per unit of time.
package struct Rate: Hashable, Sendable {
    package let count: Int64
    /// Second, minute, hour or day.
    package let per: Duration.Unit

    package init(_ count: Int64, per: Duration.Unit) {
        self.count = count
        self.per = per
    }
}

extension Token {
    /// The word, where it is a bare one.
    var word: String? {
        if case .word(let word) = kind { return word }
        return nil
    }

    /// Whether it is this word, in whatever case. `keyword` is lower case.
    func isWord(_ keyword: String) -> Bool {
        guard case .word(let word) = kind, word.utf8.count == keyword.utf8.count else { return false }
        return word == keyword || Words.hasCapitals(word) && Words.key(word) == keyword
    }

    func isSymbol(_ symbol: Symbol) -> Bool {
        if case .symbol(let own) = kind { own == symbol } else { false }
    }

    /// A bare or quoted name.
    var identifier: Identifier? {
        switch kind {
        case .word(let name): Identifier(name, at: span)
        case .quotedName(let name): Identifier(name, at: span, quoted: true)
        default: nil
        }
    }

    var integer: Int64? {
        if case .literal(.integer(let value)) = kind { return value }
        return nil
    }

    var isEnd: Bool { if case .end = kind { true } else { false } }
}
