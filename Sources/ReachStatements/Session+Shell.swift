import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// What a shell shows of a session between two statements.
extension Session {
    package var hasCurrent: Bool { current != nil }
    /// Nil also where the current segment has no name.
    package var currentName: String? { current?.name }

    /// Customers in the current segment, as of now; nil where none is set.
    package func currentCount() throws -> Int? {
        guard current != nil else { return nil }
        defer { unpin() }
        cancellation.reset()
        let pinned = try pin()
        let statement = try grammar.parse("count current")
        let audience = try binder(for: statement).bindAudience(nil)
        return try pinned.engine.count(.customers(audience.condition))
    }

    /// A statement is on its way.
    package func expectStatement() { Engine.expectWork() }

    /// What completion needs of the data, as it is now; nil where it cannot be read.
    package func completionSource() -> SessionCompletion? {
        defer { unpin() }
        guard let pinned = try? pin() else { return nil }
        return SessionCompletion(
            context: pinned.context, channels: ((try? channels()) ?? []).map(\.name),
            plans: ((try? workspace.plans()) ?? []).map(\.id),
            templates: Set(((try? templates()) ?? []).map(\.name)).sorted(),
            parameters: Set(parameters.keys).union(options.parameters.keys).sorted())
    }
}
