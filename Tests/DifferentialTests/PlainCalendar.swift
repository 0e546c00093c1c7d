/// Days, months and zones worked out the slow way: a list of all days from 1850 to 2149, and the clock changes of three zones by
/// the rule that their law has. Shares nothing with the calendar under test.
struct PlainCalendar: Sendable {
    /// Zones whose rules have not changed since autumn 2022.
    enum Clock: String, Sendable, CaseIterable {
        case utc = "UTC"
        case berlin = "Europe/Berlin"
        /// Sets its clocks at midnight: a day there may begin at one o'clock.
        case santiago = "America/Santiago"
    }

    struct Day: Hashable, Sendable {
        let year: Int
        let month: Int
        let day: Int
    }

    static let hour: Int64 = 3_600_000_000
    static let dayLength: Int64 = 24 * hour
    private static let firstYear = 1850
    private static let lastYear = 2149
    private static let days: [Day] = (firstYear...lastYear).flatMap { year in
        (1...12).flatMap { month in (1...length(year, month)).map { Day(year: year, month: month, day: $0) } }
    }
    private static let numbers: [Day: Int] = {
        let epoch = days.firstIndex(of: Day(year: 1970, month: 1, day: 1)) ?? 0
        return Dictionary(uniqueKeysWithValues: days.enumerated().map { ($1, $0 - epoch) })
    }()
    private static let firstNumber = numbers[days[0]] ?? 0

    let clock: Clock

    static func length(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }

    /// Nil outside the list.
    static func date(_ number: Int) -> Day? {
        let index = number - firstNumber
        return days.indices.contains(index) ? days[index] : nil
    }

    static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        numbers[Day(year: year, month: month, day: day)] ?? 0
    }

    /// 1 is Monday; 1970-01-01 was a Thursday.
    static func weekday(_ number: Int) -> Int { ((number + 3) % 7 + 7) % 7 + 1 }

    /// The same day of another month, or that month's last.
    static func adding(months: Int, to number: Int) -> Int? {
        guard let date = date(number) else { return nil }
        var (year, month) = (date.year, date.month)
        for _ in 0..<abs(months) {
            month += months > 0 ? 1 : -1
            if month == 13 { (year, month) = (year + 1, 1) }
            if month == 0 { (year, month) = (year - 1, 12) }
        }
        return numbers[Day(year: year, month: month, day: min(date.day, length(year, month)))]
    }

    /// Microseconds east of Greenwich.
    func offset(at instant: Int64) -> Int64 {
        guard clock != .utc else { return 0 }
        let day = Int(Self.floor(instant, Self.dayLength))
        let year = Self.date(day)?.year ?? 1970
        func at(_ day: Int, _ hour: Int64) -> Int64 { Int64(day) * Self.dayLength + hour * Self.hour }
        func sunday(from month: Int, _ day: Int) -> Int {
            var day = Self.number(year, month, day)
            while Self.weekday(day) != 7 { day += 1 }
            return day
        }
        switch clock {
        case .utc: return 0
        case .berlin:
            let isSummer = instant >= at(sunday(from: 3, 25), 1) && instant < at(sunday(from: 10, 25), 1)
            return isSummer ? 2 * Self.hour : Self.hour
        case .santiago:
            let isWinter = instant >= at(sunday(from: 4, 2), 3) && instant < at(sunday(from: 9, 2), 4)
            return isWinter ? -4 * Self.hour : -3 * Self.hour
        }
    }

    func wall(_ instant: Int64) -> Int64 { instant + offset(at: instant) }

    func day(of instant: Int64) -> Int { Int(Self.floor(wall(instant), Self.dayLength)) }

    func hour(of instant: Int64) -> Int { Int((wall(instant) - Int64(day(of: instant)) * Self.dayLength) / Self.hour) }

    /// The earlier of two instants that show the same clock; moved on by the hour that is left out where none does.
    func instant(wall: Int64) -> Int64 {
        let offsets = (-4...2).map { Int64($0) * Self.hour }
        let showing = offsets.map { wall - $0 }.filter { self.wall($0) == wall }
        if let first = showing.min() { return first }
        return wall - offset(at: wall - Self.dayLength)
    }

    static func floor(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        (dividend - ((dividend % divisor) + divisor) % divisor) / divisor
    }
}
