import CKernels
import Synchronization

private let limiting = Mutex(())

/// Has loops that are written for lanes of rows run as each processor would run them that this one can stand in for, one after the other.
func withEachLaneCount(_ body: () throws -> Void) rethrows {
    try limiting.withLock { _ in
        defer { reach_limit_lanes(16) }
        for lanes in [CInt(1), 8, 16] {
            reach_limit_lanes(lanes)
            try body()
        }
    }
}
