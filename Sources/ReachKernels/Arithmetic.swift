// Exact arithmetic of 64-bit lanes. Rows that leave the 64 bits are flagged and hold a wrapped value that nobody may use.

/// A row's result and whether it is out of range.
package struct CheckedLanes: Sendable {
    package var lanes: [Int64]
    /// 1 where the result does not fit.
    package var overflow: [UInt8]
    package var hasOverflow: Bool

    package init(lanes: [Int64], overflow: [UInt8], hasOverflow: Bool) {
        self.lanes = lanes
        self.overflow = overflow
        self.hasOverflow = hasOverflow
    }

    /// Zeros.
    package init(count: Int) {
        self.init(
            lanes: Array(repeating: 0, count: count), overflow: Array(repeating: 0, count: count), hasOverflow: false)
    }
}

/// left + right
package func addLanes(_ left: [Int64], _ right: [Int64]) -> CheckedLanes {
    checked(left, right) { $0.addingReportingOverflow($1) }
}

/// left − right
package func subtractLanes(_ left: [Int64], _ right: [Int64]) -> CheckedLanes {
    checked(left, right) { $0.subtractingReportingOverflow($1) }
}

/// left × right
package func multiplyLanes(_ left: [Int64], _ right: [Int64]) -> CheckedLanes {
    checked(left, right) { $0.multipliedReportingOverflow(by: $1) }
}

/// left × right ÷ divisor, rounded half away from zero, the product in 128 bits.
package func multiplyLanes(_ left: [Int64], _ right: [Int64], over divisor: Int64) -> CheckedLanes {
    precondition(divisor > 0, "a positive divisor")
    return checked(left, right) { one, other in
        let quotient = divideRounding(Int128(one) * Int128(other), by: Int128(divisor))
        return (Int64(truncatingIfNeeded: quotient), Int128(Int64(truncatingIfNeeded: quotient)) != quotient)
    }
}

/// value × factor
package func scaleLanes(_ values: [Int64], by factor: Int64) -> CheckedLanes {
    checked(values, values) { value, _ in value.multipliedReportingOverflow(by: factor) }
}

/// Quotient rounded half away from zero; the divisor is positive.
package func divideRounding(_ dividend: Int128, by divisor: Int128) -> Int128 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    guard remainder.magnitude * 2 >= divisor.magnitude else { return quotient }
    return dividend < 0 ? quotient - 1 : quotient + 1
}

@inline(__always)
private func checked(
    _ left: [Int64], _ right: [Int64],
    _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
) -> CheckedLanes {
    precondition(left.count == right.count, "both sides are equally long")
    var lanes = [Int64](repeating: 0, count: left.count)
    var overflow = [UInt8](repeating: 0, count: left.count)
    var out = lanes.mutableSpan
    var flags = overflow.mutableSpan
    let lefts = left.span
    let rights = right.span
    var union: UInt8 = 0
    for row in 0..<out.count {
        let result = operation(lefts[row], rights[row])
        out[row] = result.partialValue
        flags[row] = result.overflow ? 1 : 0
        union |= flags[row]
    }
    return CheckedLanes(lanes: lanes, overflow: overflow, hasOverflow: union != 0)
}

// Floats: callers flag what is not finite.

/// left + right
package func addFloats(_ left: [Double], _ right: [Double]) -> [Double] { combine(left, right) { $0 + $1 } }
/// left − right
package func subtractFloats(_ left: [Double], _ right: [Double]) -> [Double] { combine(left, right) { $0 - $1 } }
/// left × right
package func multiplyFloats(_ left: [Double], _ right: [Double]) -> [Double] { combine(left, right) { $0 * $1 } }
/// left ÷ right
package func divideFloats(_ left: [Double], _ right: [Double]) -> [Double] { combine(left, right) { $0 / $1 } }

/// Lanes as floats, divided by `divisor`.
package func floats(_ lanes: [Int64], over divisor: Double) -> [Double] {
    var result = [Double](repeating: 0, count: lanes.count)
    var out = result.mutableSpan
    let rows = lanes.span
    for row in 0..<rows.count { out[row] = Double(rows[row]) / divisor }
    return result
}

/// A mask of the rows that hold an infinity or NaN.
package func markNotFinite(_ values: [Double]) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: values.count)
    var out = mask.mutableSpan
    let rows = values.span
    for row in 0..<rows.count { out[row] = rows[row].isFinite ? 0 : 1 }
    return mask
}

@inline(__always)
private func combine(
    _ left: [Double], _ right: [Double], _ operation: (Double, Double) -> Double
) -> [Double] {
    precondition(left.count == right.count, "both sides are equally long")
    var result = [Double](repeating: 0, count: left.count)
    var out = result.mutableSpan
    let lefts = left.span
    let rights = right.span
    for row in 0..<out.count { out[row] = operation(lefts[row], rights[row]) }
    return result
}
