import ReachDiagnostics

/// Writes expressions in their canonical form: minimal brackets, canonical quotes and units, one blank around operators. Reading the
/// text again gives an equal tree.
struct Formatter {
    /// Lower-case words that a bare name must not be here, besides those reserved as values.
    var reserved: Set<String> = []
    /// A `where` of the statement's may follow, which rows of activity at the end would take for theirs.
    var meetsWhere = false

    /// How tightly the operators bind, loosest first.
    enum Level: Int, Comparable {
        case or, and, not, comparison, sum, product, sign, operand

        static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    /// The expression, in brackets where it binds looser than `level`. `isFollowed` by `and` or `or`, a condition on rows must not run
    /// into them.
    func text(_ expression: Expression, _ level: Level = .or, isFollowed: Bool = false) -> String {
        let needsBrackets = Self.level(of: expression) < level || (isFollowed && hasOpenEnd(expression))
        guard needsBrackets else { return bare(expression, isFollowed: isFollowed) }
        return "(" + bare(expression, isFollowed: false) + ")"
    }

    static func level(of expression: Expression) -> Level {
        switch expression.kind {
        case .or: .or
        case .and: .and
        case .not: .not
        case .arithmetic(.add, _, _), .arithmetic(.subtract, _, _): .sum
        case .arithmetic: .product
        case .negate: .sign
        case .literal(.integer(let value)): value < 0 ? .sign : .operand
        case .literal(.decimal(let units, _)): units < 0 ? .sign : .operand
        case .literal, .parameter, .name, .ago, .call, .aggregate, .audienceCount: .operand
        default: .comparison
        }
    }

    private func bare(_ expression: Expression, isFollowed: Bool) -> String {
        switch expression.kind {
        case .literal(let literal): LiteralText.written(literal)
        case .parameter(let name): "$" + name.text
        case .name(let name): qualified(name)
        case .negate(let operand): "-" + text(operand, .operand)
        case .arithmetic(let operation, let left, let right):
            arithmetic(operation, left, right)
        case .ago(let duration): LiteralText.written(duration) + " ago"
        case .call(let name, let arguments):
            Words.key(name.text) + "(" + arguments.map { inside.text($0) }.joined(separator: ", ") + ")"
        case .aggregate(let call): aggregate(call)
        case .audienceCount(let audience): "count(" + inside.audience(audience) + ")"
        case .not(let operand): "not " + text(operand, .not, isFollowed: isFollowed)
        case .and(let left, let right):
            text(left, .and, isFollowed: true) + " and " + text(right, .not, isFollowed: isFollowed)
        case .or(let left, let right):
            text(left, .or, isFollowed: true) + " or " + text(right, .and, isFollowed: isFollowed)
        case .has(let has): "has " + form(has.form)
        case .stopped(let rows, let length): "stopped " + self.rows(rows) + " for " + duration(length)
        case .resumed(let rows, let gap): resumed(rows, gap)
        default: comparison(expression)
        }
    }

    private func arithmetic(_ operation: ArithmeticOperator, _ left: Expression, _ right: Expression) -> String {
        let isSum = operation == .add || operation == .subtract
        return text(left, isSum ? .sum : .product) + " \(operation.rawValue) " + text(right, isSum ? .product : .sign)
    }

    private func comparison(_ expression: Expression) -> String {
        switch expression.kind {
        case .comparison(let operation, let left, let right):
            text(left, .sum) + " \(operation.rawValue) " + text(right, .sum)
        case .between(let value, let low, let high, let negated):
            text(value, .sum) + (negated ? " not" : "") + " between " + text(low, .sum) + " and " + text(high, .sum)
        case .inList(let value, let list, let negated):
            text(value, .sum) + (negated ? " not" : "") + " in ("
                + list.map { inside.text($0, .sum) }.joined(separator: ", ") + ")"
        case .inPeriod(let value, let period, let negated):
            text(value, .sum) + (negated ? " not" : "") + " in " + LiteralText.written(period)
        case .within(let value, let length, let negated):
            text(value, .sum) + (negated ? " not" : "") + " within " + duration(length)
        case .match(let kind, let value, let pattern, let negated):
            text(value, .sum) + " " + verb(kind, negated: negated) + " " + text(pattern, .sum)
        case .isMissing(let value, let negated): text(value, .sum) + (negated ? " is known" : " is missing")
        case .isTruth(let value, let truth, let negated):
            text(value, .sum) + " is" + (negated ? " not " : " ") + (truth ? "true" : "false")
        default: ""
        }
    }

    private func verb(_ kind: MatchKind, negated: Bool) -> String {
        guard negated else { return kind.rawValue }
        return switch kind {
        case .contains: "does not contain"
        case .startsWith: "does not start with"
        case .endsWith: "does not end with"
        case .like: "not like"
        }
    }

