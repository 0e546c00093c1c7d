import TestSupport

extension ConditionWriter {
    mutating func temporal(_ depth: Int, _ place: Place) -> String {
        random.flag() ? date(depth, place) : datetime(depth, place)
    }

    mutating func date(_ depth: Int, _ place: Place) -> String {
        if depth > 0 {
            switch random.below(6) {
            case 0:
                return "\(start())(\(temporal(depth - 1, place)))"
            case 1: return "anniversary(\(temporal(depth - 1, place)))"
            case 2: return "(\(temporal(depth - 1, place)) \(random.pick(["+", "-"])) \(length()))"
            case 3: return "coalesce(\(temporal(depth - 1, place)), \(date(0, place)))"
            case 4: return "if(\(condition(1, place)), \(date(depth - 1, place)), missing)"
            default: break
            }
        }
        switch place {
        case .customers:
            return random.pick([
                "birthday", "birthday", "last_seen", "first_seen", "last_seen", day(), "today", "max(visits.day)",
                "min(visits.day\(clauses(.visits)))", "daily(signup)", "\(start())(signup)", "\(length()) ago",
                "customers.birthday",
                "last(visits.day)", "$start",
            ])
        case .orders: return random.pick(["customers.birthday", "daily(placed)", day(), "\(start())(orders.placed)"])
        case .visits: return random.pick(["day", "day", "visits.day", "customers.birthday", day(), "\(start())(day)"])
        }
    }

    mutating func datetime(_ depth: Int, _ place: Place) -> String {
        if depth > 0, random.oneIn(2) {
            return random.pick([
                "(\(datetime(depth - 1, place)) \(random.pick(["+", "-"])) \(clockLength()))",
                "coalesce(\(datetime(depth - 1, place)), \(datetime(0, place)))",
                "if(\(condition(1, place)), \(datetime(depth - 1, place)), \(datetime(0, place)))",
            ])
        }
        switch place {
        case .customers:
            return random.pick([
                "signup", "signup", "first_order", "max(orders.placed)", "last(orders.placed\(clauses(.orders)))",
                datetimeLiteral(), "now",
            ])
        case .orders: return random.pick(["placed", "placed", "orders.placed", "customers.signup"])
        case .visits: return random.pick(["customers.signup", "now", datetimeLiteral()])
        }
    }

    /// A function that gives the first day of a period.
    private mutating func start() -> String { random.pick(["yearly", "quarterly", "monthly", "weekly", "daily"]) }

    mutating func day() -> String {
        random.pick([
            "2026-11-22", "2026-09-23", "2026-03-31", "2024-02-29", "2026-01-01", "2000-02-29", "2025-12-29",
            "2026-03-29",
            "2026-04-05", "2025-10-26", "2025-09-07", "1990-06-15",
        ])
    }

    mutating func datetimeLiteral() -> String {
        random.pick([
            "2026-11-22T14:30", "2026-03-29T02:30", "2025-10-26T02:30:00", "2026-04-04T23:30", "2025-09-07T00:15",
            "2026-03-31T12:00:00.5", "2025-12-29T00:00Z", "2026-01-01T01:00+03:00", "2024-02-29T23:59:59-05:30",
            "2026-04-05T03:00Z", "now",
        ])
    }

    mutating func length() -> String {
        random.pick([
            "1d", "7d", "30d", "60d", "90d", "2w", "1mo", "3mo", "1q", "1y", "2y", "20y", "60 days", "2 weeks",
            "$age_limit",
            "0d", "6 months", "25y",
        ])
        .replacing("$age_limit", with: random.flag() ? "60d" : "3 months")
    }

    mutating func clockLength() -> String { random.pick(["5h", "90min", "30s", "24h", "100h", "12 hours"]) }

    mutating func period() -> String {
        random.pick([
            "2026-03", "2026-11", "2026-q1", "2025-q4", "2026", "2025", "2024", "this day", "this week", "this month",
            "this quarter", "this year", "last day", "last week", "last month", "last quarter", "last year",
            "last 7 days", "last 7 full days", "last 6 months", "last 3 full months", "last 2 weeks",
            "last 2 full quarters", "next 30 days", "next month", "next 2 weeks", "last 30d", "2000-02", "1999-12",
        ])
    }
}
