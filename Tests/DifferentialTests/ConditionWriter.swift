import TestSupport

/// Writes conditions over the shop as text: always such that bind, nested a few levels deep.
struct ConditionWriter {
    /// Whose columns names are.
    enum Place {
        case customers, orders, visits
    }

    var random: SeededRandom
    /// Whether a value may stand as a condition: behind one, `within` is read as the age of the value.
    var writesBareValues = true

    init(seed: UInt64) { random = SeededRandom(seed: seed &* 104_729 &+ 5) }

    /// A condition over customers.
    mutating func condition() -> String { condition(random.pick([0, 1, 1, 2, 2, 3]), .customers) }

    mutating func condition(_ depth: Int, _ place: Place) -> String {
        guard depth > 0 else { return simple(0, place) }
        switch random.below(10) {
        case 0, 1:
            return "\(bracketed(depth - 1, place)) \(random.pick(["and", "or", "AND"])) \(bracketed(depth - 1, place))"
        case 2:
            return "\(bracketed(depth - 1, place)) or not \(bracketed(0, place)) and \(bracketed(depth - 1, place))"
        case 3: return "not \(bracketed(depth - 1, place))"
        default: return simple(depth - 1, place)
        }
    }

    /// What may stand beside `and`: over customers, a clause that would swallow it is bracketed.
    private mutating func bracketed(_ depth: Int, _ place: Place) -> String {
        let text = condition(depth, place)
        return depth > 0 || place == .customers || random.flag() ? "(\(text))" : text
    }

    /// One question; values in it may be nested `depth` levels.
    mutating func simple(_ depth: Int, _ place: Place) -> String {
        switch random.below(place == .customers ? 24 : 16) {
        case 0, 1: return "\(number(depth, place)) \(comparison()) \(number(random.below(2), place))"
        case 2: return "\(number(depth, place)) \(not("between")) \(literal()) and \(number(0, place))"
        case 3: return "\(number(depth, place)) \(not("in")) (\(list { $0.literal() }))"
        case 4: return "\(text(depth, place)) \(comparison()) \(random.oneIn(3) ? text(0, place) : word())"
        case 5: return "\(text(depth, place)) \(not("in")) (\(list { $0.word() }))"
        case 6, 7: return match(depth, place)
        case 8: return "\(any(depth, place)) is \(random.pick(["missing", "known", "not missing", "not known"]))"
        case 9: return truth(depth, place)
        case 10 where writesBareValues: return random.oneIn(3) ? number(depth, place) : boolean(depth, place)
        case 11: return "\(temporal(depth, place)) \(comparison()) \(temporal(0, place))"
        case 12: return age(depth, place)
        case 13: return "\(temporal(depth, place)) \(not("in")) \(period())"
        case 14: return "\(datetime(depth, place)) \(comparison()) \(datetimeLiteral())"
        case 10, 15: return temporalList(depth, place)
        case 16, 17, 18: return has()
        case 19: return regularly()
        case 20, 21: return sequence()
        case 22: return stopped()
        default: return resumed()
        }
    }

    /// A condition in brackets that `within` or `is true` may follow.
    mutating func closed(_ depth: Int, _ place: Place) -> String {
        let before = writesBareValues
        writesBareValues = false
        defer { writesBareValues = before }
        return "(\(condition(depth, place)))"
    }

    private mutating func match(_ depth: Int, _ place: Place) -> String {
        let text = text(depth, place)
        if random.oneIn(3) {
            let verb = random.pick(["contain", "start with", "end with"])
            return "\(text) does not \(verb) \(piece())"
        }
        switch random.below(4) {
        case 0: return "\(text) \(not("contains")) \(piece())"
        case 1: return "\(text) \(not("starts with")) \(piece())"
        case 2: return "\(text) \(not("ends with")) \(piece())"
        default: return "\(text) \(not("like")) \(pattern())"
        }
    }

    private mutating func truth(_ depth: Int, _ place: Place) -> String {
        let boolean = boolean(depth, place)
        switch random.below(3) {
        case 0: return "\(boolean) is \(random.pick(["true", "false", "not true", "not false"]))"
        case 1: return "\(boolean) \(random.pick(["=", "!="])) \(random.pick(["true", "false", "yes", "no"]))"
        default: return "\(boolean) \(random.pick(["=", "!="])) \(self.boolean(0, place))"
        }
    }

    private mutating func age(_ depth: Int, _ place: Place) -> String {
        switch random.below(5) {
        case 0: return "\(temporal(depth, place)) \(not("within")) \(length())"
        case 1: return "\(temporal(depth, place)) \(not("between")) \(length()) and \(length())"
        case 2: return "\(datetime(depth, place)) \(random.pick([">", "<=", "<", ">="])) \(clockLength())"
        case 3: return "\(length()) \(comparison()) \(temporal(0, place))"
        default: return "\(temporal(depth, place)) \(comparison()) \(length())"
        }
    }

    private mutating func temporalList(_ depth: Int, _ place: Place) -> String {
        let temporal = temporal(depth, place)
        return "\(temporal) \(not("in")) "
            + random.pick([
                "(\(day()), \(day()), 2026-11)", "(today, \(length()))", "(2026-q1, 2025-12)", "(\(day()))",
                "(now, \(day()))",
            ])
    }

    mutating func comparison() -> String { random.pick(["=", "!=", "<", "<=", ">", ">=", "=", "!="]) }

    private mutating func not(_ words: String) -> String { random.oneIn(3) ? "not \(words)" : words }

    private mutating func list(_ element: (inout ConditionWriter) -> String) -> String {
        (0..<(1 + random.below(4))).map { _ in element(&self) }.joined(separator: ", ")
    }

    private mutating func any(_ depth: Int, _ place: Place) -> String {
        switch random.below(4) {
        case 0: return number(depth, place)
        case 1: return text(depth, place)
        case 2: return temporal(depth, place)
        default: return boolean(depth, place)
        }
    }
}
