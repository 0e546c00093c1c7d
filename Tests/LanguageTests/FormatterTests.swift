import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

struct FormatterTests {
    @Test(arguments: [
        ("orders>2 and last_seen>60 days", "orders > 2 and last_seen > 60d"),
        ("not (a = 1) and b = 2", "not a = 1 and b = 2"),
        ("(a or b) and c", "(a or b) and c"), ("a and (b and c)", "a and (b and c)"),
        ("(a and b) and c", "a and b and c"),
        ("CITY IN ('Paris')", "CITY in (\"Paris\")"), ("x is not missing", "x is known"), ("10% * 2k", "0.10 * 2000"),
        ("sum(orders.total where x > 1 within 90 days)", "sum(orders.total within 90d where x > 1)"),
        ("has at least 3 orders where a = 1 within 30d", "has 3+ orders within 30d where a = 1"),
        ("(has orders where a = 1) and b = 2", "(has orders where a = 1) and b = 2"),
        ("b = 2 and has orders where a = 1 and c = 3", "b = 2 and has orders where a = 1 and c = 3"),
        ("(a + b) * c - (d - e)", "(a + b) * c - (d - e)"), ("`first name` = `today`", "`first name` = `today`"),
        ("at in last 1 month or at in last month", "at in last 1 month or at in last month"), ("-(-x)", "-(-x)"),
        ("has a then b within 7d where flag", "has a then b within 7d where flag"),
        ("say = 'a \"b\"'", "say = 'a \"b\"'"),
        ("has a then b where x = 1 within 7d", "has a then b where x = 1 within 7d"), ("\"it's\" = x", "\"it's\" = x"),
    ])
    func expressions(_ text: String, _ canonical: String) throws {
        #expect(try ExpressionParser.parse(text).canonicalText == canonical)
    }

    @Test(arguments: [
        ("count all BY city", "count all by city"),
        ("show city top 5 by revenue", "show city sort by revenue desc top 5"),
        ("show customers where a = 1 sort by b", "show customers where a = 1 sort by b"),
        (
            "show total of orders of lapsed where total > 5 within 30d",
            "show total of orders of lapsed within 30d where total > 5"
        ),
        ("send x via email, push live wait 2 days", "send x via email, push wait 2d live"),
        ("channel sms quiet 22:00-08:00 price 3.25, '+7' 2", "channel sms price 3.25, \"+7\" 2 quiet 22:00-08:00"),
        ("segment `by` where a = 1", "segment `by` where a = 1"), ("why  007", "why 007"), ("? count", "help count"),
        ("export columns a to 'x'", "export columns a to \"x\""),
        ("export `columns` to 'x'", "export `columns` to \"x\""),
        ("count customers", "count all"), ("set timezone \"Europe/Moscow\"", "set timezone \"Europe/Moscow\""),
        (
            "import orders from 'o' check key id types (a decimal(2))",
            "import orders from \"o\" key id types (a decimal(2)) check"
        ),
    ])
    func statements(_ text: String, _ canonical: String) throws {
        #expect(Sample.grammar.format(try Sample.grammar.parse(text)) == canonical)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomExpressionsSurvive(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = RandomExpressions(seed: seed)
        for round in 0..<1_000 {
            let expression = random.expression(round % 5).withoutSpans
            let text = expression.canonicalText
            let again = try? ExpressionParser.parse(text)
            let survives = again?.withoutSpans == expression
            #expect(survives, "seed \(seed) round \(round): \(text) became \(again?.canonicalText ?? "an error")")
            if !survives { return }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomStatementsSurvive(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = RandomStatements(seed: seed, grammar: Sample.grammar)
        for round in 0..<600 {
            let statement = random.statement().withoutSpans
            let text = Sample.grammar.format(statement)
            let again = try? Sample.grammar.parse(text)
            let survives = again?.withoutSpans == statement
            let other = again.map { Sample.grammar.format($0) } ?? objection(text)?.message ?? ""
            #expect(survives, "seed \(seed) round \(round): \(text) became \(other)")
            if !survives { return }
        }
    }

    @Test(arguments: Sample.examples)
    func examplesSurvive(_ text: String) throws {
        let statement = try Sample.grammar.parse(text)
        let canonical = Sample.grammar.format(statement)
        let again = try Sample.grammar.parse(canonical)
        #expect(again.withoutSpans == statement.withoutSpans)
        #expect(Sample.grammar.format(again) == canonical)
    }
}
