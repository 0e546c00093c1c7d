import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

/// Steps that cannot be undone, and the record of what left the workspace.
extension Session {
    /// Asks in the REPL. Elsewhere `--yes` has to have been given, else the statement is refused with exit code 4.
    func mayGoOn(_ question: String, _ statement: Statement) throws -> Bool {
        if options.assumesYes { return true }
        guard options.isInteractive else { throw Diagnostic.confirmationNeeded(question, at: statement.span) }
        return try hooks.confirm(question)
    }

    /// Writes a line into the audit of the workspace; a workspace that cannot be written to has none.
    func log(_ action: String, _ detail: String) throws {
        if !workspace.isReadOnly { try workspace.audit(action, detail) }
    }
}

/// The saved members of frozen segments, read once per statement.
final class FrozenMembers: Sendable {
    private let workspace: Workspace
    private let snapshot: Snapshot

    init(workspace: Workspace, snapshot: Snapshot) {
        self.workspace = workspace
        self.snapshot = snapshot
    }

    /// A bitmap per chunk, or nil where no frozen segment has this name.
    func members(of name: String) -> [Bitmap]? { (try? workspace.frozenMembers(name, in: snapshot)) ?? nil }
}
