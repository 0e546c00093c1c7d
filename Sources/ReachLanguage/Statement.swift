import ReachDiagnostics

/// A parsed statement: the definition it follows and what each of its slots captured.
package struct Statement: Hashable, Sendable {
    /// The statement's keyword as the catalogue spells it: `segment`.
    package let keyword: String
    package let span: SourceSpan
    /// Captures by slot name, see `Syntax.slot`. A slot inside a `.list` captures `.list`.
    package let captures: [String: Capture]
    package let source: SourceText

    package init(keyword: String, span: SourceSpan, captures: [String: Capture], source: SourceText) {
        self.keyword = keyword
        self.span = span
        self.captures = captures
        self.source = source
    }

    package subscript(slot: String) -> Capture? { captures[slot] }

    /// The same, its spans pointing into `source`.
    func located(in source: SourceText) -> Statement {
        let captures = captures.mapValues { capture -> Capture in
            if case .statement(let inner) = capture { .statement(inner.located(in: source)) } else { capture }
        }
        return Statement(keyword: keyword, span: span, captures: captures, source: source)
    }
}

/// What a slot of a statement's syntax caught.
package indirect enum Capture: Hashable, Sendable {
    /// A word that is there or not: `replace`, `desc`; carries where it stands.
    case flag(SourceSpan)
    /// Which alternative of a `.word(…)` slot stood there.
    case word(String, SourceSpan)
    case name(Identifier)
    case qualifiedName(QualifiedName)
    case expression(Expression)
    case text(String, SourceSpan)
    case integer(Int64, SourceSpan)
    /// An integer or decimal literal with its sign; `10%` is the decimal 0.10 with `isPercent`.
    case number(Literal, isPercent: Bool, SourceSpan)
    case rate(Rate, SourceSpan)
    /// Minutes after midnight; a range may run over midnight.
    case timeRange(from: Int, to: Int, SourceSpan)
    case dataType(TypeName, SourceSpan)
    case duration(DurationOrParameter, SourceSpan)
    case period(Period, SourceSpan)
    case audience(AudienceSyntax)
    /// An audience or the rows of a table; the binder tells which.
    case subject(SubjectSyntax)
    /// Of `explain`.
    case statement(Statement)
    /// One element of a repeated group: its own captures.
    case group([String: Capture])
    case list([Capture])
}

/// The words for types of columns.
package enum TypeName: Hashable, Sendable {
    case integer
    /// The scale; nil where it is left to the data.
    case decimal(Int?)
    case float
    case text
    case boolean
    case date
    case datetime

    /// `decimal(2)`
    package var text: String {
        switch self {
        case .integer: "integer"
        case .decimal(let scale): scale.map { "decimal(\($0))" } ?? "decimal"
        case .float: "float"
        case .text: "text"
        case .boolean: "boolean"
        case .date: "date"
        case .datetime: "datetime"
        }
    }

    package static let words = ["integer", "decimal", "float", "text", "boolean", "date", "datetime"]
}

/// `[all | SEGMENT | current | customers] [where C]`
package struct AudienceSyntax: Hashable, Sendable {
    package enum Base: Hashable, Sendable {
        case all(SourceSpan)
        case current(SourceSpan)
        case segment(Identifier)
    }

    package let base: Base?
    package let condition: Expression?
    package let span: SourceSpan

    package init(base: Base?, condition: Expression?, span: SourceSpan) {
        self.base = base
        self.condition = condition
        self.span = span
    }
}

/// `[AUDIENCE]` or `TABLE [of AUDIENCE] [window] [where C]`, before it is known which.
///
/// `count orders of lapsed within 90d where total > 5` has `base` orders, `of` lapsed. Without `of` and `window` a name may be either;
/// what is a table takes rows, everything else is an audience.
package struct SubjectSyntax: Hashable, Sendable {
    package let base: AudienceSyntax.Base?
    /// After `of`: its own `where` is in `condition`, which then ranges over rows where `base` is a table.
    package let audience: AudienceSyntax?
    package let window: Window?
    package let condition: Expression?
    package let span: SourceSpan

    package init(
        base: AudienceSyntax.Base?, audience: AudienceSyntax?, window: Window?, condition: Expression?, span: SourceSpan
    ) {
        self.base = base
        self.audience = audience
        self.window = window
        self.condition = condition
        self.span = span
    }
}
