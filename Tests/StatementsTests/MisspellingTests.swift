import ReachDiagnostics
import ReachLanguage
import TestSupport
import Testing

@testable import ReachStatements

/// A word spelled wrong in any example of help is itself what the error points at, down to the names that binding looks up.
struct MisspelledExampleTests {
    @Test(arguments: Catalogue.statements.map { $0.syntax.keyword })
    func theMisspelledWordIsBlamed(_ keyword: String) throws {
        let session = try SampleSession.make(customers: 60)
        try session.answer("segment lapsed where last_seen > 60d")
        try session.answer("template winter for sms \"Hello {{name|friend}}\"")
        let examples = try #require(Catalogue.definition(keyword)).examples.map(\.text)
        #expect(!examples.flatMap { misspellings(of: $0) }.isEmpty)
        let wrong = wronglyBlamed(examples, mayPass: { Self.mayBeAnything($0, keyword) }) { text in
            defer { session.unpin() }
            do {
                for statement in try session.parse(SourceText(text)) { _ = try session.bind(statement) }
                return nil
            } catch {
                return error as? Diagnostic
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    /// Whether the word names something new there, or is looked for only when the statement runs: a column of a file, a key.
    private static func mayBeAnything(_ misspelling: Misspelling, _ keyword: String) -> Bool {
        let free: [String: Set<String>] = [
            "import": ["customers", "orders", "client", "paid", "email", "key"],
            "define": ["ltv", "is_vip"], "drop": ["lapsed", "m_score"], "segment": ["lapsed", "current"],
            "freeze": ["lapsed_november"], "recommend": ["C000042"],
            "summarize": ["ltv"], "why": ["C000042"], "require": ["all"], "help": ["segment", "time"],
            "channel": ["sms", "email", "push"], "suppress": ["C000042"], "unsuppress": ["C000042"],
            "template": ["winter"],
            "preview": ["C000042"], "send": ["reactivation", "winter"],
            "optimize": ["winter"],
        ]
        return free[keyword]?.contains(misspelling.original) ?? false
    }
}
