import Synchronization

@testable import ReachKernels

private let limiting = Mutex(())

/// Has loops that are written for lanes of rows run as each processor would run them that this one can stand in for, one after the other.
func withEachLaneCount(_ body: () throws -> Void) rethrows {
    try limiting.withLock { _ in
        defer { limitLanes(16) }
        for lanes in [1, 8, 16] {
            limitLanes(lanes)
            try body()
        }
    }
}
