import ReachColumns
import ReachKernels
import ReachPlan

/// An audience that says no more than how known sets of customers combine: worked out sixty-four customers at a time, without a look at
/// a column.
indirect enum SetExpression: Sendable {
    case members(CustomerSet)
    case not(SetExpression)
    case all([SetExpression])
    case any([SetExpression])

    /// How the set comes out of those it is made of; bits beyond the rows of a chunk may be set in it.
    fileprivate var steps: SetSteps {
        var steps = SetSteps()
        add(to: &steps, .put, isInverted: false)
        return steps
    }

    private func add(to steps: inout SetSteps, _ operation: SetSteps.Operation, isInverted: Bool) {
        switch self {
        case .members(let set): steps.add(operation, set.words, isInverted: isInverted)
        case .not(let inner): inner.add(to: &steps, operation, isInverted: !isInverted)
        case .all(let parts), .any(let parts):
            // What is not in all sets is in the inverse of any.
            let intersects = isAll != isInverted
            if let first = parts.first {
                first.add(to: &steps, .put, isInverted: isInverted)
            } else {
                steps.add(.put, nil, isInverted: intersects)
            }
            for part in parts.dropFirst() {
                part.add(to: &steps, intersects ? .intersect : .unite, isInverted: isInverted)
            }
            if operation != .put { steps.add(operation, nil) }
        }
    }

    private var isAll: Bool { if case .all = self { true } else { false } }
}

extension Engine {
    /// The condition as sets, where it is made of segments alone; those not met before are worked out and kept.
    func setExpression(_ condition: Condition) throws -> SetExpression? {
        switch condition {
        case .isTrue(.condition(let inner)): return try segment(inner)
        case .isMember(let name): return frozen(name).map { .members($0.fitted(to: customerCounts)) }
        case .not(let inner): return try setExpression(inner).map { .not($0) }
        case .all(let parts): return try setExpressions(parts).map { .all($0) }
        case .any(let parts): return try setExpressions(parts).map { .any($0) }
        default: return nil
        }
    }

    private func setExpressions(_ conditions: [Condition]) throws -> [SetExpression]? {
        // All have to be segments before the first is worked out for it.
        guard conditions.allSatisfy(isMadeOfSegments) else { return nil }
        var parts: [SetExpression] = []
        for condition in conditions {
            guard let part = try setExpression(condition) else { return nil }
            parts.append(part)
        }
        return parts
    }

    private func isMadeOfSegments(_ condition: Condition) -> Bool {
        switch condition {
        case .isTrue(.condition(let inner)): isMadeOfSegments(inner) || segmentKey(inner) != nil
        case .isMember: true
        case .not(let inner): isMadeOfSegments(inner)
        case .all(let parts), .any(let parts): parts.allSatisfy(isMadeOfSegments)
        default: false
        }
    }

    private func segment(_ condition: Condition) throws -> SetExpression? {
        let key = segmentKey(condition)
        if let key, let known = segments.set(key) { return .members(known) }
        if let made = try setExpression(condition) { return made }
        guard let key else { return nil }
        let members = try mapChunks { evaluator in try evaluator.mask(condition, evaluator.customers).bitmap }
        segments.keep(members, for: key)
        return .members(segments.set(key) ?? CustomerSet(members))
    }

    /// Rows by chunk of customers.
    private var customerCounts: [Int] { (0..<source.customerChunkCount).map(source.rows(inChunk:)) }

    /// The live customers that are in the set, chunk by chunk.
    func bitmaps(_ set: SetExpression) throws -> [Bitmap] {
        let steps = set.steps
        let starts = CustomerSet.starts(customerCounts)
        return try mapIndices(0..<source.customerChunkCount) { chunk in try bitmap(steps, starts, chunk) }
    }

    /// How many live customers are in the set.
    func count(_ set: SetExpression) throws -> Int {
        let steps = set.steps
        let starts = CustomerSet.starts(customerCounts)
        return try mapStretches(of: source.customerChunkCount) { chunks in
            if try chunks.allSatisfy(isFull) {
                return steps.count(starts[chunks.lowerBound]..<starts[chunks.upperBound])
            }
            return try chunks.reduce(0) { try $0 + bitmap(steps, starts, $1).setCount }
        }.reduce(0, +)
    }

    private func bitmap(_ steps: SetSteps, _ starts: [Int], _ chunk: Int) throws -> Bitmap {
        let count = source.rows(inChunk: chunk)
        var words = steps.words(starts[chunk]..<starts[chunk + 1])
        if let live = try source.liveCustomers(chunk: chunk) { intersectWords(&words, with: live.words) }
        if count % 64 != 0 { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
        return Bitmap(count: count, words: words)
    }

    /// Whether every bit of the chunk's words is a live customer's.
    private func isFull(_ chunk: Int) throws -> Bool {
        try source.rows(inChunk: chunk) % 64 == 0 && source.liveCustomers(chunk: chunk) == nil
    }
}
