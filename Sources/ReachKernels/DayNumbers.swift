/// Microseconds of a day.
private let dayMicroseconds: Int64 = 86_400_000_000

/// The day since 1970-01-01 of each instant on a clock that is always `offset` microseconds ahead of UTC.
package func dayNumbers(_ instants: [Int64], offset: Int64) -> [Int32] {
    // SAFETY: every one of `instants.count` entries is written.
    unsafe [Int32](unsafeUninitializedCapacity: instants.count) { out, initialized in
        let rows = instants.span
        for row in 0..<rows.count {
            let wall = rows[row] &+ offset
            // Rounded towards negative infinity: an instant before 1970 is moved by a day less a microsecond first.
            let shifted = wall < 0 ? wall &- (dayMicroseconds - 1) : wall
            unsafe out[row] = Int32(truncatingIfNeeded: shifted / dayMicroseconds)
        }
        initialized = rows.count
    }
}

/// The same of `base + step × code`.
package func dayNumbers(_ codes: [UInt32], base: Int64, step: Int64, offset: Int64) -> [Int32] {
    // SAFETY: every one of `codes.count` entries is written.
    unsafe [Int32](unsafeUninitializedCapacity: codes.count) { out, initialized in
        let rows = codes.span
        for row in 0..<rows.count {
            let wall = base &+ step &* Int64(rows[row]) &+ offset
            let shifted = wall < 0 ? wall &- (dayMicroseconds - 1) : wall
            unsafe out[row] = Int32(truncatingIfNeeded: shifted / dayMicroseconds)
        }
        initialized = rows.count
    }
}

/// Days that are 64-bit lanes, in 32 bits.
package func narrowDays(_ days: [Int64]) -> [Int32] {
    // SAFETY: every one of `days.count` entries is written.
    unsafe [Int32](unsafeUninitializedCapacity: days.count) { out, initialized in
        let rows = days.span
        for row in 0..<rows.count { unsafe out[row] = Int32(truncatingIfNeeded: rows[row]) }
        initialized = rows.count
    }
}

/// Sets the lanes of rows marked in `missing` to 0.
package func clearLanes(_ lanes: inout [Int64], where missing: [UInt8]) {
    precondition(lanes.count == missing.count, "a mark per lane")
    var out = lanes.mutableSpan
    let marks = missing.span
    for row in 0..<marks.count where marks[row] != 0 { out[row] = 0 }
}
