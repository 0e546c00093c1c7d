import Testing

@testable import ReachKernels

@Test(arguments: sizes, [1, 3, 16, 17, 256])
func slotsAddUpTheirRows(count: Int, slotCount: Int) {
    var dice = Dice(state: UInt64(count * 1_000 + slotCount))
    let slots = (0..<count).map { _ in UInt8(dice.next() >> 9 % UInt64(slotCount)) }
    let wide = slots.map { UInt16($0) }
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 20) }
    let shorts = bytes.map { UInt16($0) * 257 }
    let words = bytes.map { UInt32($0) * 16_843_009 }
    for mask in [[], dice.mask(count)] {
        let rows = (0..<count).filter { mask.isEmpty || mask[$0] == 1 }
        var counts = [Int64](repeating: 0, count: slotCount)
        var sums = [[UInt64]](repeating: [UInt64](repeating: 0, count: slotCount), count: 3)
        for row in rows {
            counts[Int(slots[row])] += 1
            sums[0][Int(slots[row])] += UInt64(bytes[row])
            sums[1][Int(slots[row])] += UInt64(shorts[row])
            sums[2][Int(slots[row])] += UInt64(words[row])
        }
        #expect(countSlots(slots, mask, slotCount: slotCount) == counts)
        #expect(countSlots(wide, mask, slotCount: slotCount) == counts)
        #expect(sumSlots(slots, bytes, mask, slotCount: slotCount) == sums[0])
        #expect(sumSlots(slots, shorts, mask, slotCount: slotCount) == sums[1])
        #expect(sumSlots(slots, words, mask, slotCount: slotCount) == sums[2])
        #expect(sumSlots(wide, bytes, mask, slotCount: slotCount) == sums[0])
        #expect(sumSlots(wide, shorts, mask, slotCount: slotCount) == sums[1])
        #expect(sumSlots(wide, words, mask, slotCount: slotCount) == sums[2])
        let held = packBits(mask)
        if let both = countAndSumSlots(slots, shorts, held, largest: 65_535, slotCount: slotCount) {
            #expect(both.counts == counts && both.sums == sums[1])
        } else {
            #expect(count == 0)
        }
        if let both = countAndSumSlots(slots, words, held, largest: 4_294_967_295, slotCount: slotCount) {
            #expect(both.counts == counts && both.sums == sums[2])
        } else {
            #expect(count == 0)
        }
        #expect(countAndSumSlots(slots, words, held, largest: .max / 2, slotCount: slotCount) == nil || count < 2)
        #expect(sumCodes(bytes, mask) == sums[0].reduce(0, +))
        #expect(sumCodes(shorts, mask) == sums[1].reduce(0, +))
        #expect(sumCodes(words, mask) == sums[2].reduce(0, +))
    }
    var combined = [UInt16](repeating: 0, count: count)
    combineSlots(&combined, slots, factor: 1)
    combineSlots(&combined, bytes, factor: 256)
    #expect(combined == slots.indices.map { UInt16(slots[$0]) + 256 * UInt16(bytes[$0]) })
}

@Test(arguments: sizes)
func binsCountTheirValues(count: Int) {
    var dice = Dice(state: UInt64(count) + 8)
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 20) }
    let scale = CodeScale(offset: 11, step: 7)
    for mask in [[], dice.mask(count)] {
        let values = bytes.indices.filter { mask.isEmpty || mask[$0] == 1 }.map { 11 + 7 * UInt32(bytes[$0]) }
        var expected = [UInt32](repeating: 0, count: 64)
        for value in values { expected[Int(value >> 5)] += 1 }
        for width in [8, 16, 32] {
            var bins = [UInt32](repeating: 0, count: 64)
            switch width {
            case 8:
                countBins(bytes, mask, scale, shift: 5, into: &bins)
            case 16:
                countBins(bytes.map { UInt16($0) }, mask, scale, shift: 5, into: &bins)
            default:
                countBins(bytes.map { UInt32($0) }, mask, scale, shift: 5, into: &bins)
            }
            #expect(bins == expected)
        }
    }
}

@Test(arguments: sizes, 1...mostRanges)
func codesAreGatheredFromRanges(count: Int, rangeCount: Int) {
    var dice = Dice(state: UInt64(count) + 9)
    let shorts = (0..<count).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 20) }
    let words = (0..<count).map { _ in UInt32(truncatingIfNeeded: dice.next() >> 20) }
    // The second is empty, the last one ends with the largest code.
    let lower = Array([0, 20_000, 32_760, 40_000, 65_000].suffix(rangeCount))
    let upper = Array([7, 19_999, 32_800, 50_000, 65_535].suffix(rangeCount))
    for mask in [[], dice.mask(count)] {
        let rows = (0..<count).filter { mask.isEmpty || mask[$0] == 1 }
        let found = gatherRanges(
            shorts, packBits(mask), lower: lower.map { UInt16($0) }, upper: upper.map { UInt16($0) })
        func isInside(_ code: Int) -> Bool { zip(lower, upper).contains { $0 <= code && code <= $1 } }
        #expect(found.codes == rows.map { shorts[$0] }.filter { isInside(Int($0)) })
        #expect(found.below == lower.map { end in rows.count { Int(shorts[$0]) < end } })
        withEachLaneCount {
            let others = gatherRanges(
                words, packBits(mask), lower: lower.map { UInt32($0) << 16 },
                upper: upper.map { UInt32($0) << 16 | 0xFFFF })
            #expect(others.codes == rows.map { words[$0] }.filter { isInside(Int($0 >> 16)) })
            #expect(others.below == lower.map { end in rows.count { Int(words[$0] >> 16) < end } })
        }
    }
}
