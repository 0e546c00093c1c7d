import ReachDiagnostics

extension Grammar {
    /// The canonical text of a statement: clauses in the order of its definition.
    package func format(_ statement: Statement) -> String {
        guard let syntax = syntax(of: statement.keyword) else { return statement.keyword }
        let writer = StatementWriter(
            grammar: self, words: StatementWriter.literalWords(syntax.form),
            meetsWhere: StatementWriter.hasFreeWhere(syntax.form))
        let rest = writer.text(syntax.form, statement.captures, isOptional: false)
        return rest.isEmpty ? syntax.keyword : syntax.keyword + " " + rest
    }
}

/// Writes captures back in the order of the form that caught them.
struct StatementWriter {
    let grammar: Grammar
    /// Every word of the form: an optional name that is one of them is written in backticks.
    let words: Set<String>
    /// The form has a clause that may be a bare `where C`.
    let meetsWhere: Bool

    func text(_ syntax: Syntax, _ captures: [String: Capture], isOptional: Bool) -> String {
        switch syntax {
        case .keyword(let phrase): return phrase
        case .flag(let phrase): return phrase
        case .word(let name, _), .slot(let name, .bareWord), .slot(let name, .settingValue):
            if case .word(let word, _) = captures[name] { return word }
            return captures[name].map { text($0, .value, isOptional: false) } ?? ""
        case .slot(let name, let kind): return captures[name].map { text($0, kind, isOptional: isOptional) } ?? ""
        case .sequence(let parts):
            var optional = isOptional
            return Self.joined(
                parts.map { part in
                    defer { if !isAbsent(part, captures) { optional = false } }
                    return text(part, captures, isOptional: optional)
                })
        case .choice(let alternatives):
            guard let chosen = Self.best(alternatives, captures) else { return "" }
            return text(chosen, captures, isOptional: true)
        case .optional(let inner):
            return Self.catches(inner, captures) ? text(inner, captures, isOptional: true) : ""
        case .list(let name, let element): return list(captures[name], element, isOptional: isOptional)
        case .chain(let name, let word, let element):
            return list(captures[name], element, by: " \(word) ", isOptional: isOptional)
        case .bracketed(let name, let element): return "(" + list(captures[name], element, isOptional: false) + ")"
        case .clauses(let clauses):
            return Self.joined(
                clauses.filter { Self.catches($0, captures) }.map { text($0, captures, isOptional: true) })
        }
    }

    /// One blank between words, none before a comma or around a point.
    private static func joined(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.reduce("") { text, part in
            text.isEmpty || part.hasPrefix(",") || part.hasPrefix(".") || text.hasSuffix(".")
                ? text + part : text + " " + part
        }
    }

    private func isAbsent(_ syntax: Syntax, _ captures: [String: Capture]) -> Bool {
        if case .optional(let inner) = syntax { return !Self.catches(inner, captures) }
        return false
    }

    private func list(
        _ capture: Capture?, _ element: Syntax, by separator: String = ", ", isOptional: Bool
    ) -> String {
        guard case .list(let elements) = capture else { return "" }
        return elements.map { capture in
            if case .group(let captures) = capture { text(element, captures, isOptional: isOptional) } else { "" }
        }.joined(separator: separator)
    }

    private func text(_ capture: Capture, _ kind: SlotKind, isOptional: Bool) -> String {
        var formatter = Formatter()
        if isOptional { formatter.reserved = words.union(Words.reservedAsAudience) }
        switch capture {
        case .flag: return ""
        case .word(let word, _): return word
        case .name(let name):
            if kind == .name(.parameter) { return "$" + name.text }
            if kind == .name(.segment) || isOptional {
                return NameText.written(name.text, reserved: Words.reservedAsAudience.union(formatter.reserved))
            }
            return NameText.written(name.text)
        case .qualifiedName(let name):
            return (name.qualifier.map { NameText.written($0.text) + "." } ?? "") + NameText.written(name.name.text)
        case .expression(let expression):
            if kind == .measure { formatter.reserved.insert("count") }
            formatter.meetsWhere = meetsWhere && kind == .expression
            return formatter.text(
                expression, kind == .measure || kind == .date ? .sum : .or, isFollowed: formatter.meetsWhere)
        case .text(let text, _): return kind == .customerKey ? Self.key(text) : TextLiteral.written(text)
        case .integer(let value, _): return String(value)
        case .number(let literal, let isPercent, _): return Self.number(literal, isPercent: isPercent)
        case .rate(let rate, _): return "\(rate.count)/\(rate.per.rawValue)"
        case .timeRange(let from, let to, _): return LiteralText.time(from) + "-" + LiteralText.time(to)
        case .dataType(let type, _): return type.text
        case .duration(let duration, _): return formatter.duration(duration)
        case .period(let period, _): return period.canonicalText
        case .audience(let audience):
            let text = formatter.audience(audience)
            return kind == .ofAudience && audience.base != nil ? "of " + text : text
        case .subject(let subject):
            let text = formatter.subject(subject)
            return kind == .ofSubject && subject.base != nil ? "of " + text : text
        case .statement(let statement): return grammar.format(statement)
        case .group, .list: return ""
        }
    }

