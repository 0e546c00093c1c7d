/// Finds the period of a time code: codes fall into even buckets, no wider than a period, each of which knows the period it begins in
/// and the last of its codes that belongs to it.
package struct PeriodTable: Sendable {
    let shift: UInt32
    /// By bucket: the period it begins in, and shifted by 16 bits the last of its codes that belongs to it.
    let buckets: [UInt64]
    /// The first code of each period, ascending.
    let firstCodes: [Int64]
    let largest: UInt32

    package var periodCount: Int { firstCodes.count }

    /// - Parameters:
    ///   - firstCodes: the first code of each period, ascending; the first is 0. Of periods that begin at one code the last has it;
    ///     those that begin beyond the largest code have none.
    ///   - largest: the largest code asked for.
    package init(firstCodes: [Int64], largest: UInt32) {
        precondition(firstCodes.first == 0 && firstCodes.count < Int(UInt16.max), "periods begin at code 0")
        var narrowest = Int64.max
        for period in 1..<max(1, firstCodes.count) {
            let width = firstCodes[period] - firstCodes[period - 1]
            if width > 0 { narrowest = min(narrowest, width) }
        }
        // At most 1,024 buckets where periods are wide enough for it: the table then stays in the nearest cache.
        var shift: UInt32 = 0
        while largest >> shift >= 1_024, Int64(2) << Int64(shift) <= narrowest { shift += 1 }
        var buckets: [UInt64] = []
        buckets.reserveCapacity(Int(largest >> shift) + 1)
        var period = 0
        for bucket in 0...(largest >> shift) {
            let start = Int64(bucket << shift)
            while period + 1 < firstCodes.count, firstCodes[period + 1] <= start { period += 1 }
            let next = period + 1 < firstCodes.count ? firstCodes[period + 1] : .max
            let lastCode = next <= Int64(largest) ? UInt32(next - 1) : .max
            buckets.append(UInt64(lastCode) << 16 | UInt64(period))
        }
        self.shift = shift
        self.buckets = buckets
        self.firstCodes = firstCodes
        self.largest = largest
    }

    /// The period of a code; one beyond the largest is taken for the last bucket's.
    @inline(__always)
    func period(_ code: UInt32, _ buckets: Span<UInt64>) -> Int {
        // SAFETY: there is a bucket at least, and none beyond the last is asked for.
        let bucket = unsafe buckets[unchecked: min(Int(code &>> shift), buckets.count &- 1)]
        return Int(bucket & 0xFFFF) &+ (UInt64(code) > bucket >> 16 ? 1 : 0)
    }
}
