import CKernels
import Synchronization

/// Cores that this process may run on.
package let coreCount = reach_core_count()

/// Runs `body` for 0 ..< count on all cores and gives the results in order; throws the first error met.
package func inParallel<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
    if count < 2 { return try (0..<count).map(body) }
    let outcome = Mutex<(results: [Result?], error: (any Error)?)>((Array(repeating: nil, count: count), nil))
    WorkerTeam.shared.perform(count) { index in
        do {
            let result = try body(index)
            outcome.withLock { $0.results[index] = result }
        } catch {
            outcome.withLock { $0.error = $0.error ?? error }
        }
    }
    return try outcome.withLock { outcome in
        if let error = outcome.error { throw error }
        return outcome.results.compactMap { $0 }
    }
}
