import Testing

@testable import ReachKernels

/// The scanner and the cell parsers against plain ones that read a character at a time.
struct CSVTwinTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private enum Record: Equatable {
        case row([[UInt8]], raw: [UInt8], line: Int)
        case malformed(raw: [UInt8], line: Int)
    }

    /// One record from `start`, by the letter of the rules; nil reasons are rows.
    private func plainRecord(
        _ bytes: [UInt8], _ start: Int, _ dialect: CSVDialect
    ) -> (cells: [[UInt8]]?, end: Int, next: Int, lines: Int) {
        func isEnd(_ at: Int) -> Int? {
            if at == bytes.count { return at }
            if bytes[at] == 0x0A { return at + 1 }
            if bytes[at] == 0x0D, dialect.crEndsRecords {
                return at + 1 < bytes.count && bytes[at + 1] == 0x0A ? at + 2 : at + 1
            }
            if bytes[at] == 0x0D, at + 1 == bytes.count { return at + 1 }
            if bytes[at] == 0x0D, bytes[at + 1] == 0x0A { return at + 2 }
            return nil
        }
        func firstLine() -> (cells: [[UInt8]]?, end: Int, next: Int, lines: Int) {
            var at = start
            while true {
                if let next = isEnd(at) { return (nil, at, next, 1) }
                at += 1
            }
        }
        var cells: [[UInt8]] = []
        var lines = 0
        var at = start
        while true {
            var cell: [UInt8] = []
            var probe = at
            while probe < bytes.count, bytes[probe] == 0x20 { probe += 1 }
            if probe < bytes.count, bytes[probe] == 0x22, dialect.hasQuotes {
                at = probe + 1
                while true {
                    if at == bytes.count { return firstLine() }
                    if bytes[at] == 0x22 {
                        guard at + 1 < bytes.count, bytes[at + 1] == 0x22 else { break }
                        at += 1
                    } else if bytes[at] == 0x0A {
                        if !(dialect.crEndsRecords && cell.last == 0x0D) { lines += 1 }
                    } else if bytes[at] == 0x0D, dialect.crEndsRecords {
                        lines += 1
                    }
                    cell.append(bytes[at])
                    at += 1
                }
                at += 1
                while at < bytes.count, bytes[at] == 0x20 { at += 1 }
            } else {
                while at < bytes.count, bytes[at] != dialect.delimiter, isEnd(at) == nil {
                    // Inches and seconds follow a digit.
                    let isMark = bytes[at] == 0x22 && dialect.hasQuotes && !(0x30...0x39).contains(cell.last ?? 0)
                    if isMark { return firstLine() }
                    cell.append(bytes[at])
                    at += 1
                }
            }
            cells.append(cell)
            if let next = isEnd(at) { return (cells, at, next, lines + 1) }
            guard bytes[at] == dialect.delimiter else { return firstLine() }
            at += 1
        }
    }

    private func plainRecords(_ bytes: [UInt8], _ dialect: CSVDialect, width: Int) -> [Record] {
        var records: [Record] = []
        var at = 0
        var line = 0
        while at < bytes.count {
            let found = plainRecord(bytes, at, dialect)
            let raw = Array(bytes[at..<found.end])
            if var cells = found.cells {
                if dialect.fillsShortRows, !raw.isEmpty {
                    while cells.count < width { cells.append([]) }
                }
                if cells.count == width + 1, cells[width].isEmpty { cells.removeLast() }
                if cells.count == width {
                    records.append(.row(cells, raw: raw, line: line))
                } else if !raw.isEmpty {
                    records.append(.malformed(raw: raw, line: line))
                }
            } else {
                records.append(.malformed(raw: raw, line: line))
            }
            at = found.next
            line += found.lines
        }
        return records
    }

    /// Scans in blocks of at least `step` bytes, as a reader does.
    private func scannedRecords(_ bytes: [UInt8], _ dialect: CSVDialect, width: Int, step: Int, rows: Int) -> [Record] {
        var records: [Record] = []
        var start = 0
        var size = step
        var line = 0
        while start < bytes.count {
            let end = min(bytes.count, start + size)
            var block = Array(bytes[start..<end])
            var index = CellIndex(width: width, capacity: rows)
            let result = scanRecords(
                block.span, dialect: dialect, isLast: end == bytes.count, longestRecord: .max, into: &index)
            if result.consumed == 0 {
                size *= 2
                continue
            }
            block += result.unescaped
            var malformed = result.malformed[...]
            for row in 0...index.rowCount {
                while let next = malformed.first, next.rowsBefore == row {
                    records.append(.malformed(raw: Array(block[next.range]), line: line + next.line))
                    malformed.removeFirst()
                }
                if row == index.rowCount { break }
                let cells = (0..<width).map { Array(block[index.cell(row: row, column: $0)]) }
                records.append(
                    .row(cells, raw: Array(block[index.record(row)]), line: line + Int(index.lines[row])))
            }
            start += result.consumed
            line += result.lineCount
            size = step
        }
        return records
    }

    @Test(arguments: [false, true])
    func scannerAgreesWithThePlainOne(_ crEnds: Bool) {
        let hard: [UInt8] = [0x61, 0x37, 0x20, 0x2C, 0x2C, 0x22, 0x22, 0x0A, 0x0A, 0x0D, 0xD0]
        // Runs of plain records, over more than one block of the plain scan, with few that are not.
        var mild: [UInt8] = [0x0D, 0x22, 0x20]
        for _ in 0..<20 { mild += [0x61, 0x2C, 0x62, 0x0A] }
        var rows = 0
        var malformed = 0
        for seed in 1...3_000 as ClosedRange<UInt64> {
            var random = Random(state: seed &* 0x9E37_79B9_7F4A_7C15)
            let isMild = seed % 3 == 0
            let length = Int.random(in: 1...(isMild ? 300 : 60), using: &random)
            let bytes = (0..<length).map { _ in (isMild ? mild : hard).randomElement(using: &random) ?? 0x61 }
            var dialect = CSVDialect(delimiter: 0x2C, crEndsRecords: crEnds)
            dialect.hasQuotes = seed % 4 != 0
            dialect.fillsShortRows = seed % 5 == 0
            let width = Int.random(in: 1...3, using: &random)
            let expected = plainRecords(bytes, dialect, width: width)
            for step in [1, 7, 1_000] {
                let found = scannedRecords(
                    bytes, dialect, width: width, step: step, rows: Int.random(in: 1...4, using: &random))
                #expect(found == expected, "seed \(seed), step \(step): \(bytes)")
            }
            for record in expected {
                if case .row = record { rows += 1 } else { malformed += 1 }
            }
        }
        #expect(rows > 3_000 && malformed > 3_000)
    }

    /// An index of one column with these cells.
    private func column(_ cells: [String]) -> (bytes: [UInt8], index: CellIndex) {
        var bytes: [UInt8] = []
        var index = CellIndex(width: 1, capacity: max(1, cells.count))
        for cell in cells {
            let start = bytes.count
            bytes += Array(cell.utf8)
            index.append(cells: [start..<bytes.count], record: start..<bytes.count, line: 0)
        }
        return (bytes, index)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 1_000])
    func numbers(_ count: Int) {
        var random = Random(state: UInt64(count) + 99)
        var cells: [String] = []
        var expected: [Int64?] = []
        for _ in 0..<count {
            if Int.random(in: 0..<5, using: &random) == 0 {
                cells.append(["", " ", "NA", "-"].randomElement(using: &random) ?? "")
                expected.append(nil)
            } else {
                let units = Int64.random(in: -99_999_999...99_999_999, using: &random)
                let magnitude = units.magnitude
                let places = String(magnitude % 10_000)
                let padded = String(repeating: "0", count: 4 - places.count) + places
                cells.append("\(units < 0 ? "-" : "")\(magnitude / 10_000).\(padded)")
                expected.append(units)
            }
        }
        let (bytes, index) = column(cells)
        let parsed = parseNumbers(bytes.span, index, column: 0, missing: [], scale: 4, mark: 0x2E)
        let wide = parseNumbers(bytes.span, index, column: 0, missing: [], scale: 6, mark: 0x2E)
        let floats = parseFloats(bytes.span, index, column: 0, missing: [], mark: 0x2E)
        #expect(parsed.failed.isEmpty && wide.failed.isEmpty && floats.failed.isEmpty)
        #expect(parsed.missingCount == expected.count { $0 == nil })
        for row in 0..<count {
            let isMissing = parsed.missing[row >> 6] >> UInt64(row & 63) & 1 == 1
            #expect(isMissing == (expected[row] == nil))
            #expect(parsed.lanes[row] == expected[row] ?? 0)
            #expect(wide.lanes[row] == (expected[row] ?? 0) * 100)
            #expect(floats.values[row] == (isMissing ? 0 : Double(cells[row])))
        }
    }

    @Test func floatsRoundCorrectly() {
        var random = Random(state: 7)
        var cells: [String] = ["4.9406564584124654e-324", "1.7976931348623157e308", "9007199254740993", "1e23", "-0"]
        for _ in 0..<5_000 {
            let any = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
            if any.isFinite { cells.append(any.description) }
        }
        let (bytes, index) = column(cells)
        let parsed = parseFloats(bytes.span, index, column: 0, missing: [], mark: 0x2E)
        #expect(parsed.failed.isEmpty)
        for (row, cell) in cells.enumerated() {
            #expect(parsed.values[row].bitPattern == Double(cell)?.bitPattern, "\(cell)")
        }
    }

    @Test func numbersThatDoNotFit() {
        let cells = ["1.2345", "1234567890123456789", "1e3", "1,5", "0x1", "1.", "1.50", "+2", "-", "--1", "1.2.3"]
        let (bytes, index) = column(cells)
        let parsed = parseNumbers(bytes.span, index, column: 0, missing: [], scale: 1, mark: 0x2E)
        #expect(parsed.failed == [0, 1, 2, 3, 4, 9, 10])
        #expect(parsed.lanes[5...7] == [10, 15, 20])
    }

    @Test func everyDayOfFourCenturies() {
        var cells: [String] = []
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for year in 1900..<2300 {
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            for month in 1...12 {
                for day in 1...lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) {
                    cells.append("\(day).\(month).\(year)")
                }
            }
        }
        let (bytes, index) = column(cells)
        let parsed = parseDays(
            bytes.span, index, column: 0, missing: [], order: .dayMonthYear, shortYears: false)
        #expect(parsed.failed.isEmpty)
        // 1900-01-01 is day -25,567; from there on every day is the next.
        #expect(parsed.lanes == (0..<Int64(cells.count)).map { $0 - 25_567 })
        let (wrong, wrongIndex) = column(["29.02.2025", "31.04.2026", "0.1.2026", "1.0.2026", "1.13.2026", "32.1.2026"])
        let failed = parseDays(
            wrong.span, wrongIndex, column: 0, missing: [], order: .dayMonthYear, shortYears: false)
        #expect(failed.failed.count == 6)
    }

    @Test func textIsCopied() {
        let cells = ["", "a", "'=x", "'x", "ж", "'", "''", "NA"]
        let (bytes, index) = column(cells)
        let text = collectText(bytes.span, index, column: 0, missing: [Array("NA".utf8)])
        let words = (0..<cells.count).map {
            String(decoding: text.bytes[Int(text.offsets[$0])..<Int(text.offsets[$0 + 1])], as: UTF8.self)
        }
        #expect(words == ["", "a", "=x", "'x", "ж", "'", "'", ""])
        #expect(text.missing == [0b1000_0001])
        #expect(text.missingCount == 2 && text.unguardedCount == 2 && text.isSurelyNormal)
    }

    @Test func rowsCanBeTakenOut() {
        for removed in [[], [0], [3], [0, 1, 2, 3], [1, 2]] {
            let (bytes, full) = column(["a", "b", "c", "d"])
            var index = full
            index.remove(removed)
            let left = (0..<index.rowCount).map { bytes[index.cell(row: $0, column: 0).lowerBound] }
            #expect(
                left == [0x61, 0x62, 0x63, 0x64].enumerated().filter { !removed.contains($0.offset) }.map(\.element))
        }
    }
}
