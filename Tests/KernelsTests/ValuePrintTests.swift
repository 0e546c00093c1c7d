import Testing

@testable import ReachKernels

@Suite struct ValuePrintTests {
    private static func prints(_ texts: [String], seed: UInt64) -> [ValuePrint] {
        var (offsets, bytes): ([UInt32], [UInt8]) = ([0], [])
        for text in texts {
            bytes += text.utf8
            offsets.append(UInt32(bytes.count))
        }
        return textPrints(offsets: offsets, bytes: bytes, seed: seed)
    }

    @Test func equalTextsHaveEqualPrintsAndOthersDoNot() {
        let texts = ["", "a", "a\0", "ab", "abcdefgh", "abcdefgh\0", "abcdefghi", "ба", "аб", "a"]
        let found = Self.prints(texts, seed: 7)
        for one in texts.indices {
            for other in texts.indices { #expect((found[one] == found[other]) == (texts[one] == texts[other])) }
        }
        #expect(Self.prints(["a"], seed: 8) != Self.prints(["a"], seed: 7))
        #expect(Self.prints([], seed: 1).isEmpty)
        let pairs = joinedPrints(
            [Self.prints(["a", "ab", "a"], seed: 7), Self.prints(["bc", "c", "bc"], seed: 7)], seed: 7)
        #expect(pairs[0] == pairs[2] && pairs[0] != pairs[1])
        #expect(lanePrints([1, 2, 1], seed: 7)[0] == lanePrints([1], seed: 7)[0])
    }

    /// Beside a dictionary, over random texts of which many occur more than once.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func sharedTextsAreFound(seed: UInt64) {
        var dice = Dice(state: seed)
        let texts = (0..<500).map { _ in "user\(dice.next() % 300)@example.com" }
        let rows = texts.indices.map { UInt32($0 / 2) }
        let found = Self.prints(texts, seed: seed)
        let (parted, starts) = partedByPrint(zip(found, rows).map { PrintedRow($0, row: $1) }, bits: 3)
        #expect(starts.count == 9 && starts[8] == texts.count)
        let shared = (0..<8).flatMap { rowsOfSharedPrints(Array(parted[starts[$0]..<starts[$0 + 1]])) }
        var expected: [String: Set<UInt32>] = [:]
        for (text, row) in zip(texts, rows) { expected[text, default: []].insert(row) }
        let groups = Set(expected.values.filter { $0.count > 1 }.map { $0.sorted() })
        #expect(Set(shared) == groups && shared.count <= expected.count, "seed \(seed)")
    }
}
