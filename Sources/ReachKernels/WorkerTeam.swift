import CKernels
import Dispatch
import Glibc
import Synchronization

/// Threads that share short pieces of work with whoever asks. Waking a sleeping thread takes as long as a condition over millions of rows: whoever
/// knows that work is about to come calls the threads beforehand, and they stay awake for a while between its parts.
package final class WorkerTeam: Sendable {
    /// A thread per core, but for the one that asks.
    package static let shared = WorkerTeam(workers: coreCount - 1)

    private let workers: [Worker]
    private let current = Mutex<Job?>(nil)
    /// Whether somebody's work is being done; others meanwhile do theirs without the team.
    private let isTaken = Atomic(false)
    /// Rises with each piece of work and each announcement of one.
    private let call = Atomic(0)
    /// Work is about to come, or more of it.
    private let isOnCall = Atomic(false)
    /// The one that the last caller ran on.
    private let avoidedCore = Atomic(-1)
    /// A signal from each worker that has left a job.
    private let departures = DispatchSemaphore(value: 0)

    /// The threads start at once and stay for good.
    package init(workers count: Int) {
        workers = (0..<max(0, count)).map { _ in Worker() }
        for worker in workers { start { [self] in serve(worker) } }
    }

    /// Keeps the threads awake, for about a millisecond where nothing comes.
    package func expectWork() {
        isOnCall.store(true, ordering: .relaxed)
        avoidCore(Int(reach_current_core()))
        wake(workers.count)
    }

    /// Leaves the caller's core to the caller. Where whoever typed the statement is still busy on another one, the system would have a thread wait
    /// for the caller to make room, and the caller then wait for that thread, instead of either working.
    private func avoidCore(_ core: Int) {
        if avoidedCore.exchange(core, ordering: .sequentiallyConsistent) == core { return }
        for worker in workers { worker.avoidCore(core) }
    }

    /// Nothing more is to come soon: the threads leave their cores to others.
    package func standDown() { isOnCall.store(false, ordering: .relaxed) }

    /// So many of those that sleep; those that are awake see the call anyway.
    private func wake(_ count: Int) {
        call.wrappingAdd(1, ordering: .sequentiallyConsistent)
        for worker in workers.prefix(count) { worker.wake() }
    }

    /// Runs `body` for 0 ..< count on the caller's thread and the team's, and returns when all are done.
    package func perform(_ count: Int, _ body: @Sendable (Int) -> Void) {
        if count <= 0 { return }
        guard count > 1, !workers.isEmpty,
            isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return DispatchQueue.concurrentPerform(iterations: count, execute: body) }
        withoutActuallyEscaping(body) { body in
            // SAFETY: workers join only while the job is current, and nobody returns before all that joined have left.
            unsafe withUnsafePointer(to: body) { pointer in
                let job = unsafe Job(count: count, body: pointer)
                current.withLock { $0 = job }
                wake(count - 1)
                job.work()
                current.withLock { $0 = nil }
                job.waitForOthers(departures)
            }
        }
        isTaken.store(false, ordering: .releasing)
    }

    private func serve(_ worker: Worker) -> Never {
        worker.begin()
        worker.avoidCore(avoidedCore.load(ordering: .sequentiallyConsistent))
        var seen = 0
        while true {
            seen = worker.nextCall(call, after: seen, whileAwake: isOnCall)
            guard let job = current.withLock({ job in job?.join() }) else { continue }
            job.work()
            job.leave(departures)
        }
    }

    private func start(_ body: @escaping @Sendable () -> Void) {
        // SAFETY: the thread takes over the reference that is passed to it; where there is no thread it is released here.
        let context = unsafe Unmanaged.passRetained(ThreadBody(body))
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
                }
                return nil
            }, context.toOpaque())
        if failure == 0 { pthread_detach(thread) } else { unsafe context.release() }
    }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

// SAFETY: only `work` looks at the body, which is there for as long as anybody is in the job.
/// One piece of work, cut into parts that are taken by whoever is free.
@safe private final class Job: @unchecked Sendable {
    private let count: Int
    private let body: UnsafePointer<@Sendable (Int) -> Void>
    private let following = Atomic(0)
    private let joined = Atomic(0)
    private let left = Atomic(0)

    init(count: Int, body: UnsafePointer<@Sendable (Int) -> Void>) {
        self.count = count
        unsafe self.body = body
    }

    /// Does parts until none is left to take.
    func work() {
        while true {
            let part = following.wrappingAdd(1, ordering: .relaxed).oldValue
            if part >= count { return }
            // SAFETY: whoever is in the job keeps `WorkerTeam.perform` from returning.
            unsafe body.pointee(part)
        }
    }

    func join() -> Job {
        joined.wrappingAdd(1, ordering: .relaxed)
        return self
    }

    func leave(_ departures: DispatchSemaphore) {
        left.wrappingAdd(1, ordering: .releasing)
        departures.signal()
    }

    /// Nobody joins any more.
    func waitForOthers(_ departures: DispatchSemaphore) {
        let others = joined.load(ordering: .relaxed)
        spin(until: { left.load(ordering: .acquiring) == others })
        for _ in 0..<others { departures.wait() }
    }
}

private final class Worker: Sendable {
    private let isAsleep = Atomic(false)
    private let bell = DispatchSemaphore(value: 0)
    /// The system's number of the thread; 0 until it runs.
    private let thread = Atomic<Int32>(0)

    /// On the thread itself.
    func begin() { thread.store(reach_thread_number(), ordering: .sequentiallyConsistent) }

    func avoidCore(_ core: Int) {
        let thread = thread.load(ordering: .sequentiallyConsistent)
        if thread != 0, core >= 0 { reach_avoid_core(thread, Int32(core)) }
    }

    func wake() {
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { bell.signal() }
    }

    /// What `call` has become after `seen`: waits awake for a while, then sleeps until woken.
    func nextCall(_ call: borrowing Atomic<Int>, after seen: Int, whileAwake: borrowing Atomic<Bool>) -> Int {
        spin(until: { call.load(ordering: .acquiring) != seen || !whileAwake.load(ordering: .relaxed) })
        while call.load(ordering: .sequentiallyConsistent) == seen {
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            // A call between the two lines above has rung, or is seen here.
            let isMissed = call.load(ordering: .sequentiallyConsistent) != seen
            if isMissed, isAsleep.exchange(false, ordering: .sequentiallyConsistent) { break }
            bell.wait()
        }
        return call.load(ordering: .acquiring)
    }
}

/// Longer than what lies between two parts of a short statement, shorter than anybody notices.
private let awakeNanoseconds: UInt64 = 1_000_000

/// Returns when `isOver` holds or has not held for a moment.
private func spin(until isOver: () -> Bool) {
    if isOver() { return }
    let start = DispatchTime.now().uptimeNanoseconds
    repeat {
        for _ in 0..<32 {
            if isOver() { return }
            reach_pause()
        }
    } while DispatchTime.now().uptimeNanoseconds &- start < awakeNanoseconds
}
