import CKernels

// Every comparison of a fixed-point or float column with a literal is a test against an inclusive range.
//
// The kernels here narrow a mask in place and count what is left in the same pass: codes one of bits, wider values one of bytes. An empty mask
// stands for every row: the mask is then made, not narrowed, so the first condition of several costs no more than the test itself.

/// Keeps the bits of the rows with `lower` ≤ value ≤ `upper`, or of all others; gives how many are left. No words are every row.
package func narrowRange(
    _ held: inout [UInt64], _ values: [UInt8], from lower: UInt8, through upper: UInt8, outside: Bool = false
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    // SAFETY: the wrapper hands out words for as many rows as there are values.
    return unsafe narrowWords(&held, count: values.count) { words, isFresh in
        unsafe reach_narrow_u8(words, isFresh, values, values.count, lower, upper - lower, outside)
    }
}

/// Keeps the bits of the rows with `lower` ≤ value ≤ `upper`, or of all others; gives how many are left. No words are every row.
package func narrowRange(
    _ held: inout [UInt64], _ values: [UInt16], from lower: UInt16, through upper: UInt16, outside: Bool = false
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    // SAFETY: the wrapper hands out words for as many rows as there are values.
    return unsafe narrowWords(&held, count: values.count) { words, isFresh in
        unsafe reach_narrow_u16(words, isFresh, values, values.count, lower, upper - lower, outside)
    }
}

/// Keeps the bits of the rows with `lower` ≤ value ≤ `upper`, or of all others; gives how many are left. No words are every row.
package func narrowRange(
    _ held: inout [UInt64], _ values: [UInt32], from lower: UInt32, through upper: UInt32, outside: Bool = false
) -> Int {
    precondition(lower <= upper, "the range runs forwards")
    // SAFETY: the wrapper hands out words for as many rows as there are values.
    return unsafe narrowWords(&held, count: values.count) { words, isFresh in
        unsafe reach_narrow_u32(words, isFresh, values, values.count, lower, upper - lower, outside)
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

/// Hands the words of `count` rows to a loop that writes all of them, or narrows them where they are not fresh, and gives how many bits are left.
@inline(__always)
func narrowWords(
    _ held: inout [UInt64], count: Int, _ narrow: (UnsafeMutablePointer<UInt64>, _ isFresh: Bool) -> Int
) -> Int {
    let wordCount = (count + 63) / 64
    if count == 0 { return 0 }
    var left = 0
    // SAFETY: there are rows, so both kinds of words have an address; fresh ones are all written.
    if held.isEmpty {
        held = unsafe [UInt64](unsafeUninitializedCapacity: wordCount) { out, initialized in
            guard let words = out.baseAddress else { return }
            left = unsafe narrow(words, true)
            initialized = wordCount
        }
    } else {
        precondition(held.count == wordCount, "a bit per row")
        unsafe held.withUnsafeMutableBufferPointer { out in
            guard let words = out.baseAddress else { return }
            left = unsafe narrow(words, false)
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
