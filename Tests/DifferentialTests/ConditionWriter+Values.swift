import TestSupport

extension ConditionWriter {
    mutating func number(_ depth: Int, _ place: Place) -> String {
        guard depth > 0 else { return numberLeaf(place) }
        switch random.below(10) {
        case 0, 1:
            let operation = random.pick(["+", "-", "*", "/"])
            let sum = "\(number(depth - 1, place)) \(operation) \(number(0, place))"
            return random.flag() ? sum : "(\(sum))"
        case 2: return random.pick(["length(\(text(depth - 1, place)))", "-\(numberLeaf(place))"])
        case 3: return "\(part())(\(temporal(depth - 1, place)))"
        case 4: return "hour(\(datetime(depth - 1, place)))"
        case 5:
            return random.pick([
                "abs(\(number(depth - 1, place)))", "round(\(number(depth - 1, place)))", rounded(place),
            ])
        case 6: return "if(\(condition(1, place)), \(number(depth - 1, place)), \(number(0, place)))"
        case 7: return "coalesce(\(number(depth - 1, place)), \(number(0, place)))"
        case 8: return "(\(temporal(depth - 1, place)) - \(temporal(0, place)))"
        default: return place == .customers ? aggregate() : numberLeaf(place)
        }
    }

    private mutating func rounded(_ place: Place) -> String {
        switch place {
        case .customers:
            random.pick(["round(balance, 1)", "round(balance, -2)", "round(age, -1)", "round(balance, 3)"])
        case .orders: random.pick(["round(total, 1)", "round(total, -2)", "round(pieces, -1)"])
        case .visits: "round(customers.age, -1)"
        }
    }

    private mutating func numberLeaf(_ place: Place) -> String {
        switch place {
        case .customers:
            return random.pick([
                "age", "age", "balance", "score", "visits", "orders", "spent", "customers.age", "Age", "$least",
                "if(age > 20, missing, age)", "count(visits)", "sum(orders.total)", "avg(orders.total)", literal(),
                "\(part())(birthday)",
                "\(part())(signup)",
                aggregate(),
            ])
        case .orders:
            return random.pick([
                "total", "pieces", "orders.total", "customers.age", "customers.balance", "total", "pieces", literal(),
                "\(part())(placed)",
            ])
        case .visits:
            return random.pick([
                "customers.age", "\(part())(day)", "day(day)", "month(day)", "customers.visits", literal(),
            ])
        }
    }

    /// A function that takes a number from a date.
    private mutating func part() -> String {
        random.pick(["days_since", "years_since", "year", "quarter", "month", "day", "weekday"])
    }

    mutating func literal() -> String {
        random.pick([
            "0", "1", "2", "3", "5", "18", "25", "40", "100", "1_000", "2k", "0.25", "2.5", "1.50", "19.99", "2.345",
            "10%", "-1", "-1.5", "50", "99999999999999999", "0.3", "$share", "$least", "9223372036854775807", "7",
        ])
    }

    mutating func text(_ depth: Int, _ place: Place) -> String {
        guard depth > 0 else { return textLeaf(place) }
        switch random.below(8) {
        case 0: return "\(random.pick(["lower", "upper", "trim"]))(\(text(depth - 1, place)))"
        case 1: return "domain(\(text(depth - 1, place)))"
        case 2: return "if(\(condition(1, place)), \(text(depth - 1, place)), \(random.pick(["missing", word()])))"
        case 3: return "coalesce(\(text(depth - 1, place)), \(random.flag() ? word() : textLeaf(place)))"
        case 4 where place == .customers:
            let function = random.pick(["first", "last", "min", "max"])
            return "\(function)(orders.\(random.pick(["category", "category", "customer"]))\(clauses(.orders)))"
        case 5:
            return random.pick(["bucket(age, 18, 40)", "bucket(age, 2, 3, 25)", "bucket(visits, 1)"])
                .replacing("(", with: place == .customers ? "(" : "(customers.")
        default: return textLeaf(place)
        }
    }

    private mutating func textLeaf(_ place: Place) -> String {
        switch place {
        case .customers:
            return random.pick([
                "city", "city", "email", "id", "region", "customers.city", "trim(city)", "upper(email)",
            ])
        case .orders: return random.pick(["category", "category", "customers.city", "customers.region", "customer"])
        case .visits: return random.pick(["customers.city", "customers.email", "customers.id"])
        }
    }

    /// As it may stand in a column; `Sa` + combining tilde is the same as `Sã`.
    mutating func word() -> String {
        random.pick([
            "\"Paris\"", "'paris'", "\"Sa\u{303}o Paulo\"", "“Москва”", "\"ski\"", "\"Ski\"", "\"Ёлка\"", "\"boots\"",
            "\"gift card\"", "\"c7\"", "\"mail.ru\"", "\"example.com\"", "\"18–39\"", "\"<18\"", "\"40+\"",
            "\"o-land\"",
            "\"new york\"", "\"it\"\"s\"", "$place", "\"OSLO\"",
        ])
    }

    mutating func piece() -> String {
        random.pick([
            "\"o\"", "\"A\"", "\"par\"", "\"МОС\"", "\"ва\"", "\"ς\"", "\"Σ\"", "\"ß\"", "\"SS\"", "\" \"", "\"@\"",
            "\"%\"", "\"_\"", "\"\\\"", "\"İ\"", "\"i\"", "\"K\"", "\"ski\"", "\"ru\"", "\"ü\"", "\"a\u{303}\"",
            "$place",
        ])
    }

    mutating func pattern() -> String {
        random.pick([
            "\"%o%\"", "\"p_ris\"", "\"%а\"", "\"a\\%b\\_c\"", "\"a%c\"", "\"x\\\\y\"", "\"x\\y\"", "\"%\"",
            "\"_____\"",
            "\"%ß_\"", "\"ΣΊσυφος\"", "\"%@%.%\"", "\"ski\"", "\"%\\%%\"", "\"c_\"", "\"%%k%%\"", "\"k_e_\"", "\"\\\"",
        ])
    }

    mutating func boolean(_ depth: Int, _ place: Place) -> String {
        if depth > 0, random.oneIn(3) {
            return random.pick([
                "if(\(condition(1, place)), \(boolean(0, place)), \(random.pick(["missing", "false", "true"])))",
                "coalesce(\(boolean(0, place)), \(random.pick(["false", "true"])))", closed(0, place),
            ])
        }
        switch place {
        case .customers:
            return random.pick([
                "vip", "vip", "lapsed", "`big spenders`", "loyal", "keepers", "recent", "customers.vip",
                "last(orders.returned)",
                "first(orders.returned where returned is known)",
            ])
        case .orders: return random.pick(["returned", "returned", "customers.vip", "orders.returned"])
        case .visits: return random.pick(["customers.vip"])
        }
    }
}
