import ReachColumns
import ReachKernels
import ReachPlan

/// How the members of an audience answer a list of yes/no questions, kept as bits.
package struct Answers: Sendable {
    package let members: Members
    /// By question and chunk, a bit per customer row; of rows outside the audience they say nothing.
    package let bits: [[Bitmap]]

    /// A pattern per row of a chunk; rows outside the audience hold 0.
    package func patterns(chunk: Int) -> [UInt64] {
        let own = members.chunks[chunk]
        return gatherPatterns(bits.map { $0[chunk].words }, members: own.words, count: own.count)
    }

    /// Bit i is the customer's answer to question i.
    package func pattern(chunk: Int, row: Int) -> UInt64 {
        var pattern: UInt64 = 0
        for (question, chunks) in bits.enumerated() where chunks[chunk][row] { pattern |= 1 << UInt64(question) }
        return pattern
    }
}

extension Engine {
    /// Asks up to 64 questions of every member. What a question's answers depend on the data and the day alone is kept like a segment.
    package func answers(of members: Members, to conditions: [Condition]) throws -> Answers {
        precondition(conditions.count <= UInt64.bitWidth, "a bit per question")
        var bits = conditions.map { condition in segmentKey(condition).flatMap { segments.members($0) } }
        let open = conditions.indices.filter { bits[$0] == nil }
        if !open.isEmpty {
            let found = try mapChunks { evaluator in
                let own = members.chunks[evaluator.chunk]
                return try open.map { question in
                    try self.answer(conditions[question], members: own, evaluator)
                }
            }
            for (place, question) in open.enumerated() {
                let chunks = found.map { $0[place] }
                if let key = segmentKey(conditions[question]) { segments.keep(chunks, for: key) }
                bits[question] = chunks
            }
        }
        return Answers(members: members, bits: bits.map { $0 ?? [] })
    }

    private func answer(_ condition: Condition, members: Bitmap, _ evaluator: ChunkEvaluator) throws -> Bitmap {
        // What may be kept is asked of everybody.
        if segmentKey(condition) != nil { return try evaluator.mask(condition, evaluator.customers).bitmap }
        if members.setCount == 0 { return Bitmap(count: members.count) }
        var answer = try evaluator.mask(condition, evaluator.customers)
        if answer.faults != nil {
            faults.count(answer.faults(where: Mask(members)))
            answer.faults = nil
        }
        return answer.bitmap
    }

    /// How many members answer alike; those in `marked` are counted apart.
    package func counts(
        _ answers: Answers, marked: [Bitmap]? = nil
    ) throws -> (unmarked: [UInt64: Int], marked: [UInt64: Int]) {
        let questions = answers.bits + (marked.map { [$0] } ?? [])
        let parts = try mapStretches(of: answers.members.chunks.count) { chunks in
            questions.count <= mostCodeQuestions
                ? Self.codeCounts(answers.members, questions, chunks)
                : Self.splitCounts(answers.members, questions, chunks)
        }
        let mark = UInt64(answers.bits.count)
        var unmarked: [UInt64: Int] = [:]
        var counted: [UInt64: Int] = [:]
        for (pattern, count) in parts.joined() {
            if marked != nil, pattern >> mark & 1 == 1 {
                counted[pattern & ~(1 << mark), default: 0] += count
            } else {
                unmarked[pattern, default: 0] += count
            }
        }
        return (unmarked, counted)
    }

    private static func codeCounts(
        _ members: Members, _ questions: [[Bitmap]], _ chunks: Range<Int>
    ) -> [(UInt64, Int)] {
        var counts = [Int](repeating: 0, count: 1 << questions.count)
        for chunk in chunks {
            countCodes(questions.map { $0[chunk].words }, members: members.chunks[chunk].words, into: &counts)
        }
        return counts.enumerated().compactMap { $1 > 0 ? (UInt64($0), $1) : nil }
    }

