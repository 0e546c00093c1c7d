/// Customers as bits in one piece of memory, chunk after chunk, each from a word of its own on: what combines whole sets reads them on end.
package struct CustomerSet: Hashable, Sendable {
    package let words: [UInt64]
    /// Rows by chunk.
    package let counts: [Int]
    /// The word that each chunk's begin at, and where the last one's end.
    package let starts: [Int]

    package init(words: [UInt64], counts: [Int]) {
        self.words = words
        self.counts = counts
        starts = Self.starts(counts)
        precondition(words.count == starts[counts.count], "a word per 64 rows of each chunk")
    }

    package init(_ chunks: [Bitmap]) {
        var words: [UInt64] = []
        words.reserveCapacity(chunks.reduce(0) { $0 + $1.words.count })
        for chunk in chunks { words += chunk.words }
        self.init(words: words, counts: chunks.map(\.count))
    }

    /// The word that each chunk's begin at where chunks have so many rows, and where the last one's end.
    package static func starts(_ counts: [Int]) -> [Int] {
        counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1 + 63) / 64) }
    }

    /// The bits of a chunk that has `count` rows by now: those that came later are not in the set.
    package func bitmap(chunk: Int, count: Int) -> Bitmap {
        guard chunk < counts.count else { return Bitmap(count: count) }
        let wordCount = (count + 63) / 64
        let own = words[starts[chunk]..<starts[chunk + 1]].prefix(wordCount)
        return Bitmap(count: count, words: own + [UInt64](repeating: 0, count: wordCount - own.count))
    }

    /// The same set where chunks have as many rows as this by now.
    package func fitted(to counts: [Int]) -> CustomerSet {
        if counts == self.counts { return self }
        return CustomerSet(counts.indices.map { bitmap(chunk: $0, count: counts[$0]) })
    }
}
