/// A column of fixed-width values read from cells.
package struct ParsedLanes: Sendable {
    package var lanes: [Int64]
    /// A bit per row, least significant first, set where the value is missing.
    package var missing: [UInt64]
    package var missingCount = 0
    /// Rows whose cell cannot be read; they hold 0 and are not missing.
    package var failed: [Int] = []
    /// Of instants: set where the cell names no offset, so that the lane is still a wall clock time.
    package var walls: [UInt64] = []
}

package struct ParsedFloats: Sendable {
    package var values: [Double]
    package var missing: [UInt64]
    package var missingCount = 0
    package var failed: [Int] = []
}

/// Reads one cell, trimmed and known not to be missing.
protocol CellReader {
    func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64?
}

/// An exact number as a count of 10^-scale. Zeros past the scale are allowed, other digits are not.
struct NumberReader: CellReader {
    let scale: Int
    let mark: UInt8

    @inline(__always)
    func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        guard let number = readNumber(bytes, start, end), !number.hasExponent, number.neededScale <= scale else {
            return nil
        }
        guard number.mark == 0 || number.mark == mark else { return nil }
        // Up to 18 digits are exact in the accumulator; zeros past the needed scale may have been read on top.
        guard number.wholeDigits + scale <= 18, number.significant <= 19 else { return nil }
        var units = number.digits
        if number.scale > scale {
            for _ in scale..<number.scale { units /= 10 }
        } else if number.scale < scale {
            for _ in number.scale..<scale { units *= 10 }
        }
        return number.isNegative ? -Int64(units) : Int64(units)
    }
}

struct BooleanReader: CellReader {
    @inline(__always)
    func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        if end - start == 1, bytes[start] & 0xFE == 0x30 { return Int64(bytes[start] & 1) }
        guard let word = readBooleanWord(bytes, start, end) else { return nil }
        return Int64(word & 1)
    }
}

struct DayReader: CellReader {
    let order: DateOrder
    let shortYears: Bool

    @inline(__always)
    func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        guard let day = readDay(bytes, start, end, order, shortYears), day.next == end else { return nil }
        return Int64(day.day)
    }
}

@inline(__always)
private func readDay(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ order: DateOrder, _ shortYears: Bool
) -> (day: Int, next: Int)? {
    if order == .compact {
        guard let compact = readCompactDay(bytes, start, end) else { return nil }
        return (compact.day, compact.next)
    }
    guard let date = readDate(bytes, start, end), let day = dayNumber(date, order, shortYears: shortYears) else {
        return nil
    }
    return (day, date.next)
}

/// Integers, or decimals as counts of 10^-scale, with `mark` (`.` or `,`) before the decimals.
package func parseNumbers(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, missing: [[UInt8]], scale: Int, mark: UInt8
) -> ParsedLanes {
    parse(bytes, index, column, missing, NumberReader(scale: scale, mark: mark))
}

/// 1 for yes, 0 for no.
package func parseBooleans(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, missing: [[UInt8]]
) -> ParsedLanes {
    parse(bytes, index, column, missing, BooleanReader())
}

/// Days since 1970-01-01.
package func parseDays(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, missing: [[UInt8]], order: DateOrder,
    shortYears: Bool
) -> ParsedLanes {
    parse(bytes, index, column, missing, DayReader(order: order, shortYears: shortYears))
}

@inline(__always)
private func parse(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, _ column: Int, _ missing: [[UInt8]], _ reader: some CellReader
) -> ParsedLanes {
    precondition(column < index.width, "the index holds the column")
    let count = index.rowCount
    let starts = index.starts.span
    let ends = index.ends.span
    let base = column * index.capacity
    var parsed = ParsedLanes(
        lanes: Array(repeating: 0, count: count), missing: Array(repeating: 0, count: (count + 63) / 64))
    for row in 0..<count {
        parseCell(
            bytes, Int(starts[base + row]), Int(ends[base + row]), row, missing, reader.read, into: &parsed)
    }
    parsed.missingCount = setBits(parsed.missing)
    return parsed
}

/// One cell, which may be missing, or what `read` cannot read.
@inline(__always)
func parseCell(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]],
    _ read: (Span<UInt8>, Int, Int) -> Int64?, into parsed: inout ParsedLanes
) {
    let cell = trimmed(bytes, start, end)
    if cell.start == cell.end {
        parsed.missing[row >> 6] |= 1 << UInt64(row & 63)
    } else if let lane = read(bytes, cell.start, cell.end) {
        parsed.lanes[row] = lane
        // A number that the user named as missing is missing all the same.
        if isNamedMissing(bytes, start, end, missing) {
            parsed.lanes[row] = 0
            parsed.missing[row >> 6] |= 1 << UInt64(row & 63)
        }
    } else if isNullWord(bytes, cell.start, cell.end) || isNamedMissing(bytes, start, end, missing) {
        parsed.missing[row >> 6] |= 1 << UInt64(row & 63)
    } else {
        parsed.failed.append(row)
    }
}

