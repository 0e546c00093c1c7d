import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

/// Conditions in English, and what missing values do in them.
@Suite struct EnglishTests {
    @Test func phrases() throws {
        let context = try PlanFixture.context(definitions: [("lapsed", .segment, "last_login > 60d")])
        for (text, expected) in [
            ("orders > 2", "more than 2 orders"),
            ("orders >= 1", "at least 1 order"),
            ("orders = 0", "no orders"),
            ("orders != 2", "not exactly 2 orders"),
            ("3 < orders", "more than 3 orders"),
            ("last_seen > 60d", "last seen before 2026-09-23"),
            ("last_seen < 60d", "last seen after 2026-09-23"),
            ("last_seen <= 60d", "last seen since 2026-09-23"),
            ("last_seen within 60d", "last seen since 2026-09-23"),
            ("has no orders within 26w", "no orders since 2026-05-24"),
            ("has 2 to 4 orders", "2 to 4 orders"),
            ("has orders within 90d where total > 100", "at least 1 order since 2026-08-24 with total above 100"),
            ("count(orders in 2026-03) >= 3", "at least 3 orders from 2026-03-01 to 2026-03-31"),
            ("sum(orders.total within 90d) > 100", "sum of total of orders since 2026-08-24 above 100"),
            ("city = \"Paris\"", "city is Paris"),
            ("city != \"Paris\"", "city is not Paris"),
            ("city in (\"Paris\", \"Rome\", \"Oslo\")", "city is Paris, Rome or Oslo"),
            ("city not in (\"Paris\", \"Rome\")", "city is neither Paris nor Rome"),
            ("city contains \"ar\"", "city contains ar"),
            ("city is missing", "city is missing"),
            ("subscribed", "subscribed"),
            ("not subscribed", "not subscribed"),
            ("points > 5 and (subscribed or orders > 1)", "points above 5 and (subscribed or more than 1 order)"),
            ("points between 1 and 5", "points from 1 to 5"),
            ("signup between 30d and 60d", "signup from 2026-09-23 to 2026-10-23"),
            ("signup >= 2026-01-01", "signup since 2026-01-01"),
            ("signup in last month", "signup from 2026-10-01 to 2026-10-31"),
            ("lapsed", "in segment `lapsed`"),
            ("not lapsed", "not in segment `lapsed`"),
            ("stopped orders for 60d", "orders, but none since 2026-09-23"),
            ("resumed orders after 60d", "back to orders after more than 60 days without"),
            ("has orders then no visits within 30d", "orders, then no visits within 30 days"),
            (
                "has orders in 3 of last 6 full months",
                "orders in at least 3 of the 6 months from 2026-05-01 to 2026-10-31"
            ),
            ("days_since(signup) > 3", "days since signup above 3"),
            ("last_login > 2026-11-22T09:30", "last login after 2026-11-22 09:30"),
        ] {
            let phrase = EnglishRenderer(PlanFixture.binder(text, context)).phrase(try ExpressionParser.parse(text))
            #expect(phrase == expected, "\(text)")
        }
    }

    private func explain(_ audience: AudienceSyntax, _ text: String, _ context: BindingContext) throws -> Explanation {
        let binder = PlanFixture.binder(text, context)
        let bound = try binder.bindAudience(audience)
        let subject = BoundSubject(population: .customers(bound.condition), audience: bound, rows: nil)
        return binder.explanation(of: subject, plan: .count(subject.population))
    }

    @Test func missingValues() throws {
        let context = try PlanFixture.context()
        for (text, expected) in [
            ("city = \"Paris\"", ["customers without a city are not in it"]),
            ("city != \"Paris\"", ["customers without a city are in it, because of `not` or `!=`"]),
            (
                "city = \"Paris\" or points > 1",
                [
                    "customers without a city are in it only through another condition",
                    "customers whose points is missing are in it only through another condition",
                ]
            ),
            ("orders > 2", []),
            ("has at most 2 orders", ["customers without orders are in it"]),
            ("sum(orders.total) < 100", ["customers without orders are in it"]),
            ("avg(orders.total) > 100", ["customers without orders are not in it"]),
            ("not avg(orders.total) > 100", ["customers without orders are in it"]),
            ("last_seen > 60d", ["customers without any activity are not in it"]),
            ("coalesce(points, 0) = 0", ["customers whose points is missing are in it"]),
            ("points is known", ["customers whose points is missing are not in it"]),
            (
                "city != \"Paris\" and signup > 1y",
                [
                    "customers without a city are in it, because of `not` or `!=`",
                    "customers without a signup are not in it",
                ]
            ),
        ] as [(String, [String])] {
            let audience = AudienceSyntax(
                base: nil, condition: try ExpressionParser.parse(text), span: SourceSpan(0, 0))
            let explanation = try explain(audience, text, context)
            #expect(explanation.missing == expected, "\(text): \(explanation.missing)")
        }
    }

    @Test func explanation() throws {
        let text = "orders > 2 and last_seen > 60d"
        let audience = AudienceSyntax(base: nil, condition: try ExpressionParser.parse(text), span: SourceSpan(0, 0))
        let explanation = try explain(audience, text, try PlanFixture.context())
        #expect(explanation.text == "customers where orders > 2 and last_seen > 60d")
        #expect(explanation.sentence == "customers: more than 2 orders and last seen before 2026-09-23")
        #expect(explanation.dates == ["60d: 2026-09-23"])
        #expect(explanation.plan.hasPrefix("count\n  customers\n    all of"))
    }
}
