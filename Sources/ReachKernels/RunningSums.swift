// Where each run starts, from how long each is: 0, then the sum of the first `base + step × code`, of the first two …, `count` + 1
// entries; what `count` has more than there are codes adds nothing. Nil where a length is negative or the sums outgrow 32 bits.

package func runningSums(of codes: [UInt8], base: Int64, step: Int64, count: Int) -> [UInt32]? {
    sums(codes, base: base, step: step, count: count)
}

package func runningSums(of codes: [UInt16], base: Int64, step: Int64, count: Int) -> [UInt32]? {
    sums(codes, base: base, step: step, count: count)
}

package func runningSums(of codes: [UInt32], base: Int64, step: Int64, count: Int) -> [UInt32]? {
    sums(codes, base: base, step: step, count: count)
}

package func runningSums(of lanes: [Int64], count: Int) -> [UInt32]? { sums(lanes, base: 0, step: 1, count: count) }

@inline(__always)
private func sums<Code: FixedWidthInteger>(_ codes: [Code], base: Int64, step: Int64, count: Int) -> [UInt32]? {
    guard codes.count <= count else { return nil }
    var isWhole = true
    // SAFETY: entry 0, then one per code, then the rest up to `count` are set, which are all of the buffer; codes are read below their
    // count.
    let sums = unsafe [UInt32](unsafeUninitializedCapacity: count + 1) { buffer, initialized in
        var sum: UInt64 = 0
        var bits: UInt64 = 0
        unsafe buffer[0] = 0
        unsafe codes.withUnsafeBufferPointer { codes in
            for index in 0..<codes.count {
                let length = unsafe UInt64(bitPattern: base &+ step &* Int64(truncatingIfNeeded: codes[index]))
                bits |= length
                sum &+= length
                unsafe buffer[index + 1] = UInt32(truncatingIfNeeded: sum)
            }
        }
        for index in codes.count..<count { unsafe buffer[index + 1] = UInt32(truncatingIfNeeded: sum) }
        // Lengths below 2³² cannot carry the sum of as many past 2⁶⁴.
        isWhole = bits <= UInt64(UInt32.max) && sum <= UInt64(UInt32.max)
        initialized = count + 1
    }
    return isWhole ? sums : nil
}
