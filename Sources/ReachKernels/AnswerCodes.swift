import CKernels

/// How many rows answer a list of yes/no questions alike: bit i of a row's code is its bit of question i. A question has a word for each of the
/// members', or more. Rows outside `members` are counted nowhere.
///
/// - Parameter counts: an entry per code, 2^questions of them; at most 15 questions.
package func countCodes(_ questions: [[UInt64]], members: [UInt64], into counts: inout [Int]) {
    if members.isEmpty { return }
    precondition(
        questions.allSatisfy { $0.count >= members.count } && questions.count <= mostCodeQuestions,
        "a word per question and 64 rows")
    precondition(counts.count == 1 << questions.count, "an entry per code")
    // SAFETY: there are as many words of members, and of each question, as the kernel is told, and an entry for every code of the questions'
    // bits.
    unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe withPointers(to: questions[...], []) { pointers in
            unsafe reach_count_codes(counts.baseAddress, pointers, pointers.count, members, members.count)
        }
    }
}

/// Hands out where each of the arrays stands.
func withPointers(
    to arrays: ArraySlice<[UInt64]>, _ found: [UnsafePointer<UInt64>?],
    _ body: ([UnsafePointer<UInt64>?]) -> Void
) {
    guard let first = arrays.first else { return unsafe body(found) }
    // SAFETY: all arrays stay where they are until the innermost call returns.
    unsafe first.withUnsafeBufferPointer { words in
        let pointers = unsafe found + [words.baseAddress]
        return unsafe withPointers(to: arrays.dropFirst(), pointers, body)
    }
}

/// More questions than this make no code.
package let mostCodeQuestions = Int(REACH_CODE_QUESTIONS)

/// Eight bytes of eight bits, turned about the diagonal: bit i of byte j becomes bit j of byte i (Warren, Hacker's Delight, 7-3).
@inline(__always)
func transposed(_ bits: UInt64) -> UInt64 {
    var bits = bits
    var moved = (bits ^ (bits >> 7)) & 0x00AA_00AA_00AA_00AA
    bits ^= moved ^ (moved << 7)
    moved = (bits ^ (bits >> 14)) & 0x0000_CCCC_0000_CCCC
    bits ^= moved ^ (moved << 14)
    moved = (bits ^ (bits >> 28)) & 0x0000_0000_F0F0_F0F0
    return bits ^ moved ^ (moved << 28)
}

/// A hash of which bits are set among those of `mask`: a sum over words, so that the words of a long row of bits may be hashed in any
/// parts and order. `first` is the number of the first word in that row.
package func hashBits(_ words: [UInt64], within mask: [UInt64], first: Int, salt: UInt64) -> UInt64 {
    precondition(words.count == mask.count, "a bit per row")
    var sum: UInt64 = 0
    let rows = words.span
    let kept = mask.span
    for index in 0..<rows.count {
        let word = rows[index] & kept[index]
        let place = (UInt64(truncatingIfNeeded: first &+ index) ^ salt) &* 0x9E37_79B9_7F4A_7C15
        let mixed = (word ^ place).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93 ^ (place >> 32 | 1))
        // Words without a bit leave the sum as it is, however many there are.
        sum &+= word == 0 ? 0 : mixed.high ^ mixed.low
    }
    return sum
}
