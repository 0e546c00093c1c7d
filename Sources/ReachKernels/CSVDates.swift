/// In which order a date's parts are written.
package enum DateOrder: Hashable, Sendable {
    /// `2026-11-22`, `2026/11/22`, `2026.11.22`
    case yearMonthDay
    /// `22.11.2026`, `22/11/2026`, `22-11-2026`
    case dayMonthYear
    /// `11/22/2026`, `11-22-2026`
    case monthDayYear
    /// `20261122`
    case compact
}

/// Three numbers with a separator between them, one of them a year.
struct WrittenDate {
    var first = 0
    var second = 0
    var third = 0
    var firstDigits = 0
    var thirdDigits = 0
    var separator: UInt8 = 0
    /// Where the date ends.
    var next = 0
}

/// Digits from `at` on, at most `limit`; nil where there is none or one more follows.
@inline(__always)
private func readDigits(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, limit: Int) -> (value: Int, count: Int)? {
    var value = 0
    var count = 0
    while at < end {
        let digit = bytes[at] &- 0x30
        guard digit < 10 else { break }
        if count == limit { return nil }
        value = value * 10 + Int(digit)
        count += 1
        at += 1
    }
    return count == 0 ? nil : (value, count)
}

/// Reads three numbers parted by `-`, `/` or `.` from `start` on.
@inline(__always)
func readDate(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> WrittenDate? {
    // The shortest is `1.1.26`; whatever does not start with a digit is told apart at once.
    guard end - start >= 6, bytes[start] &- 0x30 < 10 else { return nil }
    var at = start
    guard let first = readDigits(bytes, &at, end, limit: 4), at < end else { return nil }
    let separator = bytes[at]
    guard separator == 0x2D || separator == 0x2F || separator == 0x2E else { return nil }
    at += 1
    guard let second = readDigits(bytes, &at, end, limit: 2), at < end, bytes[at] == separator else { return nil }
    at += 1
    guard let third = readDigits(bytes, &at, end, limit: 4) else { return nil }
    guard first.count == 4 && third.count <= 2 || first.count <= 2 && (third.count == 4 || third.count == 2) else {
        return nil
    }
    return WrittenDate(
        first: first.value, second: second.value, third: third.value, firstDigits: first.count,
        thirdDigits: third.count, separator: separator, next: at)
}

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar, nil where there is no such day.
@inline(__always)
func dayNumber(year: Int, month: Int, day: Int) -> Int? {
    guard year >= 1, month >= 1, month <= 12, day >= 1, day <= 31 else { return nil }
    if day > 28 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let last = month == 2 ? (isLeap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31
        if day > last { return nil }
    }
    // Years start in March, so that the leap day is their last (Hinnant, days_from_civil).
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

/// The day that a written date names when read in `order`. A two-digit year is taken for 1970 to 2069.
@inline(__always)
func dayNumber(_ date: WrittenDate, _ order: DateOrder, shortYears: Bool) -> Int? {
    switch order {
    case .yearMonthDay:
        guard date.firstDigits == 4 else { return nil }
        return dayNumber(year: date.first, month: date.second, day: date.third)
    case .dayMonthYear, .monthDayYear:
        guard date.firstDigits <= 2, date.thirdDigits == 4 || shortYears else { return nil }
        let year = date.thirdDigits == 4 ? date.third : date.third + (date.third < 70 ? 2000 : 1900)
        return order == .dayMonthYear
            ? dayNumber(year: year, month: date.second, day: date.first)
            : dayNumber(year: year, month: date.first, day: date.second)
    case .compact: return nil
    }
}

/// The day that eight digits name, and where they end.
@inline(__always)
func readCompactDay(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (day: Int, year: Int, next: Int)? {
    guard end - start >= 8 else { return nil }
    var number = 0
    for offset in 0..<8 {
        let digit = bytes[start + offset] &- 0x30
        guard digit < 10 else { return nil }
        number = number * 10 + Int(digit)
    }
    let year = number / 10_000
    guard let day = dayNumber(year: year, month: number / 100 % 100, day: number % 100) else { return nil }
    return (day, year, start + 8)
}

/// A time of day in microseconds, and the offset from UTC that follows it, if one does.
struct WrittenTime {
    var microseconds: Int64 = 0
    var offset: Int64 = 0
    var hasOffset = false
}

/// Reads all of `start ..< end` as `T` or a blank, `H:MM[:SS[.fraction]]`, `AM` or `PM`, and `Z` or `±hh[[:]mm]`.
/// Digits past microseconds are dropped.
@inline(__always)
func readTime(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> WrittenTime? {
    var at = start
    guard at < end, bytes[at] | 0x20 == 0x74 || bytes[at] == 0x20 else { return nil }
    at += 1
    while at < end, bytes[at] == 0x20 { at += 1 }
    guard let hours = readDigits(bytes, &at, end, limit: 2), at < end, bytes[at] == 0x3A else { return nil }
    at += 1
    guard let minutes = readDigits(bytes, &at, end, limit: 2), minutes.count == 2, minutes.value < 60 else {
        return nil
    }
    var seconds = 0
    var fraction = 0
    if at < end, bytes[at] == 0x3A {
        at += 1
        guard let read = readDigits(bytes, &at, end, limit: 2), read.count == 2, read.value < 60 else { return nil }
        seconds = read.value
        if at < end, bytes[at] == 0x2E || bytes[at] == 0x2C {
            at += 1
            guard let read = readFraction(bytes, &at, end) else { return nil }
            fraction = read
        }
    }
    var hour = hours.value
    if let afternoon = readHalfOfDay(bytes, &at, end) {
        guard hour >= 1, hour <= 12 else { return nil }
        hour = hour % 12 + (afternoon ? 12 : 0)
    }
    guard hour < 24, let offset = readOffset(bytes, &at, end), at == end else { return nil }
    let wholeSeconds = Int64(hour * 3600 + minutes.value * 60 + seconds)
    return WrittenTime(
        microseconds: wholeSeconds * 1_000_000 + Int64(fraction), offset: Int64(offset.minutes) * 60_000_000,
        hasOffset: offset.isThere)
}

@inline(__always)
private func readFraction(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int? {
    var value = 0
    var count = 0
    while at < end, bytes[at] &- 0x30 < 10 {
        if count < 6 { value = value * 10 + Int(bytes[at] &- 0x30) }
        count += 1
        at += 1
    }
    guard count > 0 else { return nil }
    while count < 6 {
        value *= 10
        count += 1
    }
    return value
}

/// True for `PM`, false for `AM`, nil where neither stands.
@inline(__always)
private func readHalfOfDay(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Bool? {
    var probe = at
    while probe < end, bytes[probe] == 0x20 { probe += 1 }
    guard probe + 1 < end, bytes[probe + 1] | 0x20 == 0x6D else { return nil }
    let letter = bytes[probe] | 0x20
    guard letter == 0x61 || letter == 0x70 else { return nil }
    at = probe + 2
    return letter == 0x70
}

@inline(__always)
private func readOffset(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> (minutes: Int, isThere: Bool)? {
    while at < end, bytes[at] == 0x20 { at += 1 }
    guard at < end else { return (0, false) }
    if bytes[at] | 0x20 == 0x7A {
        at += 1
        return (0, true)
    }
    guard bytes[at] == 0x2B || bytes[at] == 0x2D else { return nil }
    let isWest = bytes[at] == 0x2D
    at += 1
    guard let hours = readDigits(bytes, &at, end, limit: 4) else { return nil }
    var minutes = hours.value * 60
    if hours.count == 4 {
        minutes = hours.value / 100 * 60 + hours.value % 100
        guard hours.value % 100 < 60 else { return nil }
    } else if hours.count > 2 {
        return nil
    } else if at < end, bytes[at] == 0x3A {
        at += 1
        guard let rest = readDigits(bytes, &at, end, limit: 2), rest.count == 2, rest.value < 60 else { return nil }
        minutes += rest.value
    }
    guard minutes <= 18 * 60 else { return nil }
    return (isWest ? -minutes : minutes, true)
}
