import Testing

@testable import ReachKernels

@Suite("Leading bytes")
struct LeadingByteTests {
    /// Codes of up to so many bits, evenly spread or most of them small.
    @Test("ranges are inclusive, whatever the bytes tell", arguments: sizes + [511, 513, 17_000], [1, 8, 9, 20, 32])
    func ranges(count: Int, width: Int) {
        var dice = Dice(state: UInt64(count * 40 + width))
        let last = UInt32.max >> UInt32(32 - width)
        for isSkewed in [false, true] {
            let codes = (0..<count).map { row -> UInt32 in
                let code = UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                return isSkewed && row % 100 != 0 ? code >> UInt32(width / 2 + 4) : code
            }
            let leads = LeadingBytes(codes)
            let mask = dice.mask(count, oneIn: 3)
            var ranges = [
                (UInt32(0), UInt32(0)), (0, last), (0, .max), (last, last), (last, .max), (1, .max), (.max, .max),
                (last >> 1, last >> 1), (last / 3, last / 2), (last / 256 * 17, last / 256 * 18 + 255),
            ]
            for _ in 0..<6 {
                let one = UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                let other = UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                ranges += [(min(one, other), max(one, other)), (one, one), (0, one), (one, .max)]
            }
            if let code = codes.last { ranges += [(code, code), (code / 2, code)] }
            for (lower, upper) in ranges {
                let isIn = codes.map { (lower...upper).contains($0) }
                expectNarrowingBits(mask, to: isIn) { narrowRange(&$0, codes, leads, from: lower, through: upper) }
                expectNarrowingBits(mask, to: isIn.map { !$0 }) {
                    narrowRange(&$0, codes, leads, from: lower, through: upper, outside: true)
                }
            }
        }
    }
}
