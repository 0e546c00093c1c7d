import Testing

@testable import ReachKernels

/// Reading cells and evidence in one pass, against one after the other.
struct CSVReadingTests {
    /// Cells of each kind: plain ones, and what stands between them in real files.
    private static let plain: [[String]] = [
        ["1", "0", "42", "-7", "123456789", "9876543210123", "20260101", "12345678"],
        ["1.25", "0.05", "-3.10", "1001.42", "7", "123456789012.34", "00.10", "5.5"],
        ["1,25", "0,05", "-3,10", "1001,42", "7"],
        ["true", "false", "yes", "no", "1", "0"],
        ["2026-11-22", "2024-02-29", "1999-01-01", "2025-02-29", "20260101", "22.11.2026"],
        ["2026-11-22 14:30:00", "2026-11-22T00:00:59", "2026-11-22 24:00:00", "2026-11-22 14:30", "2026-11-22"],
        ["anna.bell1@inbox.example", "Oslo", "a text longer than what is copied in one go, by far", "ж"],
    ]
    private static let odd = [
        "", " ", "NA", "-", "007", "+1", " 5 ", "x", "1e3", "1.2.3", "12345678901234567890", "'=1", "tru", "falsey",
        "١",
    ]

    private func same(_ one: ParsedLanes, _ other: ParsedLanes) -> Bool {
        one.lanes == other.lanes && one.missing == other.missing && one.missingCount == other.missingCount
            && one.failed == other.failed && one.walls == other.walls
    }

    /// Once no reading is left nothing but emptiness is asked for.
    private func same(_ one: CSVEvidence, _ other: CSVEvidence, _ rules: EvidenceRules) -> Bool {
        if rules.isExhaustive || !one.readings.isEmpty { return one == other }
        return other.readings.isEmpty && one.rowCount == other.rowCount && one.emptyCount == other.emptyCount
    }

    @Test(arguments: 0..<7)
    func onePassAgreesWithTwo(_ kind: Int) {
        var random = Dice(state: UInt64(kind) + 1)
        for round in 0..<400 {
            let oddity = round % 4 == 0 ? 0 : 1
            var bytes: [UInt8] = []
            var index = CellIndex(width: 1, capacity: 200)
            for _ in 0..<Int.random(in: 1...200, using: &random) {
                let isOdd = oddity > 0 && Int.random(in: 0..<12, using: &random) == 0
                let cell = (isOdd ? Self.odd : Self.plain[kind]).randomElement(using: &random) ?? ""
                let start = bytes.count
                bytes += Array(cell.utf8)
                index.append(cells: [start..<bytes.count], record: start..<bytes.count, line: 0)
                bytes.append(0x2C)
            }
            var rules = EvidenceRules()
            rules.isExhaustive = round % 3 == 0
            if round % 10 == 0 { rules.missing = [Array("7".utf8)] }
            var expected = CSVEvidence()
            if round % 5 == 0 { expected.readings = [] }
            var evidence = expected
            gatherEvidence(bytes.span, index, column: 0, rules: rules, into: &expected)
            for (scale, mark) in [(0, 0x2E), (2, 0x2E), (2, 0x2C)] as [(Int, UInt8)] {
                var found = evidence
                let read = readNumbers(
                    bytes.span, index, column: 0, rules: rules, scale: scale, mark: mark, into: &found)
                #expect(same(found, expected, rules), "kind \(kind), round \(round)")
                #expect(
                    same(
                        read,
                        parseNumbers(
                            bytes.span, index, column: 0, missing: rules.missing, scale: scale, mark: mark)))
            }
            var found = evidence
            #expect(
                same(
                    readBooleans(bytes.span, index, column: 0, rules: rules, into: &found),
                    parseBooleans(bytes.span, index, column: 0, missing: rules.missing)))
            #expect(same(found, expected, rules))
            for order in [DateOrder.yearMonthDay, .dayMonthYear, .compact] {
                var (days, times) = (evidence, evidence)
                let readDay = readDays(
                    bytes.span, index, column: 0, rules: rules, order: order, shortYears: false, into: &days)
                let readTime = readTimes(
                    bytes.span, index, column: 0, rules: rules, order: order, shortYears: false, into: &times)
                #expect(same(days, expected, rules) && same(times, expected, rules), "kind \(kind), round \(round)")
                #expect(
                    same(
                        readDay,
                        parseDays(
                            bytes.span, index, column: 0, missing: rules.missing, order: order, shortYears: false)))
                #expect(
                    same(
                        readTime,
                        parseTimes(
                            bytes.span, index, column: 0, missing: rules.missing, order: order, shortYears: false)))
            }
            let text = readText(bytes.span, index, column: 0, rules: rules, into: &evidence)
            #expect(same(evidence, expected, rules))
            let words = (0..<index.rowCount).map {
                Array(text.bytes[Int(text.offsets[$0])..<Int(text.offsets[$0 + 1])])
            }
            let cells = (0..<index.rowCount).map { row -> [UInt8] in
                let cell = Array(bytes[index.cell(row: row, column: 0)])
                if rules.missing.contains(cell) { return [] }
                return cell.first == 0x27 && cell.count > 1 && startsFormula(cell[1]) ? Array(cell.dropFirst()) : cell
            }
            #expect(words == cells)
        }
    }
}
