/// What the narrowest form of a run of lanes depends on.
package struct LaneBounds: Hashable, Sendable {
    /// Over the known lanes; meaningless where `known` is 0.
    package var low: Int64
    package var high: Int64
    package var known: Int
}

/// Smallest and largest known lane. `missing` has a bit per row, or no words where nothing is missing.
package func laneBounds(_ lanes: [Int64], missing: [UInt64]) -> LaneBounds {
    var low = Int64.max
    var high = Int64.min
    if missing.isEmpty {
        for lane in lanes {
            low = min(low, lane)
            high = max(high, lane)
        }
        return LaneBounds(low: low, high: high, known: lanes.count)
    }
    var known = 0
    for row in 0..<lanes.count where missing[row >> 6] >> UInt64(row & 63) & 1 == 0 {
        low = min(low, lanes[row])
        high = max(high, lanes[row])
        known += 1
    }
    return LaneBounds(low: low, high: high, known: known)
}

/// Greatest common divisor of `lane - base` over the known lanes, none of which is below `base`. Stops as soon as it is 1.
package func laneStep(_ lanes: [Int64], base: Int64, missing: [UInt64]) -> UInt64 {
    var step: UInt64 = 0
    for row in 0..<lanes.count {
        if !missing.isEmpty, missing[row >> 6] >> UInt64(row & 63) & 1 == 1 { continue }
        let distance = UInt64(bitPattern: lanes[row] &- base)
        if step != 0, distance % step == 0 { continue }
        step = greatestCommonDivisor(step, distance)
        if step == 1 { return 1 }
    }
    return step
}

/// Of 0 and a number it is the number.
package func greatestCommonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
    var (larger, smaller) = (one, other)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}

/// `(lane - base) / step` as bytes; what a missing row gives is not looked at.
package func packLanes8(_ lanes: [Int64], base: Int64, step: UInt64) -> [UInt8] {
    if step == 1 { return lanes.map { UInt8(truncatingIfNeeded: $0 &- base) } }
    return lanes.map { UInt8(truncatingIfNeeded: UInt64(bitPattern: $0 &- base) / step) }
}

package func packLanes16(_ lanes: [Int64], base: Int64, step: UInt64) -> [UInt16] {
    if step == 1 { return lanes.map { UInt16(truncatingIfNeeded: $0 &- base) } }
    return lanes.map { UInt16(truncatingIfNeeded: UInt64(bitPattern: $0 &- base) / step) }
}

package func packLanes32(_ lanes: [Int64], base: Int64, step: UInt64) -> [UInt32] {
    if step == 1 { return lanes.map { UInt32(truncatingIfNeeded: $0 &- base) } }
    return lanes.map { UInt32(truncatingIfNeeded: UInt64(bitPattern: $0 &- base) / step) }
}

/// `base + step × code`, the way back.
package func unpackLanes(_ codes: [UInt8], base: Int64, step: Int64) -> [Int64] {
    codes.map { base &+ step &* Int64($0) }
}

package func unpackLanes(_ codes: [UInt16], base: Int64, step: Int64) -> [Int64] {
    codes.map { base &+ step &* Int64($0) }
}

package func unpackLanes(_ codes: [UInt32], base: Int64, step: Int64) -> [Int64] {
    codes.map { base &+ step &* Int64($0) }
}

package func narrow8(_ codes: [UInt32]) -> [UInt8] { codes.map { UInt8(truncatingIfNeeded: $0) } }

package func narrow16(_ codes: [UInt32]) -> [UInt16] { codes.map { UInt16(truncatingIfNeeded: $0) } }

package func widen(_ codes: [UInt8]) -> [UInt32] { codes.map { UInt32($0) } }

package func widen(_ codes: [UInt16]) -> [UInt32] { codes.map { UInt32($0) } }

/// 0, then the sum of the first count, of the first two …: an entry more than there are counts. Nil where the sums outgrow 32 bits.
package func runningSums(_ counts: [UInt32]) -> [UInt32]? {
    var sums = [UInt32](repeating: 0, count: counts.count + 1)
    var sum: UInt64 = 0
    for index in 0..<counts.count {
        sum += UInt64(counts[index])
        sums[index + 1] = UInt32(truncatingIfNeeded: sum)
    }
    return sum <= UInt64(UInt32.max) ? sums : nil
}
