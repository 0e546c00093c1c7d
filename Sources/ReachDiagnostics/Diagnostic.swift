/// What is told to a user when something they wrote, or a file they named, does not work.
///
/// Wording lives in factories beside the module that detects the problem (`Diagnostic+Binding.swift`), so that a call site is one line.
/// Messages are lower case, without a final stop, names in backticks; `help` lines are things that can be typed.
package struct Diagnostic: Error, Hashable, Sendable {
    /// Who can mend it; decides the exit code.
    package enum Kind: Hashable, Sendable {
        /// What was typed: a statement that does not parse, bind or make sense of its data. Exit 1.
        case statement
        /// How `reach` itself was called. Exit 2.
        case usage
        /// A file, the database or the network. Exit 3.
        case environment
        /// A guard said no: `require`, budget, consent, drift, `strict`, a missing `--yes`. Exit 4.
        case guardRefused
        /// A defect of Reach. Exit 70.
        case bug
        /// Ctrl-C. Exit 130.
        case interrupted

        package var exitCode: Int32 {
            switch self {
            case .statement: 1
            case .usage: 2
            case .environment: 3
            case .guardRefused: 4
            case .bug: 70
            case .interrupted: 130
            }
        }
    }

    /// A second place worth pointing at.
    package struct Label: Hashable, Sendable {
        package let span: SourceSpan
        package let text: String

        package init(_ span: SourceSpan, _ text: String) {
            self.span = span
            self.text = text
        }
    }

    /// Stable and kebab-case: `unknown-column`.
    package var code: String
    package var kind: Kind
    package var message: String
    package var span: SourceSpan?
    package var labels: [Label]
    package var help: [String]
    /// The text that `span` points into; filled in by whoever runs the statement.
    package var source: SourceText?
    /// The keyword of the statement that failed, where one was recognised.
    package var statement: String?

    package init(
        _ code: String, kind: Kind = .statement, _ message: String, at span: SourceSpan? = nil,
        labels: [Label] = [], help: [String] = []
    ) {
        self.code = code
        self.kind = kind
        self.message = message
        self.span = span
        self.labels = labels
        self.help = help
    }

    /// The same, pointing into `source` unless it points into a text already.
    package func located(in source: SourceText, statement: String? = nil) -> Diagnostic {
        var copy = self
        if copy.source == nil { copy.source = source }
        if copy.statement == nil { copy.statement = statement }
        return copy
    }
}

extension Diagnostic {
    package static let interrupted = Diagnostic("interrupted", kind: .interrupted, "interrupted")
}
