import ReachColumns
import ReachDiagnostics
import ReachLanguage

extension Binder {
    /// Binds a yes/no expression. Everything negated is `not` of the whole, so that an expression and its opposite never both miss a row.
    func condition(_ expression: Expression, _ scope: NameScope) throws -> Condition {
        switch expression.kind {
        case .not(let operand): return try condition(operand, scope).negated
        case .and, .or:
            let isAnd = if case .and = expression.kind { true } else { false }
            // A loop over the left spine: a thousand conditions in a row need no thousand frames.
            let parts = try expression.joined(isAnd).enumerated().map { index, part in
                try condition(part, index == 0 ? scope : scope.rightOfConnective)
            }
            return isAnd ? .and(parts) : .or(parts)
        case .comparison(let comparison, let one, let other):
            return try compare(comparison, one, other, at: expression.span, scope)
        case .between(let operand, let low, let high, let negated):
            return try between(operand, low, high, at: expression.span, scope).negated(if: negated)
        case .inList(let operand, let options, let negated):
            return try isIn(operand, options, at: expression.span, scope).negated(if: negated)
        case .inPeriod(let operand, let period, let negated):
            return try inPeriod(operand, period, at: expression.span, scope).negated(if: negated)
        case .within(let operand, let duration, let negated):
            return try within(operand, duration, at: expression.span, scope).negated(if: negated)
        case .match(let kind, let operand, let pattern, let negated):
            return try match(kind, operand, pattern, scope).negated(if: negated)
        case .isMissing(let operand, let negated):
            return Condition.isMissing(try scalar(operand, scope)).simplified.negated(if: negated)
        case .isTruth(let operand, let truth, let negated):
            return try isTruth(operand, truth, scope).negated(if: negated)
        case .has(let clause): return try has(clause, at: expression.span, scope)
        case .stopped(let rows, let duration): return try stopped(rows, duration, at: expression.span, scope)
        case .resumed(let rows, let duration): return try resumed(rows, duration, at: expression.span, scope)
        case .literal, .parameter, .name, .negate, .arithmetic, .ago, .call, .aggregate, .audienceCount:
            return try truth(of: expression, scope)
        }
    }

    /// A value where a condition is wanted: a boolean that is true, a number above 0.
    private func truth(of expression: Expression, _ scope: NameScope) throws -> Condition {
        guard case .scalar(let scalar) = try operand(expression, scope) else {
            throw Diagnostic.notACondition(
                text(expression), isA: "not a yes/no question", at: expression.span, help: [])
        }
        return try truth(of: scalar, expression, scope)
    }

    private func truth(
        of scalar: Scalar, _ expression: Expression, _ scope: NameScope
    ) throws -> Condition {
        switch scalar.type {
        case .boolean: return scalar.truth
        case .integer, .decimal, .float:
            return try numericComparison(.greater, scalar, .literal(.integer(0), .integer))
        case .text:
            throw Diagnostic.notACondition(
                text(expression), isA: "text", at: expression.span,
                help: ["\(text(expression)) is known", "\(text(expression)) = \"\(sampleText(of: scalar, scope))\""])
        case .date, .datetime:
            throw Diagnostic.notACondition(
                text(expression), isA: "a date", at: expression.span,
                help: ["\(text(expression)) is known", "\(text(expression)) > 60d"])
        }
    }

    private func isTruth(_ operand: Expression, _ truth: Bool, _ scope: NameScope) throws -> Condition {
        let value = try scalar(operand, scope)
        guard value.type == .boolean else {
            throw Diagnostic.typeMismatch(
                "`\(text(operand))` is \(value.type.article), only a yes/no value is true or false", at: operand.span,
                help: value.type.isNumeric ? ["\(text(operand)) = \(truth ? 1 : 0)"] : ["\(text(operand)) is known"])
        }
        return booleanEquals(value, truth)
    }

    /// True where the boolean is known and `truth`.
    func booleanEquals(_ value: Scalar, _ truth: Bool) -> Condition {
        if truth { return value.truth }
        if case .condition = value { return value.truth.negated }
        if case .literal(.boolean(let literal), _) = value { return .always(literal == truth) }
        return .comparison(.equal, value, .literal(.boolean(false), .boolean))
    }

