// Every comparison of a fixed-point or float column with a literal is a test against an inclusive range.

/// A mask of the rows with `lower` ≤ value ≤ `upper`.
package func markRange(_ values: [UInt8], from lower: UInt8, through upper: UInt8) -> [UInt8] {
    markUnsigned(values, lower, upper)
}

/// A mask of the rows with `lower` ≤ value ≤ `upper`.
package func markRange(_ values: [UInt16], from lower: UInt16, through upper: UInt16) -> [UInt8] {
    markUnsigned(values, lower, upper)
}

/// A mask of the rows with `lower` ≤ value ≤ `upper`.
package func markRange(_ values: [UInt32], from lower: UInt32, through upper: UInt32) -> [UInt8] {
    markUnsigned(values, lower, upper)
}

/// A mask of the rows with `lower` ≤ value ≤ `upper`.
package func markRange(_ values: [Int64], from lower: Int64, through upper: Int64) -> [UInt8] {
    precondition(lower <= upper, "the range runs forwards")
    var mask = [UInt8](repeating: 0, count: values.count)
    var out = mask.mutableSpan
    let rows = values.span
    let width = UInt64(bitPattern: upper &- lower)
    for row in 0..<rows.count {
        out[row] = UInt64(bitPattern: rows[row] &- lower) <= width ? 1 : 0
    }
    return mask
}

/// A mask of the rows with `lower` ≤ value ≤ `upper`; neither border is NaN.
package func markRange(_ values: [Double], from lower: Double, through upper: Double) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: values.count)
    var out = mask.mutableSpan
    let rows = values.span
    for row in 0..<rows.count {
        let value = rows[row]
        out[row] = (value >= lower ? 1 : 0) & (value <= upper ? 1 : 0)
    }
    return mask
}

/// A mask of the customers with `lower` to `upper` rows; `offsets` has an entry more than there are customers.
package func markRunLengths(_ offsets: [UInt32], from lower: UInt32, through upper: UInt32) -> [UInt8] {
    precondition(
        !offsets.isEmpty && lower <= upper, "offsets have an entry more than customers, the range runs forwards")
    var mask = [UInt8](repeating: 0, count: offsets.count - 1)
    var out = mask.mutableSpan
    let starts = offsets.span
    let width = upper &- lower
    for customer in 0..<out.count {
        out[customer] = (starts[customer + 1] &- starts[customer]) &- lower <= width ? 1 : 0
    }
    return mask
}

/// One unsigned comparison per row: value − lower wraps to something large below the range.
@inline(__always)
private func markUnsigned<Code: FixedWidthInteger & UnsignedInteger>(
    _ values: [Code], _ lower: Code, _ upper: Code
) -> [UInt8] {
    precondition(lower <= upper, "the range runs forwards")
    var mask = [UInt8](repeating: 0, count: values.count)
    var out = mask.mutableSpan
    let rows = values.span
    let width = upper &- lower
    for row in 0..<rows.count {
        out[row] = rows[row] &- lower <= width ? 1 : 0
    }
    return mask
}
