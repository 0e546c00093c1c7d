import Dispatch
import Glibc
import ReachKernels
import Synchronization
import Testing

/// One for all tests: its threads stay for good.
private let team = WorkerTeam(workers: 3)

@Test("every part is done once, whoever does it", arguments: [0, 1, 2, 3, 100, 5_000])
func everyPartIsDoneOnce(count: Int) {
    let done = Mutex([Int](repeating: 0, count: count))
    team.expectWork()
    team.perform(count) { part in done.withLock { $0[part] += 1 } }
    #expect(done.withLock { $0.allSatisfy { $0 == 1 } })
}

@Test("work within work, and of many threads at once, is done as well")
func workWithinWorkIsDone() {
    let sum = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for _ in 0..<20 {
            team.perform(5) { outer in
                team.perform(4) { inner in sum.withLock { $0 += outer * inner } }
            }
        }
    }
    #expect(sum.withLock { $0 } == 8 * 20 * 10 * 6)
}

@Test("a team that has gone to sleep wakes up")
func aSleepingTeamWakesUp() {
    for pause in [0, 100, 500, 2_000] {
        let count = Mutex(0)
        usleep(UInt32(pause))
        team.perform(50) { _ in count.withLock { $0 += 1 } }
        #expect(count.withLock { $0 } == 50)
    }
}
