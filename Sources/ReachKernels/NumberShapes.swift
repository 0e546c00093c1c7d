/// How the numbers of a column are written, where that is not digits with at most a point.
package struct NumberShape: Hashable, Sendable {
    /// Before the decimals; points, blanks and apostrophes elsewhere part thousands.
    package var mark: UInt8
    /// `12 %` is 0.12.
    package var isPercent: Bool
    /// `EUR`; nil where no amount names one.
    package var currency: String?

    package init(mark: UInt8, isPercent: Bool = false, currency: String? = nil) {
        self.mark = mark
        self.isPercent = isPercent
        self.currency = currency
    }
}

/// What the cells of a column have in common that may be numbers with signs of currency or percent, or with thousands parted.
package struct ShapeEvidence: Hashable, Sendable {
    /// What holds if decimals stand behind a point, or behind a comma.
    package struct Reading: Hashable, Sendable {
        package var fits = true
        package var wholeDigits = 0
        package var scale = 0
    }

    package var point = Reading()
    package var comma = Reading()
    package var count = 0
    package var percentCount = 0
    /// Cells with a point or a comma.
    package var markCount = 0
    /// Cells with a sign or a blank that a plain number has not.
    package var decoratedCount = 0
    package var currencies: Set<String> = []

    package init() {}

    /// Whether nothing but text is left.
    package var isText: Bool { !point.fits && !comma.fits }

    /// What cells before are known to be like.
    package init(after plain: CSVEvidence) {
        count = plain.knownCount
        if count == 0 || plain.readings.contains(.integer) {
            point.wholeDigits = plain.wholeDigits
            comma.wholeDigits = plain.wholeDigits
        } else {
            point.fits =
                plain.readings.contains(.pointNumber)
                || plain.readings.contains(.commaNumber) && !plain.hasDecimalComma
            comma.fits = plain.readings.contains(.commaNumber)
            if plain.needsFloat { (point.fits, comma.fits) = (false, false) }
            (point.wholeDigits, point.scale) = (plain.wholeDigits, plain.scale)
            (comma.wholeDigits, comma.scale) = (plain.wholeDigits, plain.commaScale)
            if !plain.readings.contains(.pointNumber) { point.wholeDigits += 3 }
            markCount = 1
        }
    }
}

/// Adds the cells of `column`, missing ones apart, until nothing but text is left.
package func gatherShapes(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rules: EvidenceRules,
    into evidence: inout ShapeEvidence
) {
    precondition(column < index.width, "the index holds the column")
    var number = ShapedNumber()
    for row in 0..<index.rowCount {
        if evidence.isText { return }
        let range = index.cell(row: row, column: column)
        if isNamedMissing(bytes, range.lowerBound, range.upperBound, rules.missing) { continue }
        add(bytes, range, &number, to: &evidence)
    }
}

/// Adds texts that are no cells yet, as `gatherEvidence` does, until nothing but text is left.
package func gatherShapes(
    _ bytes: Span<UInt8>, offsets: [UInt32], codes: [UInt32]?, missing: [UInt8]?, into evidence: inout ShapeEvidence
) {
    var number = ShapedNumber()
    for row in 0..<(codes?.count ?? offsets.count - 1) where missing.map({ $0[row] == 0 }) ?? true {
        if evidence.isText { return }
        let place = codes.map { Int($0[row]) } ?? row
        add(bytes, Int(offsets[place])..<Int(offsets[place + 1]), &number, to: &evidence)
    }
}

private func add(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ number: inout ShapedNumber, to evidence: inout ShapeEvidence
) {
    let cell = trimmed(bytes, range.lowerBound, range.upperBound)
    if cell.start == cell.end || isNullWord(bytes, cell.start, cell.end) { return }
    guard number.read(bytes, cell.start, cell.end) else {
        evidence.point.fits = false
        evidence.comma.fits = false
        return
    }
    evidence.count += 1
    if number.isPercent { evidence.percentCount += 1 }
    if number.isDecorated { evidence.decoratedCount += 1 }
    if number.hasMark { evidence.markCount += 1 }
    if let currency = number.currency { evidence.currencies.insert(currencies[currency].code) }
    add(number, mark: 0x2E, to: &evidence.point)
    add(number, mark: 0x2C, to: &evidence.comma)
}

