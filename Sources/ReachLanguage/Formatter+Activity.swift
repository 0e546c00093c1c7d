import ReachDiagnostics

/// Rows of activity, windows and audiences.
extension Formatter {
    /// Words that say how many rows, or what follows a table's name.
    private static let tableWords = Words.reservedAsValue.union(Words.reservedAsAudience)
        .union(["no", "at", "more", "fewer", "less", "exactly"])

    func table(_ name: Identifier) -> String { NameText.written(name.text, reserved: Self.tableWords) }

    func duration(_ duration: DurationOrParameter) -> String {
        switch duration {
        case .duration(let duration, _): LiteralText.written(duration)
        case .parameter(let name): "$" + name.text
        }
    }

    func window(_ window: Window) -> String {
        switch window {
        case .within(let length): "within " + duration(length)
        case .inPeriod(let period, _): "in " + LiteralText.written(period)
        case .since(let date): "since " + text(date, .sum)
        case .before(let date): "before " + text(date, .sum)
        case .between(let low, let high): "between " + text(low, .sum) + " and " + text(high, .sum)
        }
    }

    /// `orders within 90d where total > 5`
    func rows(_ rows: ActivityRows) -> String {
        var text = table(rows.table)
        if let window = rows.window { text += " " + self.window(window) }
        if let condition = rows.condition { text += " where " + self.text(condition) }
        return text
    }

    func resumed(_ rows: ActivityRows, _ gap: DurationOrParameter) -> String {
        var text = "resumed " + table(rows.table) + " after " + duration(gap)
        if let window = rows.window { text += " " + self.window(window) }
        if let condition = rows.condition { text += " where " + self.text(condition) }
        return text
    }

    func form(_ form: HasClause.Form) -> String {
        switch form {
        case .rows(let quantity, let rows): Self.quantity(quantity) + self.rows(rows)
        case .regularly(let table, let atLeast, let count, let unit, let full, let condition):
            self.table(table)
                + " in \(atLeast) of last \(count)\(full ? " full" : "") \(unit.rawValue)\(count == 1 ? "" : "s")"
                + (condition.map { " where " + text($0) } ?? "")
        case .sequence(let first, let steps): rows(first) + steps.map(step).joined()
        }
    }

    private func step(_ step: HasClause.Step) -> String {
        let start = " then " + (step.negated ? "no " : "") + table(step.rows.table)
        let within = " within " + duration(step.within)
        guard let condition = step.rows.condition else { return start + within }
        let filter = " where " + text(condition)
        // Behind a bare value `within` would ask for its age.
        return start + (endsInValue(condition) ? within + filter : filter + within)
    }

    private static func quantity(_ quantity: Quantity) -> String {
        switch quantity {
        case .any: ""
        case .none: "no "
        case .atLeast(let count): "\(count)+ "
        case .moreThan(let count): "more than \(count) "
        case .atMost(let count): "at most \(count) "
        case .fewerThan(let count): "fewer than \(count) "
        case .exactly(let count): "exactly \(count) "
        case .between(let low, let high): "\(low) to \(high) "
        }
    }

    /// Whether a condition on rows stands at its end, which would take in an `and` that follows.
    func hasOpenEnd(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .has(let has): meetsWhere || hasOpenEnd(has.form)
        case .stopped: meetsWhere
        case .resumed(let rows, _): meetsWhere || rows.condition != nil
        default: false
        }
    }

    private func hasOpenEnd(_ form: HasClause.Form) -> Bool {
        switch form {
        case .rows(_, let rows): rows.condition != nil
        case .regularly(_, _, _, _, _, let condition): condition != nil
        case .sequence(_, let steps): steps.last?.rows.condition.map { endsInValue($0) } ?? false
        }
    }

    /// Whether it ends in a value that is a condition by itself, or in a bracket.
    private func endsInValue(_ expression: Expression) -> Bool {
        func ends(_ last: Expression, _ level: Level) -> Bool { Self.level(of: last) < level || endsInValue(last) }
        return switch expression.kind {
        case .and(_, let right): ends(right, .not)
        case .or(_, let right): ends(right, .and)
        case .not(let operand): ends(operand, .not)
        default: Self.level(of: expression) >= .sum
        }
    }

    func audience(_ audience: AudienceSyntax) -> String {
        [audience.base.map { base($0) }, audience.condition.map { "where " + text($0) }].compactMap { $0 }
            .joined(separator: " ")
    }

    func base(_ base: AudienceSyntax.Base) -> String {
        switch base {
        case .all: "all"
        case .current: "current"
        case .segment(let name): NameText.written(name.text, reserved: NameText.audienceWords.union(reserved))
        }
    }

    func subject(_ subject: SubjectSyntax) -> String {
        var parts: [String] = []
        if let base = subject.base { parts.append(self.base(base)) }
        if let audience = subject.audience { parts.append("of " + self.audience(audience)) }
        if let window = subject.window { parts.append(self.window(window)) }
        if let condition = subject.condition { parts.append("where " + text(condition)) }
        return parts.joined(separator: " ")
    }
}
