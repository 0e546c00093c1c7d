// Parsing and looking at evidence in one pass. Nearly all cells of a column are written in its one plain way; those are taken here by a
// short path, the others as `parse…` and `gatherEvidence` take them. The outcome is the same, but for evidence of a column that no reading
// fits any more, of which only empty cells are counted.

/// Takes the plain cells of one kind of column, and keeps count of what they have in common until it is asked.
private protocol PlainReader {
    /// Lanes of plain cells are wall clock times.
    static var readsWallClocks: Bool { get }
    /// Whether `gatherEvidence` would look at such cells, given the readings that are left.
    static func isLookedAt(_ readings: CellReadings) -> Bool
    /// The lane of a cell written plainly; nil sends it the careful way.
    mutating func plain(_ bytes: CellBytes, _ start: Int, _ end: Int) -> Int64?
    /// What parsing makes of any cell.
    func parse(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]], into parsed: inout ParsedLanes
    )
    /// Adds what was counted, and starts counting anew.
    mutating func flush(into evidence: inout CSVEvidence)
}

extension PlainReader {
    static var readsWallClocks: Bool { false }
}

/// Digits with an optional minus and exactly the column's decimals, or none.
private struct PlainNumber: PlainReader {
    let reader: NumberReader
    let power: UInt64
    private var integers = 0
    private var decimals = 0
    private var smallest = Int64.max
    private var largest = Int64.min
    private var wholeDigits = 0
    private var hasDecimalComma = false

    init(_ reader: NumberReader) {
        self.reader = reader
        power = (0..<reader.scale).reduce(1) { product, _ in product * 10 }
    }

    static func isLookedAt(_ readings: CellReadings) -> Bool { !readings.isEmpty }

    @inline(__always)
    mutating func plain(_ bytes: CellBytes, _ start: Int, _ end: Int) -> Int64? {
        guard start < end else { return nil }
        let isNegative = bytes[start] == 0x2D
        let first = isNegative ? start + 1 : start
        let scale = reader.scale
        let mark = end - 1 - scale
        if scale > 0, mark > first, bytes[mark] == reader.mark {
            let count = mark - first
            let startsWithZero = bytes[first] == 0x30
            guard count + scale <= 16, !(startsWithZero && count > 1), let whole = bytes.digits(first, count),
                let rest = bytes.digits(mark + 1, scale)
            else { return nil }
            let digits = startsWithZero ? 0 : count
            decimals += 1
            wholeDigits = max(wholeDigits, digits)
            if scale != 3 || digits == 0 || digits > 3 { hasDecimalComma = true }
            let units = Int64(whole &* power &+ rest)
            return isNegative ? -units : units
        }
        let count = end - first
        // Eight digits may be a day as well.
        guard count > 0, count + scale <= 16, end - start != 8, !(bytes[first] == 0x30 && count > 1),
            let whole = bytes.digits(first, count)
        else { return nil }
        integers += 1
        wholeDigits = max(wholeDigits, bytes[first] == 0x30 ? 0 : count)
        let value = isNegative ? -Int64(whole) : Int64(whole)
        smallest = min(smallest, value)
        largest = max(largest, value)
        return value &* Int64(power)
    }

    @inline(__always)
    func parse(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]], into parsed: inout ParsedLanes
    ) { parseCell(bytes, start, end, row, missing, reader.read, into: &parsed) }

    mutating func flush(into evidence: inout CSVEvidence) {
        if integers + decimals == 0 { return }
        evidence.wholeDigits = max(evidence.wholeDigits, wholeDigits)
        if integers > 0 {
            evidence.smallest = min(evidence.smallest, smallest)
            evidence.largest = max(evidence.largest, largest)
            evidence.readings.formIntersection(.numbers)
        }
        if decimals > 0, reader.mark == 0x2C {
            evidence.commaScale = max(evidence.commaScale, reader.scale)
            evidence.hasDecimalComma = evidence.hasDecimalComma || hasDecimalComma
            evidence.readings.formIntersection(.commaNumber)
        } else if decimals > 0 {
            evidence.scale = max(evidence.scale, reader.scale)
            evidence.readings.formIntersection(.pointNumber)
        }
        self = PlainNumber(reader)
    }
}

/// `true` and `false`.
private struct PlainBoolean: PlainReader {
    private var trueWords = 0
    private var falseWords = 0

    static func isLookedAt(_ readings: CellReadings) -> Bool { readings.contains(.boolean) }

    private static let isTrue: UInt64 = 0x6575_7274
    private static let isFalse: UInt64 = 0x65_736C_6166

