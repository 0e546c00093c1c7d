/// `base + step × code` per row.
package func decodeLanes(_ codes: [UInt8], base: Int64, step: Int64) -> [Int64] { decodeLoop(codes, base, step) }

/// `base + step × code` per row.
package func decodeLanes(_ codes: [UInt16], base: Int64, step: Int64) -> [Int64] { decodeLoop(codes, base, step) }

/// `base + step × code` per row.
package func decodeLanes(_ codes: [UInt32], base: Int64, step: Int64) -> [Int64] { decodeLoop(codes, base, step) }

@inline(__always)
private func decodeLoop<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: [Code], _ base: Int64, _ step: Int64
) -> [Int64] {
    var lanes = [Int64](repeating: 0, count: codes.count)
    var out = lanes.mutableSpan
    let rows = codes.span
    for row in 0..<rows.count {
        out[row] = base &+ step &* Int64(truncatingIfNeeded: rows[row])
    }
    return lanes
}

/// The codes in four bytes each.
package func widenCodes(_ codes: [UInt8]) -> [UInt32] { widenLoop(codes) }

/// The codes in four bytes each.
package func widenCodes(_ codes: [UInt16]) -> [UInt32] { widenLoop(codes) }

/// The mask as lanes of 0 and 1.
package func widenToLanes(_ mask: [UInt8]) -> [Int64] { decodeLoop(mask, 0, 1) }

@inline(__always)
private func widenLoop<Code: FixedWidthInteger & UnsignedInteger>(_ codes: [Code]) -> [UInt32] {
    var wide = [UInt32](repeating: 0, count: codes.count)
    var out = wide.mutableSpan
    let rows = codes.span
    for row in 0..<rows.count { out[row] = UInt32(truncatingIfNeeded: rows[row]) }
    return wide
}