    private func aggregate(_ call: AggregateCall) -> String {
        guard let argument = call.argument else { return call.function.rawValue }
        let isRestricted = call.window != nil || call.condition != nil
        let isCondition = Self.level(of: argument) < .sum
        var content = inside.text(argument)
        // `sum((last_seen within 60d))`: a bare `within` would be the aggregate's window.
        if isCondition, isRestricted || Self.beginsLikeWindow(argument) { content = "(" + content + ")" }
        if let parameter = call.parameter { content += ", " + inside.text(parameter, .sum) }
        if let window = call.window { content += " " + inside.window(window) }
        if let condition = call.condition { content += " where " + inside.text(condition) }
        return call.function.rawValue + "(" + content + ")"
    }

    /// Whether its leftmost comparison would be read as a window.
    private static func beginsLikeWindow(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .and(let left, _), .or(let left, _): beginsLikeWindow(left)
        case .within(_, _, let negated), .inPeriod(_, _, let negated), .between(_, _, _, let negated): !negated
        default: false
        }
    }

    /// Inside brackets no clause can follow.
    var inside: Formatter { Formatter() }

    /// A name where a value is expected.
    func qualified(_ name: QualifiedName) -> String {
        let words = Words.reservedAsValue.union(reserved)
        guard let qualifier = name.qualifier else { return NameText.written(name.name.text, reserved: words) }
        return NameText.written(qualifier.text, reserved: words) + "." + NameText.written(name.name.text)
    }
}

/// How literals are written.
enum LiteralText {
    static func written(_ literal: Literal) -> String {
        switch literal {
        case .integer(let value): String(value)
        case .decimal(let units, let scale): decimal(units, scale)
        case .text(let text): TextLiteral.written(text)
        case .boolean(let value): value ? "true" : "false"
        case .date(let day): CalendarDay.text(Int(day))
        case .datetime(let microseconds, let offset): datetime(microseconds, offset)
        case .period(let period): written(period)
        case .duration(let duration): written(duration)
        case .timeOfDay(let minutes): time(minutes)
        case .missing: "missing"
        case .today: "today"
        case .now: "now"
        }
    }

    static func written(_ duration: Duration) -> String { "\(duration.count)\(duration.unit.rawValue)" }

    static func written(_ period: Period) -> String {
        switch period {
        case .year(let year): CalendarDay.padded(year, 4)
        case .month(let year, let month): CalendarDay.padded(year, 4) + "-" + CalendarDay.padded(month, 2)
        case .quarter(let year, let quarter): CalendarDay.padded(year, 4) + "-q\(quarter)"
        case .this(let unit): "this \(unit.rawValue)"
        case .last(1, let unit, full: true): "last \(unit.rawValue)"
        case .last(let count, let unit, let full):
            "last \(count)\(full ? " full" : "") \(unit.rawValue)\(count == 1 ? "" : "s")"
        case .next(1, let unit): "next \(unit.rawValue)"
        case .next(let count, let unit): "next \(count) \(unit.rawValue)s"
        }
    }

    static func time(_ minutes: Int) -> String {
        CalendarDay.padded(minutes / 60, 2) + ":" + CalendarDay.padded(minutes % 60, 2)
    }

    /// All digits of the scale: `2.50`.
    static func decimal(_ units: Int64, _ scale: Int) -> String {
        guard scale > 0 else { return String(units) }
        var digits = String(units.magnitude)
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        return (units < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }

    private static func datetime(_ microseconds: Int64, _ offset: Int?) -> String {
        let minute: Int64 = 60_000_000
        let day = Int((microseconds - microseconds.modulo(1_440 * minute)) / (1_440 * minute))
        let inDay = microseconds.modulo(1_440 * minute)
        var text = CalendarDay.text(day) + "T" + time(Int(inDay / minute))
        let rest = Int(inDay % minute)
        if rest > 0 {
            text += ":" + CalendarDay.padded(rest / 1_000_000, 2)
            let fraction = rest % 1_000_000
            if fraction > 0 {
                var digits = CalendarDay.padded(fraction, 6)
                while digits.hasSuffix("0") { digits.removeLast() }
                text += "." + digits
            }
        }
        guard let offset else { return text }
        if offset == 0 { return text + "Z" }
        return text + (offset < 0 ? "-" : "+") + time(abs(offset) / 60)
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension Expression {
    /// The canonical text: `sum(orders.total within 90d)`. Columns of answers are called by it.
    package var canonicalText: String { Formatter().text(self) }
}

extension Duration {
    /// `60d`
    package var canonicalText: String { LiteralText.written(self) }
}

extension DurationOrParameter {
    /// `60d`, `$days`
    package var canonicalText: String { Formatter().duration(self) }
}

extension Period {
    /// `2026-q1`, `last 6 months`
    package var canonicalText: String { LiteralText.written(self) }
}

extension Window {
    /// `within 90d`, `between 2026-01-01 and 2026-03-31`
    package var canonicalText: String { Formatter().window(self) }
}
