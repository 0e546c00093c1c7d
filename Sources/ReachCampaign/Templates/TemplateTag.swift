import Foundation
import ReachDiagnostics

/// A piece of a template's text, in order.
enum TemplatePiece: Hashable {
    case text(String)
    case tag(TemplateTag)
}

/// What stands between `{{` and `}}`.
struct TemplateTag: Hashable {
    enum Kind: Hashable {
        case variable
        /// `{{{x}}}` and `{{&x}}`: never escaped.
        case unescaped
        case section, inverted, close
        case comment
        case partial
        /// `{{<layout}}`: a partial whose blocks are filled in.
        case parent
        /// `{{$title}}`: a block to fill in.
        case block
        /// `{{=<% %>=}}`, `{{% CONTENT_TYPE:TEXT}}`
        case pragma
    }

    let kind: Kind
    /// As written, without sigil, blanks and backticks.
    let name: String
    /// `{{lowercased(city)}}`, the outermost first.
    let transforms: [String]
    /// What stands in for a missing value: `{{first_name|friend}}`.
    let fallback: String?
    /// The whole tag, for messages.
    let source: String
}

/// Takes a template's text apart.
struct TemplateScanner {
    private let text: String
    private var rest: Substring
    private var opening = "{{"
    private var closing = "}}"

    static func pieces(of text: String) throws -> [TemplatePiece] {
        var scanner = TemplateScanner(text: text, rest: text[...])
        var pieces: [TemplatePiece] = []
        while let piece = try scanner.next() { pieces.append(piece) }
        return pieces
    }

    private mutating func next() throws -> TemplatePiece? {
        if rest.isEmpty { return nil }
        guard let open = rest.range(of: opening) else {
            defer { rest = rest[rest.endIndex...] }
            return .text(String(rest))
        }
        if open.lowerBound > rest.startIndex {
            defer { rest = rest[open.lowerBound...] }
            let plain = String(rest[..<open.lowerBound])
            // Only mustaches of the usual form are handed on; a text that holds them and says that they mean nothing is not.
            if opening != "{{", plain.contains("{{") { throw Diagnostic.templateSyntax("`{{` as plain text") }
            return .text(plain)
        }
        let inside = rest[open.upperBound...]
        let isTriple = opening == "{{" && inside.first == "{"
        let end = isTriple ? "}}}" : inside.first == "=" ? "=" + closing : closing
        let from = isTriple || inside.first == "=" ? inside.dropFirst() : inside
        guard let close = from.range(of: end) else {
            throw Diagnostic.templateSyntax("`\(rest.prefix(20))` is not closed by `\(end)`")
        }
        let source = String(rest[..<close.upperBound])
        let content = String(from[..<close.lowerBound])
        rest = rest[close.upperBound...]
        if inside.first == "=" { return .tag(try delimiters(content, source)) }
        return .tag(try Self.tag(content, isTriple: isTriple, source))
    }

    private mutating func delimiters(_ content: String, _ source: String) throws -> TemplateTag {
        let words = content.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2, words.allSatisfy({ !$0.contains("=") }) else {
            throw Diagnostic.templateSyntax("`\(source)` does not name two delimiters")
        }
        (opening, closing) = (words[0], words[1])
        return TemplateTag(kind: .pragma, name: "", transforms: [], fallback: nil, source: source)
    }

    private static let sigils: [Character: TemplateTag.Kind] = [
        "&": .unescaped, "#": .section, "^": .inverted, "/": .close, "!": .comment, ">": .partial, "<": .parent,
        "$": .block, "%": .pragma,
    ]

    private static func tag(_ content: String, isTriple: Bool, _ source: String) throws -> TemplateTag {
        var text = content[...].trimmed
        var kind = isTriple ? TemplateTag.Kind.unescaped : .variable
        if !isTriple, let first = text.first, let known = sigils[first] {
            kind = known
            text = text.dropFirst().trimmed
        }
        if kind == .comment || kind == .pragma {
            return TemplateTag(kind: kind, name: String(text), transforms: [], fallback: nil, source: source)
        }
        var fallback: String?
        if !text.hasPrefix("`") || kind == .variable || kind == .unescaped, let bar = bar(in: text) {
            fallback = String(unquoted(text[text.index(after: bar)...].trimmed))
            text = text[..<bar].trimmed
        }
        if fallback != nil, kind != .variable, kind != .unescaped {
            throw Diagnostic.templateSyntax("`\(source)` has a default, which only variables have")
        }
        var transforms: [String] = []
        while !text.hasPrefix("`"), text.hasSuffix(")"), let bracket = text.firstIndex(of: "(") {
            transforms.append(String(text[..<bracket].trimmed))
            text = text[text.index(after: bracket)...].dropLast().trimmed
        }
        let name = plainName(text)
        if name.isEmpty { throw Diagnostic.templateSyntax("`\(source)` names nothing") }
        if kind == .partial, name.hasPrefix("*") {
            throw Diagnostic.templateSyntax("`\(source)` takes a template by a name that is not fixed")
        }
        return TemplateTag(kind: kind, name: name, transforms: transforms, fallback: fallback, source: source)
    }

    /// The first `|` outside backticks.
    private static func bar(in text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "`" { isQuoted.toggle() }
            if text[index] == "|", !isQuoted { return index }
        }
        return nil
    }

    private static func plainName(_ text: Substring) -> String {
        guard text.count > 1, text.hasPrefix("`"), text.hasSuffix("`") else { return String(text) }
        return text.dropFirst().dropLast().split(separator: "``", omittingEmptySubsequences: false)
            .joined(separator: "`")
    }

    private static func unquoted(_ text: Substring) -> Substring {
        for quote in ["\"", "'"] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return text.dropFirst().dropLast()
        }
        return text
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
