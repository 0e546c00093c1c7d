import Foundation
import ReachDiagnostics
import ReachLanguage
import ReachStatements
import Testing

/// What help shows works as shown.
struct ExampleTests {
    @Test func everyStatementHasExamplesWithDistinctTexts() {
        for definition in Catalogue.statements {
            #expect(!definition.examples.isEmpty, "\(definition.syntax.keyword) has no example")
            #expect(Set(definition.examples.map(\.text)).count == definition.examples.count)
        }
        #expect(Set(Catalogue.statements.map { $0.syntax.keyword }).count == Catalogue.statements.count)
    }

    @Test func everyExampleParsesAndFormatsBack() throws {
        for definition in Catalogue.statements {
            for example in definition.examples {
                let statement = try Catalogue.grammar.parse(example.text)
                let formatted = Catalogue.grammar.format(statement)
                let again = Catalogue.grammar.format(try Catalogue.grammar.parse(formatted))
                #expect(formatted == again)
            }
        }
    }

    @Test func everyExampleRuns() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "key,email\nC000001,a@example.com\n".write(
            to: folder.appendingPathComponent("crm.csv"), atomically: true, encoding: .utf8)
        try "customer_id,name\nC000001,Ann\n".write(
            to: folder.appendingPathComponent("customers.csv"), atomically: true, encoding: .utf8)
        try "client,paid,total\nC000001,2026-01-02,10.50\n".write(
            to: folder.appendingPathComponent("orders.csv"), atomically: true, encoding: .utf8)
        // Told apart by what is in them, not by their names.
        try "{\"client\":\"C000001\",\"paid\":\"2026-01-02T10:00:00Z\"}\n".write(
            to: folder.appendingPathComponent("log-1.jsonl.gz"), atomically: true, encoding: .utf8)
        try "key,email\nC000001,a@example.com\n".write(
            to: folder.appendingPathComponent("crm.xlsx"), atomically: true, encoding: .utf8)
        try "source,date,amount\nads,2026-03-01,100.50\n".write(
            to: folder.appendingPathComponent("spend.csv"), atomically: true, encoding: .utf8)
        try "count all\n".write(
            to: folder.appendingPathComponent("segments.reach"), atomically: true, encoding: .utf8)
        let shop = try SampleSession.make(customers: 300)
        for definition in Catalogue.statements {
            for example in definition.examples {
                let startsEmpty = ["demo", "import"].contains(definition.syntax.keyword)
                let session = startsEmpty ? try SampleSession.make(customers: 0) : shop
                if !startsEmpty { try session.answer("segment lapsed where last_seen > 60d") }
                // Files that are read or written stand in the test's own folder.
                let text = example.text.replacing(/"([^"\/]+\.(csv|tsv|jsonl|xlsx|gz|reach|db))"/) {
                    "\"\(folder.path)/\($0.1)\""
                }
                do {
                    let answer = try session.answer(text)
                    #expect(!answer.statement.isEmpty)
                } catch let diagnostic as Diagnostic {
                    Issue.record("\(example.text): \(diagnostic.code): \(diagnostic.message) \(diagnostic.help)")
                }
            }
        }
    }
}
