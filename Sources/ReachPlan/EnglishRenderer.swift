import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Puts conditions into English, dates resolved: `orders > 2` is "more than 2 orders", `last_seen > 60d` "last seen before 2026-09-23".
///
/// Phrases say what holds of a customer (or row) without naming it, so that they stand as labels and join with "and". Only what was
/// bound without an error is rendered; whatever has no plainer wording is given as it is typed.
package struct EnglishRenderer {
    let binder: Binder
    let scope: NameScope

    package init(_ binder: Binder, _ scope: Scope = .customers) {
        self.init(binder, NameScope(of: scope))
    }

    init(_ binder: Binder, _ scope: NameScope) {
        self.binder = binder
        self.scope = scope
    }

    /// A yes/no expression as a phrase.
    package func phrase(_ expression: Expression) -> String {
        switch expression.kind {
        case .and: return expression.joined(true).map { inner($0, of: .and) }.joined(separator: " and ")
        case .or: return expression.joined(false).map { inner($0, of: .or) }.joined(separator: " or ")
        case .not(let operand): return negation(operand)
        case .comparison(let comparison, let one, let other): return self.comparison(comparison, one, other)
        case .between(let operand, let low, let high, let negated):
            return between(operand, low, high, negated: negated)
        case .inList(let operand, let options, let negated):
            let listed = options.map(value)
            let last = listed.last ?? ""
            let joined = listed.count > 1 ? listed.dropLast().joined(separator: ", ") + " or " + last : last
            return "\(noun(operand)) is \(negated ? "neither " + joined.replacing(" or ", with: " nor ") : joined)"
        case .inPeriod(let operand, let period, let negated):
            return "\(noun(operand)) \(negated ? "not " : "")\(stretch(period))"
        case .within(let operand, let duration, let negated):
            return "\(noun(operand)) \(negated ? "not " : "")\(since(duration))"
        case .match(let kind, let operand, let pattern, let negated):
            return match(kind, operand, pattern, negated: negated)
        case .isMissing(let operand, let negated): return "\(noun(operand)) is \(negated ? "known" : "missing")"
        case .isTruth(let operand, let truth, let negated):
            return "\(noun(operand)) is \(negated ? "not " : "")\(truth ? "true" : "false")"
        case .has(let clause): return has(clause)
        case .stopped(let rows, let duration):
            return "\(plural(rows.table.text))\(restriction(rows)), but none \(since(duration))"
        case .resumed(let rows, let duration):
            return "back to \(plural(rows.table.text))\(restriction(rows)) after more than \(length(duration)) without"
        case .literal(.boolean(let truth)): return truth ? "everybody" : "nobody"
        default: return bare(expression)
        }
    }

    private enum Connective { case and, or }

    /// Brackets where `and` and `or` meet.
    private func inner(_ expression: Expression, of connective: Connective) -> String {
        switch expression.kind {
        case .and where connective == .or, .or where connective == .and: "(\(phrase(expression)))"
        default: phrase(expression)
        }
    }

    private func negation(_ operand: Expression) -> String {
        switch operand.kind {
        case .name, .call: "not \(phrase(operand))"
        default: "not (\(phrase(operand)))"
        }
    }

    /// A value that stands as a condition.
    private func bare(_ expression: Expression) -> String {
        if let rows = counted(expression) { return quantity(.atLeast(1), rows) }
        if case .name(let name) = expression.kind, let definition = binder.context.definition(name.name.text),
            definition.kind != .attribute, scope.kind == .customers
        {
            return "in segment `\(definition.name)`"
        }
        return type(of: expression).map { $0.isNumeric } == true ? "\(noun(expression)) above 0" : noun(expression)
    }

    private func between(_ operand: Expression, _ low: Expression, _ high: Expression, negated: Bool) -> String {
        if let rows = counted(operand), case .literal(.integer(let from)) = low.kind,
            case .literal(.integer(let to)) = high.kind
        {
            return (negated ? "not " : "") + quantity(.between(from, to), rows)
        }
        if case .literal(.duration) = low.kind {
            // The larger age is the earlier date.
            return "\(noun(operand)) \(negated ? "not " : "")from \(date(high)) to \(date(low))"
        }
        return "\(noun(operand)) \(negated ? "not " : "")from \(value(low)) to \(value(high))"
    }

    private func match(_ kind: MatchKind, _ operand: Expression, _ pattern: Expression, negated: Bool) -> String {
        let (verb, base) =
            switch kind {
            case .contains: ("contains", "contain")
            case .startsWith: ("starts with", "start with")
            case .endsWith: ("ends with", "end with")
            case .like: ("is like", "")
            }
        if kind == .like { return "\(noun(operand)) is \(negated ? "not " : "")like \(value(pattern))" }
        return "\(noun(operand)) \(negated ? "does not \(base)" : verb) \(value(pattern))"
    }

    func type(of expression: Expression) -> DataType? { try? binder.scalar(expression, scope).type }
}

