import Testing

@testable import ReachKernels

/// The alphabet as the standard prints it: the default table, then the extension table.
private let basic: Set<Unicode.Scalar> = Set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
        .unicodeScalars)
private let extended: Set<Unicode.Scalar> = Set("\u{0C}^{}\\[~]|€".unicodeScalars)

/// One message, cut up character by character.
private func reference(_ text: String) -> (isUnicode: Bool, units: Int, parts: Int) {
    let scalars = Array(text.unicodeScalars)
    func septets(_ scalar: Unicode.Scalar) -> Int {
        basic.contains(scalar) ? 1 : extended.contains(scalar) ? 2 : 0
    }
    let isUnicode = scalars.contains { septets($0) == 0 }
    let sizes = scalars.map { isUnicode ? $0.utf16.count : septets($0) }
    let whole = sizes.reduce(0, +)
    if whole <= (isUnicode ? 70 : 160) { return (isUnicode, whole, 1) }
    var parts = [0]
    for size in sizes {
        if parts[parts.count - 1] + size > (isUnicode ? 67 : 153) { parts.append(0) }
        parts[parts.count - 1] += size
    }
    return (isUnicode, whole, parts.count)
}

@Suite struct MessageUnitTests {
    @Test func theAlphabetHasItsCharacters() {
        #expect(basic.count == 127 && extended.count == 10)
        for scalar in (0..<0x3000).compactMap(Unicode.Scalar.init) {
            let expected = basic.contains(scalar) ? 1 : extended.contains(scalar) ? 2 : 0
            #expect(gsmSeptets(scalar.value) == expected, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test(arguments: [
        (String(repeating: "a", count: 160), 1), (String(repeating: "a", count: 161), 2),
        (String(repeating: "a", count: 307), 3), ("😜" + String(repeating: "a", count: 68), 1),
        ("😜" + String(repeating: "a", count: 69), 2), (String(repeating: "é", count: 70), 1),
        (String(repeating: "]", count: 153), 3), ("", 1), (String(repeating: "ç", count: 71), 2),
    ])
    func knownMessages(text: String, parts: Int) { #expect(countParts(Array(text.utf8)) == parts) }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func piecesAddUpToTheWhole(seed: UInt64) {
        var dice = Dice(state: seed)
        let letters = ["a", "Z", " ", "]", "€", "é", "ü", "Ω", "\n"]
        let foreign = ["ç", "я", "“", "😜", "中", "\u{301}"]
        for _ in 0..<50 {
            let isForeign = dice.next() >> 9 % 3 == 0
            let pieces = (0..<Int(1 + dice.next() >> 9 % 5)).map { _ -> String in
                (0..<Int(dice.next() >> 9 % 90)).map { _ in
                    let pool = isForeign && dice.next() >> 9 % 20 == 0 ? foreign : letters
                    return pool[Int(dice.next() >> 9 % UInt64(pool.count))]
                }.joined()
            }
            let text = pieces.joined()
            let expected = reference(text)
            var offsets: [UInt32] = [0]
            var bytes: [UInt8] = []
            for piece in pieces {
                bytes += Array(piece.utf8)
                offsets.append(UInt32(bytes.count))
            }
            let total = messageUnits(offsets: offsets, bytes: bytes).reduce(0, &+)
            let units = MessageUnits(packed: total)
            #expect(units.isUnicode == expected.isUnicode, "seed \(seed)")
            #expect((units.isUnicode ? units.utf16 : units.septets) == expected.units, "seed \(seed)")
            #expect(units.parts == 0 || units.parts == expected.parts, "seed \(seed)")
            #expect(countParts(bytes) == expected.parts, "seed \(seed)")
            let counted = messageParts([total, total], kinds: [1, 0], counted: [false, true])
            #expect(counted.parts == [UInt8(units.parts), 0] && counted.open == (units.parts == 0 ? [0] : []))
        }
    }

    @Test(arguments: sizes) func rowsAddTheirWords(count: Int) {
        var dice = Dice(state: UInt64(count) + 3)
        let words = (0..<7).map { _ in dice.next() >> 40 }
        let codes = (0..<count).map { _ in UInt32(dice.next() >> 9 % 7) }
        for missing in [nil, dice.mask(count)] {
            var lengths = (0..<count).map { UInt64($0) }
            addMessageUnits(&lengths, codes: codes, words: words, missing: missing)
            #expect(
                lengths
                    == (0..<count).map { row in
                        UInt64(row) &+ (missing?[row] == 1 ? 0 : words[Int(codes[row])])
                    })
        }
        let more = (0..<count).map { _ in dice.next() >> 40 }
        for mask in [[], dice.mask(count)] {
            var lengths = (0..<count).map { UInt64($0) }
            addMessageUnits(&lengths, more, where: mask)
            #expect(
                lengths
                    == (0..<count).map { row in UInt64(row) &+ (mask.isEmpty || mask[row] == 1 ? more[row] : 0) })
        }
    }

    @Test func longMessagesStopAtTheMostParts() {
        #expect(countParts([UInt8](repeating: 0x61, count: 60_000)) == 255)
        #expect(messageUnits([UInt8](repeating: 0x61, count: 60_000), from: 0, to: 60_000).parts == 255)
    }
}
