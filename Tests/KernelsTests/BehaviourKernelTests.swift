import ReachKernels
import Testing

/// Kernels that walk purchases, against the same walked plainly.
@Suite struct BehaviourKernelTests {
    /// Random runs: some customers without rows, several rows on a day, rows and customers left out.
    struct Sample {
        let runs: DatedRuns
        let days: [Int32]
        let orders: [UInt8]
        let money: [Int64]
        /// The same, as a column may store it.
        let storedMoney: RowMoney
        let codes: [UInt32]

        init(seed: UInt64, customers: Int) {
            var random = Words(seed: seed)
            var offsets: [UInt32] = [0]
            var days: [Int32] = []
            for _ in 0..<customers {
                let own = (0..<random.below(9)).map { _ in Int32(100 + random.below(40)) }.sorted()
                days += own
                offsets.append(UInt32(days.count))
            }
            let rows: [UInt8] = random.below(3) == 0 ? [] : days.map { _ in UInt8(random.below(5) == 0 ? 0 : 1) }
            let members: [UInt8] = random.below(3) == 0 ? [] : (0..<customers).map { _ in UInt8(random.below(2)) }
            runs = DatedRuns(offsets: offsets, days: Self.stored(days, seed), rows: rows, members: members)
            self.days = days
            orders = random.below(3) == 0 ? [] : days.map { _ in UInt8(random.below(4) == 0 ? 0 : 1) }
            money = days.map { _ in Int64(random.below(2_000)) - 500 }
            storedMoney =
                switch seed % 4 {
                case 0: RowMoney(money)
                case 1: RowMoney(money.map { UInt16($0 + 500) }, base: -500, step: 1)
                default: RowMoney(money.map { UInt32($0 + 600) }, base: -600, step: 1)
                }
            codes = days.map { _ in random.below(6) == 0 ? .max : UInt32(random.below(4)) }
        }

        /// Days in one of the ways in which a column may store them.
        private static func stored(_ days: [Int32], _ seed: UInt64) -> RowDays {
            switch seed % 3 {
            case 0: return RowDays(days)
            case 1: return RowDays(days.map { UInt16($0 - 90) }, step: 1, firstDay: 90)
            default:
                // Every third hour, on a clock that is an hour ahead.
                let codes = days.enumerated().map { UInt32(($1 - 95) * 24 + Int32($0 % 8) * 3 + 23) }
                let table = PeriodTable(firstCodes: [0] + (1...50).map { Int64($0) * 24 - 1 }, largest: 24 * 50)
                return RowDays(codes, table, firstDay: 94)
            }
        }

        /// By member, the rows that take part.
        var members: [[Int]] {
            (0..<runs.offsets.count - 1).filter { runs.members.isEmpty || runs.members[$0] != 0 }.map(rows)
        }

        func rows(_ customer: Int) -> [Int] {
            (Int(runs.offsets[customer])..<Int(runs.offsets[customer + 1])).filter {
                runs.rows.isEmpty || runs.rows[$0] != 0
            }
        }

        func isOrder(_ row: Int) -> Bool { orders.isEmpty || orders[row] != 0 }
    }

    /// A stream of numbers that is the same on every machine.
    struct Words {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

