import ReachKernels

/// The base, step and width that the lanes of several chunks share when they become one chunk: those that the narrowest form of all
/// their values has.
struct CodeFrame {
    enum Form: Hashable { case constant, codes8, codes16, codes32, lanes }

    let form: Form
    let range: ClosedRange<Int64>
    let step: UInt64

    /// `chunks` hold lanes, and something known each. Nil where there are none.
    init?(of chunks: [Chunk]) {
        guard let low = chunks.compactMap(\.lowestLane).min(),
            let high = chunks.compactMap({ $0.range?.upperBound }).max()
        else { return nil }
        range = low...max(low, high)
        let spread = UInt64(bitPattern: range.upperBound &- low)
        var step: UInt64 = 1
        if spread > UInt64(UInt8.max) {
            step = chunks.reduce(0) { greatestCommonDivisor($0, $1.laneDivisor(from: low)) }
            if step > UInt64(Int64.max) || step == 0 { step = 1 }
        }
        self.step = step
        let holdsLanes = chunks.contains { if case .lanes = $0.payload { true } else { false } }
        let largest = spread / step
        form =
            holdsLanes || largest > UInt64(UInt32.max)
            ? .lanes
            : spread == 0
                ? .constant
                : largest <= UInt64(UInt8.max) ? .codes8 : largest <= UInt64(UInt16.max) ? .codes16 : .codes32
    }

    /// A chunk's rows as codes of this frame, 0 where missing.
    func codes(of chunk: Chunk) -> [UInt32] {
        var codes: [UInt32]
        switch chunk.payload {
        case .constant(let lane): codes = Array(repeating: code(of: lane), count: chunk.rowCount)
        case .codes8(let base, let own, let rows):
            // Through a table, because a step that small ranges do without may divide their codes.
            codes = recode(rows, table: (0..<256).map { code(of: base &+ own &* Int64($0)) })
        case .codes16(let base, let own, let rows):
            codes = recode(rows, offset: code(of: base), factor: UInt32(truncatingIfNeeded: UInt64(own) / step))
        case .codes32(let base, let own, let rows):
            codes = recode(rows, offset: code(of: base), factor: UInt32(truncatingIfNeeded: UInt64(own) / step))
        case .allMissing, .lanes, .floats, .words8, .words16, .words32, .plainText:
            return Array(repeating: 0, count: chunk.rowCount)
        }
        fill(&codes, where: chunk.missing?.words ?? [], with: 0)
        return codes
    }

    /// Whether codes of this base and step are codes of the frame as they stand.
    func matches(_ base: Int64, _ step: Int64) -> Bool { base == range.lowerBound && UInt64(step) == self.step }

    private func code(of lane: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: UInt64(bitPattern: lane &- range.lowerBound) / step)
    }
}

extension Chunk {
    /// The smallest lane that a code of the chunk can stand for: no known one is below.
    fileprivate var lowestLane: Int64? {
        guard let low = range?.lowerBound else { return nil }
        return switch payload {
        case .codes8(let base, _, _), .codes16(let base, _, _), .codes32(let base, _, _): min(base, low)
        default: low
        }
    }

    /// Greatest common divisor of how far the known lanes are above `low`.
    fileprivate func laneDivisor(from low: Int64) -> UInt64 {
        switch payload {
        case .constant(let lane): return UInt64(bitPattern: lane &- low)
        case .codes8(let base, let step, let codes):
            let present = presentCodes(codes, missing: missing?.words ?? [])
            return (0..<256).reduce(0) { known, code in
                present[code] == 0
                    ? known
                    : greatestCommonDivisor(known, UInt64(bitPattern: base &+ step &* Int64(code) &- low))
            }
        case .codes16(let base, let step, _), .codes32(let base, let step, _):
            return greatestCommonDivisor(UInt64(bitPattern: base &- low), UInt64(step))
        default: return 1
        }
    }
}
