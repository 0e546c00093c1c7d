import ReachColumns
import ReachDiagnostics
import ReachLanguage

extension Binder {
    /// `one op other`; `!=` is `not (=)`.
    func compare(
        _ written: ComparisonOperator, _ one: Expression, _ other: Expression, at span: SourceSpan, _ scope: NameScope
    ) throws -> Condition {
        let comparison = written.positive
        let (left, right) = try operands(one, other, scope)
        switch (left, right) {
        case (.missing, _), (_, .missing):
            let tested = if case .missing = left { other } else { one }
            throw Diagnostic.comparedWithMissing(
                text(tested), negated: written == .notEqual, at: span)
        case (.duration(let duration), .scalar(let scalar)):
            return try age(comparison.flipped, scalar, duration, other, at: span, scope).negated(
                if: written == .notEqual)
        case (.scalar(let scalar), .duration(let duration)):
            return try age(comparison, scalar, duration, one, at: span, scope).negated(if: written == .notEqual)
        case (.scalar(let first), .scalar(let second)):
            let result = try compare(comparison, first, second, one, other, at: span)
            if comparison == .equal { checkValue(first, second, scope) }
            return result.negated(if: written == .notEqual)
        case (.period, _), (_, .period):
            guard case .period = right, comparison == .equal else {
                throw Diagnostic.periodCompared(text(other), at: span, help: periodHelp(comparison, one, right))
            }
            throw Diagnostic.periodCompared(
                text(other), at: span, help: ["\(text(one)) \(written == .notEqual ? "not " : "")in \(text(other))"])
        case (.timeOfDay, _), (_, .timeOfDay):
            throw Diagnostic.typeMismatch(
                "a time of day compares with nothing", at: span, help: ["hour(\(text(one))) >= 9"])
        case (.duration, .duration):
            throw Diagnostic.typeMismatch(
                "two lengths of time are compared, neither belongs to a customer", at: span, help: ["last_seen > 60d"])
        }
    }

    /// Binds both sides, reading a bare `yes` or `no` beside a boolean as a value and explaining a text without quotes.
    private func operands(_ one: Expression, _ other: Expression, _ scope: NameScope) throws -> (Operand, Operand) {
        let left: Operand
        do {
            left = try operand(one, scope)
        } catch let diagnostic as Diagnostic where diagnostic.code == "unknown-column" {
            if let word = yesOrNo(one), case .scalar(let scalar)? = try? operand(other, scope), scalar.type == .boolean
            {
                return (.scalar(word), .scalar(scalar))
            }
            throw diagnostic
        }
        return (left, try operand(other, beside: left, scope))
    }

    /// The right side of a comparison or an element of a list.
    private func operand(_ expression: Expression, beside left: Operand, _ scope: NameScope) throws -> Operand {
        do {
            return try operand(expression, scope)
        } catch let diagnostic as Diagnostic where diagnostic.code == "unknown-column" {
            guard case .scalar(let scalar) = left else { throw diagnostic }
            if scalar.type == .boolean, let word = yesOrNo(expression) { return .scalar(word) }
            if bareWord(expression).lowercased() == "null" { return .missing }
            throw unquoted(diagnostic, expression, beside: scalar, scope)
        }
    }

    private func yesOrNo(_ expression: Expression) -> Scalar? {
        guard case .name(let name) = expression.kind, name.qualifier == nil, !name.name.quoted else { return nil }
        switch Name.fold(name.name.text) {
        case "yes": return .literal(.boolean(true), .boolean)
        case "no": return .literal(.boolean(false), .boolean)
        default: return nil
        }
    }

