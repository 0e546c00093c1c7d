/// Ways in which every known cell of a column can be read.
package struct CellReadings: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// At most 18 digits without a leading zero or plus.
    package static let integer = CellReadings(rawValue: 1)
    /// An integer, or a number with a point or an exponent.
    package static let pointNumber = CellReadings(rawValue: 2)
    /// An integer, or a number with a comma before its decimals.
    package static let commaNumber = CellReadings(rawValue: 4)
    /// A word for yes or no.
    package static let boolean = CellReadings(rawValue: 8)
    package static let yearMonthDay = CellReadings(rawValue: 16)
    package static let dayMonthYear = CellReadings(rawValue: 32)
    package static let monthDayYear = CellReadings(rawValue: 64)
    /// Eight digits that name a day.
    package static let compactDay = CellReadings(rawValue: 128)

    package static let all = CellReadings(rawValue: 255)
    package static let numbers: CellReadings = [.integer, .pointNumber, .commaNumber]
    package static let dates: CellReadings = [.yearMonthDay, .dayMonthYear, .monthDayYear, .compactDay]
}

/// What the cells of one column have in common. Evidence of two runs of rows can be merged, in either order.
package struct CSVEvidence: Hashable, Sendable {
    package var rowCount = 0
    /// Empty, or a word that the user named as missing.
    package var emptyCount = 0
    /// Nothing but blanks: missing unless the column is text.
    package var blankCount = 0
    /// `NULL NA N/A - nan`: missing unless the column is text.
    package var nullWordCount = 0
    /// Readings that fit all cells but these three kinds.
    package var readings = CellReadings.all
    /// Of numbers with a point, or none; digits before it and after it.
    package var wholeDigits = 0
    package var scale = 0
    /// The same of numbers with a comma.
    package var commaScale = 0
    /// A number has more than 18 significant digits, or an exponent: only float can hold it.
    package var needsFloat = false
    /// A comma that cannot part thousands: `44,87`.
    package var hasDecimalComma = false
    package var smallest = Int64.max
    package var largest = Int64.min
    package var trueWords = 0
    package var falseWords = 0
    /// `true` or `false` itself is among the words.
    package var hasTrueOrFalse = false
    package var hasTime = false
    package var hasOffset = false
    /// A day whose two readings differ: `03/04/2026`, but not `04/04/2026`.
    package var dayAndMonthDiffer = false
    /// How many cells name a day when read in each order, whatever the other cells are.
    package var yearMonthDayCount = 0
    package var dayMonthYearCount = 0
    package var monthDayYearCount = 0
    package var compactCount = 0
    /// Separator of the last date read that starts with its day or month.
    package var dateSeparator: UInt8 = 0
    /// Years of eight-digit days.
    package var compactYears: ClosedRange<Int>?

    package init() {}

    package var knownCount: Int { rowCount - emptyCount - blankCount - nullWordCount }

    package mutating func merge(_ other: CSVEvidence) {
        rowCount += other.rowCount
        emptyCount += other.emptyCount
        blankCount += other.blankCount
        nullWordCount += other.nullWordCount
        readings.formIntersection(other.readings)
        wholeDigits = max(wholeDigits, other.wholeDigits)
        scale = max(scale, other.scale)
        commaScale = max(commaScale, other.commaScale)
        needsFloat = needsFloat || other.needsFloat
        hasDecimalComma = hasDecimalComma || other.hasDecimalComma
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
        trueWords += other.trueWords
        falseWords += other.falseWords
        hasTrueOrFalse = hasTrueOrFalse || other.hasTrueOrFalse
        hasTime = hasTime || other.hasTime
        hasOffset = hasOffset || other.hasOffset
        dayAndMonthDiffer = dayAndMonthDiffer || other.dayAndMonthDiffer
        yearMonthDayCount += other.yearMonthDayCount
        dayMonthYearCount += other.dayMonthYearCount
        monthDayYearCount += other.monthDayYearCount
        compactCount += other.compactCount
        if other.dateSeparator != 0 { dateSeparator = other.dateSeparator }
        if let years = other.compactYears { addCompact(years) }
    }

    mutating func addCompact(_ years: ClosedRange<Int>) {
        guard let known = compactYears else {
            compactYears = years
            return
        }
        compactYears =
            min(known.lowerBound, years.lowerBound)...max(known.upperBound, years.upperBound)
    }
}

/// How cells are looked at.
package struct EvidenceRules: Hashable, Sendable {
    /// Words that the user named as missing.
    package var missing: [[UInt8]] = []
    /// `22.11.26` may be a date.
    package var shortYears = false
    /// Goes on counting once no reading fits all cells: for columns whose type is given, where misfits are rejected.
    package var isExhaustive = false

    package init() {}
}

/// Adds the cells of `column` to `evidence`.
package func gatherEvidence(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules,
    into evidence: inout CSVEvidence
) {
    precondition(column < index.width, "the index holds the column")
    let starts = index.starts.span
    let ends = index.ends.span
    let base = column * index.capacity
    var found = evidence
    for row in base..<base + index.rowCount {
        gatherCell(bytes, Int(starts[row]), Int(ends[row]), rules, into: &found)
    }
    found.rowCount += index.rowCount
    evidence = found
}