    /// The same of many questions: by codes of the first few, for each set of those who answer the others alike.
    private static func splitCounts(
        _ members: Members, _ questions: [[Bitmap]], _ chunks: Range<Int>
    ) -> [(UInt64, Int)] {
        let few = 12
        var counts: [UInt64: [Int]] = [:]
        var others: [(UInt64, Int)] = []
        for chunk in chunks {
            var sets: [(words: [UInt64], code: UInt64)] = [(members.chunks[chunk].words, 0)]
            for (place, question) in questions[few...].enumerated() where sets.count <= mostSets {
                let answers = question[chunk].words
                sets = sets.flatMap { set -> [(words: [UInt64], code: UInt64)] in
                    let yes = zip(set.words, answers).map { $0 & $1 }
                    let no = zip(set.words, answers).map { $0 & ~$1 }
                    return [(yes, set.code | 1 << UInt64(place)), (no, set.code)].filter { part in
                        part.words.contains { $0 != 0 }
                    }
                }
            }
            if sets.count > mostSets {
                others += patternCounts(members, questions, chunk..<chunk + 1)
                continue
            }
            let answers = questions[..<few].map { $0[chunk].words }
            for set in sets {
                countCodes(
                    answers, members: set.words, into: &counts[set.code, default: [Int](repeating: 0, count: 1 << few)])
            }
        }
        return others
            + counts.flatMap { set, counts in
                counts.enumerated().compactMap { $1 > 0 ? (set << UInt64(few) | UInt64($0), $1) : nil }
            }
    }

    /// More sets than this in a chunk, and looking at each row costs less.
    private static let mostSets = 256

    /// The same, row by row.
    private static func patternCounts(
        _ members: Members, _ questions: [[Bitmap]], _ chunks: Range<Int>
    ) -> [(UInt64, Int)] {
        var counts: [UInt64: Int] = [:]
        for chunk in chunks {
            for (word, bits) in members.chunks[chunk].words.enumerated() where bits != 0 {
                let answers = questions.map { $0[chunk].words[word] }
                var left = bits
                while left != 0 {
                    let row = UInt64(left.trailingZeroBitCount)
                    left &= left - 1
                    var pattern: UInt64 = 0
                    for (question, answer) in answers.enumerated() {
                        pattern |= (answer >> row & 1) << UInt64(question)
                    }
                    counts[pattern, default: 0] += 1
                }
            }
        }
        return counts.map { ($0.key, $0.value) }
    }

    /// A hash of who belongs, who is marked and who answers what: the same for any size of chunks.
    package func hash(_ answers: Answers, marked: [Bitmap]? = nil) throws -> UInt64 {
        let rows = [answers.members.chunks] + answers.bits + (marked.map { [$0] } ?? [])
        let chunkRows = source.geometry.chunkRows
        if chunkRows % 64 == 0 {
            let wordsPerChunk = chunkRows / 64
            let sums = try mapIndices(0..<answers.members.chunks.count) { chunk in
                let own = answers.members.chunks[chunk].words
                return rows.enumerated().reduce(UInt64(0)) { sum, row in
                    sum
                        &+ hashBits(
                            row.element[chunk].words, within: own, first: chunk * wordsPerChunk,
                            salt: UInt64(row.offset))
                }
            }
            return sums.reduce(0, &+)
        }
        let joined = rows.map(Self.joined)
        return joined.enumerated().reduce(UInt64(0)) { sum, row in
            sum &+ hashBits(row.element, within: joined[0], first: 0, salt: UInt64(row.offset))
        }
    }

    /// The chunks' bits in one row.
    private static func joined(_ chunks: [Bitmap]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (chunks.reduce(0) { $0 + $1.count } + 63) / 64)
        var first = 0
        for chunk in chunks {
            for row in 0..<chunk.count where chunk[row] { words[(first + row) >> 6] |= 1 << UInt64((first + row) & 63) }
            first += chunk.count
        }
        return words
    }

    /// How many live customers for whom a condition holds answer alike.
    package func patterns(audience: Condition, conditions: [Condition]) throws -> [UInt64: Int] {
        try counts(try answers(of: try members(of: audience), to: conditions)).unmarked
    }
}
