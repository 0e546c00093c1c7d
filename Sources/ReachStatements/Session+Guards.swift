import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace
import Synchronization

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

/// The saved members of frozen segments as one version of the data has them.
final class FrozenMembers: Sendable {
    private let workspace: Workspace
    private let snapshot: Snapshot
    private let kept: FrozenCache
    /// What the statement asked for already: engines ask chunk by chunk.
    private let asked = Mutex<[String: CustomerSet]>([:])

    init(workspace: Workspace, snapshot: Snapshot, keeping kept: FrozenCache) {
        self.workspace = workspace
        self.snapshot = snapshot
        self.kept = kept
    }

    /// Nil where no frozen segment has this name.
    func members(of name: String) -> CustomerSet? {
        asked.withLock { asked in
            if let known = asked[name] { return known }
            let members = stored(name)
            asked[name] = members
            return members
        }
    }

    private func stored(_ name: String) -> CustomerSet? {
        guard let id = id(name) else { return nil }
        let key = FrozenCache.Key(id: id, version: snapshot.version)
        if let known = kept[key] { return known }
        guard let chunks = (try? workspace.frozenMembers(name, in: snapshot)) ?? nil else { return nil }
        let members = CustomerSet(chunks)
        kept.keep(members, for: key)
        return members
    }
}

extension FrozenMembers {
    /// What the segment is kept under; asked of the file only where that may have changed.
    private func id(_ name: String) -> Int64? {
        if let stamp = snapshot.stamp, let known = kept.id(name, as: stamp) { return known }
        let id = (try? workspace.frozenSegmentID(name)) ?? nil
        if let stamp = snapshot.stamp, let id { kept.keep(id, for: name, as: stamp) }
        return id
    }
}

/// Members of frozen segments that statements asked for, for later ones. What is frozen anew, and another version of the data, is asked
/// for anew.
final class FrozenCache: Sendable {
    struct Key: Hashable {
        let id: Int64
        let version: Int64
    }

    /// Segments that are kept at a time; one of ten million customers takes 1.25 MB.
    private static let capacity = 32
    private let members = Mutex<[Key: CustomerSet]>([:])

    private let ids = Mutex<(stamp: FileStamp?, byName: [String: Int64])>((nil, [:]))

    func id(_ name: String, as stamp: FileStamp) -> Int64? {
        ids.withLock { $0.stamp == stamp ? $0.byName[name] : nil }
    }

    func keep(_ id: Int64, for name: String, as stamp: FileStamp) {
        ids.withLock { ids in
            if ids.stamp != stamp { ids = (stamp, [:]) }
            ids.byName[name] = id
        }
    }

    subscript(key: Key) -> CustomerSet? { members.withLock { $0[key] } }

    func keep(_ set: CustomerSet, for key: Key) {
        members.withLock { members in
            if members.count >= Self.capacity { members = members.filter { $0.key.version == key.version } }
            if members.count >= Self.capacity { members = [:] }
            members[key] = set
        }
    }
}
