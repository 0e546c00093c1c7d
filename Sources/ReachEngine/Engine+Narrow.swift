import ReachColumns
import ReachPlan

/// How an audience shrinks from condition to condition.
package struct Narrowing: Sendable {
    package struct Step: Hashable, Sendable {
        /// Customers for whom this condition holds, whatever the others say.
        package let alone: Int
        /// Customers for whom it and all before it hold.
        package let together: Int
        /// Customers for whom something the condition compares is missing.
        package let missing: Int
    }

    /// Customers to begin with.
    package let of: Int
    /// In the order of the conditions.
    package let steps: [Step]
    /// Those for whom all conditions hold.
    package let members: Members
}

extension Engine {
    /// Counts for how many customers (of those for whom `within` holds; nil: everybody) each condition holds, alone and together with
    /// the ones before, in one pass.
    package func narrow(_ conditions: [Condition], within: Condition? = nil) throws -> Narrowing {
        let chunks = try mapChunks { evaluator -> (of: Int, steps: [Narrowing.Step], members: Bitmap) in
            let people = try evaluator.audience(within ?? .always(true))
            var held = people
            var marks: [UInt8]?
            var steps: [Narrowing.Step] = []
            for condition in conditions {
                if people.isNone {
                    steps.append(Narrowing.Step(alone: 0, together: 0, missing: 0))
                    continue
                }
                var alone = try evaluator.mask(condition, evaluator.customers)
                marks = united(marks, alone.faults(where: people))
                alone.faults = nil
                alone.narrow(to: people)
                held.narrow(to: alone)
                var missing = try evaluator.missingOperands(of: condition)
                missing.narrow(to: people)
                steps.append(
                    Narrowing.Step(alone: alone.setCount, together: held.setCount, missing: missing.setCount))
            }
            faults.count(marks)
            return (people.setCount, steps, held.bitmap)
        }
        let steps = conditions.indices.map { index in
            Narrowing.Step(
                alone: chunks.reduce(0) { $0 + $1.steps[index].alone },
                together: chunks.reduce(0) { $0 + $1.steps[index].together },
                missing: chunks.reduce(0) { $0 + $1.steps[index].missing })
        }
        return Narrowing(
            of: chunks.reduce(0) { $0 + $1.of }, steps: steps, members: Members(chunks: chunks.map(\.members)))
    }
}

extension ChunkEvaluator {
    /// The customers for whom something that the condition compares, matches or tests is missing. Asking `is missing` is no such thing.
    func missingOperands(of condition: Condition) throws -> Mask {
        var missing = Mask(.none, count: customers.rowCount)
        for operand in condition.operands where operand.canBeMissing {
            var found = try mask(.isMissing(operand), customers)
            found.faults = nil
            missing.widen(by: found)
        }
        return missing
    }
}

extension Condition {
    /// Expressions over customers that make a condition false where they are missing.
    fileprivate var operands: [Scalar] {
        switch self {
        case .always, .isMissing, .isMember, .sequence, .resumed: []
        case .not(let inner): inner.operands
        case .all(let parts), .any(let parts): parts.flatMap(\.operands)
        case .comparison(_, let left, let right): [left, right]
        case .isIn(let scalar, _), .match(_, let scalar): [scalar]
        case .isTrue(.condition(let inner)): inner.operands
        case .isTrue(let scalar): [scalar]
        }
    }
}

extension Scalar {
    fileprivate var canBeMissing: Bool {
        switch self {
        case .literal(let value, _): value == .missing
        case .condition: false
        case .aggregate(let aggregate): aggregate.function != .count && aggregate.function != .distinct
        default: true
        }
    }
}
