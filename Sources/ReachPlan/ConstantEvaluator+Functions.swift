import ReachColumns
import ReachDiagnostics

extension ConstantEvaluator {
    /// Nil for functions that engines alone compute (`phone`, `address`, `bucket`); arguments are known.
    func call(_ function: Function, _ arguments: [Value], _ type: DataType) -> Value? {
        switch arguments[0] {
        case .text(let words): Self.text(function, words)
        case .date(let day): date(function, Int(day))
        case .datetime(let instant) where function == .hour:
            .integer(
                floorDivide(moment.zone.wall(at: instant), 3_600_000_000) - Int64(moment.zone.day(of: instant)) * 24)
        case .integer, .decimal, .float: Self.number(function, arguments, type)
        default: nil
        }
    }

    /// Empty results are missing, as empty text is everywhere.
    private static func text(_ function: Function, _ words: String) -> Value? {
        let result: String
        switch function {
        case .length: return .integer(Int64(words.unicodeScalars.count))
        case .lower: result = CaseFolding.fold(words)
        case .upper: result = String(String.UnicodeScalarView(words.unicodeScalars.map(upper)))
        case .trim: result = trimmed(words[...])
        case .domain:
            guard let at = words.lastIndex(of: "@") else { return .missing }
            result = CaseFolding.fold(trimmed(words[words.index(after: at)...]))
        default: return nil
        }
        return result.isEmpty ? .missing : .text(result)
    }

    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        guard let first = mapped.first, mapped.count == 1 else { return scalar }
        return first
    }

    private static func trimmed(_ words: Substring) -> String {
        let scalars = words.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }

    private func date(_ function: Function, _ day: Int) -> Value? {
        let date = CivilDate(daysSinceEpoch: day)
        let today = CivilDate(daysSinceEpoch: Int(moment.today))
        func first(_ year: Int, _ month: Int) -> Value? {
            CivilDate(year: year, month: month, day: 1).map { .date(Int32($0.daysSinceEpoch)) }
        }
        switch function {
        case .daysSince: return .integer(Int64(moment.today) - Int64(day))
        case .yearsSince: return .integer(Int64(Self.wholeYears(from: date, to: today)))
        case .year: return .integer(Int64(date.year))
        case .quarter: return .integer(Int64((date.month - 1) / 3 + 1))
        case .month: return .integer(Int64(date.month))
        case .day: return .integer(Int64(date.day))
        case .weekday: return .integer(Int64(date.weekday))
        case .yearly: return first(date.year, 1)
        case .quarterly: return first(date.year, (date.month - 1) / 3 * 3 + 1)
        case .monthly: return first(date.year, date.month)
        case .weekly: return .date(Int32(day - (date.weekday - 1)))
        case .daily: return .date(Int32(day))
        case .anniversary: return .date(Int32(Self.anniversary(of: date, from: today).daysSinceEpoch))
        default: return nil
        }
    }

    /// How many anniversaries have come; negative for dates after today.
    private static func wholeYears(from date: CivilDate, to today: CivilDate) -> Int {
        let years = today.year - date.year
        return date.adding(months: years * 12) <= today ? years : years - 1
    }

    /// The next day, `today` included, on which the date's month and day come round; 29 February on the 28th of a common year.
    private static func anniversary(of date: CivilDate, from today: CivilDate) -> CivilDate {
        let here = date.adding(months: (today.year - date.year) * 12)
        return here >= today ? here : date.adding(months: (today.year + 1 - date.year) * 12)
    }

    private static func number(_ function: Function, _ arguments: [Value], _ type: DataType) -> Value? {
        switch function {
        case .abs:
            if case .float(let value) = arguments[0] { return .float(abs(value)) }
            guard let exact = arguments[0].exact else { return nil }
            return exact.units == .min ? .missing : type.value(abs(exact.units))
        case .round:
            guard case .integer(let digits)? = arguments.last else { return nil }
            if case .float(let value) = arguments[0] { return .float(round(value, Int(digits))) }
            guard let exact = arguments[0].exact else { return nil }
            let dropped = exact.scale - Int(digits)
            guard dropped > 0 else { return arguments[0] }
            guard dropped <= 18 else { return type.value(0) }
            let step = Int128(Exact.powerOfTen(dropped))
            return Int64(exactly: roundedQuotient(Int128(exact.units), step) * step).map(type.value) ?? .missing
        default: return nil
        }
    }

    /// Half away from zero at a decimal digit.
    private static func round(_ value: Double, _ digits: Int) -> Double {
        let power = Double(Exact.powerOfTen(min(18, abs(digits))))
        let scaled = digits >= 0 ? value * power : value / power
        guard scaled.isFinite else { return value }
        let rounded = scaled.rounded(.toNearestOrAwayFromZero)
        return digits >= 0 ? rounded / power : rounded * power
    }
}