private func add(_ number: ShapedNumber, mark: UInt8, to reading: inout ShapeEvidence.Reading) {
    guard reading.fits, let form = number.form(mark: mark) else {
        reading.fits = false
        return
    }
    reading.wholeDigits = max(reading.wholeDigits, form.wholeDigits)
    reading.scale = max(reading.scale, form.scale)
}

/// The cells of `column` as plain numbers with a point, in a buffer and an index of their own. What is no number of that shape becomes
/// a cell that is none of any; empty cells and the words for missing values stay.
package func plainNumbers(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, shape: NumberShape, missing: [[UInt8]]
) -> (bytes: [UInt8], index: CellIndex) {
    precondition(column < index.width, "the index holds the column")
    var output: [UInt8] = []
    output.reserveCapacity(index.rowCount * 12)
    var plain = CellIndex(width: 1, capacity: max(1, index.rowCount))
    var number = ShapedNumber()
    for row in 0..<index.rowCount {
        let range = index.cell(row: row, column: column)
        let cell = trimmed(bytes, range.lowerBound, range.upperBound)
        let start = output.count
        if isNamedMissing(bytes, range.lowerBound, range.upperBound, missing) || cell.start == cell.end {
            // Missing stays missing.
        } else if isNullWord(bytes, cell.start, cell.end) {
            output.append(0x2D)
        } else if number.read(bytes, cell.start, cell.end), number.isPercent == shape.isPercent,
            let form = number.form(mark: shape.mark)
        {
            number.appendPlain(bytes, form, isPercent: shape.isPercent, to: &output)
        } else {
            output.append(0x3F)
        }
        plain.append(cells: [start..<output.count], record: index.record(row), line: 0)
    }
    return (output, plain)
}

/// One number as written: groups of digits, what parts them, and what stands around.
private struct ShapedNumber {
    struct Group {
        var start = 0
        var count = 0
        /// Before the group: `.`, `,`, or a blank for all blanks and apostrophes; 0 before the first.
        var separator: UInt8 = 0
    }

    struct Form {
        let wholeDigits: Int
        let scale: Int
    }

    private(set) var isNegative = false
    private(set) var isPercent = false
    private(set) var isDecorated = false
    private(set) var hasMark = false
    /// `0` is the first digit, which no thousands follow.
    private var startsWithZero = false
    private(set) var currency: Int?
    private var groups: [Group] = []

