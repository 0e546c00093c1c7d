import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

struct LexerTests {
    private func kinds(_ text: String) -> [Token.Kind] { Lexer.tokens(of: text).dropLast().map(\.kind) }

    /// The code of the one invalid token that the text is.
    private func code(_ text: String) -> String? {
        let kinds = kinds(text)
        guard kinds.count == 1, case .invalid(let problem) = kinds[0] else { return nil }
        return problem.code
    }

    @Test(arguments: [
        ("1000", Literal.integer(1000)), ("1_000", .integer(1000)), ("2.5", .decimal(units: 25, scale: 1)),
        ("100k", .integer(100_000)),
        ("2.5k", .integer(2500)), ("1.2345k", .decimal(units: 12_345, scale: 1)), ("3mln", .integer(3_000_000)),
        ("10%", .decimal(units: 10, scale: 2)), ("2.5%", .decimal(units: 25, scale: 3)), ("007", .integer(7)),
        ("60d", .duration(Duration(60, .day))), ("45min", .duration(Duration(45, .minute))),
        ("3MO", .duration(Duration(3, .month))),
        ("2weeks", .duration(Duration(2, .week))), ("09:30", .timeOfDay(570)), ("9223372036854775807", .integer(.max)),
        ("2026-11-22", .date(20_779)), ("1969-12-31", .date(-1)), ("2026-03", .period(.month(year: 2026, month: 3))),
        ("2026-Q1", .period(.quarter(year: 2026, quarter: 1))),
        ("1970-01-01T00:00:01.5", .datetime(wallMicroseconds: 1_500_000, offsetSeconds: nil)),
        ("1970-01-02T00:00Z", .datetime(wallMicroseconds: 86_400_000_000, offsetSeconds: 0)),
        ("1970-01-01T00:00:00-05:30", .datetime(wallMicroseconds: 0, offsetSeconds: -19_800)),
    ])
    func literals(_ text: String, _ literal: Literal) {
        #expect(kinds(text) == [.literal(literal)])
    }

    @Test(arguments: [
        ("5m", "ambiguous-unit"), ("5x", "unknown-unit"), ("60dd", "unknown-unit"), ("1.5h", "fractional-duration"),
        ("9223372036854775808", "number-too-long"), ("0.0000000000000000001", "number-too-long"),
        ("1e5", "unknown-unit"),
        ("2026-02-30", "impossible-date"), ("2026-13", "impossible-date"), ("2026-q5", "impossible-date"),
        ("2026-11-2", "short-date"),
        ("2026-11-22x", "malformed-datetime"), ("2026-11-22T25:00", "malformed-datetime"), ("24:00", "impossible-time"),
        ("9:5", "impossible-time"), ("22.11.2026", "number-with-dots"), ("\"abc", "unterminated-text"),
        ("`abc", "unterminated-name"),
        ("\"\"\"abc\n", "unterminated-block"), ("``", "empty-name"), ("==", "wrong-operator"), ("<>", "wrong-operator"),
        ("&&", "wrong-operator"), ("||", "wrong-operator"), ("€", "currency-sign"), ("@", "stray-character"),
        ("\u{0}", "stray-character"),
        ("2000000000d", "duration-too-long"), ("2026-11-223", "impossible-date"),
    ])
    func invalid(_ text: String, _ expected: String) {
        #expect(code(text) == expected)
    }

    @Test(arguments: [
        ("\"a\"\"b\"", "a\"b"), ("'it''s'", "it's"), ("“x”", "x"), ("„x“", "x"), ("«a \"b\"»", "a \"b\""), ("‘x’", "x"),
        ("\"\\n\"", "\\n"), ("\"\"\"a\n\"b\"\"\"\"", "a\n\"b\""), ("\"\"", ""), ("\"\"\"\"\"\"", ""), ("'\"'", "\""),
    ])
    func texts(_ text: String, _ content: String) {
        #expect(kinds(text) == [.text(content)])
    }

    @Test func namesAndParameters() {
        #expect(
            kinds("Имя_2 `a``b` $город été") == [.word("Имя_2"), .quotedName("a`b"), .parameter("город"), .word("été")])
        #expect(kinds("e\u{301}t") == [.word("e\u{301}t")])
    }

    @Test func operatorsAndBlanks() {
        #expect(kinds("a\u{A0}≠\u{202F}b") == [.word("a"), .symbol(.notEqual), .word("b")])
        #expect(kinds("≤ ≥ −") == [.symbol(.lessOrEqual), .symbol(.greaterOrEqual), .symbol(.minus)])
        #expect(kinds("100/s") == [.rate(Rate(100, per: .second))])
        #expect(kinds("100/sum") == [.literal(.integer(100)), .symbol(.divide), .word("sum")])
        #expect(kinds("2026-7 2026 - 11 x-1").filter { $0 == .symbol(.minus) }.count == 3)
        #expect(kinds("22:00-08:00") == [.literal(.timeOfDay(1_320)), .symbol(.minus), .literal(.timeOfDay(480))])
        #expect(kinds("? \\Q") == [.shortcut("?"), .shortcut("\\q")])
    }

    @Test func comments() {
        #expect(kinds("a # b\nc -- d\n-- e\n#f\ng") == [.word("a"), .word("c"), .word("g")])
        #expect(kinds("a--b").count == 4)
        #expect(kinds("a --b").count == 4)
        #expect(kinds("a #") == [.word("a")])
        #expect(kinds("\"# no -- comment\"").count == 1)
    }

    @Test func indentation() {
        let tokens = Lexer.tokens(of: "a b\n  c\n\td;e")
        #expect(tokens.map(\.indent).prefix(6) == [0, 0, 2, 8, 8, 8])
        #expect(tokens.map(\.isFirstInLine).prefix(6) == [true, false, true, true, false, false])
    }

    /// Tokens of any text come in order, cover everything but blanks and comments, and end.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func anyBytes(_ seed: UInt64) {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let pieces = [
            "\"", "'", "`", "“", "”", "2026-", "11", "-", ":", ".", "%", "\n", " ", "\t", "#", "--", "é", "日", "$", "T",
            "q", "\u{0}",
        ]
        for _ in 0..<1_500 {
            var bytes: [UInt8] = []
            for _ in 0..<random.integer(0...24) {
                if random.flag() {
                    bytes += Array(random.pick(pieces).utf8)
                } else {
                    bytes.append(UInt8(random.below(256)))
                }
            }
            var position = 0
            for token in Lexer.tokens(of: String(decoding: bytes, as: UTF8.self)) {
                #expect(token.span.lower >= position)
                #expect(token.span.upper > token.span.lower || token.isEnd)
                position = token.span.upper
            }
        }
    }
}
