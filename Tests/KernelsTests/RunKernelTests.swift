import Testing

@testable import ReachKernels

/// Customers with few rows, many and none.
private struct Runs {
    let offsets: [UInt32]
    let mask: [UInt8]
    let lanes: [Int64]
    let floats: [Double]

    init(seed: UInt64, customers: Int) {
        var dice = Dice(state: seed)
        var offsets: [UInt32] = [0]
        for _ in 0..<customers {
            offsets.append(offsets[offsets.count - 1] + UInt32([0, 0, 1, 2, 3, 40, 70][Int(dice.next() >> 9 % 7)]))
        }
        let count = Int(offsets[customers])
        self.offsets = offsets
        mask = dice.mask(count, oneIn: 2)
        lanes = (0..<count).map { _ in [Int64.min, .max, -1, 0, 1, 5, 5][Int(dice.next() >> 9 % 7)] }
        floats = (0..<count).map { _ in [0.1, 0.2, -0.3, 1e300, -1e300, 1e-300, 7][Int(dice.next() >> 9 % 7)] }
    }

    /// The chosen rows of each customer.
    var chosen: [[Int]] {
        (0..<offsets.count - 1).map { customer in
            (Int(offsets[customer])..<Int(offsets[customer + 1])).filter { mask[$0] == 1 }
        }
    }
}

@Test(arguments: [0, 1, 5, 300])
func figuresOnCodesMatchAPlainLoop(customers: Int) {
    let runs = Runs(seed: UInt64(customers) + 99, customers: customers)
    let offsets = runs.offsets
    var dice = Dice(state: UInt64(customers) + 6)
    let bytes = (0..<runs.mask.count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 20) }
    let shorts = bytes.map { UInt16($0) * 257 }
    let words = bytes.map { UInt32($0) * 16_843_009 }
    let whole = (0..<customers).map { Array(Int(offsets[$0])..<Int(offsets[$0 + 1])) }
    for (mask, rows) in [([UInt8](), whole), (runs.mask, runs.chosen)] where mask.count == bytes.count || mask.isEmpty {
        #expect(runCodeSums(offsets, bytes, mask) == rows.map { $0.reduce(0) { $0 + Int64(bytes[$1]) } })
        #expect(runCodeSums(offsets, shorts, mask) == rows.map { $0.reduce(0) { $0 + Int64(shorts[$1]) } })
        #expect(runCodeSums(offsets, words, mask) == rows.map { $0.reduce(0) { $0 + Int64(words[$1]) } })
        for largest in [true, false] {
            func extreme<Code: Comparable & FixedWidthInteger>(_ codes: [Code], _ rows: [Int]) -> UInt32 {
                let values = rows.map { codes[$0] }
                return UInt32((largest ? values.max() : values.min()) ?? 0)
            }
            #expect(runCodeExtremes(offsets, bytes, mask, largest: largest) == rows.map { extreme(bytes, $0) })
            #expect(runCodeExtremes(offsets, shorts, mask, largest: largest) == rows.map { extreme(shorts, $0) })
            #expect(runCodeExtremes(offsets, words, mask, largest: largest) == rows.map { extreme(words, $0) })
        }
    }
    let held = dice.mask(customers, oneIn: 2)
    for place in [1, 2, 41] {
        let passing = whole.map { $0.count >= place && bytes[$0[$0.count - place]] >= 100 }
        expectNarrowing(held, to: passing) { narrowRunEnds(&$0, offsets, bytes, place: place, from: 100) }
        expectNarrowing(held, to: passing) { narrowRunEnds(&$0, offsets, shorts, place: place, from: 25_700) }
        expectNarrowing(held, to: passing) { narrowRunEnds(&$0, offsets, words, place: place, from: 1_684_300_900) }
        // All but every other word begin alike; the largest bound is beyond all of them.
        let close = words.enumerated().map { $0 % 2 == 0 ? $1 : $1 >> 8 | 0x6400_0000 }
        for bound in [UInt32(0), 0x6440_0000, 1_684_300_900, .max] {
            let late = whole.map { $0.count >= place && close[$0[$0.count - place]] >= bound }
            expectNarrowing(held, to: late) {
                narrowRunEnds(&$0, offsets, close, LeadingBytes(close), place: place, from: bound)
            }
        }
        expectNarrowing(held, to: passing) {
            narrowRunEnds(&$0, offsets, bytes.map { Int64($0) }, place: place, from: 100)
        }
    }
    let ends = whole.map { UInt32($0.last ?? 0) }
    #expect(runEnds(offsets) == ends)
    #expect(runStarts(offsets) == whole.map { UInt32($0.first ?? 0) })
    guard !bytes.isEmpty else { return }
    #expect(takeLanes(shorts, base: -7, step: 3, at: ends) == ends.map { -7 + 3 * Int64(shorts[Int($0)]) })
    let counts = runLengths(offsets)
    let sums = runCodeSums(offsets, bytes, [])
    #expect(laneSums(sums, counts, base: 2, step: 5) == sums.indices.map { 2 * counts[$0] + 5 * sums[$0] })
    #expect(
        averages(sums, counts, divisor: 100)
            == sums.indices.map { counts[$0] == 0 ? 0 : Double(sums[$0]) / (Double(counts[$0]) * 100) })
}