    /// Reads all of `start ..< end`; false where it is no number of any shape.
    mutating func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        isNegative = false
        isPercent = false
        isDecorated = false
        hasMark = false
        startsWithZero = false
        currency = nil
        groups.removeAll(keepingCapacity: true)
        var at = start
        var last = end
        // Bookkeepers put what is owed in brackets.
        if last - at > 2, bytes[at] == 0x28, bytes[last - 1] == 0x29 {
            isNegative = true
            isDecorated = true
            at += 1
            last -= 1
        }
        var hasDigits = false
        while at < last {
            let byte = bytes[at]
            if byte &- 0x30 < 10 {
                if hasDigits { return false }
                hasDigits = true
                startsWithZero = byte == 0x30
                at = readGroups(bytes, at, last)
                if startsWithZero, groups[0].count > 1 { return false }
            } else if byte == 0x2D, !hasDigits, !isNegative {
                isNegative = true
                at += 1
            } else if byte == 0xE2, !hasDigits, !isNegative, follows(bytes, at, last, 0x88, 0x92) {
                isNegative = true
                isDecorated = true
                at += 3
            } else if byte == 0x25, hasDigits, !isPercent, currency == nil {
                isPercent = true
                isDecorated = true
                at += 1
            } else if let blank = blankLength(bytes, at, last) {
                isDecorated = true
                at += blank
            } else if let sign = currencySign(bytes, at, last), currency == nil, !isPercent {
                currency = sign
                isDecorated = true
                at += currencies[sign].bytes.count
            } else {
                return false
            }
        }
        return hasDigits
    }

    private mutating func readGroups(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var at = start
        var separator: UInt8 = 0
        while true {
            var group = Group(start: at, count: 0, separator: separator)
            while at < end, bytes[at] &- 0x30 < 10 { at += 1 }
            group.count = at - group.start
            groups.append(group)
            guard at < end else { return at }
            var length = 1
            switch bytes[at] {
            case 0x2E, 0x2C: separator = bytes[at]
            case 0x27: separator = 0x20
            default:
                guard let blank = blankLength(bytes, at, end) else { return at }
                length = blank
                separator = 0x20
            }
            guard at + length < end, bytes[at + length] &- 0x30 < 10 else { return at }
            if separator == 0x20 { isDecorated = true } else { hasMark = true }
            at += length
        }
    }

    /// The digits before and after the decimal mark; nil where the number is not written so.
    func form(mark: UInt8) -> Form? {
        guard let first = groups.first else { return nil }
        var whole = first.count
        var scale = 0
        var thousands: UInt8 = 0
        for (position, group) in groups.enumerated().dropFirst() {
            if group.separator == mark {
                guard position == groups.count - 1 else { return nil }
                scale = group.count
            } else {
                guard group.count == 3, first.count <= 3, !startsWithZero,
                    thousands == 0 || thousands == group.separator
                else {
                    return nil
                }
                thousands = group.separator
                whole += 3
            }
        }
        return Form(wholeDigits: whole, scale: scale)
    }

    /// The number with a point before its decimals; a percentage as the hundredth it is.
    func appendPlain(_ bytes: Span<UInt8>, _ form: Form, isPercent: Bool, to output: inout [UInt8]) {
        if isNegative { output.append(0x2D) }
        let from = output.count
        for group in groups {
            for at in group.start..<group.start + group.count { output.append(bytes[at]) }
        }
        let scale = form.scale + (isPercent ? 2 : 0)
        if scale == 0 { return }
        let short = scale + 1 - (output.count - from)
        if short > 0 { output.insert(contentsOf: repeatElement(0x30, count: short), at: from) }
        output.insert(0x2E, at: output.count - scale)
    }

    private func follows(_ bytes: Span<UInt8>, _ at: Int, _ end: Int, _ second: UInt8, _ third: UInt8) -> Bool {
        at + 3 <= end && bytes[at + 1] == second && bytes[at + 2] == third
    }

    /// Bytes of a blank, no-break, thin or narrow blank, or typographic apostrophe.
    private func blankLength(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Int? {
        switch bytes[at] {
        case 0x20: return 1
        case 0xC2: return at + 2 <= end && bytes[at + 1] == 0xA0 ? 2 : nil
        case 0xE2:
            guard at + 3 <= end, bytes[at + 1] == 0x80 else { return nil }
            return bytes[at + 2] == 0x89 || bytes[at + 2] == 0xAF || bytes[at + 2] == 0x99 ? 3 : nil
        default: return nil
        }
    }

    private func currencySign(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Int? {
        // Nearly all text is told apart by its first letter.
        guard isCurrencyStart[Int(bytes[at])] else { return nil }
        for (position, one) in currencies.enumerated() {
            guard at + one.bytes.count <= end else { continue }
            if one.bytes.indices.allSatisfy({ bytes[at + $0] == one.bytes[$0] }) { return position }
        }
        return nil
    }
}

/// Longer signs of a currency stand before their shorter forms.
private let currencies: [(bytes: [UInt8], code: String)] = [
    ("₽", "RUB"), ("руб.", "RUB"), ("руб", "RUB"), ("р.", "RUB"), ("RUB", "RUB"), ("RUR", "RUB"), ("US$", "USD"),
    ("$", "USD"),
    ("USD", "USD"), ("€", "EUR"), ("EUR", "EUR"), ("£", "GBP"), ("GBP", "GBP"), ("¥", "JPY"), ("JPY", "JPY"),
    ("CNY", "CNY"),
    ("₴", "UAH"), ("грн.", "UAH"), ("грн", "UAH"), ("UAH", "UAH"), ("₸", "KZT"), ("KZT", "KZT"), ("Br", "BYN"),
    ("BYN", "BYN"),
    ("₹", "INR"), ("INR", "INR"), ("₺", "TRY"), ("TRY", "TRY"), ("₪", "ILS"), ("₩", "KRW"), ("CHF", "CHF"),
    ("zł", "PLN"),
    ("PLN", "PLN"), ("Kč", "CZK"), ("CZK", "CZK"), ("kr.", "SEK"), ("kr", "SEK"), ("SEK", "SEK"), ("NOK", "NOK"),
    ("DKK", "DKK"),
].map { (Array($0.0.utf8), $0.1) }

private let isCurrencyStart: [Bool] = {
    var starts = Array(repeating: false, count: 256)
    for currency in currencies { starts[Int(currency.bytes[0])] = true }
    return starts
}()
