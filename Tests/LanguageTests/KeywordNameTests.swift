import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

/// Every word of the language as the name of a column, without backticks except where the language reserves it.
struct KeywordNameTests {
    private static let words: [String] = {
        var words = Set(Words.expressionKeywords).union(Words.functions).union(Words.aggregates)
        words.formUnion(Words.reservedAsValue)
        words.formUnion(Words.reservedAsAudience)
        for statement in Sample.statements {
            words.formUnion(StatementWriter.literalWords(statement.form))
            words.formUnion(([statement.keyword] + statement.aliases).filter { CharacterClass.isPlainName($0) })
        }
        return words.filter { CharacterClass.isPlainName($0) }.sorted()
    }()

    @Test func thereAreMany() {
        #expect(Self.words.count > 150)
        #expect(Words.reservedAsValue.count == 12)
        #expect(Words.reservedAsAudience.count == 7)
    }

    /// Where a value is expected only twelve words are reserved.
    @Test(arguments: [
        "W > 1", "a = W", "W = W", "W in (W, W)", "W is missing", "W between W and W", "W like W", "W contains W",
        "not W and W or W",
        "W within 60d", "W in last month", "W + W * -W", "lower(W)", "if(W, W, W)", "sum(orders.W)", "orders.W > 1",
        "(W)",
        "has orders where W and W = 1 within 90d", "sum(orders.W within 90d where W = W)", "W does not contain W",
        "has a where W > 1 then b where W = 1 within 3d", "W in 2026-03", "W not in (W)", "W > 60 days ago",
    ])
    func asValues(_ pattern: String) {
        for word in Self.words where !Words.reservedAsValue.contains(word) {
            let text = Self.filled(pattern, word)
            guard let expression = try? ExpressionParser.parse(text) else {
                Issue.record("\(text): \(complaint(text)?.message ?? "")")
                continue
            }
            let quoted = Self.filled(pattern, "`\(word)`")
            #expect((try? ExpressionParser.parse(quoted))?.withoutSpans == expression.withoutSpans, "\(text)")
        }
    }

    @Test(arguments: [
        "count all by W, W", "count where W = 1 by W as W", "show W, W of orders sort by W desc, W top 5",
        "show city, W",
        "summarize avg(W), sum(orders.W) as W by W of orders sort by W", "histogram W of orders where W",
        "define W = W",
        "export orders columns W, W as W to \"x\"", "describe orders.W",
        "import W from \"x\" key W types (W text) rename (W W)",
        "count orders where W = W by W", "require W = 1", "channel sms address W consent none", "show W sort by W",
    ])
    func inStatements(_ pattern: String) {
        for word in Self.words where !Words.reservedAsValue.contains(word) {
            // `show` may be followed by an audience's words: there the second list holds too.
            if pattern.hasPrefix("show W"), ["of", "where"].contains(word) { continue }
            let text = Self.filled(pattern, word)
            guard let statement = try? Sample.grammar.parse(text) else {
                Issue.record("\(text): \(objection(text)?.message ?? "")")
                continue
            }
            let quoted = Self.filled(pattern, "`\(word)`")
            #expect((try? Sample.grammar.parse(quoted))?.withoutSpans == statement.withoutSpans, "\(text)")
        }
    }

    @Test(arguments: [
        "count W", "count W by city", "send x to W via email", "compare W with W", "count orders of W",
        "segment W where a = 1",
    ])
    func asAudiences(_ pattern: String) {
        for word in Self.words where !Words.reservedAsAudience.contains(word) && word != "customers" {
            let text = Self.filled(pattern, word)
            #expect(objection(text) == nil, "\(text)")
        }
        for word in Words.reservedAsAudience {
            #expect(objection(Self.filled(pattern, "`\(word)`")) == nil)
        }
    }

    private static func filled(_ pattern: String, _ word: String) -> String {
        pattern.split(separator: " ", omittingEmptySubsequences: false).map { part in
            part.replacing("W", with: word)
        }.joined(separator: " ")
    }
}

extension Substring {
    /// Each letter `W` replaced; no pattern has it in another word.
    fileprivate func replacing(_ letter: Character, with word: String) -> String {
        reduce(into: "") { $0 += $1 == letter ? word : String($1) }
    }
}
