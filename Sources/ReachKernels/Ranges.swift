import CKernels

// Every comparison of a fixed-point or float column with a literal is a test against an inclusive range.
//
// The kernels here narrow a mask in place and count what is left in the same pass. An empty mask stands for every row: the mask is then
// made, not narrowed, so the first condition of several costs no more than the test itself.

/// Keeps the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowRange(
    _ mask: inout [UInt8], _ values: [UInt8], from lower: UInt8, through upper: UInt8
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    // SAFETY: the wrapper hands out buffers of as many elements as it says.
    return unsafe narrowWide(&mask, values) { out, rows, count, isFresh in
        unsafe isFresh
            ? reach_mark_u8(out, rows, count, lower, upper - lower)
            : reach_narrow_u8(out, rows, count, lower, upper - lower)
    }
}

/// Keeps the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowRange(
    _ mask: inout [UInt8], _ values: [UInt16], from lower: UInt16, through upper: UInt16
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    // SAFETY: the wrapper hands out buffers of as many elements as it says.
    return unsafe narrowWide(&mask, values) { out, rows, count, isFresh in
        unsafe isFresh
            ? reach_mark_u16(out, rows, count, lower, upper - lower)
            : reach_narrow_u16(out, rows, count, lower, upper - lower)
    }
}

/// Keeps the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowRange(
    _ mask: inout [UInt8], _ values: [UInt32], from lower: UInt32, through upper: UInt32
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    // SAFETY: the wrapper hands out buffers of as many elements as it says.
    return unsafe narrowWide(&mask, values) { out, rows, count, isFresh in
        unsafe isFresh
            ? reach_mark_u32(out, rows, count, lower, upper - lower)
            : reach_narrow_u32(out, rows, count, lower, upper - lower)
    }
}

/// Keeps the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowRange(
    _ mask: inout [UInt8], _ values: [Int64], from lower: Int64, through upper: Int64
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    let width = UInt64(bitPattern: upper &- lower)
    return narrowRows(&mask, values) { UInt64(bitPattern: $0 &- lower) <= width }
}

/// Keeps the rows with `lower` ≤ value ≤ `upper`, neither of which is NaN; gives how many are left.
package func narrowRange(
    _ mask: inout [UInt8], _ values: [Double], from lower: Double, through upper: Double
) -> Int {
    narrowRows(&mask, values) { ($0 >= lower) != ($0 > upper) }
}

/// A mask of the rows with `lower` ≤ value ≤ `upper`.
package func markRange(_ values: [Int64], from lower: Int64, through upper: Int64) -> [UInt8] {
    var mask: [UInt8] = []
    _ = narrowRange(&mask, values, from: lower, through: upper)
    return mask
}

/// A mask of the rows with `lower` ≤ value ≤ `upper`; neither border is NaN.
package func markRange(_ values: [Double], from lower: Double, through upper: Double) -> [UInt8] {
    var mask: [UInt8] = []
    _ = narrowRange(&mask, values, from: lower, through: upper)
    return mask
}

/// Takes out the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowOutside(
    _ mask: inout [UInt8], _ values: [UInt8], from lower: UInt8, through upper: UInt8
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    let width = upper &- lower
    return narrowRows(&mask, values) { $0 &- lower > width }
}

/// Takes out the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowOutside(
    _ mask: inout [UInt8], _ values: [UInt16], from lower: UInt16, through upper: UInt16
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    let width = upper &- lower
    return narrowRows(&mask, values) { $0 &- lower > width }
}

/// Takes out the rows with `lower` ≤ value ≤ `upper`; gives how many are left.
package func narrowOutside(
    _ mask: inout [UInt8], _ values: [UInt32], from lower: UInt32, through upper: UInt32
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    let width = upper &- lower
    return narrowRows(&mask, values) { $0 &- lower > width }
}

/// Hands mask and values to a loop that writes, or narrows, a mark for each of `count` rows and gives how many are left.
@inline(__always)
private func narrowWide<Value: BitwiseCopyable>(
    _ mask: inout [UInt8], _ values: [Value],
    _ narrow: (UnsafeMutablePointer<UInt8>, UnsafePointer<Value>, _ count: Int, _ isFresh: Bool) -> Int
) -> Int {
    let count = values.count
    if count == 0 { return 0 }
    var left = 0
    // SAFETY: neither buffer is empty, so both have an address; a fresh mask has room for `count` bytes, all of which are written.
    unsafe values.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return }
        if mask.isEmpty {
            mask = unsafe [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
                guard let out = out.baseAddress else { return }
                left = unsafe narrow(out, rows, count, true)
                initialized = count
            }
        } else {
            precondition(mask.count == count, "a mask byte per row")
            unsafe mask.withUnsafeMutableBufferPointer { out in
                guard let out = out.baseAddress else { return }
                left = unsafe narrow(out, rows, count, false)
            }
        }
    }
    return left
}

/// Rows that are counted in a byte before the sum moves on: below 256, and a multiple of the rows that a vector loop takes at once.
let countedRows = 192

/// Keeps the rows whose value passes; an empty mask is every row. The closure is a literal at each entry point and is inlined away.
@inline(__always)
func narrowRows<Value: BitwiseCopyable>(
    _ mask: inout [UInt8], _ values: [Value], _ passes: (Value) -> Bool
) -> Int {
    if mask.isEmpty { return markRows(&mask, values, passes) }
    let count = values.count
    precondition(mask.count == count, "a mask byte per row")
    var total = 0
    // SAFETY: both buffers hold `count` elements and do not outlive the closures; rows stay below `count`.
    unsafe values.withUnsafeBufferPointer { rows in
        unsafe mask.withUnsafeMutableBufferPointer { out in
            var start = 0
            while start < count {
                let end = min(start &+ countedRows, count)
                var left: UInt8 = 0
                for row in start..<end {
                    let bit = unsafe (passes(rows[row]) ? 1 : 0) & out[row]
                    unsafe out[row] = bit
                    left &+= bit
                }
                total &+= Int(left)
                start = end
            }
        }
    }
    return total
}

/// Makes the mask of the rows whose value passes.
@inline(__always)
private func markRows<Value: BitwiseCopyable>(
    _ mask: inout [UInt8], _ values: [Value], _ passes: (Value) -> Bool
) -> Int {
    let count = values.count
    var total = 0
    // SAFETY: the new array has room for `count` bytes, every one of which the loop writes; `rows` holds `count` values.
    mask = unsafe [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
        unsafe values.withUnsafeBufferPointer { rows in
            var start = 0
            while start < count {
                let end = min(start &+ countedRows, count)
                var marked: UInt8 = 0
                for row in start..<end {
                    let bit: UInt8 = unsafe passes(rows[row]) ? 1 : 0
                    unsafe out[row] = bit
                    marked &+= bit
                }
                total &+= Int(marked)
                start = end
            }
        }
        initialized = count
    }
    return total
}

/// Whether the numbers are `first`, `first` + 1 and so on.
package func areConsecutive(_ numbers: [UInt32], from first: Int) -> Bool {
    let rows = numbers.span
    let start = UInt32(truncatingIfNeeded: first)
    var differs: UInt32 = 0
    for row in 0..<rows.count { differs |= rows[row] ^ (start &+ UInt32(truncatingIfNeeded: row)) }
    return differs == 0
}
