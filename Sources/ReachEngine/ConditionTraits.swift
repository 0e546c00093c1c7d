import ReachColumns
import ReachPlan

extension Condition {
    /// The condition as a question about one value, where it is one.
    var valueTest: (scalar: Scalar, test: ValueTest)? {
        switch self {
        case .comparison(let comparison, let scalar, .literal(let value, let type)) where value != .missing:
            (scalar, ValueTest(comparison, value, type: type))
        case .comparison(let comparison, .literal(let value, let type), let scalar) where value != .missing:
            (scalar, ValueTest(comparison.mirrored, value, type: type))
        case .isIn(let scalar, let values): (scalar, ValueTest(anyOf: values, type: scalar.type))
        case .match(let match, let scalar): (scalar, .text(.match(match)))
        case .isTrue(let scalar): (scalar, .lanes(1...1))
        default: nil
        }
    }

    /// Whether evaluating it may meet a fault of some row. Conditions that cannot may be evaluated in any order, since what is met does
    /// not depend on it.
    var canFault: Bool {
        switch self {
        case .always, .isMember: false
        case .not(let inner): inner.canFault
        case .all(let parts), .any(let parts): parts.contains(where: \.canFault)
        case .comparison(_, let left, let right): left.canFault || right.canFault
        case .isIn(let scalar, _), .match(_, let scalar), .isMissing(let scalar), .isTrue(let scalar): scalar.canFault
        case .sequence(let sequence): sequence.steps.contains { $0.filter?.canFault ?? false }
        case .resumed(_, _, let filter): filter?.canFault ?? false
        }
    }

    /// Orders conditions by what a row costs: stored values, narrow ones and words before wide ones, then counts of rows, figures of activity,
    /// then text by its characters.
    var effort: Int {
        switch self {
        case .always: 0
        case .isMember: 1
        case .not(let inner): inner.effort
        case .all(let parts), .any(let parts): parts.reduce(0) { max($0, $1.effort) }
        case .comparison(_, let left, let right): max(left.effort, right.effort)
        case .isIn(let scalar, _), .isMissing(let scalar), .isTrue(let scalar): scalar.effort
        case .match(_, let scalar): max(5, scalar.effort)
        case .sequence, .resumed: 7
        }
    }
}

extension Scalar {
    fileprivate var canFault: Bool {
        switch self {
        case .literal, .column, .customerColumn: false
        case .condition(let condition): condition.canFault
        case .convert(let operand, to: .date): operand.canFault
        case .aggregate(let aggregate):
            (aggregate.function == .sum || aggregate.function == .avg) || (aggregate.value?.canFault ?? false)
                || (aggregate.filter?.canFault ?? false)
        case .coalesce(let options), .extreme(let options, _): options.contains(where: \.canFault)
        case .conditional(let condition, let then, let otherwise):
            condition.canFault || then.canFault || otherwise.canFault
        case .call(let function, let operands, _):
            switch function {
            case .lower, .upper, .trim, .length, .domain, .phone, .address: operands.contains(where: \.canFault)
            default: true
            }
        case .arithmetic, .negate, .convert: true
        }
    }

    fileprivate var effort: Int {
        switch self {
        case .literal: 0
        case .column(_, let type):
            switch type {
            case .boolean, .integer, .date, .text: 1
            case .decimal, .float, .datetime: 2
            }
        case .aggregate(let aggregate): aggregate.value == nil && aggregate.filter == nil ? 3 : 6
        case .condition(let condition): condition.effort
        default: operands.reduce(4) { max($0, $1.effort) }
        }
    }
}
