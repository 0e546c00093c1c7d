import ReachColumns
import ReachPlan

/// What a function of a date gives, by days since 1970-01-01.
struct DatePart {
    private let function: Function
    private let today: CivilDate
    private let todayDay: Int

    init(_ function: Function, today: Int32) {
        self.function = function
        todayDay = Int(today)
        self.today = CivilDate(daysSinceEpoch: todayDay)
    }

    func value(ofDay lane: Int64) -> Int64 {
        let date = CivilDate(daysSinceEpoch: Int(lane))
        let value: Int =
            switch function {
            case .daysSince: todayDay - Int(lane)
            case .yearsSince: yearsSince(date)
            case .year: date.year
            case .quarter: (date.month + 2) / 3
            case .month: date.month
            case .day: date.day
            case .weekday: date.weekday
            case .yearly: Self.firstDay(of: date.year, month: 1)
            case .quarterly: Self.firstDay(of: date.year, month: (date.month - 1) / 3 * 3 + 1)
            case .monthly: Self.firstDay(of: date.year, month: date.month)
            case .weekly: Int(lane) - (date.weekday - 1)
            case .anniversary: anniversary(of: date)
            default: Int(lane)
            }
        return Int64(value)
    }

    private static func firstDay(of year: Int, month: Int) -> Int {
        CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch ?? 0
    }

    /// How many anniversaries of the date have come; negative for dates after today.
    private func yearsSince(_ date: CivilDate) -> Int {
        let years = today.year - date.year
        return date.adding(months: years * 12) <= today ? years : years - 1
    }

    /// Clipping to the month's end makes 29 February come round on the 28th of a common year.
    private func anniversary(of date: CivilDate) -> Int {
        let here = date.adding(months: (today.year - date.year) * 12)
        let next = here >= today ? here : date.adding(months: (today.year + 1 - date.year) * 12)
        return next.daysSinceEpoch
    }
}
