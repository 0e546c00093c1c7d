import Synchronization

/// Set by Ctrl-C, read by long work once per chunk.
package final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isRequested: Bool { flag.load(ordering: .relaxed) }

    package func request() { flag.store(true, ordering: .relaxed) }

    /// Forgets an earlier request; called before each statement.
    package func reset() { flag.store(false, ordering: .relaxed) }

    /// Throws `Diagnostic.interrupted` where cancellation was asked for.
    package func check() throws {
        if isRequested { throw Diagnostic.interrupted }
    }
}
