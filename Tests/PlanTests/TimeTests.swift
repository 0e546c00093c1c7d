import ReachColumns
import ReachLanguage
import ReachPlan
import Testing

/// Ages, periods and dates against datetimes; today is Sunday 2026-11-22.
@Suite struct TimeTests {
    @Test func ages() throws {
        try PlanFixture.expectPlans([
            ("signup > 60d", "signup < 2026-09-23"),
            ("signup >= 60d", "signup <= 2026-09-23"),
            ("signup < 60d", "signup > 2026-09-23"),
            ("signup <= 60d", "signup >= 2026-09-23"),
            ("signup = 60d", "signup = 2026-09-23"),
            ("signup != 60d", "not (signup = 2026-09-23)"),
            ("60d < signup", "signup < 2026-09-23"),
            ("signup within 60d", "signup >= 2026-09-23 and signup <= 2026-11-22"),
            ("signup not within 60d", "not (signup >= 2026-09-23 and signup <= 2026-11-22)"),
            ("signup > 3mo", "signup < 2026-08-22"),
            ("signup > 9mo", "signup < 2026-02-22"),
            ("signup > 1y", "signup < 2025-11-22"),
            ("signup > 2q", "signup < 2026-05-22"),
            ("signup > 26w", "signup < 2026-05-24"),
            ("signup between 30d and 60d", "signup <= 2026-10-23 and signup >= 2026-09-23"),
            ("signup < 60d ago", "signup < 2026-09-23"),
            ("signup > today - 60d", "signup > 2026-09-23"),
            ("signup + 30d > today", "(signup + 30 days) > 2026-11-22"),
            ("signup + 3mo > today", "(signup + 3 months) > 2026-11-22"),
            ("last_login > 5h", "last_login < 2026-11-22T18:59:59Z"),
            ("last_login within 30min", "last_login >= 2026-11-22T23:29:59Z and last_login <= 2026-11-22T23:59:59Z"),
        ])
    }

    @Test func monthsAreClippedToTheirEnd() throws {
        var context = try PlanFixture.context()
        context.moment = PlanFixture.moment(.utc, 2026, 3, 31)
        try PlanFixture.expectPlans(
            [
                ("signup > 1mo", "signup < 2026-02-28"), ("signup > 1q", "signup < 2025-12-31"),
            ], context)
    }

    @Test func periods() throws {
        try PlanFixture.expectPlans([
            ("signup in 2026-03", "signup >= 2026-03-01 and signup < 2026-04-01"),
            ("signup in 2026-q1", "signup >= 2026-01-01 and signup < 2026-04-01"),
            ("signup in 2026", "signup >= 2026-01-01 and signup < 2027-01-01"),
            ("signup not in 2026", "not (signup >= 2026-01-01 and signup < 2027-01-01)"),
            ("signup in this month", "signup >= 2026-11-01 and signup < 2026-12-01"),
            ("signup in this week", "signup >= 2026-11-16 and signup < 2026-11-23"),
            ("signup in last month", "signup >= 2026-10-01 and signup < 2026-11-01"),
            ("signup in last 6 months", "signup >= 2026-06-01 and signup < 2026-12-01"),
            ("signup in last 7 days", "signup >= 2026-11-16 and signup < 2026-11-23"),
            ("signup in last 7 full days", "signup >= 2026-11-15 and signup < 2026-11-22"),
            ("signup in last 2 full weeks", "signup >= 2026-11-02 and signup < 2026-11-16"),
            ("signup in next 30 days", "signup >= 2026-11-23 and signup < 2026-12-23"),
            ("signup in next month", "signup >= 2026-12-01 and signup < 2027-01-01"),
            ("signup in last quarter", "signup >= 2026-07-01 and signup < 2026-10-01"),
            ("signup in last year", "signup >= 2025-01-01 and signup < 2026-01-01"),
            ("signup in this quarter", "signup >= 2026-10-01 and signup < 2027-01-01"),
        ])
    }

