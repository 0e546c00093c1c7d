import Testing

@testable import ReachKernels

/// A narrowing kernel that works on bits against a plain loop: on every row, and on the rows of a mask.
func expectNarrowingBits(
    _ mask: [UInt8], to expected: [Bool], _ narrow: (inout [UInt64]) -> Int,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var fresh: [UInt64] = []
    #expect(narrow(&fresh) == expected.count { $0 }, sourceLocation: sourceLocation)
    #expect(fresh == packBits(expected.map { $0 ? 1 : 0 }), sourceLocation: sourceLocation)
    guard !mask.isEmpty else { return }
    var held = packBits(mask)
    let both = zip(mask, expected).map { $0 == 1 && $1 }
    #expect(narrow(&held) == both.count { $0 }, sourceLocation: sourceLocation)
    #expect(held == packBits(both.map { $0 ? 1 : 0 }), sourceLocation: sourceLocation)
}

@Suite("Planes of bits")
struct PlaneKernelTests {
    @Test("codes of every width come back", arguments: sizes + [511, 512, 513, 1_024])
    func roundTrip(count: Int) {
        var dice = Dice(state: UInt64(count) + 91)
        for width in 1...16 {
            let last = UInt16.max >> UInt16(16 - width)
            let codes = (0..<count).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 20) & last }
            let planes = BitPlanes(codes)
            #expect(planes.codes16() == codes, "width \(width)")
            #expect(planes.widths.allSatisfy { $0 <= width })
            #expect(planes.words.count == BitPlanes.wordCount(widths: planes.widths))
            if width <= 8 {
                let narrow = codes.map { UInt8($0) }
                #expect(BitPlanes(narrow) == planes, "width \(width)")
                #expect(planes.codes8() == narrow, "width \(width)")
            }
        }
    }

    @Test("ranges are inclusive, at the ends of what a width holds too", arguments: sizes + [511, 512, 513, 1_500])
    func ranges(count: Int) {
        var dice = Dice(state: UInt64(count) + 92)
        for width in [1, 2, 4, 8, 10, 16] {
            let last = (UInt32(1) << UInt32(width)) - 1
            // Every other block has smaller codes than the width allows.
            let codes = (0..<count).map { row in
                UInt16(truncatingIfNeeded: dice.next() >> 20) & UInt16(last) >> UInt16(row / 512 % 2)
            }
            let planes = BitPlanes(codes)
            let mask = dice.mask(count, oneIn: 2)
            var ranges = [(UInt32(0), UInt32(0)), (0, last), (last, last), (last, .max), (last + 1, .max), (1, .max)]
            for _ in 0..<8 {
                let one = UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                let other = UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                ranges += [(min(one, other), max(one, other)), (one, one)]
            }
            for (lower, upper) in ranges {
                let isIn = codes.map { (lower...upper).contains(UInt32($0)) }
                expectNarrowingBits(mask, to: isIn) { narrowRange(&$0, planes, from: lower, through: upper) }
                expectNarrowingBits(mask, to: isIn.map { !$0 }) {
                    narrowRange(&$0, planes, from: lower, through: upper, outside: true)
                }
            }
        }
    }
}
