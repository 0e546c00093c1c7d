import ReachKernels

extension Chunk {
    /// The lanes as lengths of runs, as where each starts: `count` + 1 entries, those behind the last row repeating the end. Nil where
    /// the chunk holds no lanes, more than `count`, negative ones, or more in all than 32 bits hold.
    package func runStarts(count: Int) -> [UInt32]? {
        switch payload {
        case .codes8(let base, let step, let codes): runningSums(of: codes, base: base, step: step, count: count)
        case .codes16(let base, let step, let codes): runningSums(of: codes, base: base, step: step, count: count)
        case .codes32(let base, let step, let codes): runningSums(of: codes, base: base, step: step, count: count)
        default: decodedLanes().flatMap { runningSums(of: $0, count: count) }
        }
    }
}
