import Glibc
import ReachKernels
import Testing

/// Sums over purchase histories, against the same taken one history at a time with the library's functions.
@Suite struct HistoryKernelTests {
    private let histories: PurchaseHistories
    private let keys: [UInt64]

    init() {
        var state: UInt64 = 20_261_128
        func below(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(count))
        }
        let all = (0..<3_000).map { _ -> UInt64 in
            let age = below(700)
            let x = below(12)
            return PurchaseHistories.key(
                repeats: UInt16(x), lastDay: UInt16(x == 0 ? 0 : below(age + 1)), ageDays: UInt16(age))
        }
        let counted = countedKeys(sortedKeys(all))
        keys = counted.keys
        histories = PurchaseHistories(keys: counted.keys, customers: counted.counts)
    }

    /// α from next to nothing, where odds are beyond all bounds, to far more than a life.
    private func tables(alpha: Double, r: Double, odds: Double) -> DropoutTables {
        let days = (0..<700).map { alpha + Double($0) / 7 }
        return DropoutTables(
            logs: days.map { log($0) }, inverses: days.map { 1 / $0 },
            odds: (0..<12).map { $0 == 0 && odds > 0 ? -.infinity : odds + Double($0) / 3 }, r: r)
    }

    private func isClose(_ one: Double, _ other: Double) -> Bool {
        (one - other).magnitude <= 1e-12 * max(1, one.magnitude, other.magnitude)
    }

    @Test(arguments: [(4.4, 0.24, -1.2), (0.001, 80, 3), (0.5, 2.5, 0.1), (5_000, 40, -9)])
    func chancesToHaveLeft(alpha: Double, r: Double, odds: Double) {
        let tables = tables(alpha: alpha, r: r, odds: odds)
        let range = 7..<histories.count - 3
        let sums = dropoutSums(histories, range, tables)
        let there = stillThere(histories, range, tables)
        var plain = DropoutSums(repeats: 12)
        for index in range {
            let x = Int(histories.repeats[index])
            let (last, age) = (Int(histories.lastDays[index]), Int(histories.ageDays[index]))
            let s = tables.odds[x] + (r + Double(x)) * (tables.logs[age] - tables.logs[last])
            let p = 1 / (1 + exp(-s))
            #expect(isClose(there[index - 7], s == -.infinity ? 1 : 1 / (1 + exp(s))))
            let weight = Double(histories.customers[index])
            plain.logOnePlusOdds += weight * (s > 0 ? s + log1p(exp(-s)) : log1p(exp(s)))
            plain.gone[x] += weight * p
            plain.goneLogs += weight * p * (tables.logs[age] - tables.logs[last])
            plain.goneInverses += weight * p * (r + Double(x)) * (tables.inverses[age] - tables.inverses[last])
        }
        #expect(isClose(sums.logOnePlusOdds, plain.logOnePlusOdds))
        #expect(isClose(sums.goneLogs, plain.goneLogs))
        #expect(isClose(sums.goneInverses, plain.goneInverses))
        for x in 0..<12 { #expect(isClose(sums.gone[x], plain.gone[x])) }
    }

    @Test(arguments: [1e-9, 0.7, 3, 1e7]) func spending(v: Double) {
        let counts = [0, 5, 0, 17, 64, 3]
        let starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let totals = (0..<starts[starts.count - 1]).map { pow(1.7, Double($0 % 40) - 20) }
        let sums = spendSums(totals, starts: starts, 2..<totals.count - 1, v: v)
        for x in counts.indices {
            let own = (starts[x]..<starts[x + 1]).filter { (2..<totals.count - 1).contains($0) }
            #expect(isClose(sums.logs[x], own.reduce(0) { $0 + log(totals[$1] + v) }))
            #expect(isClose(sums.inverses[x], own.reduce(0) { $0 + 1 / (totals[$1] + v) }))
        }
    }

    @Test func customersFindTheirHistories() {
        // A customer per row, days by number; the first has not bought, the others on the days of the history with their number.
        let some = (0..<keys.count).filter { $0 % 3 == 0 }
        var offsets: [UInt32] = [0, 0]
        var codes: [UInt16] = []
        for index in some {
            let (x, last) = (Int(histories.repeats[index]), Int(histories.lastDays[index]))
            if x > last { continue }
            let first = 700 - Int(histories.ageDays[index])
            codes += (0..<max(1, x)).map { UInt16(first + $0) } + (x > 0 ? [UInt16(first + last)] : [])
            offsets.append(UInt32(codes.count))
        }
        let table = PeriodTable(firstCodes: (0...700).map { Int64($0) }, largest: 700)
        let purchases = customerPurchases(offsets, codes, [], [], [], table)
        let own = historyKeys(purchases, today: 700)
        let counted = countedKeys(sortedKeys(own + keys))
        let places = historyPlaces(of: purchases, today: 700, in: HistoryPlaces(counted.keys))
        #expect(places[0] == .max)
        #expect(places.dropFirst().map { counted.keys[Int($0)] } == own)
        #expect(own.count > 500)
    }
}
