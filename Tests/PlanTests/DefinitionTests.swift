import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

/// Segments and attributes where they are used.
@Suite struct DefinitionTests {
    @Test func expandInline() throws {
        let context = try PlanFixture.context(definitions: [
            ("lapsed", .segment, "last_login > 60d"), ("spent", .attribute, "sum(orders.total)"),
            ("home", .attribute, "lower(city)"), ("best", .segment, "lapsed and spent > 100"),
            ("spring", .frozen, ""),
        ])
        try PlanFixture.expectPlans(
            [
                ("lapsed", "last_login < 2026-09-23T00:00Z"),
                ("not lapsed", "not (last_login < 2026-09-23T00:00Z)"),
                ("lapsed = false", "not (last_login < 2026-09-23T00:00Z)"),
                ("spent > 5", "sum(orders.total) > 5.00"),
                ("Best", "last_login < 2026-09-23T00:00Z and sum(orders.total) > 100.00"),
                ("spring or home = \"rome\"", "member of spring or lower(city) = \"rome\""),
                (
                    "has orders where customers.home = \"rome\"",
                    "count(orders where lower(customers.city) = \"rome\") >= 1"
                ),
            ], context)
        let failure = try #require(try PlanFixture.failure("has orders where customers.spent > 5", context))
        #expect(failure.code == "nested-activity")
    }

    @Test func cycles() throws {
        let context = try PlanFixture.context(definitions: [
            ("a", .segment, "b"), ("b", .segment, "not c"), ("c", .segment, "a"),
        ])
        let failure = try #require(try PlanFixture.failure("points > 1 and a", context))
        #expect(failure.code == "definition-cycle")
        #expect(failure.message == "`a` refers to itself: `a` → `b` → `c` → `a`")
        #expect(failure.span == SourceSpan(15, 16))
    }

    @Test func newDefinitionsAreChecked() throws {
        let context = try PlanFixture.context(definitions: [
            ("lapsed", .segment, "last_login > 60d"), ("best", .segment, "lapsed and points > 1"),
        ])
        let place = SourceSpan(0, 1)
        func check(_ name: String, _ text: String) throws {
            try Binder.checkDefinition(
                Identifier(name, at: place), .segment, try ExpressionParser.parse(text), in: context, statement: nil)
        }
        try check("fresh", "best")
        #expect(throws: Diagnostic.self) { try check("lapsed", "best") }
        #expect(throws: Diagnostic.self) { try check("self", "self") }
        #expect(throws: Diagnostic.self) { try check("wrong", "citty = \"x\"") }
        #expect(try context.checkNewName(Identifier("lapsed", at: place), as: .segment)?.name == "lapsed")
        #expect(try context.checkNewName(Identifier("new", at: place), as: .segment) == nil)
        for (name, code) in [
            ("lapsed", "name-taken"), ("City", "name-taken"), ("orders", "name-taken"), ("current", "reserved-name"),
        ] {
            let thrown = #expect(throws: Diagnostic.self) {
                _ = try context.checkNewName(Identifier(name, at: place), as: .attribute)
            }
            #expect(thrown?.code == code)
        }
    }

    @Test func whatBreaksADefinitionBlamesItsUse() throws {
        let context = try PlanFixture.context(definitions: [("old", .segment, "town = \"Paris\"")])
        let failure = try #require(try PlanFixture.failure("points > 1 and old", context))
        #expect(failure.code == "unknown-column")
        #expect(failure.span == SourceSpan(15, 18))
        #expect(failure.message.contains("segment `old`") && failure.message.contains("`town`"))
    }

    @Test func users() throws {
        let context = try PlanFixture.context(definitions: [
            ("lapsed", .segment, "has no orders within 60d"),
            ("spent", .attribute, "sum(orders.total where customers.home = \"x\")"),
            ("home", .attribute, "lower(city)"), ("best", .segment, "lapsed and spent > $min"), ("spring", .frozen, ""),
        ])
        #expect(context.users(ofDefinition: "Lapsed") == ["best"])
        #expect(context.users(ofDefinition: "home") == ["spent"])
        #expect(context.users(ofDefinition: "best") == [])
        #expect(context.users(ofTable: "orders") == ["lapsed", "spent"])
        #expect(context.users(ofColumn: "city") == ["home"])
        let best = try ExpressionParser.parse("lapsed and spent > $min and visits > 1")
        let found = context.dependencies(of: best)
        #expect(found.definitions == ["lapsed", "spent"])
        #expect(found.parameters == ["min"])
        #expect(found.columns == ["visits"])
    }

    @Test func parameters() throws {
        var context = try PlanFixture.context()
        context.parameters = ["min": .integer(3), "since": .date(20_000), "age": .duration(Duration(60, .day))]
        try PlanFixture.expectPlans(
            [
                ("points > $min", "points > 3"), ("signup > $age", "signup < 2026-09-23"),
                (
                    "has orders within $age",
                    "count(orders where ordered_at >= 2026-09-23 and ordered_at <= 2026-11-22) >= 1"
                ),
                ("has orders since $since", "count(orders where ordered_at >= 2024-10-04) >= 1"),
                ("has orders within $min", "parameter-type: `$min` is not a length of time"),
            ], context)
    }
}
