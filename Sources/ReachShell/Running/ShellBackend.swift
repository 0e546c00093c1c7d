import ReachDiagnostics
import ReachLanguage

/// The language and the store, as far as the shell needs them before and at the opening of a session.
package protocol ShellBackend {
    /// All statements of a text; nothing runs. Throws where one does not parse.
    func parse(_ source: SourceText) throws -> [Statement]
    /// Takes statements from text that arrives in pieces.
    /// - Parameters:
    ///   - countsIndentation: whether a deeper line goes on with the statement: in files, pipes and pastes, not where lines are typed one by one.
    ///   - firstLine: the number of the first line that will come.
    func makeReader(countsIndentation: Bool, firstLine: Int) -> any StatementStream
    func workspaceExists(_ workspace: WorkspaceChoice) -> Bool
    /// Opens the workspace, making it where it does not exist.
    func open(_ workspace: WorkspaceChoice, _ options: ShellOptions, _ hooks: SessionHooks) throws -> any ShellSession
}