@Test(arguments: [0, 1, 5, 300])
func figuresPerCustomerMatchAPlainLoop(customers: Int) {
    let runs = Runs(seed: UInt64(customers) + 77, customers: customers)
    let (offsets, mask, lanes) = (runs.offsets, runs.mask, runs.lanes)
    let chosen = runs.chosen
    #expect(runLengths(offsets) == (0..<customers).map { Int64(offsets[$0 + 1] - offsets[$0]) })
    #expect(runCounts(offsets, mask) == chosen.map { Int64($0.count) })
    #expect(runUnions(offsets, mask) == chosen.map { $0.isEmpty ? 0 : 1 })
    #expect(runFirsts(offsets, mask) == chosen.map { $0.first.map { UInt32($0) } ?? .max })
    #expect(runLasts(offsets, mask) == chosen.map { $0.last.map { UInt32($0) } ?? .max })
    #expect(runSums(offsets, lanes, mask) == chosen.map { $0.reduce(Int128(0)) { $0 + Int128(lanes[$1]) } })
    #expect(runExtremes(offsets, lanes, mask, largest: true) == chosen.map { $0.map { lanes[$0] }.max() ?? 0 })
    #expect(runExtremes(offsets, lanes, mask, largest: false) == chosen.map { $0.map { lanes[$0] }.min() ?? 0 })
    #expect(runDistincts(offsets, lanes, mask) == chosen.map { Int64(Set($0.map { lanes[$0] }).count) })
    let owners = runOwners(offsets)
    for customer in 0..<customers {
        let run = owners[Int(offsets[customer])..<Int(offsets[customer + 1])]
        #expect(run.allSatisfy { $0 == UInt32(customer) })
    }
    var dice = Dice(state: UInt64(customers) + 5)
    let held = dice.mask(customers, oneIn: 2)
    expectNarrowing(held, to: runLengths(offsets).map { (1...3).contains($0) }) {
        narrowRunLengths(&$0, offsets, from: 1, through: 3)
    }
    for (lower, upper) in [(UInt32(0), UInt32(0)), (1, .max), (2, 5), (0, .max)] {
        expectNarrowing(held, to: chosen.map { $0.count >= Int(lower) && UInt32($0.count) <= upper }) {
            narrowRunCounts(&$0, offsets, mask, from: lower, through: upper)
        }
        expectNarrowing(held, to: chosen.map { $0.count >= Int(lower) && UInt32($0.count) <= upper }) {
            narrowRunCounts(&$0, offsets, bits: packBits(mask), from: lower, through: upper)
        }
    }
    let sums = runSums(offsets, runs.floats, mask)
    for (customer, rows) in chosen.enumerated() {
        // Any order gives the same digits.
        var exact = ExactSum()
        for row in rows.reversed() { exact.add(runs.floats[row]) }
        #expect(sums[customer] == exact.rounded)
    }
}

@Test("customers without marks are passed over", arguments: [1, 7, 64, 65, 1_000])
func fewMarks(customers: Int) {
    let runs = Runs(seed: UInt64(customers) + 177, customers: customers)
    let rowCount = Int(runs.offsets.last ?? 0)
    var dice = Dice(state: UInt64(customers) + 178)
    let held = dice.mask(customers, oneIn: 2)
    for oneIn in [UInt64(3), 10, 40, 400] {
        let mask = dice.mask(rowCount, oneIn: oneIn)
        let counts = (0..<customers).map { customer in
            mask[Int(runs.offsets[customer])..<Int(runs.offsets[customer + 1])].count { $0 != 0 }
        }
        for (lower, upper) in [(UInt32(0), UInt32(1)), (1, .max), (1, 1), (2, .max), (3, 5), (9, .max)] {
            expectNarrowing(held, to: counts.map { $0 >= Int(lower) && UInt32($0) <= upper }) {
                narrowRunCounts(&$0, runs.offsets, bits: packBits(mask), from: lower, through: upper)
            }
        }
    }
}

