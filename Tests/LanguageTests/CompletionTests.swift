import ReachDiagnostics
import Testing

@testable import ReachLanguage

/// A small shop, and every name that the examples use.
private struct Shop: CompletionSource {
    var extra: [String] = []

    func names(of kind: NameKind, in scope: NameScope) -> [String] {
        switch kind {
        case .table: ["customers", "orders", "visits", "carts"] + extra
        case .customerColumn: ["city", "email", "first name", "today"] + extra
        case .column:
            scope == .table("orders") || scope == .subject("orders") ? ["total", "category"] + extra : ["city"] + extra
        case .segment: ["lapsed", "Lapsed buyers", "by"] + extra
        case .attribute: ["clv"] + extra
        case .channel: ["email", "push", "sms"]
        case .parameter: ["limit"]
        default: extra
        }
    }

    func values(of column: QualifiedName, in scope: NameScope) -> [String] {
        switch (column.name.text, scope) {
        case ("city", _): ["Paris", "Moscow", "say \"hi\""]
        case ("category", .table("orders")): ["ski", "surf"]
        default: []
        }
    }

    func files(beginningWith path: String) -> [String] { ["orders.csv", "other.reach"].filter { $0.hasPrefix(path) } }

    func words(of list: String) -> [String] { list == "topic" ? ["dates"] + extra : [] }
}

struct CompletionTests {
    /// Candidates at the `|` of the text.
    private func candidates(_ marked: String, _ source: Shop = Shop()) -> [String] {
        let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let completion = Sample.grammar.completion(in: parts.joined(), at: parts[0].utf8.count)
        return completion.candidates(Sample.grammar, source).map(\.text)
    }

    @Test(arguments: [
        ("|", ["count", "segment", "send"]), ("co|", ["count", "compare"]), ("count all |", ["by", "where"]),
        ("count all where c|", ["city", "clv", "count(", "coalesce("]),
        ("count where fi|", ["`first name`", "first("]),
        ("count where tod|", ["`today`"]), ("count where joined > tod|", ["today"]),
        ("count where city = |", ["\"Paris\"", "email"]),
        ("count where city = \"P|", ["\"Paris\""]), ("count where city in (\"Moscow\", 'P|", ["\"Paris\""]),
        ("count where city = 'say|", ["'say \"hi\"'"]), ("count where city |", ["=", "in", "is missing", "and"]),
        ("count where has |", ["orders", "no", "at least"]), ("count where has orders where |", ["total", "category"]),
        ("count where has orders where category = |", ["\"ski\""]), ("count where orders.|", ["total"]),
        ("count where has orders wi|", ["within"]), ("count where sum(or|", ["orders"]),
        ("show |", ["city", "of", "sort by", "top"]),
        ("show | of orders", ["total"]), ("count orders by |", ["total"]), ("send x via |", ["sms"]),
        ("send x via email un|", ["until"]),
        ("import orders from \"or|", ["\"orders.csv\""]), ("run \"o|", ["\"other.reach\""]), ("help |", ["dates"]),
        ("set $|", ["$limit"]), ("count where total > $l|", ["$limit"]), ("count where at in |", ["last month", "("]),
        ("count;\n co|", ["count"]), ("count\nco|", ["count"]), ("count\n  b|", ["by"]), ("explain co|", ["count"]),
        ("count where `fi|", ["`first name`"]), ("drop |", ["segment", "import"]),
        ("segment |", ["lapsed", "`by`", "where"]),
        ("summarize |", ["count", "avg("]), ("require count(|", ["lapsed", "where"]),
        ("count where (|", ["city", "not"]),
    ])
    func offers(_ marked: String, _ wanted: [String]) {
        let offered = candidates(marked)
        for text in wanted { #expect(offered.contains(text), "\(marked): \(offered)") }
    }

    @Test(arguments: [
        "# co|", "count -- a|", "count all frobnicate |", "echo \"\"\"co|", "count where city = Paris x |", "define |",
    ])
    func staysSilent(_ marked: String) {
        #expect(candidates(marked).isEmpty)
    }

    @Test(arguments: [
        ("count where city = \"P|", ["count(", "city"]), ("show | of orders", ["email"]),
        ("count where has orders where |", ["has", "email", "lapsed"]), ("count where `fi|", ["first("]),
    ])
    func withholds(_ marked: String, _ unwanted: [String]) {
        let offered = candidates(marked)
        for text in unwanted { #expect(!offered.contains(text), "\(marked): \(offered)") }
    }

    @Test func replacesWhatIsTyped() {
        let text = "count where city = “Par"
        let completion = Sample.grammar.completion(in: text, at: text.utf8.count)
        #expect(completion.span == SourceSpan(19, text.utf8.count))
        #expect(completion.typed == "Par")
        #expect(Sample.grammar.completion(in: "co", at: 99).span == SourceSpan(0, 2))
    }

    /// Wherever the cursor stands in a word of an example, that word is among the candidates, unless it is a new name.
    @Test(arguments: Sample.examples)
    func everyWordOfEveryExample(_ text: String) {
        let tokens = Lexer.tokens(of: text)
        let names = tokens.compactMap { $0.identifier?.text }
        for token in tokens {
            guard let word = token.word else { continue }
            for cut in [token.span.lower, token.span.lower + 1] {
                let completion = Sample.grammar.completion(in: text, at: cut)
                let isFree = completion.expectations.contains { expectation in
                    switch expectation {
                    case .newName, .customerKey, .bareWord, .text: true
                    default: false
                    }
                }
                // Behind a number, `days` is part of a duration; a word inside a key is none.
                guard !isFree, !(token.span.lower > 0 && !token.hasBlankBefore && completion.expectations.isEmpty)
                else { continue }
                let offered = completion.candidates(Sample.grammar, Shop(extra: names)).flatMap {
                    $0.text.split(whereSeparator: { " (".contains($0) }).map { Words.key(String($0)) }
                }
                let isKnown = offered.contains(Words.key(word)) || Duration.Unit(longWord: Words.key(word)) != nil
                let isAlias =
                    Sample.grammar.byKeyword[Words.key(word)] != nil && completion.expectations == [.statement]
                #expect(isKnown || isAlias, "\(text) at \(cut): \(completion.expectations)")
            }
        }
    }

    @Test(arguments: Sample.examples)
    func everyPositionAnswers(_ text: String) {
        for offset in 0...text.utf8.count {
            let completion = Sample.grammar.completion(in: text, at: offset)
            #expect(completion.span.upper <= text.utf8.count)
            _ = completion.candidates(Sample.grammar, Shop())
        }
    }
}

struct UsageTests {
    @Test(arguments: [
        ("count", ["count [AUDIENCE or ROWS] [by EXPRESSION [as NAME], …]"]), ("tables", ["tables"]),
        ("segment", ["segment [all | current where CONDITION | where CONDITION | SEGMENT", "    [where CONDITION]]"]),
        ("drop", ["drop import N | segment|attribute|table|channel|template NAME"]),
        ("describe", ["describe TABLE[.COLUMN]"]),
        (
            "show",
            [
                "show [EXPRESSION [as NAME], …] [of AUDIENCE or ROWS]",
                "    [sort by EXPRESSION [desc], …] [top N [by EXPRESSION]]",
            ]
        ),
    ])
    func forms(_ keyword: String, _ lines: [String]) {
        #expect(Sample.grammar.syntax(of: keyword)?.usage() == lines)
    }

    @Test func linesFit() {
        for statement in Sample.statements { #expect(statement.usage().allSatisfy { $0.count <= 80 }) }
    }
}
