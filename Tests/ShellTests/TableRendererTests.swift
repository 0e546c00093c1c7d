import ReachColumns
import ReachStatements
import Testing

@testable import ReachShell

@Suite struct TableRendererTests {
    @Test func segmentReadsAsALineAndAlignedConditions() throws {
        #expect(
            try rendered(segmentAnswer(), as: .table) == """
                12,438 of 100,000 customers (12.4 %)
                  orders > 2        more than 2 orders            38,120
                  last_seen > 60d   last seen before 2026-09-23   41,007

                reachable by email 9,001

                """)
    }

    @Test func timeStandsAtTheRightEdgeOfATerminal() throws {
        let answer = Answer("count", headline: "10 customers")
        #expect(
            try rendered(answer, as: .table, RenderOptions(terminalWidth: 40)) == """
                10 customers                      3.0 ms

                """)
        #expect(try rendered(answer, as: .table, RenderOptions(terminalWidth: 10)) == "10 customers  3.0 ms\n")
        #expect(try rendered(answer, as: .table) == "10 customers\n")
    }

    @Test func numbersStandRightAndMissingIsADash() throws {
        let columns: [ResultTable.Column] = [
            .init("city", .text), .init("customers", .integer), .init("revenue", .decimal(scale: 2)),
            .init("avg", .float), .init("since", .date), .init("at", .datetime), .init("vip", .boolean),
        ]
        let rows: [[Value]] = [
            [
                .text("Paris"), .integer(1_234_567), .decimal(units: 4_042_400, scale: 2), .float(35.174), .date(0),
                .datetime(1_000_000), .boolean(true),
            ],
            [
                .missing, .integer(-5), .decimal(units: -1, scale: 2), .float(0.00123), .missing, .missing,
                .boolean(false),
            ],
        ]
        #expect(
            try rendered(tableAnswer(columns, rows), as: .table) == """
                city   customers    revenue     avg  since       at                   vip
                ─────  ─────────  ─────────  ──────  ──────────  ───────────────────  ─────
                Paris  1,234,567  40,424.00   35.17  1970-01-01  1970-01-01 00:00:01  true
                –             -5      -0.01  0.0012  –           –                    false

                """)
    }

    @Test func wideAndCombiningCharactersKeepColumnsStraight() throws {
        let rows: [[Value]] = [
            [.text("東京"), .integer(1)], [.text("Orléans"), .integer(2)], [.text("e\u{301}t"), .integer(3)],
        ]
        #expect(
            try rendered(tableAnswer([.init("city", .text), .init("n", .integer)], rows), as: .table) == """
                city     n
                ───────  ─
                東京     1
                Orléans  2
                e\u{301}t       3

                """)
    }

    @Test func aNarrowTerminalShortensTextNeverNumbersAndSaysSo() throws {
        let answer = tableAnswer(
            [.init("name", .text), .init("comment", .text), .init("total", .integer)],
            [[.text("Maximilian Mustermann"), .text("a very long remark about it"), .integer(1_000_000)]])
        #expect(
            try rendered(answer, as: .table, RenderOptions(terminalWidth: 40)) == """
                name           comment             total
                ─────────────  ──────────────  ─────────
                Maximilian M…  a very long r…  1,000,000
                … cells shortened; `--format csv` prints all

                """)
    }

    @Test func columnsThatDoNotFitAreLeftOutAndCounted() throws {
        let columns = (1...6).map { ResultTable.Column("number\($0)", .integer) }
        let answer = tableAnswer(columns, [(1...6).map { Value.integer(Int64($0) * 1_000_000) }])
        let text = try rendered(answer, as: .table, RenderOptions(terminalWidth: 24))
        #expect(
            text == """
                  number1    number2
                ─────────  ─────────
                1,000,000  2,000,000
                … 4 of 6 columns not shown; `--format csv` prints all

                """)
    }

    @Test(arguments: [nil, 0, 1, 2, 7]) func everyWidthIsSurvived(_ width: Int?) throws {
        var answer = segmentAnswer()
        answer.view.append(
            .bars([.init(label: "a", figure: "1", weight: 1), .init(label: "b", figure: "0", weight: 0)]))
        answer.view.append(.table(ResultTable(columns: [.init("n", .integer)], rows: [[.integer(123_456)]])))
        answer.view.append(.table(ResultTable(columns: [], rows: [])))
        answer.view.append(.grid([]))
        let text = try rendered(answer, as: .table, RenderOptions(terminalWidth: width))
        #expect(text.contains("123,456"))
    }

    @Test func rowsBeyondTheLimitAreCounted() throws {
        let answer = tableAnswer([.init("n", .integer)], (1...1500).map { [.integer($0)] })
        let text = try rendered(answer, as: .table, RenderOptions(viewRowLimit: 3))
        #expect(
            text == """
                n
                ─
                1
                2
                3
                … 1,497 of 1,500 rows not shown; `--format csv` prints all

                """)
    }

    @Test func personalDataIsMaskedUnlessMaskingIsOff() throws {
        let answer = tableAnswer(
            [.init("email", .text, isPersonal: true), .init("phone", .text, isPersonal: true), .init("city", .text)],
            [[.text("jane@example.com"), .text("+79161234512"), .text("Tver")], [.missing, .missing, .missing]])
        #expect(
            try rendered(answer, as: .table) == """
                email           phone  city
                ──────────────  ─────  ────
                j…@example.com  +7…12  Tver
                –               –      –

                """)
        #expect(try rendered(answer, as: .table, RenderOptions(masksPersonal: false)).contains("jane@example.com"))
        #expect(try rendered(answer, as: .csv).contains("jane@example.com,+79161234512,Tver"))
    }

    @Test func nothingInDataReachesTheTerminalAsACode() throws {
        let hostile = "\u{1B}[2J\u{202E}gpj.exe\n\u{9B}31m\u{0}"
        var answer = tableAnswer([.init(hostile, .text)], [[.text(hostile)]], headline: hostile)
        answer.view = [
            .line(hostile), .heading(hostile), .grid([[ViewCell(hostile)]]), .table(try #require(answer.table)),
            .bars([.init(label: hostile, figure: hostile, weight: 1)]),
        ]
        for format in [OutputFormat.table, .markdown] {
            let text = try rendered(answer, as: format)
            let harmful = text.unicodeScalars.filter { $0 != "\n" && SafeText.needsEscape($0) }
            #expect(harmful.isEmpty, "\(format)")
            #expect(text.contains("u{1b}") && text.contains("gpj.exe"))
        }
    }

    @Test func colourOnlyWhereItIsAllowed() throws {
        #expect(!(try rendered(segmentAnswer(), as: .table).contains("\u{1B}")))
        let text = try rendered(segmentAnswer(), as: .table, RenderOptions(usesColor: true))
        #expect(text.hasPrefix("\u{1B}[1m12,438 of 100,000 customers (12.4 %)\u{1B}[0m\n"))
    }

    @Test func barsAreInProportion() throws {
        var answer = Answer("histogram")
        answer.view = [
            .bars([
                .init(label: "0–10", figure: "80", weight: 80), .init(label: "10–20", figure: "41", weight: 41),
                .init(label: "20–30", figure: "0", weight: 0), .init(label: "30–40", figure: "1", weight: 0.01),
                .init(label: "odd", figure: "?", weight: .nan),
            ])
        ]
        #expect(
            try rendered(answer, as: .table, RenderOptions(terminalWidth: 28)) == """
                  0–10   80  ██████████████
                  10–20  41  ███████▏
                  20–30   0
                  30–40   1  ▏
                  odd     ?

                """)
    }

    @Test func anEndlessTableStopsWhenAsked() throws {
        var calls = 0
        var answer = Answer("show")
        answer.table = ResultTable(columns: [.init("n", .integer)], rowCount: .max) { body in
            var number: Int64 = 0
            while try body([.integer(number)]) { number += 1 }
        }
        struct Stop: Error {}
        for format in [OutputFormat.csv, .tsv, .json] {
            #expect(throws: Stop.self) {
                _ = try rendered(answer, as: format) {
                    calls += 1
                    if calls % 10 == 0 { throw Stop() }
                }
            }
        }
        #expect(calls == 30)
    }

    @Test func elapsedTimeIsShort() {
        #expect(
            [0.04, 3.14, 42.4, 999.6, 1234, 125_000, 7_300_000].map(ElapsedTime.text)
                == ["0.0 ms", "3.1 ms", "42 ms", "1.0 s", "1.2 s", "2 min 5 s", "2 h 1 min"])
    }
}
