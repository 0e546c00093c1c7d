import ReachColumns

/// Calendar periods by which customers are put into cohorts.
package enum CohortPeriod: String, Hashable, Sendable, CaseIterable {
    case week, month, quarter

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
        }
    }

    /// As the language writes the period that begins on a day: `2026-03`, `2026-q1`; a week by its Monday.
    package func name(of start: Int) -> String {
        let date = CivilDate(daysSinceEpoch: start)
        return switch self {
        case .week: date.iso
        case .month: String(date.iso.dropLast(3))
        case .quarter: String(date.iso.dropLast(6)) + "-q\((date.month + 2) / 3)"
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
        self.start(of: start + (self == .month ? 40 : self == .quarter ? 100 : 7))
    }
}

/// Customers by the period of their first activity in the data and how many periods later they were active again.
package struct CohortTriangle: Hashable, Sendable {
    /// First day of each cohort's period, ascending and without gaps.
    package let starts: [Int]
    /// First day after the last period.
    package let end: Int
    /// By cohort and offset: `starts.count − cohort` cells, those with nobody included. The first is the cohort's size.
    package let customers: [[Int]]

    /// - Parameters:
    ///   - cells: customers by cohort × periods + offset.
    package init(starts: [Int], end: Int, cells: [UInt32]) {
        self.starts = starts
        self.end = end
        customers = starts.indices.map { cohort in
            (0..<starts.count - cohort).map { Int(cells[cohort * starts.count + $0]) }
        }
    }

    /// The share of customers that was active `offset` periods on, over the cohorts for which that period is over by `today`: weighted by
    /// their size. Nil where there is none.
    package func average(offset: Int, today: Int) -> Double? {
        var active = 0
        var size = 0
        for cohort in starts.indices where isComplete(cohort, offset, today: today) {
            active += customers[cohort][offset]
            size += customers[cohort][0]
        }
        return size == 0 ? nil : Double(active) / Double(size)
    }

    /// Whether a cell's period is over by the end of `today`.
    package func isComplete(_ cohort: Int, _ offset: Int, today: Int) -> Bool {
        guard offset < customers[cohort].count else { return false }
        let next = cohort + offset + 1
        return (next < starts.count ? starts[next] : end) <= today + 1
    }
}
