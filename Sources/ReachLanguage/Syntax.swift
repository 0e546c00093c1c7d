/// The form of a statement, from which parsing, formatting, completion, help and "expected …" messages all follow.
package indirect enum Syntax: Hashable, Sendable {
    /// A literal word or symbol: `by`, `=`. Several words stand one after another: `sort by`.
    case keyword(String)
    /// A word that is captured as a flag under its own name: `replace`.
    case flag(String)
    /// One of several words, captured as `.word`: `until delivered|opened|clicked`.
    case word(String, oneOf: [String])
    /// Something captured under a name.
    case slot(String, SlotKind)
    case sequence([Syntax])
    /// The first alternative that fits by its first token.
    case choice([Syntax])
    case optional(Syntax)
    /// One or more, comma separated, captured under a name as `.list` of `.group`s.
    case list(String, of: Syntax)
    /// One or more with a word between them, captured like a list: `visits then orders`.
    case chain(String, by: String, of: Syntax)
    /// One or more, comma separated, in round brackets.
    case bracketed(String, of: Syntax)
    /// In any order, each at most once; each begins with a keyword or flag. The formatter prints the order given here.
    case clauses([Syntax])
}

/// What may stand in a slot.
package enum SlotKind: Hashable, Sendable {
    /// A new or existing name of that sort; the sort feeds completion and did-you-mean.
    case name(NameKind)
    case newName
    case expression
    /// A yes/no expression, after `where`.
    case condition
    /// An aggregate over an audience or rows, of `summarize`.
    case measure
    case text
    /// A file name in quotes.
    case file
    case integer
    /// Integer, decimal or percent, with sign; captured as `.number`.
    case number
    case duration
    /// An expression for one: `2026-11-22`, `today - 7d`, `7d ago`.
    case date
    /// `2026-03`, `last 6 months`, after `in`.
    case period
    /// `09:00`, captured as `.expression`.
    case timeOfDay
    /// `22:00-08:00`
    case timeRange
    /// `100/s`
    case rate
    /// `text`, `decimal(2)` …
    case dataType
    /// A literal of any type, or a parameter.
    case value
    case audience
    case subject
    /// `of AUDIENCE`, or `where C` alone; its words belong to it.
    case ofAudience
    /// `of SUBJECT`, or `where C` alone; its words belong to it.
    case ofSubject
    /// `T` or `T.c`, captured as `.qualifiedName`: `T` alone is its `name`.
    case tableOrColumn
    /// A yes/no expression in which `count(AUDIENCE)` counts, of `require`.
    case requirement
    /// The value of a setting: a literal, a parameter, or a bare word captured as `.word`.
    case settingValue
    /// A number, word or text taken by its characters.
    case customerKey
    /// A whole statement, of `explain`.
    case statement
    /// A word taken as it stands, of `help` and `set`: completion through the statement's own list.
    case bareWord(String)
}

/// What an existing name names.
package enum NameKind: String, Hashable, Sendable {
    case table, column, customerColumn, segment, attribute, channel, template, plan, setting, parameter
}

/// Everything the language knows of one statement.
package struct StatementSyntax: Hashable, Sendable {
    /// First word; aliases (`exit` for `quit`) parse to the same statement.
    package let keyword: String
    package let aliases: [String]
    /// What follows the keyword.
    package let form: Syntax
    /// One line, for `help` and the list of statements.
    package let summary: String

    package init(_ keyword: String, aliases: [String] = [], summary: String, form: Syntax) {
        self.keyword = keyword
        self.aliases = aliases
        self.summary = summary
        self.form = form
    }
}

extension Syntax {
    /// `sort by E [desc], …`, captured as `sort`: a list of groups of `key` and `desc`.
    package static let sort = Syntax.sequence([
        .keyword("sort by"),
        .list("sort", of: .sequence([.slot("key", .expression), .optional(.flag("desc"))])),
    ])

    /// `top N`, captured as `top`; `top N by E` is read as `sort by E desc top N`.
    package static let top = Syntax.sequence([
        .keyword("top"), .slot("top", .integer),
        .optional(.sequence([.keyword("by"), .slot(topKey, .expression)])),
    ])

    /// The slot that `top N by E` fills; statements never see it.
    static let topKey = "top by"

    /// Comma separated expressions, each with an optional `as NAME`, captured as a list of groups of `value` and `as`.
    package static func expressions(_ name: String, _ kind: SlotKind = .expression) -> Syntax {
        .list(
            name,
            of: .sequence([
                .slot("value", kind), .optional(.sequence([.keyword("as"), .slot("as", .newName)])),
            ]))
    }
}