    @Test func datetimesAgainstDates() throws {
        let zone = try #require(Zone("Europe/Moscow"))
        try PlanFixture.expectPlans(
            [
                ("last_login < 2026-11-22", "last_login < 2026-11-21T21:00Z"),
                ("last_login <= 2026-11-22", "last_login < 2026-11-22T21:00Z"),
                ("last_login > 2026-11-22", "last_login >= 2026-11-22T21:00Z"),
                ("last_login >= 2026-11-22", "last_login >= 2026-11-21T21:00Z"),
                ("last_login = 2026-11-22", "last_login >= 2026-11-21T21:00Z and last_login < 2026-11-22T21:00Z"),
                ("2026-11-22 > last_login", "last_login < 2026-11-21T21:00Z"),
                ("last_login in (2026-11-22)", "last_login >= 2026-11-21T21:00Z and last_login < 2026-11-22T21:00Z"),
                ("last_login > 60d", "last_login < 2026-09-22T21:00Z"),
                ("last_login > 2026-11-22T12:30", "last_login > 2026-11-22T09:30Z"),
                ("last_login > 2026-11-22T12:30Z", "last_login > 2026-11-22T12:30Z"),
                ("last_login > signup", "date(last_login) > signup"),
                ("signup < last_login", "date(last_login) > signup"),
                ("signup < 2026-11-22T12:30", "signup < 2026-11-22"),
                ("last_login - now > -3", "days(last_login - 2026-11-22T20:59:59Z) > -3.0"),
                ("last_login - signup > 3", "days(date(last_login) - signup) > 3"),
                ("last_login + 2h > now", "(last_login + 7200000000 µs) > 2026-11-22T20:59:59Z"),
                ("last_login + 2d > today", "(date(last_login) + 2 days) > 2026-11-22"),
            ], try PlanFixture.context(zone))
    }

    /// In St John's the clock went back at 00:01, so that a day began twice and instants do not follow days.
    @Test func aDayThatBeginsTwiceIsComparedByDate() throws {
        let zone = try #require(Zone("America/St_Johns"))
        try PlanFixture.expectPlans(
            [
                ("last_login < 2006-10-29", "date(last_login) < 2006-10-29"),
                ("last_login < 2006-10-28", "last_login < 2006-10-28T02:30Z"),
            ], try PlanFixture.context(zone))
    }

    /// The lowered comparison holds of exactly the instants whose date compares so, around every change of the clocks.
    @Test func loweringKeepsEveryInstant() throws {
        let minute: Int64 = 60_000_000
        for name in [
            "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia", "Europe/Moscow", "Asia/Beirut", "America/Havana",
        ] {
            let zone = try #require(Zone(name))
            for transition in zone.transitions.dropFirst().suffix(20) {
                let day = zone.day(of: transition)
                var context = try PlanFixture.context(zone)
                context.moment = Moment(now: transition, zone: zone)
                for comparison in Comparison.allCases {
                    let iso = CivilDate(daysSinceEpoch: day).iso
                    let text = "last_login \(comparison.rawValue) \(iso)"
                    let bound = try PlanFixture.binder(text, context).bindCondition(try ExpressionParser.parse(text))
                    for step in stride(from: -1_500 as Int64, through: 1_500, by: 30) {
                        for instant in [transition + step * minute, transition + step * minute - 1] {
                            let here = zone.day(of: instant)
                            let order: ConstantEvaluator.Order = here < day ? .less : here == day ? .equal : .greater
                            let holds = ConstantEvaluator(moment: context.moment).truth(
                                of: bound.replacing(login: instant))
                            guard holds != comparison.holds(order) else { continue }
                            Issue.record("\(name): \(text) is wrong at \(instant)")
                            return
                        }
                    }
                }
            }
        }
    }
}

extension Condition {
    /// With an instant in place of `last_login`.
    fileprivate func replacing(login instant: Int64) -> Condition {
        switch self {
        case .comparison(let comparison, let one, let other):
            .comparison(comparison, one.replacing(login: instant), other.replacing(login: instant))
        case .all(let parts): .all(parts.map { $0.replacing(login: instant) })
        default: self
        }
    }
}

extension Scalar {
    fileprivate func replacing(login instant: Int64) -> Scalar {
        switch self {
        case .column: .literal(.datetime(instant), .datetime)
        case .convert(let inner, let type): .convert(inner.replacing(login: instant), to: type)
        default: self
        }
    }
}
