import ReachDiagnostics
import ReachLanguage

/// The language and the store, as far as the shell needs them before and at the opening of a session.
package protocol ShellBackend {
    /// All statements of a text; nothing runs. Throws where one does not parse.
    func parse(_ source: SourceText) throws -> [Statement]
    /// Takes statements from text that arrives in pieces.
    func makeReader() -> any StatementStream
    /// Reads what was typed or pasted; an empty line at its end ends a statement whatever it still requires.
    func read(_ source: SourceText) -> InteractiveReading
    func workspaceExists(_ workspace: WorkspaceChoice) -> Bool
    /// Opens the workspace, making it where it does not exist.
    /// - Parameter isInteractive: somebody can be asked, and time goes on between statements.
    func open(
        _ workspace: WorkspaceChoice, _ options: ShellOptions, isInteractive: Bool, _ hooks: ShellHooks
    ) throws -> any ShellSession
}
