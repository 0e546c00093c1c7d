import ReachDiagnostics
import Testing

@testable import ReachLanguage

/// What is wrong with a script; nil where it parses.
func objection(_ text: String) -> Diagnostic? {
    do {
        _ = try Sample.grammar.parseScript(SourceText(text))
        return nil
    } catch let diagnostic as Diagnostic {
        return diagnostic
    } catch {
        Issue.record("\(text): threw \(error)")
        return nil
    }
}

struct StatementTests {
    @Test(arguments: Sample.examples)
    func examplesParse(_ text: String) {
        #expect(objection(text) == nil)
    }
}