    private func match(
        _ kind: MatchKind, _ operand: Expression, _ pattern: Expression, _ scope: NameScope
    ) throws -> Condition {
        let value = try scalar(operand, scope)
        guard value.type == .text else {
            throw Diagnostic.typeMismatch(
                "`\(text(operand))` is \(value.type.article), `\(kind.rawValue)` asks about text", at: operand.span,
                help: value.type.isTemporal ? ["\(text(operand)) in 2026-03"] : ["\(text(operand)) = 1"])
        }
        let bound: Scalar
        do {
            bound = try scalar(pattern, scope)
        } catch let diagnostic as Diagnostic where diagnostic.code == "unknown-column" {
            throw unquoted(diagnostic, pattern, beside: value, scope)
        }
        guard case .literal(.text(let words), _) = bound else {
            throw Diagnostic.patternNotText(
                text(pattern), after: kind, at: pattern.span,
                help: "\(text(operand)) \(kind.rawValue) \"\(kind == .like ? "%" : "")\(bareWord(pattern))\"")
        }
        if words.isEmpty { throw emptyText(operand, at: pattern.span) }
        let folded = CaseFolding.fold(words)
        return switch kind {
        case .contains: .match(.contains(folded), value)
        case .startsWith: .match(.hasPrefix(folded), value)
        case .endsWith: .match(.hasSuffix(folded), value)
        case .like: .match(.like(Self.likeTokens(words)), value)
        }
    }

    /// `\` before `%`, `_` or itself takes it as it stands; runs of `%` are one.
    static func likeTokens(_ pattern: String) -> [TextMatch.LikeToken] {
        var tokens: [TextMatch.LikeToken] = []
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            if isEscaped {
                if !["%", "_", "\\"].contains(scalar) { tokens.append(.scalar("\\")) }
                tokens.append(.scalar(CaseFolding.fold(scalar)))
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "%" {
                if tokens.last != .anyRun { tokens.append(.anyRun) }
            } else {
                tokens.append(scalar == "_" ? .anyScalar : .scalar(CaseFolding.fold(scalar)))
            }
        }
        if isEscaped { tokens.append(.scalar("\\")) }
        return tokens
    }
}

extension Condition {
    /// The opposite. Double negation and constants are dissolved.
    package var negated: Condition {
        switch self {
        case .always(let truth): .always(!truth)
        case .not(let condition): condition
        default: .not(self)
        }
    }

    func negated(if negate: Bool) -> Condition { negate ? negated : self }

    /// All of these: nested conjunctions are flattened, constants dissolved.
    package static func and(_ conditions: [Condition]) -> Condition {
        var parts: [Condition] = []
        for condition in conditions {
            switch condition {
            case .always(true): break
            case .always(false): return .always(false)
            case .all(let inner): parts += inner
            default: parts.append(condition)
            }
        }
        if parts.isEmpty { return .always(true) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    /// Any of these: nested disjunctions are flattened, constants dissolved.
    package static func or(_ conditions: [Condition]) -> Condition {
        var parts: [Condition] = []
        for condition in conditions {
            switch condition {
            case .always(false): break
            case .always(true): return .always(true)
            case .any(let inner): parts += inner
            default: parts.append(condition)
            }
        }
        if parts.isEmpty { return .always(false) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    /// Dissolves a question whose answer does not depend on the row.
    var simplified: Condition {
        switch self {
        case .isMissing(.literal(let value, _)): .always(value == .missing)
        case .isMissing(.condition): .always(false)
        case .isMissing(.aggregate(let aggregate)) where aggregate.isNeverMissing: .always(false)
        default: self
        }
    }
}

extension Scalar {
    /// True where this boolean is known and true. What a name stands for, a segment's condition, stays in one piece: engines may keep
    /// its members.
    var truth: Condition {
        switch self {
        case .condition(.always(let holds)): .always(holds)
        case .condition(.isMember(let name)): .isMember(frozen: name)
        case .literal(let value, _): .always(value == .boolean(true))
        default: .isTrue(self)
        }
    }
}

extension Aggregate {
    /// Counts are 0 over no rows. (So are sums, but a sum can leave 64 bits.)
    var isNeverMissing: Bool { function == .count || function == .distinct }
}
