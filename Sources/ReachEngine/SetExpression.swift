import ReachColumns
import ReachKernels
import ReachPlan

/// An audience that says no more than how known sets of customers combine: worked out sixty-four customers at a time, without a look at
/// a column.
indirect enum SetExpression: Sendable {
    /// By chunk of customers.
    case members([Bitmap])
    case not(SetExpression)
    case all([SetExpression])
    case any([SetExpression])

    /// Fills `words[level]`, and uses those behind it, with the bits of the customers of one chunk that are in the set, or of those that are
    /// not; what is beyond the rows may be set.
    fileprivate func fill(_ words: inout [[UInt64]], level: Int = 0, chunk: Int, isInverted: Bool = false) {
        switch self {
        case .members(let chunks): replaceWords(&words[level], with: chunks[chunk].words, isInverted: isInverted)
        case .not(let inner): inner.fill(&words, level: level, chunk: chunk, isInverted: !isInverted)
        case .all(let parts), .any(let parts):
            // What is not in all sets is in the inverse of any.
            let intersects = isAll != isInverted
            guard let first = parts.first else {
                return fillWords(&words[level], with: intersects ? .max : 0)
            }
            first.fill(&words, level: level, chunk: chunk, isInverted: isInverted)
            for part in parts.dropFirst() {
                part.combine(into: &words, level, intersects: intersects, chunk: chunk, isInverted: isInverted)
            }
        }
    }

    private func combine(
        into words: inout [[UInt64]], _ level: Int, intersects: Bool, chunk: Int, isInverted: Bool
    ) {
        if case .not(let inner) = self {
            return inner.combine(into: &words, level, intersects: intersects, chunk: chunk, isInverted: !isInverted)
        }
        let other: [UInt64]
        var isOtherInverted = false
        if case .members(let chunks) = self {
            (other, isOtherInverted) = (chunks[chunk].words, isInverted)
        } else {
            if words.count == level + 1 { words.append([UInt64](repeating: 0, count: words[level].count)) }
            fill(&words, level: level + 1, chunk: chunk, isInverted: isInverted)
            other = words[level + 1]
        }
        if intersects {
            intersectWords(&words[level], with: other, isInverted: isOtherInverted)
        } else {
            uniteWords(&words[level], with: other, isInverted: isOtherInverted)
        }
    }

    private var isAll: Bool { if case .all = self { true } else { false } }
}

extension Engine {
    /// The condition as sets, where it is made of segments alone; those not met before are worked out and kept.
    func setExpression(_ condition: Condition) throws -> SetExpression? {
        switch condition {
        case .isTrue(.condition(let inner)): return try segment(inner)
        case .isMember(let name):
            return frozen(name).map { chunks in
                .members((0..<source.customerChunkCount).map { frozenMembers(chunks, chunk: $0) })
            }
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
        if let key, let known = segments.members(key) { return .members(known) }
        if let made = try setExpression(condition) { return made }
        guard let key else { return nil }
        let members = try mapChunks { evaluator in try evaluator.mask(condition, evaluator.customers).bitmap }
        for (chunk, bitmap) in members.enumerated() {
            segments.keep(bitmap, for: key, chunk: chunk, of: members.count)
        }
        return .members(members)
    }

    /// A frozen segment's members in one chunk of this version: customers that came after the freeze are not among them.
    func frozenMembers(_ chunks: [Bitmap], chunk: Int) -> Bitmap {
        let count = source.rows(inChunk: chunk)
        guard chunk < chunks.count else { return Bitmap(count: count) }
        let words = chunks[chunk].words
        let wordCount = (count + 63) / 64
        if words.count == wordCount { return Bitmap(count: count, words: words) }
        let missing = max(0, wordCount - words.count)
        return Bitmap(count: count, words: words.prefix(wordCount) + [UInt64](repeating: 0, count: missing))
    }

    /// The live customers that are in the set, chunk by chunk.
    func bitmaps(_ set: SetExpression) throws -> [Bitmap] {
        try mapIndices(0..<source.customerChunkCount) { chunk in
            var words: [[UInt64]] = []
            try fill(&words, set, chunk: chunk)
            return Bitmap(count: source.rows(inChunk: chunk), words: words[0])
        }
    }

    /// How many live customers are in the set.
    func count(_ set: SetExpression) throws -> Int {
        let chunks = 0..<source.customerChunkCount
        return try foldIndices(chunks, into: (count: 0, words: [[UInt64]]())) { state, chunk in
            try fill(&state.words, set, chunk: chunk)
            state.count += countBits(state.words[0])
        }.reduce(0) { $0 + $1.count }
    }

    private func fill(_ words: inout [[UInt64]], _ set: SetExpression, chunk: Int) throws {
        let count = source.rows(inChunk: chunk)
        let wordCount = (count + 63) / 64
        if words.first?.count != wordCount { words = [[UInt64](repeating: 0, count: wordCount)] }
        set.fill(&words, chunk: chunk)
        if let live = try source.liveCustomers(chunk: chunk) { intersectWords(&words[0], with: live.words) }
        if count % 64 != 0 { words[0][wordCount - 1] &= (1 << UInt64(count % 64)) - 1 }
    }
}
