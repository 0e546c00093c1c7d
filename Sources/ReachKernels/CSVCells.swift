/// Where the cells of a run of records lie in their bytes, column by column: the cell of `row` in `column` is
/// `starts[column × capacity + row] ..< ends[column × capacity + row]`.
package struct CellIndex: Sendable {
    package let width: Int
    /// Rows there is room for.
    package let capacity: Int
    package internal(set) var rowCount = 0
    package internal(set) var starts: [UInt32]
    package internal(set) var ends: [UInt32]
    /// Where each record lies as written, without its line end.
    package internal(set) var recordStarts: [UInt32]
    package internal(set) var recordEnds: [UInt32]
    /// Line of the file each record starts on, counted from the block's first line, which is 0.
    package internal(set) var lines: [UInt32]

    package init(width: Int, capacity: Int) {
        precondition(width > 0 && capacity > 0, "an index has columns and room for rows")
        self.width = width
        self.capacity = capacity
        starts = unwritten(width * capacity)
        ends = unwritten(width * capacity)
        recordStarts = unwritten(capacity)
        recordEnds = unwritten(capacity)
        lines = unwritten(capacity)
    }

    /// First and past-the-last byte of a cell.
    package func cell(row: Int, column: Int) -> Range<Int> {
        Int(starts[column * capacity + row])..<Int(ends[column * capacity + row])
    }

    package func record(_ row: Int) -> Range<Int> { Int(recordStarts[row])..<Int(recordEnds[row]) }

    /// Adds a row from cells that lie side by side in `bytes`: for formats that are not scanned byte by byte.
    package mutating func append(cells: [Range<Int>], record: Range<Int>, line: Int) {
        precondition(
            cells.count == width && rowCount < capacity, "a row has a cell per column and there is room for it")
        for column in 0..<width {
            starts[column * capacity + rowCount] = UInt32(cells[column].lowerBound)
            ends[column * capacity + rowCount] = UInt32(cells[column].upperBound)
        }
        recordStarts[rowCount] = UInt32(record.lowerBound)
        recordEnds[rowCount] = UInt32(record.upperBound)
        lines[rowCount] = UInt32(line)
        rowCount += 1
    }

    /// Says that a cell lies elsewhere.
    package mutating func move(row: Int, column: Int, to range: Range<Int>) {
        precondition(row < rowCount && column < width, "the cell is one of the index")
        starts[column * capacity + row] = UInt32(range.lowerBound)
        ends[column * capacity + row] = UInt32(range.upperBound)
    }

    /// Takes rows out; `rows` are in order.
    package mutating func remove(_ rows: [Int]) {
        guard let first = rows.first else { return }
        var next = 0
        var kept = first
        for row in first..<rowCount {
            if next < rows.count, rows[next] == row {
                next += 1
                continue
            }
            for column in 0..<width {
                starts[column * capacity + kept] = starts[column * capacity + row]
                ends[column * capacity + kept] = ends[column * capacity + row]
            }
            recordStarts[kept] = recordStarts[row]
            recordEnds[kept] = recordEnds[row]
            lines[kept] = lines[row]
            kept += 1
        }
        rowCount = kept
    }
}

/// Integers that hold anything until they are written: clearing an index would take as long as finding records.
private func unwritten(_ count: Int) -> [UInt32] {
    // SAFETY: any bytes are an integer; those of rows that were not added are never read.
    unsafe [UInt32](unsafeUninitializedCapacity: count) { _, filled in filled = count }
}

/// A number as written, before it is known what its column holds.
struct WrittenNumber {
    var isNegative = false
    var hasPlus = false
    /// A zero before another digit: `007`.
    var hasLeadingZero = false
    /// Digits before the mark, leading zeros not counted.
    var wholeDigits = 0
    /// Digits after the mark.
    var scale = 0
    /// `.` or `,`; 0 where there is none.
    var mark: UInt8 = 0
    var hasExponent = false
    var exponent = 0
    /// All digits as one number; meaningless past 18 significant digits.
    var digits: UInt64 = 0
    /// Significant digits: from the first that is not zero on.
    var significant = 0
    /// Digits after the mark without zeros at the end.
    var neededScale = 0
}

