import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

struct MisspellingTests {
    /// Only names can be misspelled without the parser's noticing: whether they exist is not its matter.
    @Test(arguments: Sample.examples)
    func theWordIsBlamed(_ text: String) throws {
        let statement = try Sample.grammar.parse(text)
        let keywords = Set(Words.expressionKeywords).union(Words.functions).union(Words.aggregates)
            .union(StatementWriter.literalWords(Sample.grammar.syntax(of: statement.keyword)?.form ?? .sequence([])))
        let wrong = wronglyBlamed(
            [text], mayPass: { !keywords.contains(Words.key($0.original)) || isName($0, statement) },
            diagnose: objection)
        #expect(wrong.isEmpty)
    }

    /// Whether the misspelled text parses to the same statement but for names.
    private func isName(_ misspelling: Misspelling, _ statement: Statement) -> Bool {
        guard let other = try? Sample.grammar.parse(misspelling.text) else { return false }
        let written = Sample.grammar.format(other)
        return written.contains(misspelling.misspelled)
    }
}
