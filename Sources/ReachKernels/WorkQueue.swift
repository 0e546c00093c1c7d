import Dispatch
import Synchronization

/// Work done on all cores while whoever submitted it goes on. Waiting for a result does queued work meanwhile, so that no core idles and
/// one core is enough.
///
/// Jobs are taken in the order in which they were submitted. None may wait for another.
package final class WorkQueue: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        /// The next one; those before it are done or under way.
        var first = 0
        var workerCount = 0
    }

    private let state = Mutex(State())
    /// Beside the thread that submits.
    private let mostWorkers: Int

    /// Of the whole process, for as many threads as there are cores.
    package static let shared = WorkQueue(cores: coreCount)

    package init(cores: Int) { mostWorkers = max(0, cores - 1) }

    /// Has `body` done by some thread, soon.
    package func submit<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) -> Pending<Value> {
        let pending = Pending<Value>(self)
        let startsWorker = state.withLock { state in
            state.jobs.append { pending.settle(Result { try body() }) }
            guard state.workerCount < mostWorkers else { return false }
            state.workerCount += 1
            return true
        }
        if startsWorker { DispatchQueue.global().async { self.work() } }
        return pending
    }

    private func work() {
        while let job = nextJob(isWorker: true) { job() }
    }

    /// Does one queued job; false where there is none.
    fileprivate func help() -> Bool {
        guard let job = nextJob(isWorker: false) else { return false }
        job()
        return true
    }

    private func nextJob(isWorker: Bool) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.first < state.jobs.count else {
                state.jobs.removeAll(keepingCapacity: true)
                state.first = 0
                if isWorker { state.workerCount -= 1 }
                return nil
            }
            let job = state.jobs[state.first]
            // What the job holds goes as soon as it is done.
            state.jobs[state.first] = {}
            state.first += 1
            if state.first >= 64 {
                state.jobs.removeFirst(state.first)
                state.first = 0
            }
            return job
        }
    }
}

/// The result of a job of a `WorkQueue`, asked for once.
package final class Pending<Value: Sendable>: Sendable {
    private let queue: WorkQueue
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isSettled = DispatchSemaphore(value: 0)

    fileprivate init(_ queue: WorkQueue) { self.queue = queue }

    fileprivate func settle(_ outcome: Result<Value, any Error>) {
        result.withLock { $0 = outcome }
        isSettled.signal()
    }

    /// Waits for the result, doing queued work meanwhile; throws what the job threw.
    package func value() throws -> Value {
        while true {
            if let outcome = result.withLock({ $0.take() }) { return try outcome.get() }
            if !queue.help() { isSettled.wait() }
        }
    }
}
