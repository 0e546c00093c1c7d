import Testing

@testable import ReachKernels

@Suite struct RowKindTests {
    private static func bits(_ mask: [UInt8]) -> [UInt64] { packBits(mask) }

    @Test(arguments: sizes) func patternsAreGathered(count: Int) {
        var dice = Dice(state: UInt64(count) + 11)
        for questionCount in [0, 1, 7, 8, 9, 33, 64] {
            let asked = (0..<questionCount).map { _ in dice.mask(count) }
            let inside = dice.mask(count)
            let patterns = gatherPatterns(asked.map(Self.bits), members: Self.bits(inside), count: count)
            let expected = (0..<count).map { row in
                asked.enumerated().reduce(UInt64(0)) {
                    $0 | (inside[row] == 1 ? UInt64($1.element[row]) << UInt64($1.offset) : 0)
                }
            }
            #expect(patterns == expected)
        }
    }

    @Test(arguments: sizes) func kindsAreNumberedAndParted(count: Int) {
        var dice = Dice(state: UInt64(count) + 5)
        let inside = dice.mask(count)
        for distinct in [1, 3, 1_000] as [UInt64] {
            let patterns = (0..<count).map { _ in dice.next() >> 9 % distinct &* 0x9E37_79B9_7F4A_7C15 }
            var (kinds, known) = numberPatterns(patterns, members: Self.bits(inside))
            for row in 0..<count {
                #expect((kinds[row] == 0) == (inside[row] == 0))
                if kinds[row] > 0 { #expect(known[Int(kinds[row])] == patterns[row]) }
            }
            #expect(Set(known.dropFirst()).count == known.count - 1)
            let before = kinds
            let values = (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 9 % 5) }
            let parted = partKinds(&kinds, kindCount: known.count, by: values)
            for row in 0..<count where inside[row] == 1 {
                #expect(parted.from[Int(kinds[row])] == before[row] && parted.values[Int(kinds[row])] == values[row])
            }
            #expect(
                parted.from.count - 1
                    == Set((0..<count).filter { inside[$0] == 1 }.map { [UInt64(before[$0]), UInt64(values[$0])] })
                    .count)
            let counts = countKinds(kinds, kindCount: parted.from.count)
            #expect(counts.dropFirst().reduce(0, +) == inside.count { $0 == 1 })
            let marks = dice.mask(count)
            let marked = countKinds(kinds, kindCount: parted.from.count, where: marks)
            #expect(
                marked
                    == parted.from.indices.map { kind in
                        (0..<count).count { kinds[$0] == UInt32(kind) && marks[$0] == 1 }
                    })
        }
    }

    @Test func wideValuesPartKindsToo() {
        var kinds: [UInt32] = [1, 0, 1, 2, 2, 1]
        let parted = partKinds(&kinds, kindCount: 3, by: [300, 7, 0, 300, 300, 300] as [UInt16])
        #expect(kinds == [1, 0, 2, 3, 3, 1])
        #expect(parted.from == [0, 1, 1, 2] && parted.values == [0, 300, 0, 300])
    }
}
