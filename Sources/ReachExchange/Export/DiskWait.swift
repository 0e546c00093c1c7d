import Dispatch
import Glibc
import Synchronization

/// Brings a file to the disk from a thread of its own, some way behind who writes it, so that waiting for the rest is short and can be
/// interrupted.
final class DiskWait: Sendable {
    private let file: PosixFile
    private let queue = DispatchQueue(label: "reach.export")
    private let state = Mutex(State())

    private struct State {
        var newBytes = 0
        var isUnderWay = false
        var failure: FileFailure?
    }

    /// What a slow disk takes in a tenth of a second: so long a wait cannot be broken off.
    private static let sliceBytes = 16 << 20

    init(_ file: borrowing PosixFile) throws(FileFailure) { self.file = try file.duplicate() }

    /// Takes note of bytes that were written.
    func add(_ byteCount: Int) {
        let starts = state.withLock { state in
            state.newBytes += byteCount
            guard state.newBytes >= Self.sliceBytes, !state.isUnderWay else { return false }
            state.isUnderWay = true
            state.newBytes = 0
            return true
        }
        guard starts else { return }
        queue.async {
            self.synchronize()
            self.state.withLock { $0.isUnderWay = false }
        }
    }

    /// Returns once everything is on the disk; throws what `checkpoint` throws meanwhile.
    func finish(checkpoint: () throws -> Void) throws {
        let isDone = DispatchSemaphore(value: 0)
        queue.async {
            self.synchronize()
            isDone.signal()
        }
        while isDone.wait(timeout: .now() + .milliseconds(20)) == .timedOut { try checkpoint() }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private func synchronize() {
        do throws(FileFailure) {
            try file.synchronize()
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }
}
