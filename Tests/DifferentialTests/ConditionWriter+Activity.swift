import TestSupport

extension ConditionWriter {
    private mutating func table() -> (name: String, place: Place) {
        random.oneIn(3) ? ("visits", .visits) : ("orders", .orders)
    }

    private mutating func window(_ place: Place) -> String {
        switch random.below(7) {
        case 0, 1: return "within \(random.oneIn(4) ? "$age_limit" : length())"
        case 2 where place == .orders: return "within \(clockLength())"
        case 3: return "since \(border())"
        case 4: return "before \(border())"
        case 5: return "between \(border()) and \(border())"
        default: return "in \(period())"
        }
    }

    private mutating func border() -> String {
        random.pick([
            day(), day(), datetimeLiteral(), "today", "today - \(length())", "90d ago", "2 weeks ago",
            "customers.signup", "customers.birthday + 20y", "$start", "60d",
        ])
    }

    /// A window and a `where`, either, or neither, with a blank before them.
    mutating func clauses(_ place: Place, windowed: Bool = true) -> String {
        let window = windowed && random.flag() ? " " + self.window(place) : ""
        guard random.flag() else { return window }
        let depth = random.below(3)
        return random.flag() ? "\(window) where \(condition(depth, place))" : " where \(closed(depth, place))\(window)"
    }

    mutating func aggregate() -> String {
        let (table, place) = table()
        switch random.below(8) {
        case 0, 1: return "count(\(table)\(clauses(place)))"
        case 2:
            return
                "distinct(orders.\(random.pick(["category", "total", "pieces", "placed", "returned"]))\(clauses(.orders)))"
        case 3: return "distinct(monthly(\(place == .orders ? "orders.placed" : "visits.day"))\(clauses(place)))"
        default: break
        }
        let function = random.pick(["sum", "avg", "min", "max", "first", "last"])
        let flag = ["sum", "avg"].contains(function) ? "orders.returned" : "orders.total"
        let value = random.pick([
            "orders.total", "orders.total", "orders.pieces", "orders.total * orders.pieces", flag,
            "orders.total / orders.pieces", "abs(orders.total)", "orders.pieces + customers.age",
            "days_since(orders.placed)", "coalesce(orders.total, 0)",
        ])
        return "\(function)(\(value)\(clauses(.orders)))"
    }

    mutating func has() -> String {
        let (table, place) = table()
        let quantity = random.pick([
            "", "", "no ", "2+ ", "at least 2 ", "more than 1 ", "at most 1 ", "fewer than 2 ", "exactly 2 ", "1 to 3 ",
            "exactly 0 ", "0+ ",
        ])
        return "has \(quantity)\(table)\(clauses(place))"
    }

    mutating func regularly() -> String {
        let (table, place) = table()
        let number = random.integer(1...6)
        let unit = random.pick(["months", "months", "weeks", "quarters", "days", "years"])
        let full = random.flag() ? "full " : ""
        return "has \(table) in \(random.integer(1...min(number, 3))) of last \(number) \(full)\(unit)"
            + clauses(place, windowed: false)
    }

    mutating func sequence() -> String {
        let (table, place) = table()
        var text = "has \(table)"
        if random.flag() { text += " " + window(place) }
        if random.oneIn(3) { text += " where (\(condition(random.below(2), place)))" }
        let count = random.pick([1, 1, 2])
        var before = place
        for index in 0..<count {
            let (next, nextPlace) = self.table()
            let negated = index == count - 1 && random.oneIn(3) ? "no " : ""
            let length =
                before == .orders && nextPlace == .orders && random.oneIn(3)
                ? clockLength() : random.pick(["1d", "3d", "7d", "30d", "2w", "1mo", "3mo", "1y", "0d"])
            let condition = random.oneIn(3) ? " where \(closed(random.below(2), nextPlace))" : ""
            text +=
                random.flag()
                ? " then \(negated)\(next)\(condition) within \(length)"
                : " then \(negated)\(next) within \(length)\(condition)"
            before = nextPlace
        }
        return text
    }

    mutating func stopped() -> String {
        let (table, place) = table()
        let length =
            place == .orders && random.oneIn(4) ? clockLength() : random.pick(["7d", "30d", "60d", "1mo", "1y"])
        return "stopped \(table)\(random.oneIn(3) ? " where (\(condition(1, place)))" : "") for \(length)"
    }

    mutating func resumed() -> String {
        let (table, place) = table()
        let length =
            place == .orders && random.oneIn(4) ? clockLength() : random.pick(["0d", "7d", "30d", "2mo", "1y", "1d"])
        return "resumed \(table) after \(length)\(clauses(place))"
    }
}
