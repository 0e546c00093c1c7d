import Testing

@testable import ReachKernels

/// Texts of a small alphabet, so that needles are met, also across the border of two texts, which does not count.
private func texts(_ count: Int, _ dice: inout Dice) -> (offsets: [UInt32], bytes: [UInt8]) {
    let alphabet = Array("abAB.@k\u{212A}".utf8)
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for _ in 0..<count {
        // Now and then one that does not fit where most do.
        let longest = dice.next() >> 9 % 12 == 0 ? UInt64(100) : 14
        for _ in 0..<Int(dice.next() >> 9 % longest) { bytes.append(alphabet[Int(dice.next() >> 9) % alphabet.count]) }
        offsets.append(UInt32(bytes.count))
    }
    return (offsets, bytes)
}

private func folded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
}

@Test(arguments: [0, 1, 7, 64, 1_000, 3_000], ["a", "ab", "a.b", "@", "abab", "aaaaaaaaa", "b@ab.ab@ab"])
func textsAreSearchedAsOneByOne(count: Int, pattern: String) throws {
    var dice = Dice(state: UInt64(count) * 31 + UInt64(pattern.utf8.count))
    let (offsets, bytes) = texts(count, &dice)
    let needle = try #require(ASCIINeedle(folded: Array(pattern.utf8)))
    let wanted = Array(pattern.utf8)
    let rows = (0..<count).map { folded(bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])]) }
    let contains = rows.map { row in
        row.count >= wanted.count
            && (0...row.count - wanted.count).contains { Array(row[$0..<$0 + wanted.count]) == wanted }
    }
    withEachLaneCount {
        #expect(bitsContaining(offsets: offsets, bytes: bytes, needle) == packBits(contains.map { $0 ? 1 : 0 }))
    }
    let held = dice.mask(count, oneIn: 2)
    expectNarrowingBits(held, to: rows.map { $0.starts(with: wanted) }) {
        narrowAffix(&$0, offsets: offsets, bytes: bytes, needle, atEnd: false)
    }
    expectNarrowingBits(held, to: rows.map { $0.reversed().starts(with: wanted.reversed()) }) {
        narrowAffix(&$0, offsets: offsets, bytes: bytes, needle, atEnd: true)
    }
    let fingerprints = textFingerprints(offsets: offsets, bytes: bytes)
    let exact = (0..<count).map { Array(bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])]) == wanted }
    #expect(markEqualTexts(offsets: offsets, bytes: bytes, to: wanted) == exact.map { $0 ? 1 : 0 })
    expectNarrowingBits(held, to: exact) {
        narrowEqualTexts(
            &$0, offsets: offsets, bytes: bytes, fingerprints: fingerprints, fingerprint: textFingerprint(of: wanted),
            to: wanted)
    }
}

@Test func aNeedleIsASCIIAndKnowsItsForeignForms() {
    #expect(ASCIINeedle(folded: []) == nil)
    #expect(ASCIINeedle(folded: Array("ä".utf8)) == nil)
    #expect(ASCIINeedle(folded: Array("kim".utf8))?.hasForeignForms == true)
    #expect(ASCIINeedle(folded: Array("ann".utf8))?.hasForeignForms == false)
}
