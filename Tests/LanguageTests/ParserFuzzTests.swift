import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

struct ParserFuzzTests {
    /// Examples with tokens dropped, doubled, swapped and replaced: every outcome is a statement or a diagnostic that points into the text,
    /// and each line offered as help parses, or is but a piece of one.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func mutilatedExamples(_ seed: UInt64) {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let strange = [
            "(", ")", ",", "`", "\"", "1,000", "5m", "==", "has", "where", "by", "and", "in", "then", ".", ";", "\n",
            "日本", "10%", "-", "not", "select", "of",
        ]
        var accepted = 0
        var refused = 0
        for _ in 0..<250 {
            let example = random.pick(Sample.examples)
            var words = Lexer.tokens(of: example).dropLast().map { SourceText(example)[$0.span] }
            for _ in 0..<random.integer(1...3) {
                guard !words.isEmpty else { break }
                let index = random.below(words.count)
                switch random.below(4) {
                case 0: words.remove(at: index)
                case 1: words.insert(words[index], at: index)
                case 2: words.swapAt(index, random.below(words.count))
                default: words[index] = random.pick(strange)
                }
            }
            let text = words.joined(separator: " ")
            let source = SourceText(text)
            for result in Sample.grammar.read(source).statements {
                switch result {
                case .success: accepted += 1
                case .failure(let diagnostic):
                    refused += 1
                    #expect((diagnostic.span?.upper ?? .max) <= text.utf8.count, "\(text)")
                    #expect(!diagnostic.message.isEmpty && diagnostic.kind != .bug, "\(text)")
                }
            }
        }
        // A fuzzer that only ever sees one outcome tests nothing.
        #expect(accepted > 20 && refused > 80)
    }

    @Test func deepNestingIsRefused() {
        for text in [
            String(repeating: "(", count: 50_000), String(repeating: "not ", count: 50_000) + "a",
            String(repeating: "- ", count: 50_000) + "1", String(repeating: "lower(", count: 50_000),
            String(repeating: "if(a, ", count: 50_000), String(repeating: "sum(", count: 50_000),
        ] {
            #expect(complaint(text)?.code == "nested-too-deeply")
        }
        #expect(objection(String(repeating: "explain ", count: 50_000))?.code == "nested-too-deeply")
        #expect(complaint(String(repeating: "(", count: 90) + "a" + String(repeating: ")", count: 90)) == nil)
    }

    @Test func longChainsAreRefused() {
        let chain = (0..<50_000).map { "a = \($0)" }.joined(separator: " or ")
        #expect(complaint(chain)?.code == "too-many-operators")
        let list = "a in (" + (0..<20_000).map(String.init).joined(separator: ", ") + ")"
        #expect(complaint(list) == nil)
        #expect(complaint((0..<400).map { "a = \($0)" }.joined(separator: " or ")) == nil)
    }
}
