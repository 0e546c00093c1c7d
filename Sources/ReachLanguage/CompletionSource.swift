import ReachDiagnostics

/// What completion knows of the data: the shell looks it up, without waiting for anything.
package protocol CompletionSource {
    /// Names of that kind. The scope says whose columns; `.subject(name)` is a table's or, where no table is called so, the customers'.
    func names(of kind: NameKind, in scope: NameScope) -> [String]
    /// Values of a text column that may be shown, the most frequent first.
    func values(of column: QualifiedName, in scope: NameScope) -> [String]
    /// Files and folders that begin so.
    func files(beginningWith path: String) -> [String]
    /// The words of a slot that has its own list: `topic`, `setting` …
    func words(of list: String) -> [String]
}

/// One thing that can be put in place of what is typed.
package struct Candidate: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case statement, keyword, function, value, file
        case name(NameKind)
    }

    /// As it is written: in backticks or quotes where needed.
    package let text: String
    package let kind: Kind

    package init(_ text: String, _ kind: Kind) {
        self.text = text
        self.kind = kind
    }
}

extension Completion {
    /// The candidates that begin with what is typed, case aside, each once, in the order of the expectations.
    package func candidates(_ grammar: Grammar, _ source: some CompletionSource) -> [Candidate] {
        var seen: Set<String> = []
        let wanted = Name.fold(typed.hasPrefix("`") ? String(typed.dropFirst()) : typed)
        let isName = typed.hasPrefix("`")
        return expectations.flatMap { candidates(for: $0, grammar, source) }.filter { candidate in
            if isInText, candidate.kind != .value, candidate.kind != .file { return false }
            if isName, !candidate.isName { return false }
            // A text that is only begun by its first letters is completed by values without their quotes.
            return Name.fold(candidate.bare).hasPrefix(wanted) && seen.insert(candidate.text).inserted
        }
    }

    private func candidates(
        for expectation: Expectation, _ grammar: Grammar, _ source: some CompletionSource
    ) -> [Candidate] {
        switch expectation {
        case .statement: grammar.statements.map { Candidate($0.keyword, .statement) }
        case .keyword(let word): [Candidate(word, .keyword)]
        case .symbol(let symbol): symbol == "," ? [] : [Candidate(symbol, .keyword)]
        case .comparison: Self.comparisons
        case .condition(.table(let table)):
            operands(.table(table), source) + Self.conditionWords.filter { $0.text == "not" }
        case .condition(let scope): operands(scope, source) + Self.conditionWords
        case .value(let scope): operands(scope, source) + Self.constants + names(.parameter, scope, source)
        case .measure: Words.aggregates.map { Candidate($0 == "count" ? $0 : $0 + "(", .function) }
        case .valueOf(let column, let scope):
            source.values(of: column, in: scope).map { Candidate(TextLiteral.written($0), .value) }
        case .name(let kind, let scope): names(kind, scope, source)
        case .audience: Self.audienceWords + names(.segment, .customers, source)
        case .subject: Self.audienceWords + names(.table, .customers, source) + names(.segment, .customers, source)
        case .period:
            ["this month", "last month", "last 7 days", "last 12 months", "this year", "last year"]
                .map { Candidate($0, .keyword) }
        case .periodUnit: PeriodUnit.allCases.map { Candidate($0.rawValue + "s", .keyword) }
        case .date: Self.constants.filter { $0.text == "today" }
        case .dataType: TypeName.words.map { Candidate($0 == "decimal" ? "decimal(2)" : $0, .keyword) }
        case .bareWord(let list): source.words(of: list).map { Candidate($0, .keyword) }
        case .parameter: names(.parameter, .customers, source)
        case .file: source.files(beginningWith: typed).map { Candidate(TextLiteral.written($0), .file) }
        case .literal: Self.constants.filter { ["true", "false", "today"].contains($0.text) }
        case .arithmetic, .newName, .text, .integer, .number, .duration, .timeRange, .rate, .customerKey, .end: []
        }
    }

    /// What a value can begin with: columns of the scope, and functions. Only customers have segments and activity.
    private func operands(_ scope: NameScope, _ source: some CompletionSource) -> [Candidate] {
        let functions = Words.functions.map { Candidate($0 + "(", .function) }
        if case .table = scope { return names(.column, scope, source) + functions }
        let kinds: [NameKind] = scope == .customers ? [.customerColumn, .attribute, .segment, .table] : [.column]
        return kinds.flatMap { names($0, scope, source) } + functions
            + Words.aggregates.map { Candidate($0 + "(", .function) }
    }

    private func names(_ kind: NameKind, _ scope: NameScope, _ source: some CompletionSource) -> [Candidate] {
        source.names(of: kind, in: scope).map { name in
            let text =
                switch kind {
                case .parameter: "$" + name
                case .segment: NameText.written(name, reserved: Words.reservedAsValue.union(NameText.audienceWords))
                case .channel, .template, .plan, .setting: NameText.written(name)
                default: NameText.value(name)
                }
            return Candidate(text, .name(kind))
        }
    }

    private static let comparisons = [
        "=", "!=", "<", "<=", ">", ">=", "in", "between", "within", "contains", "starts with", "ends with", "like",
        "is missing", "is known", "is true", "is false", "not in", "not between", "not like", "does not contain",
    ].map { Candidate($0, .keyword) }
    private static let conditionWords = ["not", "has", "stopped", "resumed"].map { Candidate($0, .keyword) }
    private static let constants = ["true", "false", "missing", "today", "now"].map { Candidate($0, .keyword) }
    private static let audienceWords = ["all", "current", "where"].map { Candidate($0, .keyword) }
}

extension Candidate {
    /// Without its quote or backtick.
    fileprivate var bare: String {
        kind == .value || kind == .file || text.hasPrefix("`") ? String(text.dropFirst()) : text
    }

    fileprivate var isName: Bool {
        if case .name = kind { return true }
        return false
    }
}
