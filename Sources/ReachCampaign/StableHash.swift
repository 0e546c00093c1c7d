import ReachKernels

/// A 64-bit hash that is the same in every process and on every machine, unlike `Hasher`. Not for secrets.
///
/// Words are folded in by multiplication and rotation; `value` ends with `mixedBits`, whose output bits each depend on every
/// input bit, so that a threshold on the value is a fair draw.
package struct StableHash: Sendable {
    private(set) var state: UInt64

    package init(salt: UInt64 = 0) { state = salt ^ 0x51_7C_C1_B7_27_22_0A_95 }

    package mutating func combine(_ word: UInt64) {
        state = foldedWord(state, word)
    }

    /// The bytes, eight to a word, then their number: `ab` + `c` differs from `a` + `bc`.
    package mutating func combine(bytes: some Sequence<UInt8>) {
        var word: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << (8 * (count & 7))
            count += 1
            if count & 7 == 0 {
                combine(word)
                word = 0
            }
        }
        if count & 7 != 0 { combine(word) }
        combine(count)
    }

    package mutating func combine(_ text: String) { combine(bytes: text.utf8) }

    package var value: UInt64 { mixedBits(state) }
}
