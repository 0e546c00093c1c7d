import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// One statement of the language: its form, its help, its meaning. A new one is one file and one line in `Catalogue`.
package protocol StatementDefinition: Sendable {
    static var syntax: StatementSyntax { get }
    /// Paragraphs below the form in `help STATEMENT`.
    static var details: [String] { get }
    /// Each runs against the sample shop in a test and is printed by `help`.
    static var examples: [Example] { get }
    /// Checks names and types against the session; reads no data.
    static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement
    /// Asked again, it answers the same and changes nothing, as long as the workspace and the day are the same; the answer holds all its
    /// rows.
    static var isRepeatable: Bool { get }
}

extension StatementDefinition {
    package static var isRepeatable: Bool { false }
}

package struct Example: Hashable, Sendable {
    package let text: String
    /// What it answers, in a few words.
    package let meaning: String

    package init(_ text: String, _ meaning: String) {
        self.text = text
        self.meaning = meaning
    }
}

/// A statement that is ready to run.
package protocol BoundStatement: Sendable {
    /// Throws a `Diagnostic`. Long work reports to `session.progress` and polls `session.cancellation`.
    func run(in session: Session) throws -> Answer
    /// What `explain` prints of it, without running anything that changes the workspace.
    func explain(in session: Session) throws -> Answer
}
