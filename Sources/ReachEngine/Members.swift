import ReachColumns

/// A set of customers: a bitmap per chunk.
package struct Members: Hashable, Sendable {
    package let chunks: [Bitmap]
    package let count: Int

    package init(chunks: [Bitmap]) {
        self.chunks = chunks
        count = chunks.reduce(0) { $0 + $1.setCount }
    }

    package func intersection(_ other: Members) -> Members { combined(other) { $0 & $1 } }
    package func union(_ other: Members) -> Members { combined(other) { $0 | $1 } }
    /// The members that are not in `other`; the complement of a segment is `everybody().subtracting(it)`.
    package func subtracting(_ other: Members) -> Members { combined(other) { $0 & ~$1 } }

    /// The customer rows, ascending. `chunkRows` is the geometry's.
    package func rows(chunkRows: Int) -> [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(count)
        for (chunk, bitmap) in chunks.enumerated() {
            for (index, word) in bitmap.words.enumerated() {
                var left = word
                while left != 0 {
                    rows.append(chunk * chunkRows + index * 64 + left.trailingZeroBitCount)
                    left &= left - 1
                }
            }
        }
        return rows
    }

    private func combined(_ other: Members, _ operation: (UInt64, UInt64) -> UInt64) -> Members {
        precondition(chunks.map(\.count) == other.chunks.map(\.count), "both sets are of one version of the data")
        return Members(
            chunks: zip(chunks, other.chunks).map { one, two in
                Bitmap(count: one.count, words: zip(one.words, two.words).map(operation))
            })
    }
}
