import Testing

@testable import ReachKernels

@Suite("Questions about several columns in one pass")
struct PlaneTestsTests {
    /// Columns of codes of up to so many bits, some rows of every other one missing.
    private struct Columns {
        let codes: [[UInt16]]
        let planes: [BitPlanes]
        let missing: [[UInt8]]

        init(rows: Int, widths: [Int], dice: inout Dice) {
            codes = widths.map { width in
                (0..<rows).map { row in
                    // Every third block has smaller codes than the width allows.
                    UInt16(truncatingIfNeeded: dice.next() >> 20) >> UInt16(16 - width + (row / 512 % 3 == 2 ? 1 : 0))
                }
            }
            planes = codes.map { BitPlanes($0) }
            missing = widths.indices.map { $0 % 2 == 0 ? [] : dice.mask(rows, oneIn: 5) }
        }

        func place(_ column: Int) -> PlanesPlace { PlanesPlace(planes[column], missing: packed[column]) }

        /// Kept, since places say only where things stand.
        var packed: [[UInt64]] = []
    }

    @Test("rows that pass are those that every column lets pass", arguments: sizes + [511, 512, 513, 5_000])
    func passing(rows: Int) {
        var dice = Dice(state: UInt64(rows) + 71)
        for round in 0..<12 {
            let widths = (0...round % 4).map { _ in 1 + Int(dice.next() % 12) }
            var columns = Columns(rows: rows, widths: widths, dice: &dice)
            columns.packed = columns.missing.map { $0.isEmpty ? [] : packBits($0) }
            var tests = PlaneTests()
            tests.restart(rows: rows)
            var expected = [Bool](repeating: true, count: rows)
            for (column, width) in widths.enumerated() {
                let last = (UInt32(1) << UInt32(width)) - 1
                let one = UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                let other = round % 3 == 0 ? UInt32.max : UInt32(truncatingIfNeeded: dice.next() >> 16) & last
                let range = min(one, other)...max(one, other)
                let outside = (round + column) % 3 == 1
                tests.append(columns.place(column), from: range.lowerBound, through: range.upperBound, outside: outside)
                for row in 0..<rows {
                    let isMissing = !columns.missing[column].isEmpty && columns.missing[column][row] == 1
                    if isMissing || range.contains(UInt32(columns.codes[column][row])) == outside {
                        expected[row] = false
                    }
                }
            }
            let count = expected.count { $0 }
            #expect(tests.count(owner: columns.codes) == count)
            let (bits, found) = tests.passing(owner: columns.codes)
            #expect(found == count)
            #expect(bits == packBits(expected.map { $0 ? 1 : 0 }))
            withExtendedLifetime(columns) {}
        }
    }

    @Test("those that pass are counted by their answers", arguments: sizes + [511, 512, 513, 5_000])
    func answers(rows: Int) {
        var dice = Dice(state: UInt64(rows) + 72)
        for questions in 1...5 {
            let marks = (0..<questions).map { _ in dice.mask(rows, oneIn: 2).map { UInt16($0) } }
            // A code of one bit in each block is a bit per row.
            let answers = marks.map { codes in BitPlanes(count: rows, bits: packBits(codes.map { UInt8($0) })) }
            let column = BitPlanes((0..<rows).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 20) & 63 })
            for limit in [UInt32(0), 20, 63] {
                var tests = PlaneTests()
                tests.restart(rows: rows)
                tests.append(PlanesPlace(column, missing: []), from: 0, through: limit)
                for place in answers { tests.append(answers: PlanesPlace(place, missing: [])) }
                var counts = [Int](repeating: 0, count: 1 << questions)
                tests.countAnswers(owner: (column, answers), into: &counts)
                var expected = [Int](repeating: 0, count: 1 << questions)
                let codes = column.codes16()
                for row in 0..<rows where codes[row] <= limit {
                    expected[marks.indices.reduce(0) { $0 | Int(marks[$1][row]) << $1 }] += 1
                }
                #expect(counts == expected)
                withExtendedLifetime((column, answers)) {}
            }
        }
    }
}

extension BitPlanes {
    /// Codes of one bit.
    fileprivate init(count: Int, bits: [UInt64]) {
        let blocks = BitPlanes.blockCount(rows: count)
        self.init(
            count: count, widths: [UInt8](repeating: 1, count: blocks),
            words: bits + [UInt64](repeating: 0, count: blocks * 8 - bits.count))
    }
}
