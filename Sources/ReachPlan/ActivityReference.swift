import ReachDiagnostics
import ReachLanguage

/// Tells which activity table an aggregate speaks of: `count(orders …)`, `sum(orders.total …)`, `sum(orders.total * orders.pieces)`.
enum ActivityReference {
    /// Position of the table, nil where the call names none.
    static func table(of call: AggregateCall, context: BindingContext) -> Int? {
        guard let argument = call.argument else { return nil }
        if call.function == .count, case .name(let name) = argument.kind, name.qualifier == nil {
            return context.activityIndex(name.name.text)
        }
        return qualifier(in: argument).flatMap { context.activityIndex($0.text) }
    }

    /// Whether the argument is a table rather than a value: of `count` alone.
    static func isTable(_ argument: Expression, of call: AggregateCall) -> Bool {
        guard call.function == .count, case .name(let name) = argument.kind else { return false }
        return name.qualifier == nil
    }

    /// The first qualifier that is not `customers` among the names a value is made of.
    static func qualifier(in expression: Expression) -> Identifier? {
        switch expression.kind {
        case .name(let name):
            guard let qualifier = name.qualifier, !Name.same(qualifier.text, "customers") else { return nil }
            return qualifier
        default: return expression.children.lazy.compactMap(qualifier(in:)).first
        }
    }
}

extension Expression {
    /// What is joined by `and` at the top, in order.
    var conjuncts: [Expression] { joined(true) }

    /// What is joined by `and`, or by `or`, at the top, in order.
    func joined(_ isAnd: Bool) -> [Expression] {
        var rest = [self]
        var parts: [Expression] = []
        while let next = rest.popLast() {
            switch next.kind {
            case .and(let one, let other) where isAnd: rest += [other, one]
            case .or(let one, let other) where !isAnd: rest += [other, one]
            default: parts.append(next)
            }
        }
        return parts
    }

    /// Expressions directly inside this one, activity clauses left out.
    package var children: [Expression] {
        switch kind {
        case .literal, .parameter, .name, .ago, .aggregate, .has, .stopped, .resumed, .audienceCount: []
        case .negate(let operand), .not(let operand), .isTruth(let operand, _, _), .isMissing(let operand, _),
            .inPeriod(let operand, _, _), .within(let operand, _, _):
            [operand]
        case .arithmetic(_, let one, let other), .comparison(_, let one, let other), .and(let one, let other),
            .or(let one, let other), .match(_, let one, let other, _):
            [one, other]
        case .between(let operand, let low, let high, _): [operand, low, high]
        case .inList(let operand, let options, _): [operand] + options
        case .call(_, let arguments): arguments
        }
    }
}
