import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

@Suite struct ActivityTests {
    @Test func has() throws {
        try PlanFixture.expectPlans([
            ("orders > 2", "count(orders) > 2"),
            ("orders", "count(orders) > 0"),
            ("has orders", "count(orders) >= 1"),
            ("has no orders", "count(orders) = 0"),
            ("has 3+ orders", "count(orders) >= 3"),
            ("has at least 3 orders", "count(orders) >= 3"),
            ("has more than 3 orders", "count(orders) > 3"),
            ("has at most 3 orders", "count(orders) <= 3"),
            ("has fewer than 3 orders", "count(orders) < 3"),
            ("has exactly 3 orders", "count(orders) = 3"),
            ("has 2 to 4 orders", "count(orders) >= 2 and count(orders) <= 4"),
            ("not has orders", "not (count(orders) >= 1)"),
            (
                "has no orders within 26w",
                "count(orders where ordered_at >= 2026-05-24 and ordered_at <= 2026-11-22) = 0"
            ),
            ("has orders where total > 100", "count(orders where total > 100.00) >= 1"),
            (
                "has orders within 90d where total > 100 and gift",
                "count(orders where ordered_at >= 2026-08-24 and ordered_at <= 2026-11-22 and total > 100.00 and gift is true) >= 1"
            ),
            ("has orders in 2026-03", "count(orders where ordered_at >= 2026-03-01 and ordered_at < 2026-04-01) >= 1"),
            ("has orders since 2026-03-01", "count(orders where ordered_at >= 2026-03-01) >= 1"),
            ("has orders before 2026-03-01", "count(orders where ordered_at < 2026-03-01) >= 1"),
            (
                "has orders between 2026-03-01 and 2026-03-31",
                "count(orders where ordered_at >= 2026-03-01 and ordered_at <= 2026-03-31) >= 1"
            ),
            ("has visits since 2026-03-01", "count(visits where at >= 2026-03-01T00:00Z) >= 1"),
            (
                "has visits within 2h",
                "count(visits where at >= 2026-11-22T21:59:59Z and at <= 2026-11-22T23:59:59Z) >= 1"
            ),
            ("has orders since customers.signup", "count(orders where ordered_at >= customers.signup) >= 1"),
            ("has orders where customers.city = \"Paris\"", "count(orders where customers.city = \"Paris\") >= 1"),
            ("has orders where orders.total > 1", "count(orders where total > 1.00) >= 1"),
            ("has orders where customer_id = 5", "count(orders where customers.id = 5) >= 1"),
            (
                "has orders in 3 of last 6 full months",
                "distinct(orders: monthly(ordered_at) where ordered_at >= 2026-05-01 and ordered_at < 2026-11-01) >= 3"
            ),
            (
                "has visits in 2 of last 4 weeks",
                "distinct(visits: weekly(date(at)) where at >= 2026-10-26T00:00Z and at < 2026-11-23T00:00Z) >= 2"
            ),
            (
                "stopped orders for 60d",
                "count(orders) >= 1 and count(orders where ordered_at >= 2026-09-23 and ordered_at <= 2026-11-22) = 0"
            ),
            (
                "resumed orders after 60d within 30d",
                "resumed(orders after 60 days where ordered_at >= 2026-10-23 and ordered_at <= 2026-11-22)"
            ),
            ("resumed orders after 2mo", "resumed(orders after 2 months)"),
            ("has orders then visits within 3d", "orders then visits within 3 days by date"),
            (
                "has visits then carts within 2h then no visits within 1d",
                "visits then carts within 7200 seconds then no visits within 1 days"
            ),
            (
                "has orders where total > 5 then no orders within 30d",
                "orders where total > 5.00 then no orders within 30 days"
            ),
        ])
    }

    @Test func aggregates() throws {
        try PlanFixture.expectPlans([
            (
                "count(orders within 90d) >= 3",
                "count(orders where ordered_at >= 2026-08-24 and ordered_at <= 2026-11-22) >= 3"
            ),
            ("sum(orders.total where category = \"ski\") > 10.5", "sum(orders.total where category = \"ski\") > 10.50"),
            ("avg(orders.total) > 10", "avg(orders.total) > 10.0"),
            ("sum(orders.gift) > 0", "sum(orders: integer(gift)) > 0"),
            ("sum(orders.total * orders.pieces) > 10", "sum(orders: (total * decimal(0)(pieces))) > 10.00"),
            ("last(orders.category) = \"ski\"", "last(orders.category) = \"ski\""),
            ("distinct(orders.category) > 2", "distinct(orders.category) > 2"),
            ("max(orders.ordered_at) > 30d", "max(orders.ordered_at) < 2026-10-23"),
            ("min(visits.at) < 2026-01-01", "min(visits.at) < 2026-01-01T00:00Z"),
            ("visits > orders", "visits > count(orders)"),
            (
                "last_seen > 60d",
                "greatest(max(orders.ordered_at), date(max(visits.at)), date(max(carts.at))) < 2026-09-23"
            ),
            (
                "count(orders where total > 5 and category = \"ski\") > 1",
                "count(orders where total > 5.00 and category = \"ski\") > 1"
            ),
        ])
    }

    @Test func lastSeenOfOneTable() throws {
        var context = try PlanFixture.context()
        context.schema.tables = [PlanFixture.schema.tables[0], PlanFixture.schema.tables[1]]
        context.schema.tables.append(
            TableSchema(name: "sends", kind: .activity, columns: PlanFixture.schema.tables[2].columns))
        try PlanFixture.expectPlans(
            [
                ("last_seen > 60d", "max(orders.ordered_at) < 2026-09-23"),
                ("first_seen in 2026", "min(orders.ordered_at) >= 2026-01-01 and min(orders.ordered_at) < 2027-01-01"),
                ("has no sends within 7d", "count(sends where at >= 2026-11-15T00:00Z and at < 2026-11-23T00:00Z) = 0"),
            ], context)
    }

    /// `category` is a column of both tables, `city` of customers alone.
    @Test func namesOnBothSides() throws {
        let context = try PlanFixture.context()
        let doubtful = try #require(
            try PlanFixture.failure("has orders where total > 5 and category = \"ski\"", context))
        #expect(doubtful.code == "ambiguous-name")
        #expect(doubtful.span == SourceSpan(31, 39))
        #expect(doubtful.help.count == 2)
        #expect(try PlanFixture.failure("has orders where (total > 5 and category = \"ski\")", context) == nil)
        #expect(try PlanFixture.failure("has orders where category = \"ski\" and total > 5", context) == nil)
        let onlyCustomers = try #require(
            try PlanFixture.failure("has orders where total > 5 and city = \"Paris\"", context))
        #expect(onlyCustomers.code == "customers-only")
        #expect(onlyCustomers.span == SourceSpan(31, 35))
        let first = try #require(try PlanFixture.failure("has orders where city = \"Paris\"", context))
        #expect(first.help == ["customers.city"])
    }
}
