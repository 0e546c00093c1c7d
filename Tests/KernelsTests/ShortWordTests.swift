import ReachKernels
import Testing

/// A text column over some words, a few rows of which are missing.
private func column(
    _ words: [[UInt8]], _ count: Int, _ dice: inout Dice
) -> (offsets: [UInt32], bytes: [UInt8], missing: [UInt64]) {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    var missing = [UInt64](repeating: 0, count: (count + 63) / 64)
    for row in 0..<count {
        if dice.next() >> 9 % 20 == 0 {
            missing[row >> 6] |= 1 << UInt64(row & 63)
        } else {
            bytes += words[Int(dice.next() >> 9) % words.count]
        }
        offsets.append(UInt32(bytes.count))
    }
    return (offsets, bytes, missing)
}

@Test("words of a small table are found as they are interned", arguments: [0, 7, 8, 9, 15, 16, 17, 40])
func knownWordsAreFound(longest: Int) {
    var dice = Dice(state: UInt64(longest) + 3)
    var words: [[UInt8]] = [[]]
    for length in 0...longest {
        for letter in "ab\u{0}".utf8 { words.append(Array(repeating: letter, count: length)) }
    }
    var table = WordTable(seed: dice.next())
    for word in words { _ = table.intern(word, from: 0, to: word.count) }
    let (offsets, bytes, missing) = column(words, 3_000, &dice)
    var other = table
    let expected = other.intern(rows: offsets, bytes: bytes, missing: missing)
    #expect(table.knownCodes(rows: offsets, bytes: bytes, missing: missing) == expected)
    // A word that the table does not have, and more words than rows could share.
    let stranger = Array("strange".utf8)
    #expect(
        table.knownCodes(
            rows: offsets + [UInt32(bytes.count + 7)], bytes: bytes + stranger, missing: missing + [0]) == nil)
    #expect(table.knownCodes(rows: Array(offsets.prefix(2)), bytes: bytes, missing: []) == nil)
}

@Test("columns are told apart by whether more than half of their known rows differ")
func mostlyDistinctTexts() {
    var dice = Dice(state: 11)
    for round in 0..<50 {
        let words = (0..<(1 + Int(dice.next() >> 9) % 400)).map { Array("w\($0)".utf8) }
        let count = Int(dice.next() >> 9) % 500
        let (offsets, bytes, missing) = column(words, count, &dice)
        let hashes = textHashes(offsets: offsets, bytes: bytes)
        let known = (0..<count).filter { missing[$0 >> 6] >> UInt64($0 & 63) & 1 == 0 }
        let distinct = Set(known.map { Array(bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])]) }).count
        let found = areMostlyDistinct(hashes, missing: missing)
        #expect(found.known == known.count, "round \(round)")
        #expect(found.areDistinct == (distinct * 2 > known.count), "round \(round)")
    }
}
