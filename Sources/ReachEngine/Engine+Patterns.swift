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
        let parts = try mapChunks { evaluator -> [[UInt64: Int]] in
            let numbers = groups[evaluator.chunk]
            var counts = [[UInt64: Int]](repeating: [:], count: groupCount)
            guard numbers.contains(where: { $0 != 0 }) else { return counts }
            var patterns = [UInt64](repeating: 0, count: numbers.count)
            for (index, condition) in conditions.enumerated() {
                // Who is open to a channel is the same from one question to the next.
                var answer = Mask(.every, count: numbers.count)
                try evaluator.narrow(&answer, toNamed: condition, evaluator.customers)
                if !answer.isNone { setBit(index, of: &patterns, where: answer.bytes) }
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
        return (0..<groupCount).map { group in
            parts.reduce(into: [:]) { counts, part in counts.merge(part[group], uniquingKeysWith: +) }
        }
    }
}
