// Sets of rows as bits, sixty-four to a word.

/// Keeps the bits that are set in `other` too.
package func intersectWords(_ words: inout [UInt64], with other: [UInt64]) {
    precondition(words.count == other.count, "sets are of the same rows")
    var out = words.mutableSpan
    let bits = other.span
    for word in 0..<out.count { out[word] &= bits[word] }
}

/// Adds the bits of `other`.
package func uniteWords(_ words: inout [UInt64], with other: [UInt64]) {
    precondition(words.count == other.count, "sets are of the same rows")
    var out = words.mutableSpan
    let bits = other.span
    for word in 0..<out.count { out[word] |= bits[word] }
}

/// Swaps set and clear.
package func invertWords(_ words: inout [UInt64]) {
    var out = words.mutableSpan
    for word in 0..<out.count { out[word] = ~out[word] }
}

/// How many bits are set.
package func countBits(_ words: [UInt64]) -> Int {
    let bits = words.span
    var total = 0
    for word in 0..<bits.count { total &+= bits[word].nonzeroBitCount }
    return total
}
