import ReachColumns
import ReachKernels
import ReachPlan

extension Engine {
    /// The patterns of customers put into groups: `groups` has a number per customer by chunk, 0 for those in none. Gives, by group from 1
    /// on, how many share each pattern.
    package func patternCounts(
        of groups: [[UInt8]], groupCount: Int, conditions: [Condition]
    ) throws -> [[UInt64: Int]] {
        precondition(conditions.count <= UInt64.bitWidth, "a bit per question")
        // The group's number is four more questions, where that many can be counted at once.
        let isNarrow = groupCount < 16 && conditions.count + 4 <= mostCodeQuestions
        let parts = try mapChunks { evaluator -> [[UInt64: Int]] in
            let numbers = groups[evaluator.chunk]
            guard numbers.contains(where: { $0 != 0 }) else { return [] }
            let bits = try conditions.map { try evaluator.bits($0).words }
            return isNarrow
                ? Self.codeCounts(numbers, bits, groupCount: groupCount)
                : Self.patternCounts(numbers, bits, groupCount: groupCount)
        }
        return (0..<groupCount).map { group in
            parts.reduce(into: [:]) { counts, part in
                if !part.isEmpty { counts.merge(part[group], uniquingKeysWith: +) }
            }
        }
    }

    private static func codeCounts(_ numbers: [UInt8], _ bits: [[UInt64]], groupCount: Int) -> [[UInt64: Int]] {
        let planes = packNibbles(numbers)
        let members = (0..<planes[0].count).map { word in planes.reduce(0) { $0 | $1[word] } }
        var counts = [Int](repeating: 0, count: 1 << (bits.count + planes.count))
        countCodes(bits + planes, members: members, into: &counts)
        var groups = [[UInt64: Int]](repeating: [:], count: groupCount)
        for (code, count) in counts.enumerated() where count > 0 {
            groups[code >> bits.count - 1][UInt64(code & (1 << bits.count - 1))] = count
        }
        return groups
    }

    /// The same of many questions, row by row.
    private static func patternCounts(_ numbers: [UInt8], _ bits: [[UInt64]], groupCount: Int) -> [[UInt64: Int]] {
        var counts = [[UInt64: Int]](repeating: [:], count: groupCount)
        var patterns = [UInt64](repeating: 0, count: numbers.count)
        for (index, words) in bits.enumerated() {
            setBit(index, of: &patterns, where: unpackBits(words, count: numbers.count))
        }
        // Neighbours often answer alike: runs are added at once.
        var (before, run): ((pattern: UInt64, number: UInt8), Int) = ((0, 0), 0)
        for row in numbers.indices {
            if numbers[row] == before.number, patterns[row] == before.pattern {
                run += 1
                continue
            }
            if before.number > 0 { counts[Int(before.number) - 1][before.pattern, default: 0] += run }
            (before, run) = ((patterns[row], numbers[row]), 1)
        }
        if before.number > 0 { counts[Int(before.number) - 1][before.pattern, default: 0] += run }
        return counts
    }
}

extension ChunkEvaluator {
    /// The customers for whom a condition holds. Who is open to a channel is the same from one question to the next, and kept.
    fileprivate func bits(_ condition: Condition) throws -> Bitmap {
        let key = engine.segmentKey(condition)
        if let key, let known = engine.segments.members(key, chunk: chunk) { return known }
        let bitmap = try mask(condition, customers).bitmap
        if let key { engine.segments.keep(bitmap, for: key, chunk: chunk, of: engine.source.customerChunkCount) }
        return bitmap
    }
}
