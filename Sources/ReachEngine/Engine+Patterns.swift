import ReachColumns
import ReachKernels
import ReachPlan

/// How the members of an audience answer a list of yes/no questions: bit i of a pattern is the answer to question i.
package struct AnswerPatterns: Sendable {
    /// By chunk, a pattern per customer row; rows outside the audience hold 0.
    package let chunks: [[UInt64]]
    /// How many members of the audience share each pattern that occurs.
    package let counts: [UInt64: Int]
}

extension Engine {
    /// Asks up to 64 questions of every member at once. `audience` is of this engine's version of the data.
    package func patterns(audience: Members, conditions: [Condition]) throws -> AnswerPatterns {
        precondition(conditions.count <= UInt64.bitWidth, "a bit per question")
        let answers = try mapChunks { evaluator -> (patterns: [UInt64], counts: [UInt64: Int]) in
            let bitmap = audience.chunks[evaluator.chunk]
            var patterns = [UInt64](repeating: 0, count: bitmap.count)
            if bitmap.setCount == 0 { return (patterns, [:]) }
            let members = Mask(bytes: unpackBits(bitmap.words, count: bitmap.count))
            for (index, condition) in conditions.enumerated() {
                var answer = try evaluator.mask(condition, evaluator.customers)
                faults.count(answer.faults(where: members))
                answer.faults = nil
                answer.narrow(to: members)
                if !answer.isNone { setBit(index, of: &patterns, where: answer.bytes) }
            }
            var counts: [UInt64: Int] = [:]
            for row in members.positions { counts[patterns[Int(row)], default: 0] += 1 }
            return (patterns, counts)
        }
        var counts: [UInt64: Int] = [:]
        for answer in answers { counts.merge(answer.counts, uniquingKeysWith: +) }
        return AnswerPatterns(chunks: answers.map(\.patterns), counts: counts)
    }

    /// The same over the live customers for whom a condition holds.
    package func patterns(audience: Condition, conditions: [Condition]) throws -> AnswerPatterns {
        try patterns(audience: try members(of: audience), conditions: conditions)
    }

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
