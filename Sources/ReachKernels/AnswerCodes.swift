import CKernels

/// How many rows answer a list of yes/no questions alike. `questions` holds `wordCount` words per question, one question after the other;
/// bit i of a row's code is its bit of question i. Rows outside `members` are counted nowhere.
///
/// - Parameter counts: an entry per code, 2^questions of them; at most 15 questions.
package func countCodes(_ questions: [UInt64], members: [UInt64], into counts: inout [Int]) {
    let wordCount = members.count
    if wordCount == 0 { return }
    let questionCount = questions.count / wordCount
    precondition(questions.count == questionCount * wordCount && questionCount <= 15, "a word per question and 64 rows")
    precondition(counts.count == 1 << questionCount, "an entry per code")
    // Membership is one more bit, the highest, so that no row needs a branch. Neighbours are often alike, and adding to what was just
    // written waits for it: up to nine bits four tables take turns.
    let low = min(8, questionCount)
    let size = 2 << questionCount
    let turns = questionCount <= 8 ? 4 : 1
    var table = [UInt32](repeating: 0, count: size * turns)
    var out = table.mutableSpan
    let asked = questions.span
    let inside = members.span
    for word in 0..<wordCount where inside[word] != 0 {
        let isWhole = inside[word] == ~0
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            var narrow: UInt64 = 0
            for question in 0..<low {
                narrow |= (asked[question &* wordCount &+ word] >> shift & 0xFF) << UInt64(question &* 8)
            }
            if questionCount < 8 { narrow |= (inside[word] >> shift & 0xFF) << UInt64(questionCount &* 8) }
            narrow = transposed(narrow)
            if questionCount < 8 || (questionCount == 8 && isWhole) {
                let member = questionCount < 8 ? 0 : 256
                for row in 0..<8 {
                    out[(row & 3) &* size &+ member &+ Int(narrow >> UInt64(row &* 8) & 0xFF)] &+= 1
                }
                continue
            }
            var wide: UInt64 = (inside[word] >> shift & 0xFF) << UInt64((questionCount &- 8) &* 8)
            for question in stride(from: 8, to: questionCount, by: 1) {
                wide |= (asked[question &* wordCount &+ word] >> shift & 0xFF) << UInt64((question &- 8) &* 8)
            }
            wide = transposed(wide)
            for row in stride(from: UInt64(0), to: 64, by: 8) {
                out[Int((wide >> row & 0xFF) << 8 | (narrow >> row & 0xFF))] &+= 1
            }
        }
    }
    for code in 0..<counts.count {
        for turn in 0..<turns { counts[code] += Int(out[turn * size + counts.count + code]) }
    }
}

/// Up to how many questions `countCodes(_:members:)` takes.
package let mostCountedQuestions = Int(REACH_COUNTED_QUESTIONS)

/// How many members have each code, bit i of which is their bit of question i. A question has a word per word of the members at least; what
/// stands in rows that are no members does not matter.
package func countCodes(_ questions: [[UInt64]], members: [UInt64]) -> [Int64] {
    precondition(questions.count <= mostCountedQuestions, "a count per code on the stack")
    precondition(questions.allSatisfy { $0.count >= members.count }, "a word per question and 64 rows")
    var counts = [Int64](repeating: 0, count: 1 << questions.count)
    // SAFETY: the loop reads as many words of each question as there are of members, and adds to as many counts as there are codes. The buffers
    // outlive it.
    unsafe withBuffers(questions[...]) { buffers in
        unsafe reach_count_unions(&counts, buffers, questions.count, members, members.count)
    }
    // Who has all bits of a code may have others: taken away bit by bit.
    for question in questions.indices {
        for code in counts.indices where code >> question & 1 == 0 { counts[code] -= counts[code | 1 << question] }
    }
    return counts
}

/// Calls the body with where the words of each row stand.
private func withBuffers(
    _ rows: ArraySlice<[UInt64]>, _ known: [UnsafePointer<UInt64>?] = [],
    _ body: ([UnsafePointer<UInt64>?]) -> Void
) {
    guard let row = rows.first else { return unsafe body(known) }
    // SAFETY: the buffer is held until the body has returned.
    unsafe row.withUnsafeBufferPointer { buffer in
        unsafe withBuffers(rows.dropFirst(), known + [buffer.baseAddress], body)
    }
}

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
