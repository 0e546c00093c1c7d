import ReachDiagnostics
import Testing

@testable import ReachLanguage

/// What is wrong with an expression, as code and help lines; nil where it parses.
func complaint(_ text: String) -> Diagnostic? {
    do {
        _ = try ExpressionParser.parse(text)
        return nil
    } catch let diagnostic as Diagnostic {
        return diagnostic
    } catch {
        Issue.record("\(text): threw \(error)")
        return nil
    }
}

struct ExpressionTests {
    @Test(arguments: [
        "orders>2 and last_seen>60d", "not a = 1 and b = 2 or c", "last_seen >= 60 days", "city in (\"Paris\", 'Rome')",
        "at in 2026-03", "at in last 6 full months", "at in this month", "at in next 30 days", "at in 2026",
        "at in last month", "x not between 1 and 2 + 3", "name does not contain «ab»", "name not like '%a'",
        "name does not start with 'x'", "a is not known", "a is missing or b is not true", "last_seen within 2 weeks",
        "has orders", "has no orders within 26w", "has 3+ orders where total > 100 within 90d",
        "has at least 3 orders since 2026-01-01 where a = 1 and b = 2", "has 3 to 5 orders in 2026-q1",
        "has orders in 3 of last 6 full months", "has carts within 30d then no orders within 7d",
        "has carts where total > 1 then orders where total > 2 within 3d then visits within 1d and city = 'x'",
        "stopped orders for 60d", "resumed orders after 60d within 30d", "(has orders where total > 5) and city = 'a'",
        "sum(orders.total within 90d where category = \"ski\") > 1_000", "sum(orders.total where a = 1 within 90d) > 5",
        "count(orders) / count(visits) >= 10%", "avg(sum(orders.total)) > 2.5k", "quantile(total, 0.9) > 1",
        "joined < 90d ago", "joined > today - 90d", "-a * -b + (c - d) / 2 = $limit", "at in $month",
        "if(a > 1 and not b, 'x', missing) = lower(city)", "between between between and of", "in in (in, between)",
        "within within 60d", "is is missing", "top = by", "sum(total > 5 and x) > 1", "customers.city = 'x'",
        "a not in last 3 months", "has orders between 2026-01-01 and today", "at >= 2026-11-22T14:30:05.5+03:00",
        "`today` = `a``b`", "hour(at) between 9 and 17", "has orders -- comment\n  and\n# x\nb", "x ≠ 1 and y ≤ −2",
    ])
    func parses(_ text: String) {
        #expect(complaint(text) == nil)
    }

    /// Behind a whole condition in brackets begins the window, or the length of the step, of the rows it is about.
    @Test(arguments: [
        ("has orders where (total > 5) within 90d", "has orders within 90d where total > 5"),
        ("has orders where not (a = 1) in 2026-03", "has orders in 2026-03 where not a = 1"),
        ("has orders where (a = 1 or b) between today and now", "has orders between today and now where a = 1 or b"),
        ("has a then orders where (total > 5) within 3d", "has a then orders where total > 5 within 3d"),
        ("sum(orders.total where (a = 1) within 90d) > 1", "sum(orders.total within 90d where a = 1) > 1"),
        ("max(abs(orders.total) where (a = 1) in 2026) > 1", "max(abs(orders.total) in 2026 where a = 1) > 1"),
        ("max(1 + orders.total where (a in (1)) within 1h) > 1", "max(1 + orders.total within 1h where a in (1)) > 1"),
    ])
    func bracketsEndAConditionOnRows(_ text: String, _ canonical: String) throws {
        let expression = try ExpressionParser.parse(text)
        #expect(expression.canonicalText == (try ExpressionParser.parse(canonical)).canonicalText)
    }
}
