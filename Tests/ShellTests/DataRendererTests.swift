import Foundation
import ReachColumns
import ReachDiagnostics
import ReachStatements
import Testing

@testable import ReachShell

@Suite struct DataRendererTests {
    private let columns: [ResultTable.Column] = [
        .init("name", .text), .init("total", .decimal(scale: 2)), .init("share", .float), .init("vip", .boolean),
        .init("day", .date), .init("at", .datetime), .init("n", .integer),
    ]
    private let rows: [[Value]] = [
        [
            .text("a \"b\", c"), .decimal(units: 123_450, scale: 2), .float(0.1), .boolean(true), .date(20_414),
            .datetime(1_763_821_805_500_000), .integer(9_007_199_254_740_993),
        ],
        [.text("x\ny"), .decimal(units: -5, scale: 2), .float(.infinity), .missing, .missing, .missing, .missing],
    ]

    @Test func csvIsExactAndQuoted() throws {
        #expect(
            try rendered(tableAnswer(columns, rows, headline: "not printed"), as: .csv) == """
                name,total,share,vip,day,at,n
                "a ""b"", c",1234.50,0.1,true,2025-11-22,2025-11-22T14:30:05.500Z,9007199254740993
                "x
                y",-0.05,,,,,

                """)
    }

    @Test func tsvQuotesTabsOnly() throws {
        let answer = tableAnswer([.init("a", .text), .init("b", .text)], [[.text("x,y"), .text("u\tv")]])
        #expect(try rendered(answer, as: .tsv) == "a\tb\nx,y\t\"u\tv\"\n")
    }

    @Test func aLoneMissingCellIsNoEmptyLine() throws {
        #expect(try rendered(tableAnswer([.init("a", .text)], [[.missing]]), as: .csv) == "a\n\"\"\n")
    }

    @Test func instantsCarryTheirOffset() throws {
        let zone = try #require(Zone("Europe/Moscow"))
        let answer = tableAnswer([.init("at", .datetime)], [[.datetime(1_763_821_805_000_000)]])
        #expect(try rendered(answer, as: .csv, RenderOptions(zone: zone)) == "at\n2025-11-22T17:30:05+03:00\n")
        #expect(try rendered(answer, as: .table, RenderOptions(zone: zone)).contains("2025-11-22 17:30:05\n"))
    }

    @Test func noTableNoOutput() throws {
        #expect(try rendered(Answer("set", headline: "done"), as: .csv).isEmpty)
    }

    @Test func aSecondTableIsRefusedInARunButNotInASession() throws {
        let answer = tableAnswer([.init("a", .text)], [[.text("1")]])
        #expect(try rendered(answer, Answer("set"), answer, as: .csv, manyTables: true) == "a\n1\na\n1\n")
        let refused = #expect(throws: Diagnostic.self) { _ = try rendered(answer, answer, as: .tsv) }
        #expect(refused?.code == "second-table" && refused?.help == ["--format json"])
    }

    @Test func aTableAsideGivesWayToOthers() throws {
        var aside = tableAnswer([.init("condition", .text)], [[.text("orders > 2")]])
        aside.isTableAside = true
        let answer = tableAnswer([.init("a", .text)], [[.text("1")]])
        #expect(try rendered(aside, as: .csv) == "condition\norders > 2\n")
        #expect(try rendered(aside, answer, aside, as: .csv) == "a\n1\n")
        #expect(try rendered(aside, answer, as: .csv, manyTables: true) == "condition\norders > 2\na\n1\n")
        #expect(throws: Diagnostic.self) { try rendered(aside, answer, answer, as: .csv) }
    }

    @Test func jsonKeepsItsContract() throws {
        var answer = tableAnswer(
            [.init("city", .text), .init("customers", .integer)], [[.text("Paris"), .integer(10)]])
        answer.facts = [
            Fact("customers", 10), Fact("cost", .decimal(units: 123_450, scale: 2)), Fact("rate", .missing),
        ]
        answer.warnings = ["look \"out\""]
        #expect(
            try rendered(answer, as: .json, elapsed: 1.94) == """
                {"statement":"show","facts":{"customers":10,"cost":"1234.50","rate":null},\
                "columns":["city","customers"],"rows":[{"city":"Paris","customers":10}],\
                "warnings":["look \\"out\\""],"as_of":"2026-11-22","elapsed_ms":1.9}

                """)
    }

    @Test func jsonValuesSurviveAParser() throws {
        let hostile = "q\"\\/\u{1}\u{7F}\u{9B}\u{2028}😀\tя"
        let text = try rendered(
            tableAnswer(columns, rows + [[.text(hostile)] + Array(repeating: .missing, count: 6)]), as: .json)
        #expect(text.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let parsed = try #require(object["rows"] as? [[String: Any]])
        #expect(parsed[2]["name"] as? String == hostile)
        #expect(parsed[0]["total"] as? String == "1234.50")
        #expect(parsed[0]["at"] as? String == "2025-11-22T14:30:05.500Z")
        #expect(parsed[1]["share"] is NSNull)
        #expect(text.contains("\"n\":9007199254740993"))
    }

    @Test func equalColumnNamesStayApart() {
        #expect(JSONRenderer.distinctNames(["a", "a", "a_2", "a"]) == ["a", "a_3", "a_2", "a_4"])
    }

    @Test func markdownIsATableThatShowsEverything() throws {
        let answer = tableAnswer(
            [.init("a|b", .text), .init("n", .integer)], [[.text("*x*"), .integer(1200)]], headline: "2 of 3")
        #expect(
            try rendered(answer, segmentAnswer(), as: .markdown) == #"""
                **2 of 3**

                | a\|b | n |
                | --- | --: |
                | \*x\* | 1,200 |

                **12,438 of 100,000 customers (12.4 %)**

                |  |  |  |
                | --- | --- | --: |
                | orders \> 2 | more than 2 orders | 38,120 |
                | last\_seen \> 60d | last seen before 2026-09-23 | 41,007 |

                reachable by email 9,001

                """#)
    }

    @Test func masksKeepWhatTellsRowsApart() {
        let cases = [
            ("jane@example.com", "j…@example.com"), ("+79161234512", "+7…12"), ("@x", "@…"), ("", ""), ("Ян", "Я…"),
            ("8 (916) 123-45-12", "8 …12"),
        ]
        for (text, masked) in cases { #expect(SafeText.masked(text) == masked) }
    }
}
