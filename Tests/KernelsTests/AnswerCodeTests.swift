import Testing

@testable import ReachKernels

@Test(arguments: [0, 1, 3, 7, 8, 9, 15])
func codesAreCountedRowByRow(questionCount: Int) {
    for wordCount in [0, 1, 2, 17, 300] {
        var dice = Dice(state: UInt64(questionCount * 100 + wordCount))
        let questions = (0..<questionCount).map { _ in (0..<wordCount).map { _ in dice.next() } }
        let members = (0..<wordCount).map { word in word % 3 == 2 ? 0 : dice.next() | dice.next() }
        var expected = [Int](repeating: 0, count: 1 << questionCount)
        for row in 0..<wordCount * 64 where members[row / 64] >> UInt64(row % 64) & 1 == 1 {
            let code = (0..<questionCount).reduce(0) { code, question in
                code | Int(questions[question][row / 64] >> UInt64(row % 64) & 1) << question
            }
            expected[code] += 2
        }
        var counts = [Int](repeating: 0, count: 1 << questionCount)
        countCodes(questions, members: members, into: &counts)
        countCodes(questions, members: members, into: &counts)
        #expect(counts == expected)
    }
}

/// Questions of which each includes the next, answered alike by all, or by nobody: sets that do not split.
@Test func codesOfNestedQuestions() {
    let wordCount = 700
    var dice = Dice(state: 77)
    let members = [UInt64](repeating: ~0, count: wordCount)
    let address = (0..<wordCount).map { _ in dice.next() | dice.next() }
    let valid = address.map { $0 & (dice.next() | dice.next() | dice.next()) }
    let agreed = (0..<wordCount).map { _ in dice.next() }
    let rare = (0..<wordCount).map { $0 == 650 ? UInt64(1) << 63 : 0 }
    let rows = [members, address, valid, [UInt64](repeating: 0, count: wordCount), agreed, rare, members]
    var counts = [Int](repeating: 0, count: 1 << rows.count)
    countCodes(rows, members: members, into: &counts)
    var expected = [Int](repeating: 0, count: 1 << rows.count)
    for row in 0..<wordCount * 64 {
        expected[
            rows.enumerated().reduce(0) { $0 | Int($1.element[row / 64] >> UInt64(row % 64) & 1) << $1.offset }] += 1
    }
    #expect(counts == expected)
    #expect(counts.reduce(0, +) == wordCount * 64)
}

@Test func hashOfBitsDoesNotDependOnTheParts() {
    var dice = Dice(state: 9)
    let words = (0..<50).map { _ in dice.next() }
    let mask = (0..<50).map { _ in dice.next() }
    let whole = hashBits(words, within: mask, first: 0, salt: 3)
    for cut in [0, 1, 20, 50] {
        let parts =
            hashBits(Array(words[..<cut]), within: Array(mask[..<cut]), first: 0, salt: 3)
            &+ hashBits(Array(words[cut...]), within: Array(mask[cut...]), first: cut, salt: 3)
        #expect(parts == whole)
    }
    var other = words
    other[7] ^= mask[7] & (0 &- mask[7])
    #expect(hashBits(other, within: mask, first: 0, salt: 3) != whole)
    #expect(hashBits(words, within: mask, first: 1, salt: 3) != whole)
    #expect(hashBits(words, within: mask, first: 0, salt: 4) != whole)
}
