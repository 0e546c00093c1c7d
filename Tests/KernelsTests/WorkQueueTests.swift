import ReachKernels
import Synchronization
import Testing

@Test("jobs give their results, on any number of cores", arguments: [1, 2, 5])
func jobsGiveTheirResults(cores: Int) throws {
    let queue = WorkQueue(cores: cores)
    let running = Mutex(0)
    let pending = (0..<500).map { number in
        queue.submit {
            running.withLock { $0 += 1 }
            return (0..<number % 50).reduce(number, &+)
        }
    }
    for (number, job) in pending.enumerated() {
        #expect(try job.value() == (0..<number % 50).reduce(number, &+))
    }
    #expect(running.withLock { $0 } == 500)
}

@Test("what a job throws is thrown to who asks for its result")
func jobsThrow() {
    struct Fault: Error {}
    let queue = WorkQueue(cores: 2)
    let failing = queue.submit { () throws -> Int in throw Fault() }
    let working = queue.submit { 7 }
    #expect(throws: Fault.self) { try failing.value() }
    #expect((try? working.value()) == 7)
}

@Test("jobs that nobody waits for are done all the same")
func jobsAreDoneUnasked() async throws {
    let queue = WorkQueue(cores: 2)
    let done = Mutex(0)
    for _ in 0..<100 { _ = queue.submit { done.withLock { $0 += 1 } } }
    let last = queue.submit { true }
    #expect(try last.value())
    while done.withLock({ $0 }) < 100 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(done.withLock { $0 } == 100)
}
