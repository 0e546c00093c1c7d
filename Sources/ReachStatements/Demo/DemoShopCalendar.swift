import ReachColumns

/// When things happen in the shop: how busy each of its days is, and each hour of a day.
struct DemoCalendar {
    /// Days of activity, the last one yesterday.
    static let dayCount = 1_096

    /// The shop's first day, since 1970-01-01.
    let firstDay: Int
    /// Busyness before each day, in days of usual busyness: dayCount + 1 entries.
    private let cumulative: [Double]
    /// A day not after the one in which each equal part of the whole lies.
    private let hints: [Int]
    /// Seconds after midnight, by equal shares of a day's activity.
    private let secondsOfDay: [Int]

    init(today: Int32) {
        firstDay = Int(today) - Self.dayCount
        var cumulative = [0.0]
        for offset in 0..<Self.dayCount {
            let date = CivilDate(daysSinceEpoch: firstDay + offset)
            cumulative.append(cumulative[offset] + Self.season(date) * Self.weekday[date.weekday - 1])
        }
        self.cumulative = cumulative
        let total = cumulative[Self.dayCount]
        var day = 0
        hints = (0..<Self.hintCount).map { part in
            while cumulative[day + 1] <= total * Double(part) / Double(Self.hintCount) { day += 1 }
            return day
        }
        secondsOfDay = Self.hours.enumerated().flatMap { hour, parts in
            (0..<parts).map { hour * 3_600 + $0 * 3_600 / parts }
        }
    }

    private static let hintCount = 4_096
    private static let weekday = [0.94, 0.95, 0.98, 1.0, 1.08, 1.12, 0.93]
    /// Busyness by hour of the customer's day.
    private static let hours = [4, 2, 1, 1, 1, 2, 5, 9, 13, 16, 18, 19, 20, 19, 18, 18, 18, 19, 21, 23, 24, 22, 16, 9]

    /// Presents before the year's end, Black Friday, 23 February and 8 March; quiet after New Year and in summer.
    private static func season(_ date: CivilDate) -> Double {
        switch date.month {
        case 1: return date.day <= 10 ? 0.55 : 0.8
        case 2: return date.day >= 14 && date.day <= 22 ? 1.25 : 0.9
        case 3: return date.day <= 7 ? 1.4 : 0.9
        case 6, 7, 8: return 0.84
        case 11:
            let lastFriday = (24...30).first { CivilDate(year: date.year, month: 11, day: $0)?.weekday == 5 } ?? 24
            return (lastFriday - 3...lastFriday + 1).contains(date.day) ? 3.2 : 1.1
        case 12: return date.day <= 28 ? 1.7 : 0.9
        default: return 0.95
        }
    }

    /// Busyness before a day, counted from the shop's first.
    func busyness(before day: Int) -> Double { cumulative[max(0, min(day, Self.dayCount))] }

    /// The day in which so much busyness has passed; at most the last one.
    func day(at busyness: Double) -> Int {
        let part = Int(busyness / cumulative[Self.dayCount] * Double(Self.hintCount))
        var day = hints[max(0, min(part, Self.hintCount - 1))]
        while day < Self.dayCount - 1, cumulative[day + 1] <= busyness { day += 1 }
        return day
    }

    /// A second of the customer's day.
    func second(_ random: inout DemoRandom) -> Int {
        secondsOfDay[random.below(secondsOfDay.count)] + random.below(180)
    }

    /// Microseconds UTC of a second of one of the shop's days on a clock so many hours east. No instant falls on today, whatever the
    /// zone it is looked at from: what would is moved a day back.
    func instant(day: Int, second: Int, hoursEast: Int) -> Int64 {
        let seconds = (firstDay + day) * 86_400 + second - hoursEast * 3_600
        let end = (firstDay + Self.dayCount) * 86_400 - 12 * 3_600
        return Int64(seconds < end ? seconds : seconds - 86_400) * 1_000_000
    }
}