/// Comparisons.
extension EnglishRenderer {
    private func comparison(_ comparison: ComparisonOperator, _ one: Expression, _ other: Expression) -> String {
        if case .duration(let duration)? = try? binder.operand(other, scope) { return age(one, comparison, duration) }
        if case .duration(let duration)? = try? binder.operand(one, scope) {
            return age(other, comparison.flipped, duration)
        }
        if let rows = counted(one), case .literal(.integer(let number)) = other.kind {
            return quantity(comparison, number, rows)
        }
        if let rows = counted(other), case .literal(.integer(let number)) = one.kind {
            return quantity(comparison.flipped, number, rows)
        }
        guard let type = type(of: one) else {
            return binder.text(Expression(.comparison(comparison, one, other), at: one.span))
        }
        let words =
            type.isTemporal
            ? Self.dateWords(comparison) : type == .text ? Self.textWords(comparison) : Self.numberWords(comparison)
        return "\(noun(one)) \(words) \(value(other))"
    }

    private func age(_ operand: Expression, _ comparison: ComparisonOperator, _ duration: Duration) -> String {
        let words =
            switch comparison {
            case .greater: "before"
            case .greaterOrEqual: "on or before"
            case .less: "after"
            case .lessOrEqual: "since"
            case .equal: "on"
            case .notEqual: "not on"
            }
        return "\(noun(operand)) \(words) \(border(duration))"
    }

    private static func dateWords(_ comparison: ComparisonOperator) -> String {
        switch comparison {
        case .less: "before"
        case .lessOrEqual: "on or before"
        case .greater: "after"
        case .greaterOrEqual: "since"
        case .equal: "on"
        case .notEqual: "not on"
        }
    }

    private static func numberWords(_ comparison: ComparisonOperator) -> String {
        switch comparison {
        case .less: "below"
        case .lessOrEqual: "at most"
        case .greater: "above"
        case .greaterOrEqual: "at least"
        case .equal: "is"
        case .notEqual: "is not"
        }
    }

    private static func textWords(_ comparison: ComparisonOperator) -> String {
        switch comparison {
        case .less: "sorts before"
        case .lessOrEqual: "sorts before or is"
        case .greater: "sorts after"
        case .greaterOrEqual: "sorts after or is"
        case .equal: "is"
        case .notEqual: "is not"
        }
    }

    private func quantity(_ comparison: ComparisonOperator, _ number: Int64, _ rows: ActivityRows) -> String {
        switch comparison {
        case .less: quantity(.fewerThan(number), rows)
        case .lessOrEqual: quantity(.atMost(number), rows)
        case .greater: quantity(number == 0 ? .atLeast(1) : .moreThan(number), rows)
        case .greaterOrEqual: quantity(.atLeast(number), rows)
        case .equal: quantity(number == 0 ? .none : .exactly(number), rows)
        case .notEqual: number == 0 ? quantity(.atLeast(1), rows) : "not " + quantity(.exactly(number), rows)
        }
    }

    /// `at least 3 orders since 2026-08-24 with total above 100`
    func quantity(_ quantity: Quantity, _ rows: ActivityRows) -> String {
        func count(_ words: String, _ number: Int64) -> String {
            "\(words) \(number) \(number == 1 ? Self.singular(plural(rows.table.text)) : plural(rows.table.text))"
        }
        let counted =
            switch quantity {
            case .any: count("at least", 1)
            case .none: "no \(plural(rows.table.text))"
            case .atLeast(let number): count("at least", number)
            case .moreThan(let number): count("more than", number)
            case .atMost(let number): count("at most", number)
            case .fewerThan(let number): count("fewer than", number)
            case .exactly(let number): count("exactly", number)
            case .between(let low, let high): "\(low) to \(count("", high).drop { $0 == " " })"
            }
        return counted + restriction(rows)
    }

    /// The rows that a value counts: a table named bare, or `count(T …)`.
    func counted(_ expression: Expression) -> ActivityRows? {
        guard scope.kind == .customers else { return nil }
        switch expression.kind {
        case .name(let name):
            guard name.qualifier == nil, case .aggregate(let aggregate)? = try? binder.scalar(expression, scope),
                aggregate.function == .count, binder.context.definition(name.name.text) == nil
            else { return nil }
            return ActivityRows(table: name.name)
        case .aggregate(let call):
            guard call.function == .count, let argument = call.argument, case .name(let name) = argument.kind,
                name.qualifier == nil
            else { return nil }
            return ActivityRows(table: name.name, window: call.window, condition: call.condition)
        default: return nil
        }
    }
}

extension ComparisonOperator {
    /// The same question with the sides exchanged.
    var flipped: ComparisonOperator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