        mutating func below(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(count))
        }
    }

    @Test(arguments: 1...40) func purchaseDays(seed: Int) {
        let sample = Sample(seed: UInt64(seed), customers: 60)
        let window =
            seed % 2 == 0
            ? ReturnWindow.unbounded
            : ReturnWindow(firstDay: 100, ends: (100..<140).map { Int32($0 + 7) }, border: 130)
        var bases = [Int64](repeating: 0, count: 6)
        var returns = [Int64](repeating: 0, count: 6)
        addPurchaseDays(sample.runs, window, bases: &bases, returns: &returns)
        var (plainBases, plainReturns) = ([Int64](repeating: 0, count: 6), [Int64](repeating: 0, count: 6))
        for rows in sample.members {
            let days = Array(Set(rows.map { sample.days[$0] })).sorted()
            for n in 1..<6 where days.count >= n && days[n - 1] <= window.border {
                plainBases[n] += 1
                let end = window.ends.isEmpty ? Int32.max : days[n - 1] + 7
                if days.count > n, days[n] <= end { plainReturns[n] += 1 }
            }
        }
        #expect(bases == plainBases, "seed \(seed)")
        #expect(returns == plainReturns, "seed \(seed)")
        let firsts = firstPurchases(sample.runs, window)
        for customer in firsts.rows.indices {
            let isMember = sample.runs.members.isEmpty || sample.runs.members[customer] != 0
            let rows = isMember ? sample.rows(customer) : []
            let first = rows.first.flatMap { sample.days[$0] <= window.border ? $0 : nil }
            #expect(firsts.rows[customer] == first.map { UInt32($0) } ?? .max, "seed \(seed)")
            guard let first else { continue }
            let day = sample.days[first]
            let later = rows.first { sample.days[$0] > day }.map { sample.days[$0] }
            let isBack = later.map { window.ends.isEmpty || $0 <= day + 7 } ?? false
            #expect(firsts.returned[customer] == (isBack ? 1 : 0), "seed \(seed)")
        }
    }

    @Test(arguments: 1...40) func periodFigures(seed: Int) {
        let sample = Sample(seed: UInt64(seed), customers: 60)
        let starts: [Int32] = [100, 110, 115, 130]
        let calendar = PeriodCalendar(
            firstDay: 100, periods: (100..<140).map { day in UInt16(starts.lastIndex { $0 <= day } ?? 0) },
            activeFrom: starts.map { $0 - 12 }, goneAt: starts.map { $0 + 12 })
        var figures = PeriodFigures(count: 4)
        addPeriodFigures(sample.runs, orders: sample.orders, money: sample.storedMoney, calendar, into: &figures)
        var plain = PeriodFigures(count: 4)
        for rows in sample.members {
            let orders = rows.filter(sample.isOrder)
            let days = orders.map { sample.days[$0] }
            func period(_ day: Int32) -> Int { starts.lastIndex { $0 <= day } ?? 0 }
            for row in rows { plain.revenue[period(sample.days[row])] += Int128(sample.money[row]) }
            for (index, start) in starts.enumerated() {
                let own = days.filter { period($0) == index }
                plain.orders[index] += Int64(own.count)
                if !own.isEmpty {
                    plain.active[index] += 1
                    if days.filter({ period($0) <= index }).count > 1 { plain.repeaters[index] += 1 }
                }
                if let first = days.first, period(first) == index { plain.new[index] += 1 }
                if days.contains(where: { (start - 12..<start).contains($0) }) {
                    plain.churnBase[index] += 1
                    if !days.contains(where: { (start..<start + 12).contains($0) }) { plain.churned[index] += 1 }
                }
            }
        }
        plain.everRepeaters = Int64(sample.members.filter { $0.filter(sample.isOrder).count > 1 }.count)
        #expect(figures == plain, "seed \(seed)")
    }

    @Test(arguments: 1...40) func pairedSumsAndCohorts(seed: Int) {
        let sample = Sample(seed: UInt64(seed), customers: 60)
        var (money, orders) = (PairedSums(), PairedSums())
        addPairedSums(
            sample.runs, orders: sample.orders, money: sample.storedMoney, first: 100..<110, second: 110..<125,
            moneySums: &money, orderSums: &orders)
        var (customers, differences) = (0, Int128(0))
        for rows in sample.members {
            func part(_ days: Range<Int32>) -> [Int] { rows.filter { days.contains(sample.days[$0]) } }
            let (before, after) = (part(100..<110), part(110..<125))
            guard before.contains(where: sample.isOrder), after.contains(where: sample.isOrder) else { continue }
            customers += 1
            differences += after.reduce(0) { $0 + Int128(sample.money[$1]) } * 10
            differences -= before.reduce(0) { $0 + Int128(sample.money[$1]) } * 15
        }
        #expect(money.customers == Int64(customers) && orders.customers == money.customers, "seed \(seed)")
        #expect(money.differences == differences, "seed \(seed)")

        let periods = (0..<40).map { UInt16($0 / 10) }
        for measure in CohortMeasure.allCases {
            var sums = CohortSums(periodCount: 4)
            addCohortMeasure(
                measure, sample.runs, orders: sample.orders, money: sample.storedMoney, firstDay: 100, periods: periods,
                into: &sums)
            #expect(sums == plainCohorts(measure, sample), "seed \(seed), \(measure)")
        }
    }

    private func plainCohorts(_ measure: CohortMeasure, _ sample: Sample) -> CohortSums {
        var sums = CohortSums(periodCount: 4)
        for rows in sample.members {
            let orders = rows.filter(sample.isOrder)
            guard let start = orders.first else { continue }
            func period(_ row: Int) -> Int { Int(sample.days[row] - 100) / 10 }
            let first = period(start)
            sums.sizes[first] += 1
            for other in first..<4 {
                let cell = first * 4 + other - first
                let own = orders.filter { period($0) == other }
                switch measure {
                case .customers: sums.cells[cell] += own.isEmpty ? 0 : 1
                case .orders: sums.cells[cell] += Int128(own.count)
                case .repeat: sums.cells[cell] += orders.count > 1 && period(orders[1]) == other ? 1 : 0
                case .revenue:
                    let counted = rows.filter { $0 >= start && period($0) == other }
                    sums.cells[cell] += counted.reduce(0) { $0 + Int128(sample.money[$1]) }
                }
            }
        }
        return sums
    }

    /// Few values are counted as bits, many as lists.
    @Test(arguments: 1...40, [4, 70]) func baskets(seed: Int, count: Int) {
        let sample = Sample(seed: UInt64(seed), customers: 150)
        var counts = BasketCounts(count: count)
        addBaskets(sample.runs, codes: sample.codes, into: &counts)
        var plain = BasketCounts(count: count)
        for rows in sample.members {
            let basket = Set(rows.map { sample.codes[$0] }.filter { $0 != .max })
            if basket.isEmpty { continue }
            plain.customers += 1
            for code in basket {
                plain.singles[Int(code)] += 1
                for other in basket where other > code { plain.pairs[Int(code) * count + Int(other)] += 1 }
            }
        }
        #expect(counts == plain, "seed \(seed)")
    }

    @Test(arguments: 1...40, [4, 70]) func nextInTheBasket(seed: Int, count: Int) {
        let sample = Sample(seed: UInt64(seed), customers: 60)
        var random = Words(seed: UInt64(seed + 500))
        func shuffled(_ codes: [UInt32]) -> [UInt32] {
            var left = codes
            return codes.map { _ in left.remove(at: random.below(left.count)) }
        }
        let all = (0..<UInt32(count)).map { $0 }
        let others = all.map { code in shuffled(all.filter { $0 != code }) }
        let scores = all.map { _ in all.dropFirst().map { _ in Double(random.below(100)) / 100 }.sorted(by: >) }
        let rules = RankedRules(
            others: Array(others.joined()), scores: Array(scores.joined()), popular: shuffled(all),
            popularScores: all.map { Double($0) })
        let found = nextValues(sample.runs, codes: sample.codes, rules)
        for customer in 0..<60 {
            guard sample.runs.members.isEmpty || sample.runs.members[customer] != 0 else {
                #expect(found[customer] == NextValue(), "seed \(seed)")
                continue
            }
            let basket = Set(sample.rows(customer).map { sample.codes[$0] }.filter { $0 != .max }).sorted()
            var best = NextValue()
            for code in basket {
                let place = others[Int(code)].firstIndex { !basket.contains($0) }
                if let place, scores[Int(code)][place] > best.score {
                    best = NextValue(
                        value: others[Int(code)][place], because: code, score: scores[Int(code)][place])
                }
            }
            if best.value == .max, let place = rules.popular.firstIndex(where: { !basket.contains($0) }) {
                best = NextValue(value: rules.popular[place], score: rules.popularScores[place])
            }
            #expect(found[customer] == best, "seed \(seed), customer \(customer)")
        }
    }

    /// Every attempt tried, every step by looking at all rows.
    @Test(arguments: 1...60) func funnels(seed: Int) {
        let first = Sample(seed: UInt64(seed), customers: 30)
        let second = Sample(seed: UInt64(seed + 1_000), customers: 30)
        func step(_ sample: Sample, _ table: Int, _ marks: [UInt8]) -> FunnelStep {
            FunnelStep(
                offsets: sample.runs.offsets, times: .lanes(sample.days.map { Int64($0) }), rows: marks, table: table)
        }
        let steps = [
            step(first, 1, first.orders), seed % 2 == 0 ? step(first, 1, first.runs.rows) : step(second, 2, []),
            step(second, 2, second.orders),
        ]
        let bound = seed % 3 == 0 ? FunnelBound.length(9) : .lanes(times(steps[0]).map { $0 + 9 })
        let found = reach(steps, bound: bound, members: first.runs.members)
        var gaps: [[Int64]] = [[], []]
        for customer in 0..<30 {
            let isMember = first.runs.members.isEmpty || first.runs.members[customer] != 0
            let best = isMember ? plainAttempt(steps, customer) : []
            #expect(Int(found.depths[customer]) == best.count, "seed \(seed), customer \(customer)")
            for place in best.indices.dropFirst() {
                gaps[place - 1].append(times(steps[place])[best[place]] - times(steps[place - 1])[best[place - 1]])
            }
        }
        #expect(found.gaps == gaps, "seed \(seed)")
    }

    /// Codes count as their lanes do, in units of their step.
    @Test(arguments: 1...40) func funnelsOfCodes(seed: Int) {
        let sample = Sample(seed: UInt64(seed), customers: 30)
        let marks = [sample.orders, sample.runs.rows, sample.orders]
        func steps(_ times: FunnelTimes) -> [FunnelStep] {
            marks.map { FunnelStep(offsets: sample.runs.offsets, times: times, rows: $0, table: 1) }
        }
        let codes = steps(.codes(sample.days.map { UInt32($0 - 100) }, step: 10))
        let lanes = steps(.lanes(sample.days.map { Int64($0 - 100) * 10 }))
        let found = reach(codes, bound: .length(95), members: sample.runs.members)
        let plain = reach(lanes, bound: .length(95), members: sample.runs.members)
        #expect(found.depths == plain.depths && found.gaps == plain.gaps, "seed \(seed)")
    }

    private func times(_ step: FunnelStep) -> [Int64] {
        guard case .lanes(let lanes) = step.times else { preconditionFailure("these are lanes") }
        return lanes
    }

    private func plainAttempt(_ steps: [FunnelStep], _ customer: Int) -> [Int] {
        func rows(_ step: FunnelStep) -> [Int] {
            (Int(step.offsets[customer])..<Int(step.offsets[customer + 1])).filter {
                step.rows.isEmpty || step.rows[$0] != 0
            }
        }
        var best: [Int] = []
        for start in rows(steps[0]) {
            var taken = [start]
            for place in 1..<steps.count {
                let step = steps[place]
                let next = rows(step).first { row in
                    let isUsed = taken.indices.contains { steps[$0].table == step.table && taken[$0] == row }
                    return !isUsed && times(step)[row] >= times(steps[place - 1])[taken[place - 1]]
                        && times(step)[row] <= times(steps[0])[start] + 9
                }
                guard let next else { break }
                taken.append(next)
            }
            if taken.count > best.count { best = taken }
        }
        return best
    }

    @Test func instantsBeforeTheEpochHaveTheirDays() {
        let day: Int64 = 86_400_000_000
        #expect(dayNumbers([0, day - 1, day, -1, -day, -day - 1], offset: 0) == [0, 0, 1, -1, -1, -2])
        #expect(dayNumbers([0, 1, 2], base: -1, step: 1, offset: day) == [0, 1, 1])
    }

    @Test func scoresGoToTheirRows() {
        #expect(scatterScores([UInt8]([1, 0, 1]), [UInt8]([7, 9]), to: [], rowCount: 3) == [9, 7, 9])
        #expect(scatterScores([UInt8]([1, 0]), [UInt16]([700, 900]), to: [3, 1], rowCount: 4) == [0, 700, 0, 900])
        var slots: [UInt16] = [5, 5, 5]
        addScores(&slots, [1, 2, 9], cuts: [1, 5], factor: 10)
        #expect(slots == [5, 15, 25])
    }

    @Test func plainAddresses() {
        let long = String(repeating: "a", count: 64)
        let texts = [
            "ann@example.com", "a.b+c@x-1.example.org", "\(long)@b.co", "a@\(long.dropLast()).co", "", "ann", "@b.co",
            "a@b",
            ".a@b.co", "a.@b.co", "a@.b.co", "a@b..co", "a@b.co.", "a b@c.de", "a@b@c.de", "\(long)a@b.co",
            "a@\(long).co",
            "дарья@example.ru", "a@b_c.de", "a@b.co ",
        ]
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        for text in texts {
            bytes += Array(text.utf8)
            offsets.append(UInt32(bytes.count))
        }
        #expect(markPlainAddresses(offsets, bytes) == [1, 1, 1, 1] + Array(repeating: 0, count: texts.count - 4))
    }
}
