import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

struct StatementReaderTests {
    private static let script = """
        # weekly
        import orders from "orders.csv"
          key id

        segment lapsed where
        last_seen > 60d and
        -- a comment, and a blank line

          city in ("Paris",
        "Rome"); count lapsed; count
        \t by city
        cuont all
        show sort by (a
        tables
        count where x > 1,000
        quit
        """

    /// What a reader hands out: canonical text, or the place and code of a mistake.
    private func outcomes(_ text: String, pieces: (String) -> [String]) -> [String] {
        var reader = StatementReader(Sample.grammar, file: "x.reach")
        var outcomes: [String] = []
        func drain() {
            while true {
                do {
                    guard let statement = try reader.next() else { return }
                    let line = statement.source.location(of: statement.span.lower).line
                    outcomes.append("\(line): \(Sample.grammar.format(statement))")
                } catch let diagnostic as Diagnostic {
                    let place = diagnostic.source?.location(of: diagnostic.span?.lower ?? 0)
                    outcomes.append("\(place?.line ?? 0):\(place?.column ?? 0): \(diagnostic.code)")
                } catch {
                    outcomes.append("\(error)")
                }
            }
        }
        for piece in pieces(text) {
            reader.feed(piece)
            drain()
        }
        reader.finish()
        drain()
        return outcomes
    }

    private static let expected = [
        "2: import orders from \"orders.csv\" key id",
        "5: segment lapsed where last_seen > 60d and city in (\"Paris\", \"Rome\")", "10: count lapsed",
        "10: count by city",
        "12:1: unknown-statement", "13:16: unexpected", "14: tables", "15:17: grouped-digits", "16: quit",
    ]

    @Test func wholeText() {
        #expect(outcomes(Self.script) { [$0] } == Self.expected)
    }

    @Test func anyPieces() {
        #expect(outcomes(Self.script) { $0.map(String.init) } == Self.expected)
        #expect(outcomes(Self.script) { $0.split(separator: "\n").map { $0 + "\n" } } != [])
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let result = outcomes(Self.script) { text in
                var pieces = [""]
                for character in text {
                    if random.oneIn(7) { pieces.append("") }
                    pieces[pieces.count - 1].append(character)
                }
                return pieces
            }
            #expect(result == Self.expected, "seed \(seed)")
        }
    }

    @Test func endsAreKnownEarly() throws {
        var reader = StatementReader(Sample.grammar)
        reader.feed("count all;")
        #expect(try reader.next()?.keyword == "count")
        reader.feed(" tables\n")
        #expect(try reader.next() == nil)
        reader.feed("\n# comment\n")
        #expect(try reader.next() == nil)
        reader.feed("segments")
        #expect(try reader.next() == nil)
        reader.feed("\n")
        #expect(try reader.next()?.keyword == "tables")
        #expect(try reader.next() == nil)
        reader.feed("  ")
        reader.finish()
        #expect(try reader.next()?.keyword == "segments")
        #expect(try reader.next() == nil)
        #expect(try reader.next() == nil)
    }

    @Test func longInputsAreReadInOneGo() throws {
        var reader = StatementReader(Sample.grammar)
        reader.feed("count where city in (\n")
        for index in 0..<2_000 {
            reader.feed("\"c\(index)\",\n")
            #expect(try reader.next() == nil)
        }
        reader.feed("\"x\")\ntables\n")
        #expect(try reader.next()?.keyword == "count")
        for _ in 0..<2_000 { reader.feed("count\n") }
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 2_000)
    }

    @Test(arguments: [
        ("count", false), ("count all by", true), ("segment where", true), ("count where (a = 1\nand b = 2", true),
        ("count where (a = 1\nand b = 2)", false), ("count where a = \"x", false),
        ("template a for email \"\"\"abc\n", true),
        ("count all by\n\n", false), ("cuont", false), ("count; segment where", true), ("import orders", true),
        ("count where a = 1 and", true), ("", false), ("# only a comment", false), ("count where has", true),
        ("count all all", false), ("count where a >\n \n", false),
    ])
    func interactiveInputWantsMore(_ text: String, _ wantsMore: Bool) {
        #expect(Sample.grammar.read(SourceText(text)).wantsMore == wantsMore)
    }

    @Test func pastedStatements() {
        let reading = Sample.grammar.read(SourceText("count\n  by city\ntables\nand b\nsegments"))
        #expect(reading.statements.map { (try? $0.get())?.keyword } == ["count", "tables", nil, "segments"])
        #expect(!reading.wantsMore)
    }
}
