import Testing

@testable import ReachKernels

@Suite struct MessageCountTests {
    @Test func numbersAreAsLongAsTheyAreWritten() {
        let lanes: [Int64] = [0, 7, -7, 10, 99, 100, 9_999, 10_000, 99_999, -100_000, 1_234_567_890, .max, .min]
        #expect(
            numberUnits(lanes, scale: 0, missing: nil).map { MessageUnits(packed: $0).septets }
                == lanes.map { "\($0)".count })
        // 0.05, -0.05, 12.34
        #expect(
            numberUnits([5, -5, 1_234], scale: 2, missing: nil).map { MessageUnits(packed: $0).septets } == [4, 5, 5])
        #expect(numberUnits([5, 5], scale: 2, missing: [0, 1])[1] == 0)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func charactersOfAMessageAreCountedOnce(seed: UInt64) {
        var dice = Dice(state: seed)
        let alphabet: [Character] = ["a", "é", "я", "ж", "“", "😜", "ç", "中", "𠀀"]
        func word() -> String {
            String((0..<Int(dice.next() >> 9 % 6)).map { _ in alphabet[Int(dice.next() >> 9 % 9)] })
        }
        let words = (0..<7).map { _ in word() }
        let texts = (0..<40).map { _ in word() }
        let codes = texts.map { _ in Int(dice.next() >> 9 % 7) }
        func packed(_ texts: [String]) -> (offsets: [UInt32], bytes: [UInt8]) {
            var packed: (offsets: [UInt32], bytes: [UInt8]) = ([0], [])
            for text in texts {
                packed.bytes += text.utf8
                packed.offsets.append(UInt32(packed.bytes.count))
            }
            return packed
        }
        let (wordOffsets, wordBytes) = packed(words)
        let (textOffsets, textBytes) = packed(texts)
        let rows = (0..<UInt32(texts.count)).filter { _ in dice.next() >> 9 % 3 != 0 }
        let ofWords = foreignCharacters(offsets: wordOffsets, bytes: wordBytes, rows: Array(0..<7))
        let ofTexts = foreignCharacters(offsets: textOffsets, bytes: textBytes, rows: rows)
        var characters = MessageCharacters(rowCount: rows.count)
        characters.add(
            lists: rows.map { UInt32(codes[Int($0)]) }, listStarts: ofWords.starts, characters: ofWords.characters)
        characters.add(
            lists: rows.indices.map { UInt32($0) }, listStarts: ofTexts.starts, characters: ofTexts.characters)
        var counts: [UInt32: Int] = [:]
        characters.counts(into: &counts)
        var expected: [UInt32: Int] = [:]
        for row in rows {
            let message = words[codes[Int(row)]] + texts[Int(row)]
            for scalar in Set(message.unicodeScalars.map(\.value)) where gsmSeptets(scalar) == 0 {
                expected[scalar, default: 0] += 1
            }
        }
        #expect(counts == expected, "seed \(seed)")
    }

    @Test func spellingSavesParts() {
        func units(_ text: String) -> UInt64 { messageUnits(Array(text.utf8), from: 0, to: text.utf8.count).packed }
        let long = String(repeating: "a", count: 75)
        // Two parts with a quote, one without; two whatever is done; no other spelling.
        let lengths = [units("“" + long), units("“" + String(repeating: "a", count: 200)), units("я" + long)]
        let spelled = [units("\"" + long), units("\"" + String(repeating: "a", count: 200)), units("я" + long)]
        let kinds: [UInt32] = [1, 1, 2]
        let counted = messageParts(lengths, kinds: kinds, counted: [false, true, true])
        #expect(counted.parts == [2, 3, 2] && counted.open.isEmpty)
        #expect(unicodeRows(lengths, kinds: kinds, counted: [false, true, false]) == [0, 1])
        let savings = spellingSavings(
            rows: [0, 1, 2], spelled: spelled, parts: counted.parts, kinds: kinds, kindCount: 3)
        #expect(savings.messages == 2 && savings.parts == [0, 2, 0] && savings.open.isEmpty)
    }

    @Test func fillsWhatIsMissing() {
        var lengths: [UInt64] = [0, 5, 0]
        fillMessageUnits(&lengths, with: 9)
        #expect(lengths == [9, 5, 9])
        addMessageUnits(&lengths, constant: 2, where: [1, 0, 1])
        #expect(lengths == [11, 5, 11])
        addMessageUnits(&lengths, constant: 2, where: [])
        #expect(lengths == [13, 7, 13])
    }
}