/// Reads all of `start ..< end` as `[-+] digits [mark digits] [e [-+] digits]`, or answers nil.
@inline(__always)
func readNumber(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> WrittenNumber? {
    var number = WrittenNumber()
    var at = start
    guard at < end else { return nil }
    if bytes[at] == 0x2D || bytes[at] == 0x2B {
        number.isNegative = bytes[at] == 0x2D
        number.hasPlus = bytes[at] == 0x2B
        at += 1
    }
    let firstDigit = at
    var digitCount = 0
    while at < end {
        let byte = bytes[at]
        let digit = byte &- 0x30
        if digit < 10 {
            number.digits = number.digits &* 10 &+ UInt64(digit)
            if number.significant > 0 || digit != 0 { number.significant += 1 }
            digitCount += 1
            if number.mark != 0 {
                number.scale += 1
                if digit != 0 { number.neededScale = number.scale }
            }
        } else if number.mark == 0, byte == 0x2E || byte == 0x2C {
            number.wholeDigits = number.significant
            number.hasLeadingZero = at - firstDigit > 1 && bytes[firstDigit] == 0x30
            number.mark = byte
        } else {
            break
        }
        at += 1
    }
    guard digitCount > 0 else { return nil }
    if number.mark == 0 {
        number.wholeDigits = number.significant
        number.hasLeadingZero = digitCount > 1 && bytes[firstDigit] == 0x30
    }
    if at < end {
        guard bytes[at] | 0x20 == 0x65, at + 1 < end else { return nil }
        guard let exponent = readExponent(bytes, at + 1, end) else { return nil }
        number.hasExponent = true
        number.exponent = exponent
    }
    return number
}

@inline(__always)
private func readExponent(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var at = start
    let isNegative = bytes[at] == 0x2D
    if isNegative || bytes[at] == 0x2B { at += 1 }
    guard at < end, end - at <= 4 else { return nil }
    var exponent = 0
    while at < end {
        let digit = bytes[at] &- 0x30
        guard digit < 10 else { return nil }
        exponent = exponent * 10 + Int(digit)
        at += 1
    }
    return isNegative ? -exponent : exponent
}

/// `start ..< end` without blanks and tabs at either end.
@inline(__always)
func trimmed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (start: Int, end: Int) {
    var first = start
    var last = end
    while first < last, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
    while last > first, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 { last -= 1 }
    return (first, last)
}

/// Whether a trimmed cell is one of `NULL NA N/A - nan`, in any case.
@inline(__always)
func isNullWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    switch end - start {
    case 1: return bytes[start] == 0x2D
    case 2: return bytes[start] | 0x20 == 0x6E && bytes[start + 1] | 0x20 == 0x61
    case 3:
        let first = bytes[start] | 0x20 == 0x6E
        let last = bytes[start + 2] | 0x20
        if bytes[start + 1] == 0x2F { return first && last == 0x61 }
        return first && bytes[start + 1] | 0x20 == 0x61 && last == 0x6E
    case 4:
        return bytes[start] | 0x20 == 0x6E && bytes[start + 1] | 0x20 == 0x75
            && bytes[start + 2] | 0x20 == 0x6C && bytes[start + 3] | 0x20 == 0x6C
    default: return false
    }
}

/// Whether a cell is one of the words that the user named as missing.
@inline(__always)
func isNamedMissing(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ words: [[UInt8]]) -> Bool {
    if words.isEmpty { return false }
    for word in words where word.count == end - start {
        var same = true
        for offset in 0..<word.count where bytes[start + offset] != word[offset] {
            same = false
            break
        }
        if same { return true }
    }
    return false
}

/// 1 or 0 where a trimmed cell is a word for yes or no, 3 or 2 where the word is `true` or `false`, else nil.
@inline(__always)
func readBooleanWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    func byte(_ offset: Int) -> UInt8 { bytes[start + offset] }
    func letter(_ offset: Int) -> UInt8 { bytes[start + offset] | 0x20 }
    switch end - start {
    case 1: return letter(0) == 0x79 ? 1 : letter(0) == 0x6E ? 0 : nil
    case 2: return letter(0) == 0x6E && letter(1) == 0x6F ? 0 : nil
    case 3: return letter(0) == 0x79 && letter(1) == 0x65 && letter(2) == 0x73 ? 1 : nil
    case 4:
        if letter(0) == 0x74 && letter(1) == 0x72 && letter(2) == 0x75 && letter(3) == 0x65 { return 3 }
        // да in UTF-8: D0 B4 D0 B0; Д is D0 94, А is D0 90.
        let isYes = byte(0) == 0xD0 && (byte(1) == 0xB4 || byte(1) == 0x94) && byte(2) == 0xD0
        return isYes && (byte(3) == 0xB0 || byte(3) == 0x90) ? 1 : nil
    case 5:
        let isFalse = letter(0) == 0x66 && letter(1) == 0x61 && letter(2) == 0x6C && letter(3) == 0x73
        return isFalse && letter(4) == 0x65 ? 2 : nil
    case 6:
        // нет: D0 BD D0 B5 D1 82; Н is D0 9D, Е is D0 95, Т is D0 A2.
        let first = byte(0) == 0xD0 && (byte(1) == 0xBD || byte(1) == 0x9D)
        let second = byte(2) == 0xD0 && (byte(3) == 0xB5 || byte(3) == 0x95)
        let third = byte(4) == 0xD1 && byte(5) == 0x82 || byte(4) == 0xD0 && byte(5) == 0xA2
        return first && second && third ? 0 : nil
    default: return nil
    }
}
