import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

/// Whatever is typed is bound or refused with a diagnostic that points into it; nothing traps, and `not` is always the opposite.
@Suite struct RandomBindingTests {
    /// A small reproducible generator (SplitMix64).
    private struct Source: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func pick(_ options: [String]) -> String { options[Int.random(in: 0..<options.count, using: &self)] }
    }

    private static func value(_ source: inout Source, _ depth: Int) -> String {
        let leaves = [
            "city", "points", "balance", "score", "signup", "last_login", "subscribed", "orders", "last_seen", "lapsed",
            "spent",
            "5", "2.345", "99999999999999999", "\"Paris\"", "2026-03-01", "today", "now", "60d", "3mo", "5h", "missing",
            "visits",
            "count(orders)", "sum(orders.total)", "max(visits.at)", "customers.city", "$min", "nothing",
            "2026-02-28T12:30",
            "distinct(orders.category within 90d)", "avg(orders.total where gift)", "true", "page",
        ]
        guard depth > 0 else { return source.pick(leaves) }
        switch Int.random(in: 0..<9, using: &source) {
        case 0:
            return "(\(value(&source, depth - 1)) \(source.pick(["+", "-", "*", "/"])) \(value(&source, depth - 1)))"
        case 1:
            let function = source.pick(["lower", "abs", "days_since", "monthly", "year", "round", "length", "hour"])
            return "\(function)(\(value(&source, depth - 1)))"
        case 2: return "coalesce(\(value(&source, depth - 1)), \(value(&source, depth - 1)))"
        case 3: return "if(\(condition(&source, depth - 1)), \(value(&source, depth - 1)), \(value(&source, 0)))"
        default: return source.pick(leaves)
        }
    }

    private static func condition(_ source: inout Source, _ depth: Int) -> String {
        let one = value(&source, min(depth, 1))
        switch Int.random(in: 0..<14, using: &source) {
        case 0 where depth > 0:
            return "(\(condition(&source, depth - 1)) \(source.pick(["and", "or"])) \(condition(&source, depth - 1)))"
        case 1 where depth > 0: return "not (\(condition(&source, depth - 1)))"
        case 2: return "\(one) between \(value(&source, 0)) and \(value(&source, 0))"
        case 3: return "\(one) in (\(value(&source, 0)), \(value(&source, 0)))"
        case 4:
            return
                "\(one) in \(source.pick(["2026-03", "this month", "last 6 months", "last 2 full weeks", "next 3 days"]))"
        case 5: return "\(one) within \(source.pick(["60d", "2mo", "5h", "$age"]))"
        case 6: return "\(one) \(source.pick(["contains", "starts with", "like"])) \"a%\""
        case 7: return "\(one) is \(source.pick(["missing", "known", "true", "not false"]))"
        case 8:
            return
                "has \(source.pick(["no", "3+", "at most 2"])) orders \(source.pick(["", "within 90d", "since 2026-01-01", "where total > 5", "where city = \"Paris\""]))"
        case 9: return "has visits then \(source.pick(["", "no"])) orders within \(source.pick(["3d", "2h"]))"
        case 10:
            return source.pick([
                "stopped orders for 60d", "resumed visits after 5d", "has orders in 2 of last 6 months", one,
            ])
        default: return "\(one) \(source.pick(["=", "!=", "<", "<=", ">", ">="])) \(value(&source, min(depth, 1)))"
        }
    }

    @Test func randomConditions() throws {
        var context = try PlanFixture.context(definitions: [
            ("lapsed", .segment, "last_seen > 60d"), ("spent", .attribute, "sum(orders.total)"),
        ])
        context.parameters = ["min": .integer(3), "age": .duration(Duration(30, .day))]
        let seed = UInt64.random(in: 0..<UInt64.max)
        var source = Source(state: seed)
        var (bound, refused) = (0, 0)
        let printer = PlanPrinter(context.schema)
        for _ in 0..<1_200 {
            let text = Self.condition(&source, 2)
            guard let expression = try? ExpressionParser.parse(text) else { continue }
            let binder = PlanFixture.binder(text, context)
            do {
                let plan = try binder.bindCondition(expression)
                bound += 1
                let opposite = try binder.bindCondition(Expression(.not(expression), at: expression.span))
                #expect(opposite.negated == plan, "seed \(seed): \(text)")
                // Canonical text means the same; it is bound as a stored definition is, without a text to point into.
                let again = try Binder(context).bindCondition(try ExpressionParser.parse(expression.canonicalText))
                #expect(again == plan, "seed \(seed): \(text) became \(expression.canonicalText)")
                #expect(!printer.tree(plan).isEmpty && !EnglishRenderer(binder).phrase(expression).isEmpty)
            } catch let diagnostic as Diagnostic {
                refused += 1
                let span = try #require(diagnostic.span, "seed \(seed): \(text)")
                #expect(span.upper <= text.utf8.count, "seed \(seed): \(text)")
            }
        }
        #expect(bound > 100 && refused > 100, "seed \(seed): \(bound) bound, \(refused) refused")
    }
}