    @inline(__always)
    mutating func plain(_ bytes: CellBytes, _ start: Int, _ end: Int) -> Int64? {
        guard let word = bytes.word(at: start) else { return nil }
        if end - start == 4, word & 0xFFFF_FFFF == Self.isTrue {
            trueWords += 1
            return 1
        }
        guard end - start == 5, word & 0xFF_FFFF_FFFF == Self.isFalse else { return nil }
        falseWords += 1
        return 0
    }

    @inline(__always)
    func parse(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]], into parsed: inout ParsedLanes
    ) { parseCell(bytes, start, end, row, missing, BooleanReader().read, into: &parsed) }

    mutating func flush(into evidence: inout CSVEvidence) {
        if trueWords + falseWords == 0 { return }
        evidence.trueWords += trueWords
        evidence.falseWords += falseWords
        evidence.hasTrueOrFalse = true
        evidence.readings.formIntersection(.boolean)
        self = PlainBoolean()
    }
}

/// `2026-11-22`
private struct PlainDay: PlainReader {
    let reader: DayReader
    private var count = 0

    init(_ reader: DayReader) { self.reader = reader }

    static func isLookedAt(_ readings: CellReadings) -> Bool { !readings.isDisjoint(with: .dates) }

    @inline(__always)
    mutating func plain(_ bytes: CellBytes, _ start: Int, _ end: Int) -> Int64? {
        guard end - start == 10, reader.order == .yearMonthDay, let day = plainDay(bytes, start) else { return nil }
        count += 1
        return Int64(day)
    }

    @inline(__always)
    func parse(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]], into parsed: inout ParsedLanes
    ) { parseCell(bytes, start, end, row, missing, reader.read, into: &parsed) }

    mutating func flush(into evidence: inout CSVEvidence) {
        if count == 0 { return }
        evidence.yearMonthDayCount += count
        evidence.readings.formIntersection(.yearMonthDay)
        count = 0
    }
}

/// `2026-11-22 14:30:00`, with a blank or a `T`.
private struct PlainTime: PlainReader {
    let order: DateOrder
    let shortYears: Bool
    private var count = 0

    init(order: DateOrder, shortYears: Bool) {
        self.order = order
        self.shortYears = shortYears
    }

    static let readsWallClocks = true
    static func isLookedAt(_ readings: CellReadings) -> Bool { PlainDay.isLookedAt(readings) }

    @inline(__always)
    func parse(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ row: Int, _ missing: [[UInt8]], into parsed: inout ParsedLanes
    ) { parseTime(bytes, start, end, row, missing, order, shortYears, into: &parsed) }

    @inline(__always)
    mutating func plain(_ bytes: CellBytes, _ start: Int, _ end: Int) -> Int64? {
        guard end - start == 19, order == .yearMonthDay, let day = plainDay(bytes, start),
            let time = bytes.word(at: start + 11)
        else {
            return nil
        }
        let blank = bytes[start + 10]
        let colons: UInt64 = 0x0000_FF00_00FF_0000
        guard blank == 0x20 || blank == 0x54, time & colons == 0x0000_3A00_003A_0000 else { return nil }
        let digits = (time & ~colons) | 0x0000_3000_0030_0000
        guard DigitWord.isDigits(digits) else { return nil }
        // HH0MM0SS
        let packed = DigitWord.value(digits)
        let (hour, minute, second) = (packed / 1_000_000, packed / 1_000 % 1_000, packed % 1_000)
        guard hour < 24, minute < 60, second < 60 else { return nil }
        count += 1
        return (Int64(day) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)) * 1_000_000
    }

    mutating func flush(into evidence: inout CSVEvidence) {
        if count == 0 { return }
        evidence.yearMonthDayCount += count
        evidence.hasTime = true
        evidence.readings.formIntersection(.yearMonthDay)
        count = 0
    }
}

/// Days since 1970-01-01 of the ten bytes at `start`; nil unless they are `yyyy-mm-dd`.
@inline(__always)
private func plainDay(_ bytes: CellBytes, _ start: Int) -> Int? {
    guard let date = bytes.word(at: start), let tail = bytes.word(at: start + 2) else { return nil }
    let dashes: UInt64 = 0xFF00_00FF_0000_0000
    guard date & dashes == 0x2D00_002D_0000_0000 else { return nil }
    let digits = (date & ~dashes) | 0x3000_0030_0000_0000
    // The day is the last two bytes of the second word.
    let dayDigits = DigitWord.padded(tail >> 48, count: 2)
    guard DigitWord.isDigits(digits), DigitWord.isDigits(dayDigits) else { return nil }
    // yyyy0mm0
    let packed = Int(DigitWord.value(digits))
    return dayNumber(year: packed / 10_000, month: packed / 10 % 1_000, day: Int(DigitWord.value(dayDigits)))
}

