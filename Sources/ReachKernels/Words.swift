import CKernels

// Sets of rows as bits, sixty-four to a word.

/// Keeps the bits that are set in `other` too, or in its inverse.
package func intersectWords(_ words: inout [UInt64], with other: [UInt64], isInverted: Bool = false) {
    combine(&words, other, isInverted) { $0 & $1 }
}

/// Adds the bits of `other`.
package func uniteWords(_ words: inout [UInt64], with other: [UInt64]) {
    combine(&words, other, false) { $0 | $1 }
}

@inline(__always)
private func combine(
    _ words: inout [UInt64], _ other: [UInt64], _ isInverted: Bool, _ combined: (UInt64, UInt64) -> UInt64
) {
    precondition(words.count == other.count, "sets are of the same rows")
    let flip: UInt64 = isInverted ? .max : 0
    var out = words.mutableSpan
    let bits = other.span
    for word in 0..<out.count { out[word] = combined(out[word], bits[word] ^ flip) }
}

/// Swaps set and clear.
package func invertWords(_ words: inout [UInt64]) {
    var out = words.mutableSpan
    for word in 0..<out.count { out[word] = ~out[word] }
}

/// Swaps set and clear; bits past the last row stay 0.
package func invertRows(_ words: inout [UInt64], count: Int) {
    precondition(words.count == (count + 63) / 64, "a bit per row")
    invertWords(&words)
    if count % 64 != 0 { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
}

/// How many bits are set.
package func countBits(_ words: [UInt64]) -> Int {
    // SAFETY: the kernel reads as many words as there are.
    unsafe words.withUnsafeBufferPointer { unsafe $0.isEmpty ? 0 : reach_count_bits($0.baseAddress, $0.count) }
}
