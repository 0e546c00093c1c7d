import ReachLanguage

/// Ages, periods and steps of the language, by the list of days.
extension PlainCalendar {
    /// The first day of the period that holds `day`.
    static func start(_ unit: PeriodUnit, of day: Int) -> Int {
        guard let date = date(day) else { return day }
        return switch unit {
        case .day: day
        case .week: day - (weekday(day) - 1)
        case .month: number(date.year, date.month, 1)
        case .quarter: number(date.year, [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10][date.month - 1], 1)
        case .year: number(date.year, 1, 1)
        }
    }

    /// The first day of the period that begins `count` periods after the one beginning on `start`.
    static func moved(_ start: Int, _ unit: PeriodUnit, by count: Int) -> Int {
        switch unit {
        case .day: start + count
        case .week: start + 7 * count
        case .month: adding(months: count, to: start) ?? start
        case .quarter: adding(months: 3 * count, to: start) ?? start
        case .year: adding(months: 12 * count, to: start) ?? start
        }
    }

    /// First day and the day after the last.
    static func days(of period: Period, today: Int) -> (first: Int, end: Int) {
        func from(_ unit: PeriodUnit, _ first: Int, _ end: Int) -> (first: Int, end: Int) {
            let running = start(unit, of: today)
            return (moved(running, unit, by: first), moved(running, unit, by: end))
        }
        switch period {
        case .year(let year): return (number(year, 1, 1), number(year + 1, 1, 1))
        case .month(let year, let month):
            let first = number(year, month, 1)
            return (first, first + length(year, month))
        case .quarter(let year, let quarter):
            let first = number(year, 3 * quarter - 2, 1)
            return (first, moved(first, .month, by: 3))
        case .this(let unit): return from(unit, 0, 1)
        case .last(let count, let unit, full: false): return from(unit, 1 - count, 1)
        case .last(let count, let unit, full: true): return from(unit, -count, 0)
        case .next(let count, let unit): return from(unit, 1, 1 + count)
        }
    }

    /// A calendar step from a day; nil for hours and shorter.
    static func day(_ day: Int, plus duration: Duration, sign: Int) -> Int? {
        let count = sign * Int(duration.count)
        return switch duration.unit {
        case .second, .minute, .hour: nil
        case .day: day + count
        case .week: day + 7 * count
        case .month: adding(months: count, to: day)
        case .quarter: adding(months: 3 * count, to: day)
        case .year: adding(months: 12 * count, to: day)
        }
    }

    static func microseconds(_ duration: Duration) -> Int64? {
        switch duration.unit {
        case .second: duration.count * 1_000_000
        case .minute: duration.count * 60_000_000
        case .hour: duration.count * hour
        default: nil
        }
    }

    /// An instant moved on: by the clock on the wall for days and longer.
    func instant(_ instant: Int64, plus duration: Duration) -> Int64? {
        if let length = Self.microseconds(duration) { return instant + length }
        let day = day(of: instant)
        guard let moved = Self.day(day, plus: duration, sign: 1) else { return nil }
        return self.instant(wall: wall(instant) + Int64(moved - day) * Self.dayLength)
    }

    /// Whether the anniversary of `date` is on `day`; of 29 February it is the 28th in common years.
    static func comesRound(_ date: Day, on day: Day) -> Bool {
        let isLeapDay = date.month == 2 && date.day == 29
        let wanted = isLeapDay ? min(29, length(day.year, 2)) : date.day
        return day.month == date.month && day.day == wanted
    }

    static func anniversary(of number: Int, today: Int) -> Int? {
        guard let date = date(number) else { return nil }
        return (today...today + 366).first { Self.date($0).map { comesRound(date, on: $0) } ?? false }
    }

    /// Birthdays that came after the day itself, up to today.
    static func years(since number: Int, today: Int) -> Int? {
        guard let date = date(number), let now = Self.date(today) else { return nil }
        let isLeapDay = date.month == 2 && date.day == 29
        let birthday = isLeapDay ? min(29, length(now.year, 2)) : date.day
        let had = (now.month, now.day) >= (date.month, birthday)
        return now.year - date.year - (had ? 0 : 1)
    }
}
