import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

/// What is refused, which words are blamed, and what is offered instead.
@Suite struct ErrorTests {
    private static func expect(
        _ cases: [(text: String, code: String, blamed: String, help: [String])], _ context: BindingContext? = nil,
        _ scope: Scope = .customers, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let context = try context ?? PlanFixture.context()
        for (text, code, blamed, help) in cases {
            guard let diagnostic = try PlanFixture.failure(text, context, scope) else {
                Issue.record("\(text) was bound", sourceLocation: sourceLocation)
                continue
            }
            let place = diagnostic.span.map { SourceText(text)[$0] } ?? ""
            #expect(diagnostic.code == code, "\(text): \(diagnostic.message)", sourceLocation: sourceLocation)
            #expect(place == blamed, "\(text): \(diagnostic.message)", sourceLocation: sourceLocation)
            #expect(diagnostic.help == help, "\(text): \(diagnostic.help)", sourceLocation: sourceLocation)
            #expect(!diagnostic.message.hasSuffix("."), sourceLocation: sourceLocation)
        }
    }

    @Test func unknownNames() throws {
        try Self.expect([
            ("citty = \"Paris\"", "unknown-column", "citty", ["a similar column exists: `city`"]),
            ("city = Paris", "unknown-column", "Paris", ["city = \"Paris\""]),
            ("city = paris", "unknown-column", "paris", ["city = \"Paris\""]),
            ("city in (Paris, Rome)", "unknown-column", "Paris", ["city in (\"Paris\", Rome)"]),
            ("total > 5", "unknown-column", "total", ["sum(orders.total)", "avg(orders.total)"]),
            ("orders.totl > 5", "unknown-column", "totl", ["a similar column exists: `total`"]),
            ("orders.total > 5", "many-values", "orders.total", ["sum(orders.total)", "avg(orders.total)"]),
            ("ordrs.total > 5", "unknown-table", "ordrs", ["a similar table exists: `orders`"]),
            ("has ordrs", "unknown-table", "ordrs", ["a similar table exists: `orders`"]),
            ("sum(ordrs.total) > 5", "unknown-table", "ordrs", ["a similar table exists: `orders`"]),
            ("sum(orders.totl) > 5", "unknown-column", "totl", ["a similar column exists: `total`"]),
            ("sum(total) > 5", "aggregate-argument", "total", ["sum(orders.total)"]),
            ("has email", "not-activity", "email", ["email is known"]),
            ("has subscribed", "not-activity", "subscribed", ["subscribed"]),
            ("has customers", "not-activity", "customers", ["orders", "visits", "carts"]),
            ("has orders where ttal > 5", "unknown-column", "ttal", ["a similar column exists: `total`"]),
            ("has orders where visits.page = \"x\"", "foreign-table", "visits", ["(has orders) and has visits"]),
            ("points > $min", "unset-parameter", "$min", ["set $min = …", "--set min=…"]),
            ("customers.citty = \"x\"", "unknown-column", "citty", ["a similar column exists: `city`"]),
            ("lst_seen > 60d", "unknown-column", "lst_seen", ["a similar column exists: `last_seen`"]),
        ])
    }

    @Test func types() throws {
        try Self.expect([
            ("points = \"42\"", "type-mismatch", "\"42\"", ["points = 42"]),
            ("phone = 42", "type-mismatch", "42", ["phone = \"42\""]),
            ("signup > \"2026-01-01\"", "type-mismatch", "\"2026-01-01\"", ["signup > 2026-01-01"]),
            ("signup = 2026", "type-mismatch", "2026", ["signup in 2026"]),
            ("signup > 60", "type-mismatch", "60", ["signup > 60d"]),
            ("city > 60d", "type-mismatch", "city", ["last_seen > 60d", "signup > 60d"]),
            ("orders > 60d", "type-mismatch", "orders", ["has orders within 60d", "has no orders within 60d"]),
            ("orders in 2026-03", "type-mismatch", "orders", ["has orders in 2026-03"]),
            ("signup > 5h", "no-time-of-day", "signup > 5h", ["1d"]),
            ("signup = 2026-03", "type-mismatch", "signup = 2026-03", ["signup in 2026-03"]),
            ("signup < 2026-03", "type-mismatch", "signup < 2026-03", ["signup < 2026-03-01"]),
            ("subscribed = 1", "type-mismatch", "1", ["subscribed = true"]),
            ("subscribed > true", "type-mismatch", "subscribed > true", ["subscribed = true"]),
            ("subscribed = \"yes\"", "type-mismatch", "\"yes\"", ["subscribed = true"]),
            ("points is true", "type-mismatch", "points", ["points = 1"]),
            ("city", "not-a-condition", "city", ["city is known", "city = \"Paris\""]),
            ("signup", "not-a-condition", "signup", ["signup is known", "signup > 60d"]),
            ("points contains \"x\"", "type-mismatch", "points", ["points = 1"]),
            ("city contains 5", "type-mismatch", "5", ["city contains \"\""]),
            ("signup - 30 > today", "type-mismatch", "signup - 30", ["signup - 30d"]),
            ("-city > 1", "type-mismatch", "city", []),
            ("signup > 99999y", "beyond-calendar", "signup > 99999y", ["10y"]),
        ])
    }

