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

    /// Bits of the customers of one chunk; what is beyond its rows may be set.
    func words(chunk: Int, count: Int) -> [UInt64] {
        switch self {
        case .members(let chunks): return chunks[chunk].words
        case .not(let inner):
            var words = inner.words(chunk: chunk, count: count)
            invertWords(&words)
            return words
        case .all(let parts): return Self.combined(parts, chunk, count, from: .max, intersectWords)
        case .any(let parts): return Self.combined(parts, chunk, count, from: 0, uniteWords)
        }
    }

    private static func combined(
        _ parts: [SetExpression], _ chunk: Int, _ count: Int, from none: UInt64,
        _ combine: (inout [UInt64], [UInt64]) -> Void
    ) -> [UInt64] {
        guard let first = parts.first else { return [UInt64](repeating: none, count: (count + 63) / 64) }
        var words = first.words(chunk: chunk, count: count)
        for part in parts.dropFirst() { combine(&words, part.words(chunk: chunk, count: count)) }
        return words
    }
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
            let count = source.rows(inChunk: chunk)
            var words = set.words(chunk: chunk, count: count)
            if let live = try source.liveCustomers(chunk: chunk) { intersectWords(&words, with: live.words) }
            if count % 64 != 0 { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
            return Bitmap(count: count, words: words)
        }
    }
}
