/// Customers as bits in one piece of memory, chunk after chunk, each from a word of its own on: what combines whole sets reads them on end.
package struct CustomerSet: Hashable, Sendable {
    package let words: [UInt64]
    /// Rows by chunk.
    package let counts: [Int]
    /// The word that each chunk's begin at, and where the last one's end.
    package let starts: [Int]

    package init(_ chunks: [Bitmap]) {
        counts = chunks.map(\.count)
        starts = chunks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.words.count) }
        var words: [UInt64] = []
        words.reserveCapacity(starts[chunks.count])
        for chunk in chunks { words += chunk.words }
        self.words = words
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