/// `parseNumbers` and `gatherEvidence` in one.
package func readNumbers(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules, scale: Int, mark: UInt8,
    into evidence: inout CSVEvidence
) -> ParsedLanes {
    var reader = PlainNumber(NumberReader(scale: scale, mark: mark))
    return read(bytes, index, column, rules, &reader, into: &evidence)
}

/// `parseBooleans` and `gatherEvidence` in one.
package func readBooleans(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules,
    into evidence: inout CSVEvidence
) -> ParsedLanes {
    var reader = PlainBoolean()
    return read(bytes, index, column, rules, &reader, into: &evidence)
}

/// `parseDays` and `gatherEvidence` in one.
package func readDays(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules, order: DateOrder,
    shortYears: Bool, into evidence: inout CSVEvidence
) -> ParsedLanes {
    var reader = PlainDay(DayReader(order: order, shortYears: shortYears))
    return read(bytes, index, column, rules, &reader, into: &evidence)
}

/// Reads rows as long as they are plain; gives the first that is not, or where the rows end.
@inline(__always)
private func readRun<Reader: PlainReader>(
    _ cells: CellBytes, _ starts: Span<UInt32>, _ ends: Span<UInt32>, _ base: Int, _ rows: Range<Int>,
    _ reader: inout Reader, into parsed: inout ParsedLanes
) -> Int {
    var row = rows.lowerBound
    do {
        var lanes = parsed.lanes.mutableSpan
        while row < rows.upperBound,
            let lane = reader.plain(cells, Int(starts[base + row]), Int(ends[base + row]))
        {
            lanes[row] = lane
            row += 1
        }
    }
    if Reader.readsWallClocks { setBits(rows.lowerBound..<row, in: &parsed.walls) }
    return row
}

private func setBits(_ rows: Range<Int>, in words: inout [UInt64]) {
    var row = rows.lowerBound
    while row < rows.upperBound {
        let end = min(rows.upperBound, (row | 63) + 1)
        words[row >> 6] |= (.max >> UInt64(64 - (end - row))) << UInt64(row & 63)
        row = end
    }
}

@inline(__always)
private func read<Reader: PlainReader>(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, _ column: Int, _ rules: EvidenceRules, _ reader: inout Reader,
    into evidence: inout CSVEvidence
) -> ParsedLanes {
    precondition(column < index.width, "the index holds the column")
    let count = index.rowCount
    let starts = index.starts.span
    let ends = index.ends.span
    let base = column * index.capacity
    let words = Array(repeating: UInt64(0), count: (count + 63) / 64)
    var parsed = ParsedLanes(
        lanes: Array(repeating: 0, count: count), missing: words, walls: Reader.readsWallClocks ? words : [])
    var found = evidence
    var isPlain = rules.missing.isEmpty && (rules.isExhaustive || Reader.isLookedAt(found.readings))
    // SAFETY: `cells` is used only within the closure.
    unsafe bytes.withUnsafeBufferPointer { buffer in
        let cells = unsafe CellBytes(buffer)
        var row = 0
        while row < count {
            if isPlain { row = readRun(cells, starts, ends, base, row..<count, &reader, into: &parsed) }
            if row == count { break }
            let start = Int(starts[base + row])
            let end = Int(ends[base + row])
            reader.parse(bytes, start, end, row, rules.missing, into: &parsed)
            reader.flush(into: &found)
            gatherCell(bytes, start, end, rules, into: &found)
            isPlain = rules.missing.isEmpty && (rules.isExhaustive || Reader.isLookedAt(found.readings))
            row += 1
        }
    }
    reader.flush(into: &found)
    found.rowCount += count
    evidence = found
    parsed.missingCount = setBits(parsed.missing)
    return parsed
}

/// `parseTimes` and `gatherEvidence` in one.
package func readTimes(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules, order: DateOrder,
    shortYears: Bool, into evidence: inout CSVEvidence
) -> ParsedLanes {
    var reader = PlainTime(order: order, shortYears: shortYears)
    return read(bytes, index, column, rules, &reader, into: &evidence)
}

/// `collectText` and `gatherEvidence` in one.
package func readText(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules, unguards: Bool = true,
    into evidence: inout CSVEvidence
) -> ParsedText {
    let text = collectText(bytes, index, column: column, missing: rules.missing, unguards: unguards)
    if evidence.readings.isEmpty, !rules.isExhaustive {
        // Nothing is to be learned from words; only cells that are empty count.
        evidence.rowCount += index.rowCount
        evidence.emptyCount += text.missingCount
    } else {
        gatherEvidence(bytes, index, column: column, rules: rules, into: &evidence)
    }
    return text
}