/// Adds texts that are no cells yet, missing ones (1) apart, until no reading fits. Text r is `bytes[offsets[r]..<offsets[r + 1]]`, or that of
/// its code where there are any.
package func gatherEvidence(
    _ bytes: Span<UInt8>, offsets: [UInt32], codes: [UInt32]?, missing: [UInt8]?, into evidence: inout CSVEvidence
) {
    let rules = EvidenceRules()
    for row in 0..<(codes?.count ?? offsets.count - 1) where missing.map({ $0[row] == 0 }) ?? true {
        let place = codes.map { Int($0[row]) } ?? row
        gatherCell(bytes, Int(offsets[place]), Int(offsets[place + 1]), rules, into: &evidence)
        evidence.rowCount += 1
        if evidence.readings.isEmpty { return }
    }
}

@inline(__always)
func gatherCell(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ rules: EvidenceRules, into found: inout CSVEvidence
) {
    if start == end || isNamedMissing(bytes, start, end, rules.missing) {
        found.emptyCount += 1
    } else if !found.readings.isEmpty || rules.isExhaustive {
        // A column that no reading fits is text; then nothing can be learned from its words.
        add(bytes, start, end, rules, &found)
    }
}

@inline(__always)
private func add(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ rules: EvidenceRules, _ found: inout CSVEvidence) {
    let cell = trimmed(bytes, start, end)
    if cell.start == cell.end {
        found.blankCount += 1
        return
    }
    if isNullWord(bytes, cell.start, cell.end) {
        found.nullWordCount += 1
        return
    }
    var fits: CellReadings = []
    let first = bytes[cell.start]
    if first &- 0x30 < 10 || first == 0x2D || first == 0x2B || first == 0x2E || first == 0x2C {
        if let number = readNumber(bytes, cell.start, cell.end) {
            fits = addNumber(number, bytes, cell.start, cell.end, &found)
        } else if rules.isExhaustive || !found.readings.isDisjoint(with: .dates) {
            fits = addDate(bytes, cell.start, cell.end, rules.shortYears, &found)
        }
    } else if rules.isExhaustive || found.readings.contains(.boolean),
        let word = readBooleanWord(bytes, cell.start, cell.end)
    {
        fits = .boolean
        if word & 1 == 1 { found.trueWords += 1 } else { found.falseWords += 1 }
        if word > 1 { found.hasTrueOrFalse = true }
    }
    found.readings.formIntersection(fits)
}

@inline(__always)
private func addNumber(
    _ number: WrittenNumber, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ found: inout CSVEvidence
) -> CellReadings {
    if number.mark == 0, !number.hasExponent, end - start == 8, let compact = readCompactDay(bytes, start, end) {
        found.addCompact(compact.year...compact.year)
        found.compactCount += 1
        return addPlain(number, &found).union(.compactDay)
    }
    return addPlain(number, &found)
}

@inline(__always)
private func addPlain(_ number: WrittenNumber, _ found: inout CSVEvidence) -> CellReadings {
    if number.hasLeadingZero || number.hasPlus { return [] }
    if number.mark == 0, !number.hasExponent {
        guard number.significant <= 18 else { return [] }
        found.wholeDigits = max(found.wholeDigits, number.wholeDigits)
        let value = number.isNegative ? -Int64(number.digits) : Int64(number.digits)
        found.smallest = min(found.smallest, value)
        found.largest = max(found.largest, value)
        return .numbers
    }
    if number.hasExponent || number.wholeDigits + number.scale > 18 { found.needsFloat = true }
    found.wholeDigits = max(found.wholeDigits, number.wholeDigits)
    if number.mark == 0x2C {
        found.commaScale = max(found.commaScale, number.scale)
        if number.scale != 3 || number.wholeDigits == 0 || number.wholeDigits > 3 { found.hasDecimalComma = true }
        return .commaNumber
    }
    found.scale = max(found.scale, number.scale)
    return number.mark == 0 ? [.pointNumber, .commaNumber] : .pointNumber
}

@inline(__always)
private func addDate(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ shortYears: Bool, _ found: inout CSVEvidence
) -> CellReadings {
    guard let date = readDate(bytes, start, end) else {
        guard let compact = readCompactDay(bytes, start, end),
            let time = readTime(bytes, compact.next, end)
        else { return [] }
        found.hasTime = true
        if time.hasOffset { found.hasOffset = true }
        found.addCompact(compact.year...compact.year)
        found.compactCount += 1
        return .compactDay
    }
    if date.next < end {
        guard let time = readTime(bytes, date.next, end) else { return [] }
        found.hasTime = true
        if time.hasOffset { found.hasOffset = true }
    }
    if date.firstDigits == 4 {
        guard dayNumber(date, .yearMonthDay, shortYears: false) != nil else { return [] }
        found.yearMonthDayCount += 1
        return .yearMonthDay
    }
    var fits: CellReadings = []
    if dayNumber(date, .dayMonthYear, shortYears: shortYears) != nil {
        fits.insert(.dayMonthYear)
        found.dayMonthYearCount += 1
    }
    // With points the day comes first everywhere.
    if date.separator != 0x2E, dayNumber(date, .monthDayYear, shortYears: shortYears) != nil {
        fits.insert(.monthDayYear)
        found.monthDayYearCount += 1
    }
    if date.first != date.second { found.dayAndMonthDiffer = true }
    found.dateSeparator = date.separator
    return fits
}
