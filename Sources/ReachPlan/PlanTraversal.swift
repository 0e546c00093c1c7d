import ReachColumns

extension Scalar {
    /// The same with columns and aggregates put in place of others; nil from `replace` leaves one as it is.
    package func replacingLeaves(_ replace: (Scalar) -> Scalar?) -> Scalar {
        switch self {
        case .literal: self
        case .column, .customerColumn, .aggregate: replace(self) ?? self
        case .arithmetic(let operation, let one, let other, let type):
            .arithmetic(operation, one.replacingLeaves(replace), other.replacingLeaves(replace), type)
        case .negate(let operand): .negate(operand.replacingLeaves(replace))
        case .convert(let operand, let type): .convert(operand.replacingLeaves(replace), to: type)
        case .call(let function, let arguments, let type):
            .call(function, arguments.map { $0.replacingLeaves(replace) }, type)
        case .conditional(let condition, let then, let otherwise):
            .conditional(
                condition.replacingLeaves(replace), then: then.replacingLeaves(replace),
                otherwise: otherwise.replacingLeaves(replace))
        case .coalesce(let options): .coalesce(options.map { $0.replacingLeaves(replace) })
        case .extreme(let options, let largest):
            .extreme(options.map { $0.replacingLeaves(replace) }, largest: largest)
        case .condition(let condition): .condition(condition.replacingLeaves(replace))
        }
    }

    /// The same over a row of activity: every column is the row's customer's. Nil where activity itself is looked at.
    package var ofRowsCustomer: Scalar? {
        looksAtActivity ? nil : replacingLeaves(\.asCustomerColumn)
    }

    fileprivate var asCustomerColumn: Scalar? {
        guard case .column(let column, let type) = self else { return nil }
        return .customerColumn(column, type)
    }

    /// Whether a customer's rows have to be read for it.
    package var looksAtActivity: Bool {
        switch self {
        case .aggregate: true
        case .condition(let condition): condition.looksAtActivity
        case .conditional(let condition, let then, let otherwise):
            condition.looksAtActivity || then.looksAtActivity || otherwise.looksAtActivity
        default: operands.contains(where: \.looksAtActivity)
        }
    }

    /// Scalars directly inside this one; conditions are not entered.
    package var operands: [Scalar] {
        switch self {
        case .literal, .column, .customerColumn, .condition, .aggregate: []
        case .arithmetic(_, let one, let other, _): [one, other]
        case .negate(let operand), .convert(let operand, _): [operand]
        case .call(_, let arguments, _): arguments
        case .conditional(_, let then, let otherwise): [then, otherwise]
        case .coalesce(let options), .extreme(let options, _): options
        }
    }
}

extension Condition {
    /// The same with columns and aggregates put in place of others, see `Scalar.replacingLeaves`.
    package func replacingLeaves(_ replace: (Scalar) -> Scalar?) -> Condition {
        switch self {
        case .always, .isMember, .sequence, .resumed: self
        case .not(let condition): .not(condition.replacingLeaves(replace))
        case .all(let parts): .all(parts.map { $0.replacingLeaves(replace) })
        case .any(let parts): .any(parts.map { $0.replacingLeaves(replace) })
        case .comparison(let comparison, let one, let other):
            .comparison(comparison, one.replacingLeaves(replace), other.replacingLeaves(replace))
        case .isIn(let scalar, let values): .isIn(scalar.replacingLeaves(replace), values)
        case .match(let match, let scalar): .match(match, scalar.replacingLeaves(replace))
        case .isMissing(let scalar): .isMissing(scalar.replacingLeaves(replace))
        case .isTrue(let scalar): .isTrue(scalar.replacingLeaves(replace))
        }
    }

    /// Whether a customer's rows, or a frozen segment, have to be read for it.
    package var looksAtActivity: Bool {
        switch self {
        case .isMember, .sequence, .resumed: true
        case .all(let parts), .any(let parts): parts.contains(where: \.looksAtActivity)
        case .not(let condition): condition.looksAtActivity
        default: scalars.contains(where: \.looksAtActivity)
        }
    }

    /// Scalars that this condition tests, through `not`, `and`, `or`.
    package var scalars: [Scalar] {
        switch self {
        case .always, .isMember, .sequence, .resumed: []
        case .not(let condition): condition.scalars
        case .all(let parts), .any(let parts): parts.flatMap(\.scalars)
        case .comparison(_, let one, let other): [one, other]
        case .isIn(let scalar, _), .match(_, let scalar), .isMissing(let scalar), .isTrue(let scalar): [scalar]
        }
    }

    /// The parts that must all hold.
    package var conjuncts: [Condition] {
        if case .all(let parts) = self { return parts }
        return [self]
    }
}
