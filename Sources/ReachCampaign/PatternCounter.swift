import ReachColumns

/// Counts how many rows answer questions alike, bitmap words at a time: the rows of a word are split question by question, so a word
/// costs as many steps as it has different answers, not as it has rows.
struct PatternCounter {
    /// By pattern while the questions are few; else `sparse`.
    private var dense: [Int]
    private var sparse: [UInt64: Int] = [:]
    private let questionCount: Int

    init(questionCount: Int) {
        precondition(questionCount <= UInt64.bitWidth, "a pattern has 64 bits")
        self.questionCount = questionCount
        dense = questionCount <= Self.largestDense ? [Int](repeating: 0, count: 1 << questionCount) : []
    }

    private static let largestDense = 16

    /// `answers` is a bitmap per question, as long as `rows`, which says who is asked.
    mutating func add(_ rows: Bitmap, answers: [Bitmap]) {
        for word in rows.words.indices where rows.words[word] != 0 {
            split(rows.words[word], at: word, answers, from: 0, pattern: 0)
        }
    }

    private mutating func split(_ rows: UInt64, at word: Int, _ answers: [Bitmap], from first: Int, pattern: UInt64) {
        var rows = rows
        var pattern = pattern
        for question in first..<questionCount {
            let yes = rows & answers[question].words[word]
            if yes == 0 { continue }
            if yes != rows { split(rows & ~yes, at: word, answers, from: question + 1, pattern: pattern) }
            rows = yes
            pattern |= 1 << UInt64(question)
        }
        if dense.isEmpty {
            sparse[pattern, default: 0] += rows.nonzeroBitCount
        } else {
            dense[Int(pattern)] += rows.nonzeroBitCount
        }
    }

    /// Patterns that occur.
    var counts: [UInt64: Int] {
        var counts = sparse
        for (pattern, count) in dense.enumerated() where count > 0 { counts[UInt64(pattern)] = count }
        return counts
    }
}
