import ReachDiagnostics

extension Lexer {
    /// A number with its suffix or unit, a date, a time of day or a rate.
    mutating func number() -> Token.Kind {
        let start = position
        if let date = dateOrPeriod() { return date }
        if let time = timeOfDay() { return time }
        var digits = wholeDigits()
        var scale = 0
        if byte(position) == UInt8(ascii: "."), isDigit(position + 1) {
            position += 1
            let fraction = position
            while isDigit(position) { position += 1 }
            scale = position - fraction
            digits += bytes[fraction..<position]
            if byte(position) == UInt8(ascii: "."), isDigit(position + 1) { return numberWithDots(start) }
        }
        if byte(position) == UInt8(ascii: "%") {
            position += 1
            return exact(digits, scale: scale + 2, times: 1, start)
        }
        let unitStart = position
        position = endOfWord(position)
        if position > unitStart { return withUnit(digits, scale: scale, start, unitStart) }
        if scale == 0, let rate = rate(digits, start) { return rate }
        return exact(digits, scale: scale, times: 1, start)
    }

    /// Digits up to the end of the whole part; `_` may stand between two of them.
    private mutating func wholeDigits() -> [UInt8] {
        var digits: [UInt8] = []
        while isDigit(position) || (byte(position) == UInt8(ascii: "_") && isDigit(position + 1)) {
            if bytes[position] != UInt8(ascii: "_") { digits.append(bytes[position]) }
            position += 1
        }
        return digits
    }

    /// digits × 10^-scale × times, an integer where no scale is left.
    private func exact(_ digits: [UInt8], scale: Int, times: Int64, _ start: Int) -> Token.Kind {
        var scale = scale
        var times = times
        while scale > 0, times > 1 {
            scale -= 1
            times /= 10
        }
        var units: Int64 = 0
        var overflow = scale > 18
        for digit in digits {
            let (tenfold, one) = units.multipliedReportingOverflow(by: 10)
            let (sum, two) = tenfold.addingReportingOverflow(Int64(digit) - 0x30)
            overflow = overflow || one || two
            units = sum
        }
        let (product, tooLarge) = units.multipliedReportingOverflow(by: times)
        if overflow || tooLarge { return .invalid(.numberTooLong(at: span(start, position))) }
        return .literal(scale == 0 ? .integer(product) : .decimal(units: product, scale: scale))
    }

    private func withUnit(_ digits: [UInt8], scale: Int, _ start: Int, _ unitStart: Int) -> Token.Kind {
        let unit = text(unitStart, position)
        let key = Name.fold(unit)
        if key == "k" { return exact(digits, scale: scale, times: 1_000, start) }
        if key == "mln" { return exact(digits, scale: scale, times: 1_000_000, start) }
        let place = span(start, position)
        let number = text(start, unitStart)
        guard let length = Duration.Unit(word: key) else {
            return .invalid(
                key == "m" ? .minutesOrMonths(number, at: place) : .unknownUnit(unit, after: number, at: place))
        }
        guard scale == 0 else { return .invalid(.fractionalDuration(number, length, at: place)) }
        guard let count = Int64(String(decoding: digits, as: UTF8.self)), count <= Duration.largestCount else {
            return .invalid(.durationTooLong(at: place))
        }
        return .literal(.duration(Duration(count, length)))
    }

    /// `100/s`, without blanks.
    private mutating func rate(_ digits: [UInt8], _ start: Int) -> Token.Kind? {
        guard byte(position) == UInt8(ascii: "/") else { return nil }
        let end = endOfWord(position + 1)
        guard let unit = Duration.Unit(rawValue: Words.key(text(position + 1, end))),
            [.second, .minute, .hour, .day].contains(unit), let count = Int64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        position = end
        return .rate(Rate(count, per: unit))
    }

    /// `22.11.2026`, or a number with two points.
    private mutating func numberWithDots(_ start: Int) -> Token.Kind {
        while isDigit(position) || (byte(position) == UInt8(ascii: ".") && isDigit(position + 1)) { position += 1 }
        let parts = text(start, position).split(separator: ".").map { Int($0) ?? 0 }
        var date: String?
        if parts.count == 3, let day = CalendarDay.number(year: parts[2], month: parts[1], day: parts[0]) {
            date = CalendarDay.text(Int(day))
        }
        return .invalid(.numberWithDots(text(start, position), date: date, at: span(start, position)))
    }
}

extension Duration {
    /// Longer ones than this would leave the calendar, whatever the unit.
    static let largestCount: Int64 = 1_000_000_000
}
