import Testing

@testable import ReachKernels

/// Lengths around the widths at which loops change: vectors, words, runs of 255.
let sizes = [0, 1, 7, 8, 63, 64, 65, 254, 255, 256, 1_000, 4_097]

/// A small generator whose numbers follow from its seed.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
    }

    mutating func mask(_ count: Int, oneIn share: UInt64 = 3) -> [UInt8] {
        (0..<count).map { _ in next() >> 8 % share == 0 ? 1 : 0 }
    }
}

@Test(arguments: sizes)
func maskOperationsWorkRowByRow(count: Int) {
    var dice = Dice(state: UInt64(count) + 1)
    let one = dice.mask(count)
    let other = dice.mask(count)
    var result = one
    invert(&result)
    #expect(result == one.map { 1 - $0 })
    result = one
    intersect(&result, with: other)
    #expect(result == zip(one, other).map { $0 & $1 })
    result = one
    unite(&result, with: other)
    #expect(result == zip(one, other).map { $0 | $1 })
    result = one
    subtract(other, from: &result)
    #expect(result == zip(one, other).map { $1 == 1 ? 0 : $0 })
    var flags = one.map { $0 * 2 + 1 }
    keep(&flags, where: other)
    #expect(flags == zip(one, other).map { $1 == 1 ? $0 * 2 + 1 : 0 })
    #expect(hasAny(one) == one.contains(1))
    #expect(countSet(one) == one.count { $0 == 1 })
    #expect(selectedRows(one) == one.indices.filter { one[$0] == 1 }.map { UInt32($0) })
}

@Test(arguments: sizes)
func masksPackIntoBitsAndBack(count: Int) {
    var dice = Dice(state: UInt64(count) + 2)
    let mask = dice.mask(count, oneIn: 2)
    let words = packBits(mask)
    var expected = [UInt64](repeating: 0, count: (count + 63) / 64)
    for row in 0..<count where mask[row] == 1 { expected[row / 64] |= 1 << UInt64(row % 64) }
    #expect(words == expected)
    #expect(unpackBits(words, count: count) == mask)
    #expect(countBits(words) == countSet(mask))
    #expect(selectedRows(bits: words) == selectedRows(mask))
    var others = words
    invertRows(&others, count: count)
    #expect(unpackBits(others, count: count) == mask.map { 1 - $0 })
    var none = words
    intersectWords(&none, with: others)
    #expect(countBits(none) == 0)
    uniteWords(&others, with: words)
    #expect(others == packBits([UInt8](repeating: 1, count: count)))
    intersectWords(&others, with: words, isInverted: true)
    #expect(unpackBits(others, count: count) == mask.map { 1 - $0 })
}

/// A narrowing kernel against a plain loop: on every row, which makes the mask, and on the rows of a mask.
func expectNarrowing(
    _ mask: [UInt8], to expected: [Bool], _ narrow: (inout [UInt8]) -> Int,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var fresh: [UInt8] = []
    #expect(narrow(&fresh) == expected.count { $0 }, sourceLocation: sourceLocation)
    #expect(fresh == expected.map { $0 ? 1 : 0 }, sourceLocation: sourceLocation)
    guard !mask.isEmpty else { return }
    var held = mask
    let both = zip(mask, expected).map { $0 == 1 && $1 }
    #expect(narrow(&held) == both.count { $0 }, sourceLocation: sourceLocation)
    #expect(held == both.map { $0 ? 1 : 0 }, sourceLocation: sourceLocation)
}

