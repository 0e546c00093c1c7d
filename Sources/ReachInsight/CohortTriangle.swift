import ReachColumns
import ReachKernels

/// Calendar periods by which customers are put into cohorts.
package enum CohortPeriod: String, Hashable, Sendable, CaseIterable {
    case week, month, quarter, year

    /// The first day of the period that holds a day; weeks begin on Monday.
    package func start(of day: Int) -> Int {
        switch self {
        case .week:
            // 1970-01-01 was a Thursday.
            let weekday = ((day + 3) % 7 + 7) % 7
            return day - weekday
        case .month:
            return day - CivilDate(daysSinceEpoch: day).day + 1
        case .quarter:
            let date = CivilDate(daysSinceEpoch: day)
            let first = CivilDate(daysSinceEpoch: day - date.day + 1)
            return first.adding(months: -((date.month - 1) % 3)).daysSinceEpoch
        case .year: return day - CivilDate(daysSinceEpoch: day).dayOfYear + 1
        }
    }

    /// As the language writes the period that begins on a day: `2026-03`, `2026-q1`; a week by its Monday.
    package func name(of start: Int) -> String {
        let date = CivilDate(daysSinceEpoch: start)
        return switch self {
        case .week: date.iso
        case .month: String(date.iso.dropLast(3))
        case .quarter: String(date.iso.dropLast(6)) + "-q\((date.month + 2) / 3)"
        case .year: String(date.iso.dropLast(6))
        }
    }

    /// The first days of all periods from the one that holds `first` to the one that holds `last`, ascending.
    package func starts(from first: Int, through last: Int) -> [Int] {
        var starts = [start(of: first)]
        while true {
            let next = next(after: starts[starts.count - 1])
            if next > last { return starts }
            starts.append(next)
        }
    }

    /// The first day of the period after the one that begins on a day.
    package func next(after start: Int) -> Int {
        // So many days on lies in the next period whatever its length.
        let daysOn =
            switch self {
            case .week: 7
            case .month: 40
            case .quarter: 100
            case .year: 370
            }
        return self.start(of: start + daysOn)
    }
}

extension CivilDate {
    /// 1 for the first of January.
    fileprivate var dayOfYear: Int {
        daysSinceEpoch - (CivilDate(year: year, month: 1, day: 1)?.daysSinceEpoch ?? daysSinceEpoch) + 1
    }
}

/// Customers by the period of their first order in the data, and what they did in each period after it.
package struct CohortTriangle: Hashable, Sendable {
    /// First day of each cohort's period, ascending and without gaps.
    package let starts: [Int]
    /// First day after the last period.
    package let end: Int
    package let sizes: [Int]
    /// By cohort and offset: `starts.count − cohort` cells, those of nobody included.
    package let cells: [[Int128]]

    /// Second orders are summed up over the offsets: who has come back by then.
    package init(starts: [Int], end: Int, sums: CohortSums, measure: CohortMeasure) {
        self.starts = starts
        self.end = end
        let count = starts.count
        sizes = sums.sizes.map { Int($0) }
        cells = starts.indices.map { cohort in
            var cells = (0..<count - cohort).map { sums.cells[cohort * count + $0] }
            if measure == .repeat {
                for offset in 1..<max(1, cells.count) { cells[offset] += cells[offset - 1] }
            }
            return cells
        }
    }

    /// What a customer of the cohort did on average `offset` periods on, over the cohorts for which that period is over by `today`:
    /// weighted by their size. Nil where there is none.
    package func average(offset: Int, today: Int) -> Double? {
        var sum: Int128 = 0
        var size = 0
        for cohort in starts.indices where isComplete(cohort, offset, today: today) {
            sum += cells[cohort][offset]
            size += sizes[cohort]
        }
        return size == 0 ? nil : Double(sum) / Double(size)
    }

    /// Whether a cell's period is over by the end of `today`.
    package func isComplete(_ cohort: Int, _ offset: Int, today: Int) -> Bool {
        guard offset < cells[cohort].count else { return false }
        let next = cohort + offset + 1
        return (next < starts.count ? starts[next] : end) <= today + 1
    }
}
