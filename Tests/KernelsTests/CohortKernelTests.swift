import Testing

@testable import ReachKernels

/// Cohorts counted on codes of instants against the same days walked one by one.
@Suite struct CohortKernelTests {
    /// Days per period, of calendars of three years.
    enum Calendar: CaseIterable {
        case months
        case quarters
        case tenDays
        case uneven

        func lengths() -> [Int] {
            let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            return switch self {
            case .months: months + months
            case .quarters: [90, 91, 92, 92, 90, 91, 92, 92]
            case .tenDays: Array(repeating: 10, count: 31)
            // No line tells these periods.
            case .uneven: [300, 1, 1, 1, 200, 2, 100]
            }
        }
    }

    @Test(arguments: Calendar.allCases, 1...6)
    func agree(calendar: Calendar, seed: Int) throws {
        var random = BehaviourKernelTests.Words(seed: UInt64(seed))
        let periods = calendar.lengths().enumerated().flatMap { period, days in
            Array(repeating: UInt16(period), count: days)
        }
        // The chunk begins some days after the first of all, and at noon; its last rows may be behind the periods, and then take no part.
        let (first, noon, day) = (random.below(40), 43_200, 86_400)
        let dayCount = periods.count - first + seed % 2 * 20
        let firstCodes = [0] + (1..<dayCount).map { Int64($0 * day - noon) }
        var offsets: [UInt32] = [0]
        var codes: [UInt32] = []
        for customer in 0..<300 {
            let count = customer == 7 ? 9_000 : random.below(customer % 5 == 0 ? 40 : 12)
            codes += (0..<count).map { _ in UInt32(random.below(dayCount * day - noon)) }.sorted()
            offsets.append(UInt32(codes.count))
        }
        let table = PeriodTable(firstCodes: firstCodes, largest: UInt32(dayCount * day - noon - 1))
        let days = codes.map { Int32((Int($0) + noon) / day + first + 100) }
        let rows = days.map { day -> UInt8 in
            Int(day) - 100 < periods.count && (seed % 3 != 0 || random.below(4) > 0) ? 1 : 0
        }
        let takesAll = seed % 2 == 0 && seed % 3 != 0
        let members: [UInt8] = seed % 4 == 0 ? (0..<300).map { _ in UInt8(random.below(2)) } : []
        let orders: [UInt8] = seed % 5 == 0 ? days.map { _ in UInt8(random.below(3) == 0 ? 0 : 1) } : []
        let stored = RowDays(codes, table, firstDay: Int32(first + 100))
        #expect((PeriodCodes(stored, firstDay: 100, periods: periods) == nil) == (calendar == .uneven))
        func sums(_ days: RowDays) -> CohortSums {
            let runs = DatedRuns(offsets: offsets, days: days, rows: takesAll ? [] : rows, members: members)
            var sums = CohortSums(periodCount: calendar.lengths().count)
            addCohortMeasure(
                .customers, runs, orders: orders, money: RowMoney([]), firstDay: 100, periods: periods, into: &sums)
            return sums
        }
        let expected = sums(RowDays(days))
        #expect(expected.sizes.reduce(0, +) > 100)
        withEachLaneCount { #expect(sums(stored) == expected, "seed \(seed)") }
    }
}
