import ReachDiagnostics

/// Changes to a statement's text that would make it right, all together.
package struct Fix: Hashable, Sendable {
    package struct Edit: Hashable, Sendable {
        package let span: SourceSpan
        package let text: String

        package init(_ span: SourceSpan, _ text: String) {
            self.span = span
            self.text = text
        }
    }

    /// In ascending order, not overlapping.
    package let edits: [Edit]

    package init(_ edits: [Edit]) { self.edits = edits }

    package static func replace(_ span: SourceSpan, with text: String) -> Fix { Fix([Edit(span, text)]) }
}

/// What a lexer or parser objects to, before its fixes are turned into lines that can be typed.
package struct SyntaxProblem: Error, Hashable, Sendable {
    package var code: String
    package var message: String
    package var span: SourceSpan
    package var labels: [Diagnostic.Label] = []
    /// Alternatives, best first.
    package var fixes: [Fix] = []
    /// Help that is no correction of the statement itself.
    package var help: [String] = []
    /// The fixes are guesses at the same thing: one that works is enough.
    package var oneFixIsEnough = false

    package init(
        _ code: String, _ message: String, at span: SourceSpan, fixes: [Fix] = [], help: [String] = [],
        labels: [Diagnostic.Label] = []
    ) {
        self.code = code
        self.message = message
        self.span = span
        self.fixes = fixes
        self.help = help
        self.labels = labels
    }
}
