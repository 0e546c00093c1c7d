import ReachColumns

extension Scalar {
    /// The same over a row of activity: every column is the row's customer's. Nil where activity itself is looked at.
    package var ofRowsCustomer: Scalar? {
        switch self {
        case .literal, .customerColumn: return self
        case .column(let column, let type): return .customerColumn(column, type)
        case .arithmetic(let operation, let one, let other, let type):
            guard let one = one.ofRowsCustomer, let other = other.ofRowsCustomer else { return nil }
            return .arithmetic(operation, one, other, type)
        case .negate(let operand): return operand.ofRowsCustomer.map(Scalar.negate)
        case .convert(let operand, let type): return operand.ofRowsCustomer.map { .convert($0, to: type) }
        case .call(let function, let arguments, let type):
            return Self.all(arguments).map { .call(function, $0, type) }
        case .conditional(let condition, let then, let otherwise):
            guard let condition = condition.ofRowsCustomer, let then = then.ofRowsCustomer,
                let otherwise = otherwise.ofRowsCustomer
            else { return nil }
            return .conditional(condition, then: then, otherwise: otherwise)
        case .coalesce(let options): return Self.all(options).map(Scalar.coalesce)
        case .extreme(let options, let largest): return Self.all(options).map { .extreme($0, largest: largest) }
        case .condition(let condition): return condition.ofRowsCustomer.map(Scalar.condition)
        case .aggregate: return nil
        }
    }

    private static func all(_ scalars: [Scalar]) -> [Scalar]? {
        let lifted = scalars.compactMap(\.ofRowsCustomer)
        return lifted.count == scalars.count ? lifted : nil
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
    /// The same over a row of activity, see `Scalar.ofRowsCustomer`. Nil where activity or a frozen segment is looked at.
    package var ofRowsCustomer: Condition? {
        switch self {
        case .always: return self
        case .not(let condition): return condition.ofRowsCustomer.map(Condition.not)
        case .all(let parts): return Self.all(parts).map(Condition.all)
        case .any(let parts): return Self.all(parts).map(Condition.any)
        case .comparison(let comparison, let one, let other):
            guard let one = one.ofRowsCustomer, let other = other.ofRowsCustomer else { return nil }
            return .comparison(comparison, one, other)
        case .isIn(let scalar, let values): return scalar.ofRowsCustomer.map { .isIn($0, values) }
        case .match(let match, let scalar): return scalar.ofRowsCustomer.map { .match(match, $0) }
        case .isMissing(let scalar): return scalar.ofRowsCustomer.map(Condition.isMissing)
        case .isTrue(let scalar): return scalar.ofRowsCustomer.map(Condition.isTrue)
        case .isMember, .sequence, .resumed: return nil
        }
    }

    private static func all(_ conditions: [Condition]) -> [Condition]? {
        let lifted = conditions.compactMap(\.ofRowsCustomer)
        return lifted.count == conditions.count ? lifted : nil
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