@Test(arguments: sizes)
func rangesAreInclusiveInEveryWidth(count: Int) {
    var dice = Dice(state: UInt64(count) + 3)
    for (lower, upper) in [(UInt8(0), UInt8(255)), (3, 3), (10, 200), (255, 255)] {
        let mask = dice.mask(count, oneIn: 2)
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 20) }
        let isIn = bytes.map { (lower...upper).contains($0) }
        expectNarrowingBits(mask, to: isIn) { narrowRange(&$0, bytes, from: lower, through: upper) }
        expectNarrowingBits(mask, to: isIn.map { !$0 }) {
            narrowRange(&$0, bytes, from: lower, through: upper, outside: true)
        }
        let shorts = bytes.map { UInt16($0) * 257 }
        let (low, high) = (UInt16(lower) * 257, UInt16(upper) * 257)
        expectNarrowingBits(mask, to: isIn) { narrowRange(&$0, shorts, from: low, through: high) }
        expectNarrowingBits(mask, to: isIn.map { !$0 }) {
            narrowRange(&$0, shorts, from: low, through: high, outside: true)
        }
        let words = bytes.map { UInt32($0) << 24 }
        let (first, last) = (UInt32(lower) << 24, UInt32(upper) << 24)
        expectNarrowingBits(mask, to: isIn) { narrowRange(&$0, words, from: first, through: last) }
        expectNarrowingBits(mask, to: isIn.map { !$0 }) {
            narrowRange(&$0, words, from: first, through: last, outside: true)
        }
        let lanes = bytes.map { $0 == 0 ? Int64.min : $0 == 255 ? .max : Int64($0) - 128 }
        for range in [Int64.min...Int64.max, .min ... -1, 0 ... .max, -5...7, .max ... .max] {
            expectNarrowing(mask, to: lanes.map { range.contains($0) }) {
                narrowRange(&$0, lanes, from: range.lowerBound, through: range.upperBound)
            }
        }
        let floats = lanes.map { $0 == 5 ? Double.nan : Double($0) / 3 }
        expectNarrowing(mask, to: floats.map { (-2.0...2).contains($0) }) {
            narrowRange(&$0, floats, from: -2, through: 2)
        }
    }
}

@Test(arguments: sizes)
func lookupsAndChoicesTakeTheRightEntry(count: Int) {
    var dice = Dice(state: UInt64(count) + 4)
    let codes = (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 30) }
    let table = dice.mask(256)
    let expected = codes.map { table[Int($0)] }
    #expect(lookUp(codes.map { UInt32($0) }, in: table) == expected)
    let held = dice.mask(count, oneIn: 2)
    let long = table + [UInt8](repeating: 0, count: 65_536 - table.count)
    withEachLaneCount {
        expectNarrowingBits(held, to: expected.map { $0 == 1 }) { narrowLookup(&$0, codes, in: table) }
    }
    expectNarrowing(held, to: expected.map { $0 == 1 }) { narrowLookup(&$0, codes.map { UInt16($0) }, in: long) }
    expectNarrowing(held, to: codes.map { $0 < 100 && table[Int($0)] == 1 }) {
        narrowLookup(&$0, codes.map { UInt32($0) }, in: Array(table.prefix(100)))
    }
    let lanes = codes.map { Int64($0) - 100 }
    let members = [Int64](stride(from: -90, to: 100, by: 7))
    expectNarrowing(held, to: lanes.map { members.contains($0) }) { narrowMembers(&$0, lanes, of: members) }
    let mask = dice.mask(count)
    let others = lanes.map { -$0 }
    #expect(choose(mask, lanes, others) == lanes.indices.map { mask[$0] == 1 ? lanes[$0] : others[$0] })
    var flags = [UInt64](repeating: 1, count: count)
    setBit(63, of: &flags, where: mask)
    #expect(flags == mask.map { $0 == 1 ? 1 << 63 | 1 : 1 })
}

@Test func arithmeticFlagsWhatLeaves64Bits() {
    let edge: [Int64] = [.min, -1, 0, 1, 2, .max, 3_037_000_500]
    for one in edge {
        let left = [Int64](repeating: one, count: edge.count)
        func check(_ result: CheckedLanes, _ exact: (Int128, Int128) -> Int128) {
            for (row, other) in edge.enumerated() {
                let expected = Int64(exactly: exact(Int128(one), Int128(other)))
                #expect((result.overflow[row] == 1) == (expected == nil))
                if let expected { #expect(result.lanes[row] == expected) }
            }
            #expect(result.hasOverflow == result.overflow.contains(1))
        }
        check(addLanes(left, edge), +)
        check(subtractLanes(left, edge), -)
        check(multiplyLanes(left, edge), *)
        check(multiplyLanes(left, edge, over: 100)) { divideRounding($0 * $1, by: 100) }
    }
    #expect(
        [-150, -149, -50, -49, 49, 50, 149, 150].map { divideRounding($0, by: 100) } == [-2, -1, -1, 0, 0, 1, 1, 2])
}

@Test(arguments: sizes)
func wordsCombineBitByBit(count: Int) {
    var dice = Dice(state: UInt64(count) + 12)
    let one = (0..<count).map { _ in dice.next() }
    let other = (0..<count).map { _ in dice.next() }
    var words = one
    intersectWords(&words, with: other)
    #expect(words == zip(one, other).map { $0 & $1 })
    words = one
    uniteWords(&words, with: other)
    #expect(words == zip(one, other).map { $0 | $1 })
    words = one
    invertWords(&words)
    #expect(words == one.map { ~$0 })
    #expect(countBits(one) == one.reduce(0) { $0 + $1.nonzeroBitCount })
}
