import ReachDiagnostics

extension Lexer {
    /// `2026-11-22`, `2026-11-22T14:30`, `2026-03`, `2026-q1`, by the longest match; nil where none of them begins at `position`.
    mutating func dateOrPeriod() -> Token.Kind? {
        let start = position
        guard (0..<4).allSatisfy({ isDigit(start + $0) }), byte(start + 4) == UInt8(ascii: "-") else { return nil }
        let year = value(start, start + 4)
        let second = start + 5
        if byte(second) | 0x20 == UInt8(ascii: "q") { return quarter(year, start, second) }
        let secondEnd = endOfDigits(second)
        guard (1...2).contains(secondEnd - second) else { return nil }
        let month = value(second, secondEnd)
        if byte(secondEnd) == UInt8(ascii: "-"), isDigit(secondEnd + 1) { return date(year, month, start, secondEnd) }
        // `2026-11d`, `2026-11.5`, `2026-11%`, `2026-7` are subtractions.
        guard secondEnd - second == 2, endOfWord(secondEnd) == secondEnd, byte(secondEnd) != UInt8(ascii: "%"),
            !(byte(secondEnd) == UInt8(ascii: ".") && isDigit(secondEnd + 1))
        else { return nil }
        position = secondEnd
        guard (1...12).contains(month), year > 0 else { return .invalid(impossible("month", start)) }
        return .literal(.period(.month(year: year, month: month)))
    }

    /// `09:00`
    mutating func timeOfDay() -> Token.Kind? {
        let start = position
        let colon = endOfDigits(start)
        guard (1...2).contains(colon - start), byte(colon) == UInt8(ascii: ":"), isDigit(colon + 1) else { return nil }
        let end = endOfDigits(colon + 1)
        position = end
        let (hour, minute) = (value(start, colon), value(colon + 1, end))
        guard end - colon == 3, hour < 24, minute < 60 else { return .invalid(.impossibleTime(at: span(start, end))) }
        return .literal(.timeOfDay(hour * 60 + minute))
    }

    private mutating func quarter(_ year: Int, _ start: Int, _ q: Int) -> Token.Kind? {
        let end = endOfDigits(q + 1)
        guard end > q + 1, endOfWord(end) == end else { return nil }
        position = end
        let quarter = value(q + 1, end)
        guard (1...4).contains(quarter), year > 0 else { return .invalid(impossible("quarter", start)) }
        return .literal(.period(.quarter(year: year, quarter: quarter)))
    }

    private mutating func date(_ year: Int, _ month: Int, _ start: Int, _ secondDash: Int) -> Token.Kind {
        let end = endOfDigits(secondDash + 1)
        position = end
        let number =
            end - secondDash <= 3 ? CalendarDay.number(year: year, month: month, day: value(secondDash + 1, end)) : nil
        guard let number else {
            position = endOfWord(end)
            return .invalid(impossible("date", start))
        }
        guard end - start == 10 else {
            return .invalid(.shortDate(CalendarDay.text(Int(number)), at: span(start, end)))
        }
        guard endOfWord(end) > end else { return .literal(.date(number)) }
        let isTime = byte(end) | 0x20 == UInt8(ascii: "t") && isDigit(end + 1)
        if isTime, let datetime = datetime(number, from: end + 1) { return datetime }
        while true {
            let wordEnd = endOfWord(position)
            guard wordEnd > position || [0x2B, 0x2D, 0x2E, 0x3A].contains(byte(position)) else { break }
            position = max(wordEnd, position + 1)
        }
        return .invalid(.malformedDatetime(date: CalendarDay.text(Int(number)), at: span(start, position)))
    }

    /// From behind the `T`: `14:30[:ss[.fff]][Z|±hh:mm]`; nil where it is something else.
    private mutating func datetime(_ day: Int32, from start: Int) -> Token.Kind? {
        guard let minutes = clock(start) else { return nil }
        var end = start + 5
        var microseconds = 0
        if byte(end) == UInt8(ascii: ":") {
            guard endOfDigits(end + 1) == end + 3, value(end + 1, end + 3) < 60 else { return nil }
            microseconds = value(end + 1, end + 3) * 1_000_000
            end += 3
            if byte(end) == UInt8(ascii: "."), isDigit(end + 1) {
                let fractionEnd = endOfDigits(end + 1)
                guard fractionEnd - end <= 7 else { return nil }
                var fraction = value(end + 1, fractionEnd)
                for _ in 0..<(7 - (fractionEnd - end)) { fraction *= 10 }
                microseconds += fraction
                end = fractionEnd
            }
        }
        var offset: Int?
        if byte(end) | 0x20 == UInt8(ascii: "z") {
            offset = 0
            end += 1
        } else if byte(end) == UInt8(ascii: "+") || (byte(end) == UInt8(ascii: "-") && isDigit(end + 1)) {
            guard let away = clock(end + 1) else { return nil }
            offset = away * (byte(end) == UInt8(ascii: "-") ? -60 : 60)
            end += 6
        }
        guard endOfWord(end) == end, byte(end) != UInt8(ascii: ":") else { return nil }
        position = end
        let wall = (Int64(day) * 1_440 + Int64(minutes)) * 60_000_000 + Int64(microseconds)
        return .literal(.datetime(wallMicroseconds: wall, offsetSeconds: offset))
    }

    /// Minutes of `hh:mm`, two digits each.
    private func clock(_ start: Int) -> Int? {
        guard isDigit(start), isDigit(start + 1), byte(start + 2) == UInt8(ascii: ":"),
            endOfDigits(start + 3) == start + 5
        else { return nil }
        let (hour, minute) = (value(start, start + 2), value(start + 3, start + 5))
        return hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }

    /// The subtraction that an impossible date may have been meant as: `2026 - 02 - 30`.
    private func impossible(_ what: String, _ start: Int) -> SyntaxProblem {
        let written = text(start, position)
        let parts = written.split(separator: "-").joined(separator: " - ")
        return .impossibleDate(what, written, subtraction: parts, at: span(start, position))
    }

    private func endOfDigits(_ offset: Int) -> Int {
        var end = offset
        while isDigit(end) { end += 1 }
        return end
    }

    /// The number in these digits, saturated: a few hundred digits are as impossible a day as 99.
    private func value(_ start: Int, _ end: Int) -> Int {
        bytes[start..<end].reduce(0) { min($0 * 10 + Int($1) - 0x30, 1_000_000_000) }
    }
}
