import ReachDiagnostics
import ReachLanguage

/// A text with one of its words spelled wrong.
package struct Misspelling: Sendable {
    package let text: String
    /// Where the misspelled word stands in `text`.
    package let span: SourceSpan
    /// As it was spelled.
    package let original: String
    package let misspelled: String
}

/// The misspellings of `text`, one for each of its bare words: two neighbouring letters swapped, or one doubled where that changes nothing.
/// Texts, numbers and names in backticks stay as they are.
package func misspellings(of text: String) -> [Misspelling] {
    let source = SourceText(text)
    return Lexer.tokens(of: text).compactMap { token in
        guard case .word(let word) = token.kind else { return nil }
        var letters = Array(word)
        let index = letters.count / 2
        if letters.count > 2, letters[index] != letters[index - 1] {
            letters.swapAt(index, index - 1)
        } else {
            letters.append(letters[letters.count - 1])
        }
        let wrong = String(letters)
        let before = source[SourceSpan(0, token.span.lower)]
        let after = source[SourceSpan(token.span.upper, text.utf8.count)]
        return Misspelling(
            text: before + wrong + after,
            span: SourceSpan(token.span.lower, token.span.lower + wrong.utf8.count), original: word, misspelled: wrong)
    }
}

/// The misspellings of all `examples` for which `diagnose` blames another place than the misspelled word. It returns nil where it finds
/// nothing wrong, which is right only where `mayPass` says that the word could be any (a new name, say).
package func wronglyBlamed(
    _ examples: [String], mayPass: (Misspelling) -> Bool, diagnose: (String) -> Diagnostic?
) -> [String] {
    examples.flatMap { misspellings(of: $0) }.compactMap { misspelling in
        guard let diagnostic = diagnose(misspelling.text) else {
            return mayPass(misspelling) ? nil : "`\(misspelling.text)` passes"
        }
        guard let span = diagnostic.span, span.lower <= misspelling.span.lower, span.upper >= misspelling.span.upper
        else {
            let place = diagnostic.span.map { "\($0.lower)-\($0.upper)" } ?? "nothing"
            return "`\(misspelling.text)` blames \(place) instead of `\(misspelling.misspelled)`: \(diagnostic.message)"
        }
        return nil
    }
}
