// Codes stand for `base + step × code`. Columns that are put together need codes of one base and one step.

/// `offset + factor × code`, in 32 bits.
package func recode(_ codes: [UInt16], offset: UInt32, factor: UInt32) -> [UInt32] {
    recodeLoop(codes, offset, factor)
}

/// `offset + factor × code`, in 32 bits.
package func recode(_ codes: [UInt32], offset: UInt32, factor: UInt32) -> [UInt32] {
    recodeLoop(codes, offset, factor)
}

@inline(__always)
private func recodeLoop<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: [Code], _ offset: UInt32, _ factor: UInt32
) -> [UInt32] {
    var recoded = [UInt32](repeating: 0, count: codes.count)
    var out = recoded.mutableSpan
    let rows = codes.span
    for row in 0..<rows.count { out[row] = offset &+ factor &* UInt32(truncatingIfNeeded: rows[row]) }
    return recoded
}

/// The codes that the table of 256 holds for each row's code.
package func recode(_ codes: [UInt8], table: [UInt32]) -> [UInt32] {
    precondition(table.count == 256, "an entry per code")
    var recoded = [UInt32](repeating: 0, count: codes.count)
    var out = recoded.mutableSpan
    let rows = codes.span
    let known = table.span
    for row in 0..<rows.count { out[row] = known[Int(rows[row])] }
    return recoded
}

/// Which of the 256 codes known rows have. `missing` has a bit per row, or no words where nothing is missing.
package func presentCodes(_ codes: [UInt8], missing: [UInt64]) -> [UInt8] {
    var present = [UInt8](repeating: 0, count: 256)
    var out = present.mutableSpan
    let rows = codes.span
    if missing.isEmpty {
        for row in 0..<rows.count { out[Int(rows[row])] = 1 }
    } else {
        let bits = missing.span
        for row in 0..<rows.count where bits[row >> 6] >> UInt64(row & 63) & 1 == 0 { out[Int(rows[row])] = 1 }
    }
    return present
}

// Smallest and largest code of known rows; nil where there is none.

package func codeBounds(_ codes: [UInt8], missing: [UInt64]) -> ClosedRange<Int64>? { codeBoundsLoop(codes, missing) }

package func codeBounds(_ codes: [UInt16], missing: [UInt64]) -> ClosedRange<Int64>? { codeBoundsLoop(codes, missing) }

package func codeBounds(_ codes: [UInt32], missing: [UInt64]) -> ClosedRange<Int64>? { codeBoundsLoop(codes, missing) }

@inline(__always)
private func codeBoundsLoop<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: [Code], _ missing: [UInt64]
) -> ClosedRange<Int64>? {
    let rows = codes.span
    var low = Code.max
    var high = Code.min
    var isKnown = false
    if missing.isEmpty {
        for row in 0..<rows.count {
            low = min(low, rows[row])
            high = max(high, rows[row])
        }
        isKnown = rows.count > 0
    } else {
        let bits = missing.span
        for row in 0..<rows.count where bits[row >> 6] >> UInt64(row & 63) & 1 == 0 {
            low = min(low, rows[row])
            high = max(high, rows[row])
            isKnown = true
        }
    }
    return isKnown ? Int64(low)...Int64(high) : nil
}

// Missing rows hold a filler, so that equal columns have equal bytes.

package func fill(_ lanes: inout [Int64], where missing: [UInt64], with filler: Int64) {
    fillLoop(&lanes, missing, filler)
}

package func fill(_ codes: inout [UInt32], where missing: [UInt64], with filler: UInt32) {
    fillLoop(&codes, missing, filler)
}

@inline(__always)
private func fillLoop<Element>(_ column: inout [Element], _ missing: [UInt64], _ filler: Element) {
    var out = column.mutableSpan
    for word in 0..<missing.count where missing[word] != 0 {
        for row in (word * 64)..<min(word * 64 + 64, out.count) where missing[word] >> UInt64(row & 63) & 1 == 1 {
            out[row] = filler
        }
    }
}