    private func compare(
        _ comparison: Comparison, _ first: Scalar, _ second: Scalar, _ one: Expression, _ other: Expression,
        at span: SourceSpan
    ) throws -> Condition {
        switch (first.type, second.type) {
        case (let left, let right) where left.isNumeric && right.isNumeric:
            return try numericComparison(comparison, first, second)
        case (.text, .text):
            if case .literal(.text(""), _) = second { throw emptyText(one, at: span) }
            if case .literal(.text(""), _) = first { throw emptyText(other, at: span) }
            return folded(.comparison(comparison, first, second))
        case (.boolean, .boolean):
            guard comparison == .equal else {
                throw Diagnostic.typeMismatch(
                    "yes and no have no order", at: span, help: ["\(text(one)) = \(text(other))"])
            }
            if case .literal(.boolean(let truth), _) = second { return booleanEquals(first, truth) }
            if case .literal(.boolean(let truth), _) = first { return booleanEquals(second, truth) }
            return folded(.comparison(.equal, first, second))
        case (let left, let right) where left.isTemporal && right.isTemporal:
            return temporalComparison(comparison, first, second)
        default:
            throw mismatch(first, second, one, other, comparison, at: span)
        }
    }

    /// Both ends included. Either end may be an age: `last_seen between 30d and 60d`.
    func between(
        _ operand: Expression, _ low: Expression, _ high: Expression, at span: SourceSpan, _ scope: NameScope
    ) throws -> Condition {
        let parts = [
            try compare(.greaterOrEqual, operand, low, at: span, scope),
            try compare(.lessOrEqual, operand, high, at: span, scope),
        ]
        if case .scalar(.literal(let first, _)) = try self.operand(low, scope),
            case .scalar(.literal(let second, _)) = try self.operand(high, scope),
            ConstantEvaluator.order(first, second) == .greater
        {
            warn("`between \(text(low)) and \(text(high))` holds for nobody, the first is the larger")
        }
        return .and(parts)
    }

    func isIn(
        _ operand: Expression, _ options: [Expression], at span: SourceSpan, _ scope: NameScope
    ) throws -> Condition {
        var values: [Value] = []
        var subject: Scalar?
        var others: [Condition] = []
        for option in options {
            if case .literal(.period(let period)) = option.kind {
                others.append(try inPeriod(operand, period, at: option.span, scope))
                continue
            }
            if case .literal(.missing) = option.kind {
                throw Diagnostic.comparedWithMissing(text(operand), negated: false, at: option.span)
            }
            let equal = try compare(.equal, operand, option, at: option.span, scope)
            if case .comparison(.equal, let scalar, .literal(let value, _)) = equal, subject == nil || subject == scalar
            {
                subject = scalar
                if !values.contains(value) { values.append(value) }
            } else {
                others.append(equal)
            }
        }
        guard let subject else { return .or(others) }
        let listed: Condition =
            values.count == 1 ? .comparison(.equal, subject, .literal(values[0], subject.type)) : .isIn(subject, values)
        return .or([listed] + others)
    }

    /// A comparison of two literals is as true for one row as for another.
    func folded(_ condition: Condition) -> Condition {
        ConstantEvaluator(moment: moment).truth(of: condition).map(Condition.always) ?? condition
    }

    private func periodHelp(_ comparison: Comparison, _ one: Expression, _ right: Operand) -> [String] {
        guard case .period(let period) = right, let days = moment.days(of: period) else { return [] }
        let first = CivilDate(daysSinceEpoch: days.lowerBound).iso
        let end = CivilDate(daysSinceEpoch: days.upperBound).iso
        return switch comparison {
        case .less: ["\(text(one)) < \(first)"]
        case .lessOrEqual: ["\(text(one)) < \(end)"]
        case .greater: ["\(text(one)) >= \(end)"]
        case .greaterOrEqual: ["\(text(one)) >= \(first)"]
        case .equal: []
        }
    }
}

extension ComparisonOperator {
    /// The comparison to make; `!=` makes the one for `=` and is negated as a whole.
    var positive: Comparison {
        switch self {
        case .equal, .notEqual: .equal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }
}

extension Comparison {
    /// The same question with the sides exchanged.
    package var flipped: Comparison {
        switch self {
        case .equal: .equal
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
