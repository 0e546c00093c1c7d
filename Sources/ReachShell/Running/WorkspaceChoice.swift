/// Which workspace a run is about.
package struct WorkspaceChoice: Hashable, Sendable {
    package static let memory = ":memory:"

    /// A path, or `:memory:`.
    package let path: String
    /// Whether nobody named it: the banner then does.
    package let isDefault: Bool

    /// The workspace named on the command line, else by `$REACH_DB`, else the user's own: `reach/default.db` in the XDG data folder.
    /// Nil where none is named and there is no home.
    package init?(named: String?, environment: [String: String]) {
        if let named, !named.isEmpty {
            path = named
            isDefault = false
        } else if let variable = environment["REACH_DB"], !variable.isEmpty {
            path = variable
            isDefault = false
        } else if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
            path = data + "/reach/default.db"
            isDefault = true
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = home + "/.local/share/reach/default.db"
            isDefault = true
        } else {
            return nil
        }
    }

    package var isMemory: Bool { path == Self.memory }

    /// Statements that may begin a workspace; anything else in batch wants one that exists.
    package static let creatingKeywords: Set<String> = ["import", "demo", "connect"]

    /// Statements that say the same of every workspace and need none.
    package static let independentKeywords: Set<String> = ["help", "echo", "quit"]
}