    /// `10%` for the decimal 0.10.
    private static func number(_ literal: Literal, isPercent: Bool) -> String {
        if isPercent, case .decimal(let units, let scale) = literal, scale >= 2 {
            return LiteralText.decimal(units, scale - 2) + "%"
        }
        return LiteralText.written(literal)
    }

    /// A key as it stands where its characters leave no doubt, in quotes otherwise.
    private static func key(_ key: String) -> String {
        let plain = key.unicodeScalars.allSatisfy { scalar in
            scalar.value < 0x80 && (CharacterClass.continuesName(scalar) || "-.@+".unicodeScalars.contains(scalar))
        }
        return plain && !key.isEmpty && !key.hasPrefix("-") ? key : TextLiteral.written(key)
    }

    /// Whether anything that `syntax` would have caught is there.
    static func catches(_ syntax: Syntax, _ captures: [String: Capture]) -> Bool {
        switch syntax {
        case .keyword: false
        case .flag(let name), .word(let name, _), .slot(let name, _), .list(let name, _), .chain(let name, _, _),
            .bracketed(let name, _):
            captures[name] != nil
        case .sequence(let parts), .choice(let parts), .clauses(let parts): parts.contains { catches($0, captures) }
        case .optional(let inner): catches(inner, captures)
        }
    }

    /// The alternative whose required parts are all there and that catches most.
    private static func best(_ alternatives: [Syntax], _ captures: [String: Capture]) -> Syntax? {
        var best: (syntax: Syntax, count: Int)?
        for alternative in alternatives where isSatisfied(alternative, captures) {
            let count = names(alternative).filter { captures[$0] != nil }.count
            if best.map({ count > $0.count }) ?? true { best = (alternative, count) }
        }
        return best?.syntax
    }

    private static func isSatisfied(_ syntax: Syntax, _ captures: [String: Capture]) -> Bool {
        switch syntax {
        case .keyword, .optional, .clauses: true
        case .sequence(let parts): parts.allSatisfy { isSatisfied($0, captures) }
        case .choice(let parts): parts.contains { isSatisfied($0, captures) }
        default: catches(syntax, captures)
        }
    }

    private static func names(_ syntax: Syntax) -> Set<String> {
        switch syntax {
        case .keyword: []
        case .flag(let name), .word(let name, _), .slot(let name, _), .list(let name, _), .chain(let name, _, _),
            .bracketed(let name, _):
            [name]
        case .sequence(let parts), .choice(let parts), .clauses(let parts):
            parts.reduce(into: Set()) { $0.formUnion(names($1)) }
        case .optional(let inner): names(inner)
        }
    }

    static func hasFreeWhere(_ syntax: Syntax) -> Bool {
        switch syntax {
        case .slot(_, let kind): kind == .ofSubject || kind == .ofAudience
        case .keyword, .flag, .word: false
        case .sequence(let parts), .choice(let parts), .clauses(let parts): parts.contains(where: hasFreeWhere)
        case .optional(let inner), .list(_, let inner), .chain(_, _, let inner), .bracketed(_, let inner):
            hasFreeWhere(inner)
        }
    }

    /// The literal words of a form, lower case.
    static func literalWords(_ syntax: Syntax) -> Set<String> {
        switch syntax {
        case .keyword(let phrase), .flag(let phrase): Set(phrase.split(separator: " ").map { Words.key(String($0)) })
        case .word(_, let options): Set(options.map(Words.key))
        case .slot: []
        case .sequence(let parts), .choice(let parts), .clauses(let parts):
            parts.reduce(into: Set()) { $0.formUnion(literalWords($1)) }
        case .chain(_, let word, let inner): literalWords(inner).union([Words.key(word)])
        case .optional(let inner), .list(_, let inner), .bracketed(_, let inner): literalWords(inner)
        }
    }
}