    @Test func missingValues() throws {
        try Self.expect([
            ("city = missing", "compared-with-nothing", "= missing", ["city is missing"]),
            ("city != missing", "compared-with-nothing", "!= missing", ["city is known"]),
            ("city = \"\"", "compared-with-nothing", "= \"\"", ["city is missing"]),
            ("city = null", "compared-with-nothing", "= null", ["city is missing"]),
            ("city in (\"Paris\", missing)", "compared-with-nothing", "missing", ["city is missing"]),
            ("city contains \"\"", "compared-with-nothing", "\"\"", ["city is missing", "city is known"]),
        ])
    }

    @Test func functions() throws {
        try Self.expect([
            ("lower(points) = \"x\"", "type-mismatch", "points", ["lower(city)"]),
            ("lower(city, city) = \"x\"", "argument-count", "lower(city, city)", ["lower(city)"]),
            ("hour(signup) > 3", "no-time-of-day", "signup", ["1d"]),
            ("if(subscribed, 1) > 0", "argument-count", "if", ["if(condition, value, otherwise)"]),
            ("if(subscribed, 1, city) > 0", "type-mismatch", "city", []),
            ("bucket(points, 500, 100) = \"x\"", "type-mismatch", "100", ["bucket(points, 100, 500, 1000)"]),
            ("round(points, city) > 1", "type-mismatch", "city", ["round(points, 2)"]),
            (
                "sum(orders.category) > 1", "type-mismatch", "orders.category",
                ["max(orders.category)", "distinct(orders.category)"]
            ),
            ("median(orders.total) > 1", "only-summarized", "median(orders.total)", ["summarize median(orders.total)"]),
            (
                "count(orders.total) > 1", "aggregate-argument", "orders.total",
                ["count(orders)", "count(orders where total is known)", "distinct(orders.total)"]
            ),
        ])
    }

    @Test func activity() throws {
        try Self.expect(
            [
                ("has orders since \"2026-01-01\"", "type-mismatch", "\"2026-01-01\"", ["since 2026-01-01"]),
                ("has orders within 5h", "no-time-of-day", "5h", ["1d"]),
                ("has orders then no visits within 3d then carts within 3d", "negated-step", "visits", ["then visits"]),
                ("has orders where lapsed", "nested-activity", "lapsed", ["(has orders) and lapsed"]),
                ("has orders where visits > 3", "customers-only", "visits", ["customers.visits"]),
                (
                    "has orders where customers.lapsed", "nested-activity", "customers.lapsed",
                    ["(has orders) and customers.lapsed"]
                ),
            ], PlanFixture.context(definitions: [("lapsed", .segment, "last_seen > 60d")]))
    }

    @Test func rowsKnowTheirOwnColumns() throws {
        try Self.expect(
            [
                ("city = \"Paris\"", "customers-only", "city", ["customers.city"]),
                ("total = \"5\"", "type-mismatch", "\"5\"", ["total = 5"]),
                ("visits.page = \"x\"", "foreign-table", "visits", ["(has orders) and has visits"]),
            ], nil, .rows(table: 1))
        try PlanFixture.expectPlans(
            [
                ("total > 5 and category = \"ski\"", "total > 5.00 and category = \"ski\""),
                ("customers.city = \"Paris\" and total > 1", "customers.city = \"Paris\" and total > 1.00"),
                ("ordered_at > 60d", "ordered_at < 2026-09-23"),
                ("customer_id = 3", "customers.id = 3"),
                ("gift", "gift is true"),
            ], nil, .rows(table: 1))
    }
}
