import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// Saving what users name.
extension Session {
    /// Saves a segment's or attribute's expression. The same text again changes nothing and says nothing; another text replaces the
    /// old one, which the note returned shows.
    func store(
        _ kind: StoredDefinition.Kind, _ name: Identifier, _ expression: Expression, in context: BindingContext
    ) throws -> [String] {
        try store(kind, name.text, expression.canonicalText)
    }

    func store(_ kind: StoredDefinition.Kind, _ name: String, _ text: String) throws -> [String] {
        let before = try workspace.save(kind, name: name, text: text)
        guard let before, before != text else { return [] }
        return ["replaces \(kind.rawValue) `\(name)`, which was: \(before)"]
    }

    /// The text of `echo` or a file name, with `{today}`, `{month}` and `{$name}` filled in.
    func filled(_ text: (text: String, span: SourceSpan)?) throws -> String {
        guard let text else { return "" }
        var result = ""
        var rest = Substring(text.text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let name = rest[rest.index(after: open)..<close]
            result += try placeholder(String(name), at: text.span) ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func placeholder(_ name: String, at span: SourceSpan) throws -> String? {
        let context = try pin().context
        let today = CivilDate(daysSinceEpoch: Int(context.moment.today)).iso
        switch name {
        case "today": return today
        case "month": return String(today.dropLast(3))
        case let name where name.hasPrefix("$"):
            guard let literal = context.parameters[Name.fold(String(name.dropFirst()))] else {
                throw Diagnostic.parameterNotSet(String(name.dropFirst()), at: span)
            }
            return literal.plainText
        default: return nil
        }
    }
}

extension Literal {
    /// The value by its characters, texts without quotes.
    var plainText: String {
        if case .text(let text) = self { return text }
        return Expression(.literal(self), at: SourceSpan(0, 0)).canonicalText
    }
}
