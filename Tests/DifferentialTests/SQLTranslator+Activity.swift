import ReachColumns
import ReachDiagnostics
import ReachLanguage
import TestSupport

/// Questions about the rows of a customer, as subqueries over them.
extension SQLTranslator {
    private func table(_ name: String) throws -> TableSchema {
        guard let table = shop.data.schema.table(name), table.kind == .activity else {
            throw Untranslatable(what: name)
        }
        return table
    }

    private func time(_ table: TableSchema, _ alias: String) throws -> Value {
        guard let column = table.index(of: .time) else { throw Untranslatable(what: table.name) }
        return Value(sql: "\(alias).\"\(table.columns[column].name)\"", type: table.columns[column].type)
    }

    /// `FROM table alias WHERE` the customer's, in the windows, as the condition says.
    private mutating func source(
        _ name: String, _ alias: String, _ windows: [Window?], _ condition: Expression?
    ) throws -> String {
        let table = try table(name)
        let scope = Scope.rows(table: table, alias: alias)
        var parts = ["\(alias).customer = c.id"]
        for window in windows.compactMap({ $0 }) {
            parts.append(try self.window(window, try time(table, alias), scope))
        }
        if let condition { parts.append(try self.condition(condition, scope)) }
        return "FROM \(table.name) \(alias) WHERE " + parts.joined(separator: " AND ")
    }

    mutating func count(_ name: String, _ alias: String, _ windows: [Window?], _ condition: Expression?) throws
        -> String
    {
        "(SELECT count(*) \(try source(name, alias, windows, condition)))"
    }

    private mutating func window(_ window: Window, _ time: Value, _ scope: Scope) throws -> String {
        switch window {
        case .within(let duration):
            note("window within")
            return try within(time, try length(duration))
        case .inPeriod(let period, _):
            note("window in")
            return lies(time, in: period)
        case .since(let date):
            note("window since")
            return try compare(">=", time, try border(date, scope))
        case .before(let date):
            note("window before")
            return try compare("<", time, try border(date, scope))
        case .between(let from, let to):
            note("window between")
            let parts = [
                try compare(">=", time, try border(from, scope)), try compare("<=", time, try border(to, scope)),
            ]
            return "(\(parts[0]) AND \(parts[1]))"
        }
    }

    private mutating func border(_ expression: Expression, _ scope: Scope) throws -> Value {
        switch try operand(expression, scope) {
        case .value(let value): return value
        case .duration(let duration): return try ago(duration)
        case .missing: throw Untranslatable(what: expression.canonicalText)
        }
    }

    mutating func has(_ clause: HasClause) throws -> String {
        switch clause.form {
        case .rows(let quantity, let rows):
            let count = try count(rows.table.text, "r", [rows.window], rows.condition)
            return "(" + quantified(quantity, count) + ")"
        case .regularly(let name, let atLeast, let number, let unit, let full, let condition):
            note("regularly")
            let whole = PlainCalendar.days(of: .last(number, unit, full: full), today: today)
            let day = day(try time(try table(name.text), "r")).sql
            let rows = try source(name.text, "r", [], condition)
            let parts = (0..<number).map { index in
                let first = PlainCalendar.moved(whole.first, unit, by: index)
                let end = PlainCalendar.moved(whole.first, unit, by: index + 1)
                return "EXISTS (SELECT 1 \(rows) AND \(day) >= \(first) AND \(day) < \(end))"
            }
            return "(" + parts.joined(separator: " + ") + " >= \(atLeast))"
        case .sequence(let first, let steps):
            note("sequence")
            let rows = try source(first.table.text, "r0", [first.window], first.condition)
            return "EXISTS (SELECT 1 \(rows) AND \(try follows(steps, 1, after: try table(first.table.text))))"
        }
    }

    private mutating func quantified(_ quantity: Quantity, _ count: String) -> String {
        switch quantity {
        case .any:
            note("has")
            return "\(count) >= 1"
        case .none:
            note("has no")
            return "\(count) = 0"
        case .atLeast(let number):
            note("has N+")
            return "\(count) >= \(number)"
        case .moreThan(let number):
            note("has more than")
            return "\(count) > \(number)"
        case .atMost(let number):
            note("has at most")
            return "\(count) <= \(number)"
        case .fewerThan(let number):
            note("has fewer than")
            return "\(count) < \(number)"
        case .exactly(let number):
            note("has exactly")
            return "\(count) = \(number)"
        case .between(let low, let high):
            note("has N to M")
            return "\(count) BETWEEN \(low) AND \(high)"
        }
    }

    /// The row of each step is `r0`, `r1`, …
    private mutating func follows(_ steps: [HasClause.Step], _ number: Int, after before: TableSchema) throws -> String
    {
        guard let step = steps.first else { return "1" }
        let table = try table(step.rows.table.text)
        let duration = try length(step.within)
        var from = try time(before, "r\(number - 1)")
        var to = try time(table, "r\(number)")
        let byDate = table.name != before.name && (from.type == .date || to.type == .date)
        if byDate { (from, to) = (day(from), day(to)) }
        let move = from.type == .date ? "move_day" : "move_instant"
        let end = "\(move)(\(from.sql), \(duration.count), '\(duration.unit.rawValue)')"
        let rows = try source(table.name, "r\(number)", [step.rows.window], step.rows.condition)
        let found = "SELECT 1 \(rows) AND \(to.sql) \(byDate ? ">=" : ">") \(from.sql) AND \(to.sql) <= \(end)"
        if step.negated {
            note("then no")
            return "(NOT EXISTS (\(found)) AND \(end) < \(from.type == .date ? "\(today)" : "\(now)"))"
        }
        return "EXISTS (\(found) AND \(try follows(Array(steps.dropFirst()), number + 1, after: table)))"
    }

    /// The newest row, and the one before it among all rows of the table.
    mutating func resumed(_ rows: ActivityRows, _ gap: Duration) throws -> String {
        let table = try table(rows.table.text)
        let newest = try time(table, "a")
        let before = try time(table, "b")
        let other = try time(table, "o")
        let chosen = try source(table.name, "n", [rows.window], rows.condition)
        let order = try time(table, "n").sql
        let move = before.type == .date ? "move_day" : "move_instant"
        return """
            EXISTS (SELECT 1 FROM \(table.name) a, \(table.name) b
                WHERE a.arrival = (SELECT n.arrival \(chosen) ORDER BY \(order) DESC, n.arrival DESC LIMIT 1)
                AND b.arrival = (SELECT o.arrival FROM \(table.name) o WHERE o.customer = c.id
                    AND (\(other.sql), o.arrival) < (\(newest.sql), a.arrival)
                    ORDER BY \(other.sql) DESC, o.arrival DESC LIMIT 1)
                AND \(newest.sql) > \(move)(\(before.sql), \(gap.count), '\(gap.unit.rawValue)'))
            """
    }
}