/// Instants in microseconds since 1970-01-01T00:00:00Z where a cell names its offset, else wall clock times marked in
/// `walls`. A day alone is its midnight.
package func parseTimes(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, missing: [[UInt8]], order: DateOrder,
    shortYears: Bool
) -> ParsedLanes {
    precondition(column < index.width, "the index holds the column")
    let count = index.rowCount
    let starts = index.starts.span
    let ends = index.ends.span
    let base = column * index.capacity
    let words = Array(repeating: UInt64(0), count: (count + 63) / 64)
    var parsed = ParsedLanes(lanes: Array(repeating: 0, count: count), missing: words, walls: words)
    for row in 0..<count {
        parseTime(
            bytes, Int(starts[base + row]), Int(ends[base + row]), row, missing, order, shortYears, into: &parsed)
    }
    parsed.missingCount = setBits(parsed.missing)
    return parsed
}

/// One cell of instants.
@inline(__always)
func parseTime(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]], _ order: DateOrder,
    _ shortYears: Bool, into parsed: inout ParsedLanes
) {
    let cell = trimmed(bytes, start, end)
    let bit: UInt64 = 1 << UInt64(row & 63)
    if cell.start == cell.end || isNamedMissing(bytes, start, end, missing) {
        parsed.missing[row >> 6] |= bit
        return
    }
    var time: WrittenTime? = WrittenTime()
    let day = readDay(bytes, cell.start, cell.end, order, shortYears)
    if let day, day.next < cell.end { time = readTime(bytes, day.next, cell.end) }
    if let day, let time {
        parsed.lanes[row] = Int64(day.day) * 86_400_000_000 + time.microseconds - time.offset
        if !time.hasOffset { parsed.walls[row >> 6] |= bit }
    } else if isNullWord(bytes, cell.start, cell.end) {
        parsed.missing[row >> 6] |= bit
    } else {
        parsed.failed.append(row)
    }
}

/// Floats, correctly rounded, with `mark` before the decimals.
package func parseFloats(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, missing: [[UInt8]], mark: UInt8
) -> ParsedFloats {
    precondition(column < index.width, "the index holds the column")
    let count = index.rowCount
    let starts = index.starts.span
    let ends = index.ends.span
    let base = column * index.capacity
    var parsed = ParsedFloats(
        values: Array(repeating: 0, count: count), missing: Array(repeating: 0, count: (count + 63) / 64))
    for row in 0..<count {
        let rawStart = Int(starts[base + row])
        let rawEnd = Int(ends[base + row])
        let cell = trimmed(bytes, rawStart, rawEnd)
        let isMissing = cell.start == cell.end || isNamedMissing(bytes, rawStart, rawEnd, missing)
        if isMissing {
            parsed.missing[row >> 6] |= 1 << UInt64(row & 63)
        } else if let number = readNumber(bytes, cell.start, cell.end), number.mark == 0 || number.mark == mark,
            let value = floatValue(number, bytes, cell.start, cell.end)
        {
            parsed.values[row] = value
        } else if isNullWord(bytes, cell.start, cell.end) {
            parsed.missing[row >> 6] |= 1 << UInt64(row & 63)
        } else {
            parsed.failed.append(row)
        }
    }
    parsed.missingCount = setBits(parsed.missing)
    return parsed
}

/// Exact powers of ten: 10^22 is the largest that a double holds.
private let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]

/// Clinger's fast path: a mantissa below 2^53 times or over an exact power of ten rounds once. Others go the slow way.
@inline(__always)
private func floatValue(_ number: WrittenNumber, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    let power = number.exponent - number.scale
    if number.significant <= 18, number.digits < 1 << 53, power >= -22, power <= 22 {
        let mantissa = Double(number.digits)
        let magnitude = power < 0 ? mantissa / powersOfTen[-power] : mantissa * powersOfTen[power]
        return number.isNegative ? -magnitude : magnitude
    }
    return slowFloatValue(bytes, start, end)
}

@inline(never)
private func slowFloatValue(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    var text = ""
    for at in start..<end {
        text.unicodeScalars.append(Unicode.Scalar(bytes[at] == 0x2C ? 0x2E : bytes[at]))
    }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
}

@inline(__always)
func setBits(_ words: [UInt64]) -> Int {
    var count = 0
    for word in words { count += word.nonzeroBitCount }
    return count
}
