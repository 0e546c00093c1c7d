import ReachColumns
import ReachLanguage

/// Dates relative to today: ages, periods, steps. Everything outside the years −6000 to 9999 or so is nil rather than a trap.
extension Moment {
    /// The days that dates may have: ±3,600,000 is some 9,800 years around 1970.
    static let dayLimit = 3_600_000

    /// The calendar or clock step a duration stands for; nil where it is beyond the calendar.
    package static func resolve(_ duration: Duration) -> ResolvedDuration? {
        func scaled(_ factor: Int64, limit: Int64) -> Int64? {
            let (product, overflow) = duration.count.multipliedReportingOverflow(by: factor)
            return overflow || abs(Int128(product)) > Int128(limit) ? nil : product
        }
        let days = Int64(dayLimit)
        return switch duration.unit {
        case .second: scaled(1_000_000, limit: days * Zone.microsecondsPerDay).map(ResolvedDuration.microseconds)
        case .minute: scaled(60_000_000, limit: days * Zone.microsecondsPerDay).map(ResolvedDuration.microseconds)
        case .hour: scaled(3_600_000_000, limit: days * Zone.microsecondsPerDay).map(ResolvedDuration.microseconds)
        case .day: scaled(1, limit: days).map(ResolvedDuration.days)
        case .week: scaled(7, limit: days).map(ResolvedDuration.days)
        case .month: scaled(1, limit: days / 31).map(ResolvedDuration.months)
        case .quarter: scaled(3, limit: days / 31).map(ResolvedDuration.months)
        case .year: scaled(12, limit: days / 31).map(ResolvedDuration.months)
        }
    }

    /// The day this many days or months from `day`, months clipped to the month's end. Nil beyond the calendar.
    package static func day(_ day: Int, plus step: ResolvedDuration, backwards: Bool = false) -> Int? {
        let sign = backwards ? -1 : 1
        let moved: Int
        switch step {
        case .days(let count): moved = day + sign * Int(count)
        case .months(let count): moved = CivilDate(daysSinceEpoch: day).adding(months: sign * Int(count)).daysSinceEpoch
        case .microseconds: return nil
        }
        return abs(moved) <= dayLimit ? moved : nil
    }

    /// The whole days of a period, from its first to before the end. Nil beyond the calendar.
    package func days(of period: Period) -> Range<Int>? {
        switch period {
        case .year(let year): months(from: Int128(year) * 12, count: 12)
        case .month(let year, let month): months(from: Int128(year) * 12 + Int128(month) - 1, count: 1)
        case .quarter(let year, let quarter): months(from: Int128(year) * 12 + (Int128(quarter) - 1) * 3, count: 3)
        case .this(let unit): stretch(unit, from: 0, count: 1)
        case .last(let count, let unit, let full): stretch(unit, from: full ? -count : 1 - count, count: count)
        case .next(let count, let unit): stretch(unit, from: 1, count: count)
        }
    }

    /// `count` units beginning `from` units after the running one.
    private func stretch(_ unit: PeriodUnit, from: Int, count: Int) -> Range<Int>? {
        guard count > 0, abs(from) <= Self.dayLimit, count <= Self.dayLimit else { return nil }
        let date = CivilDate(daysSinceEpoch: Int(today))
        let running = Int128(date.year) * 12 + Int128(date.month) - 1
        switch unit {
        case .day, .week:
            let length = unit == .week ? 7 : 1
            let first = (unit == .week ? Int(today) - (date.weekday - 1) : Int(today)) + from * length
            let end = first + count * length
            return abs(first) <= Self.dayLimit && abs(end) <= Self.dayLimit ? first..<end : nil
        case .month: return months(from: running + Int128(from), count: count)
        case .quarter: return months(from: running / 3 * 3 + Int128(from) * 3, count: count * 3)
        case .year: return months(from: Int128(date.year) * 12 + Int128(from) * 12, count: count * 12)
        }
    }

    /// Whole months, counted from January of the year 0.
    private func months(from: Int128, count: Int) -> Range<Int>? {
        guard from >= 0, from + Int128(count) <= 9_999 * 12 + 12 else { return nil }
        func firstDay(_ month: Int) -> Int? {
            CivilDate(year: month / 12, month: month % 12 + 1, day: 1)?.daysSinceEpoch
        }
        guard let first = firstDay(Int(from)), let end = firstDay(Int(from) + count) else { return nil }
        return first..<end
    }
}