@Test func exactSumsRoundOnce() {
    func sum(_ values: [Double]) -> Double {
        var exact = ExactSum()
        for value in values { exact.add(value) }
        return exact.rounded
    }
    #expect(sum([]) == 0)
    #expect(sum([0.1, 0.2, 0.3]) == 0.6)
    #expect(sum([Double](repeating: 0.1, count: 10)) == 1)
    #expect(sum([1e308, 1e308, -1e308, -1e308, 1e-308]) == 1e-308)
    #expect(sum([1e16, 1, -1e16]) == 1)
    #expect(sum([1, 0x1p-53]) == 1)
    #expect(sum([1, 0x1p-53, 0x1p-1074]) == 1 + 0x1p-52)
    #expect(sum([1 + 0x1p-52, 0x1p-53]) == 1 + 0x1p-51)
    #expect(sum([-1, -0x1p-53, -0x1p-1074]) == -1 - 0x1p-52)
    #expect(sum([.leastNonzeroMagnitude, .leastNonzeroMagnitude]) == 2 * .leastNonzeroMagnitude)
    #expect(sum([.leastNormalMagnitude, -.leastNonzeroMagnitude]) == .leastNormalMagnitude.nextDown)
    #expect(sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == .infinity)
    #expect(sum([-.greatestFiniteMagnitude, -.greatestFiniteMagnitude]) == -.infinity)
    #expect(sum([3, -3]) == 0)
}

@Test func exactSumsDoNotDependOnOrderOrGrouping() {
    var dice = Dice(state: 4)
    for round in 0..<40 {
        let values = (0..<200).map { _ in
            let exponent = Int(dice.next() >> 11 % 300) - 150
            return Double(
                sign: dice.next() >> 11 % 2 == 0 ? .plus : .minus, exponent: exponent, significand: Double(dice.next()))
        }
        var forwards = ExactSum(), backwards = ExactSum(), left = ExactSum(), right = ExactSum()
        for value in values { forwards.add(value) }
        for value in values.reversed() { backwards.add(value) }
        for (index, value) in values.enumerated() { if index % 3 == 0 { left.add(value) } else { right.add(value) } }
        left.add(right)
        #expect(forwards.rounded == backwards.rounded && forwards.rounded == left.rounded, "round \(round)")
        for value in values { forwards.add(-value) }
        #expect(forwards.rounded == 0)
    }
}

@Test func followingRowsAreFoundInOnePass() {
    var dice = Dice(state: 9)
    for round in 0..<200 {
        func runs() -> TimedRuns {
            var offsets: [UInt32] = [0]
            var times: [Int64] = []
            for _ in 0..<5 {
                let count = Int(dice.next() >> 9 % 6)
                times += (0..<count).map { _ in Int64(dice.next() >> 9 % 12) }.sorted()
                offsets.append(UInt32(times.count))
            }
            return TimedRuns(offsets: offsets, times: times, rows: dice.mask(times.count, oneIn: 2))
        }
        let earlier = runs(), later = runs()
        // Bounds that do not grow with time, as around a change of clocks.
        let bounds = earlier.times.map { $0 + Int64(dice.next() >> 9 % 4) }
        for same in [true, false] {
            func pairs(_ from: Int, _ to: Int) -> Bool {
                let isAfter = same ? later.times[to] >= earlier.times[from] : later.times[to] > earlier.times[from]
                return earlier.rows[from] == 1 && later.rows[to] == 1 && isAfter && later.times[to] <= bounds[from]
            }
            var following = [UInt8](repeating: 0, count: later.times.count)
            var left = [UInt8](repeating: 0, count: earlier.times.count)
            for customer in 0..<5 {
                let from = Int(earlier.offsets[customer])..<Int(earlier.offsets[customer + 1])
                let to = Int(later.offsets[customer])..<Int(later.offsets[customer + 1])
                for row in to where from.contains(where: { pairs($0, row) }) { following[row] = 1 }
                for row in from
                where earlier.rows[row] == 1 && bounds[row] < 9 && !to.contains(where: { pairs(row, $0) }) {
                    left[row] = 1
                }
            }
            #expect(
                markFollowing(earlier, bounds: bounds, by: later, sameTimeFollows: same) == following, "round \(round)")
            #expect(
                markUnfollowed(earlier, bounds: bounds, by: later, sameTimeFollows: same, over: 9) == left,
                "round \(round)")
        }
    }
}

@Test func tuplesAreNumberedByArrival() {
    var dice = Dice(state: 3)
    var table = TupleTable(width: 2)
    var known: [[Int64]: UInt32] = [:]
    for _ in 0..<20 {
        let one = (0..<300).map { _ in Int64(dice.next() >> 9 % 30) }
        let other = (0..<300).map { _ in Int64(dice.next() >> 9 % 30) << 40 }
        let expected = zip(one, other).map { pair -> UInt32 in
            let tuple = [pair.0, pair.1]
            let number = known[tuple] ?? UInt32(known.count)
            known[tuple] = number
            return number
        }
        #expect(table.intern([one, other], rowCount: 300) == expected)
    }
    #expect(table.count == known.count)
    var empty = TupleTable(width: 0)
    #expect(empty.intern([], rowCount: 3) == [0, 0, 0])
    #expect(empty.count == 1)
}
