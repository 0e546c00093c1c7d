import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

/// What conditions are lowered to.
@Suite struct ConditionTests {
    static let comparisons: [(String, String)] = [
        ("points > 2", "points > 2"),
        ("points != 2", "not (points = 2)"),
        ("not points > 2", "not (points > 2)"),
        ("points between 1 and 5", "points >= 1 and points <= 5"),
        ("points not between 1 and 5", "not (points >= 1 and points <= 5)"),
        ("points in (1, 2, 2)", "points in (1, 2)"),
        ("points in (3)", "points = 3"),
        ("points not in (1, 2)", "not (points in (1, 2))"),
        ("points > 1 and points < 9 and city = \"Paris\"", "points > 1 and points < 9 and city = \"Paris\""),
        ("points > 1 and points < 9 or subscribed", "(points > 1 and points < 9) or subscribed is true"),
        ("not (points > 1 or subscribed)", "not (points > 1 or subscribed is true)"),
        ("points", "points > 0"),
        ("not points", "not (points > 0)"),
        ("subscribed", "subscribed is true"),
        ("subscribed = no", "subscribed = false"),
        ("subscribed = yes", "subscribed is true"),
        ("subscribed != true", "not (subscribed is true)"),
        ("subscribed is not false", "not (subscribed = false)"),
        ("city is missing", "city is missing"),
        ("city is known", "not (city is missing)"),
        ("city contains \"ar\"", "city contains \"ar\""),
        ("city starts with \"PA\"", "city starts with \"pa\""),
        ("city not like \"P%r_s\\%\"", "not (city like \"p%r_s\\%\")"),
        ("city does not contain \"x\"", "not (city contains \"x\")"),
        ("city in (\"Paris\", \"Rome\")", "city in (\"Paris\", \"Rome\")"),
        ("true", "all"), ("1 > 2", "none"), ("points > 1 and true", "points > 1"),
        ("visits > 3", "visits > 3"), ("count(visits) > 3", "count(visits) > 3"),
    ]

    @Test func lowered() throws { try PlanFixture.expectPlans(Self.comparisons) }

    /// Comparisons of numbers are exact at any scale.
    static let numbers: [(String, String)] = [
        ("balance > 10", "balance > 10.00"),
        ("balance > 10.005", "balance > 10.00"),
        ("balance >= 10.005", "balance > 10.00"),
        ("balance < 10.005", "balance <= 10.00"),
        ("balance <= 10.005", "balance <= 10.00"),
        ("balance = 10.005", "none"),
        ("balance != 10.005", "all"),
        ("balance > -10.005", "balance > -10.01"),
        ("points > 2.5", "points > 2"),
        ("points < 2.5", "points <= 2"),
        ("points >= 2.0", "points >= 2"),
        ("2.5 < points", "points > 2"),
        ("balance < 99999999999999999", "not (balance is missing)"),
        ("balance > 99999999999999999", "none"),
        ("balance > -99999999999999999", "not (balance is missing)"),
        ("score > 1", "score > 1.0"),
        ("score > balance", "score > float(balance)"),
        ("balance > points", "balance > decimal(2)(points)"),
        ("balance in (1, 2.345, 3.10)", "balance in (1.00, 3.10)"),
        ("points > 10%", "points > 0"),
        ("balance * 2 > 1", "(balance * 2) > 1.00"),
        ("points / 2 > 1", "(float(points) / 2.0) > 1.0"),
        ("balance + points > 0", "(balance + decimal(2)(points)) > 0.00"),
        ("balance * balance > 0.5", "(balance * balance) > 0.5000"),
        ("points > 2 * 50 - 1", "points > 99"),
        ("points > 9223372036854775807 + 1", "none"),
        ("2.345 < 9223372036854775807", "all"),
        ("9223372036854775807 <= 2.345", "none"),
        ("2.345 between 2.345 and 9223372036854775807", "all"),
        ("-9223372036854775807 < 0.001", "all"),
        ("2.30 = 2.3", "all"),
        ("-points > -3", "-points > -3"),
        ("1 / 0 > 1", "none"),
    ]

    @Test func exactNumbers() throws { try PlanFixture.expectPlans(Self.numbers) }

    static let functions: [(String, String)] = [
        ("lower(city) = \"paris\"", "lower(city) = \"paris\""),
        ("length(city) > 3", "length(city) > 3"),
        ("days_since(signup) > 3", "days_since(signup) > 3"),
        ("days_since(last_login) > 3", "days_since(date(last_login)) > 3"),
        ("hour(last_login) >= 9", "hour(last_login) >= 9"),
        ("monthly(last_login) = 2026-03-01", "monthly(date(last_login)) = 2026-03-01"),
        ("if(points > 3, balance, 0) > 1", "if(points > 3, balance, 0.00) > 1.00"),
        ("if(points > 3, balance, missing) > 1", "if(points > 3, balance, missing) > 1.00"),
        ("coalesce(points, 0) = 0", "coalesce(points, 0) = 0"),
        ("round(balance, 1) = 2", "round(balance, 1) = 2.00"),
        ("bucket(points, 10, 20) = \"<10\"", "bucket(points, 10, 20) = \"<10\""),
        ("bucket(points, 0.5, 20) = \"x\"", "bucket(decimal(1)(points), 0.5, 20.0) = \"x\""),
        ("abs(balance) > 1", "abs(balance) > 1.00"),
        ("signup - 2026-01-01 > 30", "days(signup - 2026-01-01) > 30"),
        (
            "anniversary(signup) in next 7 days",
            "anniversary(signup) >= 2026-11-23 and anniversary(signup) < 2026-11-30"
        ),
    ]

    @Test func functionsOfValues() throws { try PlanFixture.expectPlans(Self.functions) }

    /// As many conditions and operators as the parser takes.
    @Test func longChains() throws {
        let conditions = Array(repeating: "points != 1", count: 480).joined(separator: " or ")
        let sum = "points" + String(repeating: " + points", count: 990) + " > 0"
        let sums = "balance" + String(repeating: " * balance", count: 990) + " > 0"
        for text in [conditions, sum, sums] {
            let plan = try PlanFixture.plan(text)
            #expect(plan.contains("points") || plan.contains("balance"), "\(plan.prefix(200))")
            let phrase = EnglishRenderer(PlanFixture.binder(text, try PlanFixture.context())).phrase(
                try ExpressionParser.parse(text))
            #expect(!phrase.isEmpty)
        }
    }
}
