import ReachColumns
import Testing

@Suite("Types that widen")
struct WideningTests {
    @Test(
        "the common type holds both",
        arguments: [
            (DataType.integer, DataType.integer, DataType.integer),
            (.integer, .decimal(scale: 2), .decimal(scale: 2)),
            (.decimal(scale: 1), .decimal(scale: 4), .decimal(scale: 4)),
            (.integer, .float, .float),
            (.float, .decimal(scale: 3), .float),
            (.date, .datetime, .datetime),
            (.boolean, .integer, .text),
            (.date, .integer, .text),
            (.text, .float, .text),
        ])
    func common(one: DataType, other: DataType, expected: DataType) {
        #expect(one.widened(with: other) == expected)
        #expect(other.widened(with: one) == expected)
    }

    @Test("what does not fit 64 bits is told beforehand")
    func fits() {
        #expect(DataType.integer.fits(-92...92, whenConvertedTo: .decimal(scale: 17)))
        #expect(!DataType.integer.fits(0...93, whenConvertedTo: .decimal(scale: 17)))
        #expect(!DataType.integer.fits(.min...0, whenConvertedTo: .decimal(scale: 1)))
        #expect(DataType.decimal(scale: 2).fits(0...9_000_000, whenConvertedTo: .decimal(scale: 4)))
        #expect(DataType.integer.fits(.min ... .max, whenConvertedTo: .text))
        #expect(!DataType.date.fits(0...(.max), whenConvertedTo: .datetime))
    }

    @Test("characters of values")
    func characters() {
        let cases: [(Int64, DataType, String)] = [
            (0, .integer, "0"), (-12, .integer, "-12"), (.min, .integer, "-9223372036854775808"),
            (1_250, .decimal(scale: 2), "12.50"), (-5, .decimal(scale: 2), "-0.05"), (7, .decimal(scale: 0), "7"),
            (1, .boolean, "true"), (0, .boolean, "false"), (20_000, .date, "2024-10-04"), (-1, .date, "1969-12-31"),
            (0, .datetime, "1970-01-01T00:00:00Z"), (-1, .datetime, "1969-12-31T23:59:59.999999Z"),
            (1_700_000_000_000_000, .datetime, "2023-11-14T22:13:20Z"),
        ]
        for (lane, type, expected) in cases {
            var bytes: [UInt8] = []
            TextForm.append(lane: lane, of: type, to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == expected)
        }
        for (float, expected) in [(0.1, "0.1"), (3.0, "3"), (-2.5, "-2.5"), (1e300, "1e+300")] {
            var bytes: [UInt8] = []
            TextForm.append(float, to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == expected)
        }
    }

    @Test("only the canonical form of an integer is one", arguments: 0..<4)
    func integers(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for number in [0, 1, -1, .max, .min]
            + (0..<200).map({ _ in Int64(bitPattern: random.next()) >> (random.next() % 64) })
        {
            #expect(TextForm.integer(Array(String(number).utf8)[...]) == number)
        }
        for text in [
            "", "-", "-0", "00", "007", "+7", " 7", "7 ", "7.0", "9223372036854775808", "-9223372036854775809", "٣",
        ] {
            #expect(TextForm.integer(Array(text.utf8)[...]) == nil, "\(text)")
        }
    }

    @Test("a chunk converts row by row")
    func conversion() {
        var dictionary = TextDictionaryBuilder()
        let source = ChunkEncoder.encode(lanes: [5, 0, -3], missing: Bitmap(count: 3, words: [0b010]))
        func converted(to type: DataType) -> [Value] {
            let chunk = ChunkConversion.convert(source, from: .integer, to: type, zone: .utc, dictionary: &dictionary)
            return (0..<3).map { chunk.value(at: $0, type: type, dictionary: dictionary.dictionary()) }
        }
        #expect(
            converted(to: .decimal(scale: 3)) == [
                .decimal(units: 5_000, scale: 3), .missing, .decimal(units: -3_000, scale: 3),
            ])
        #expect(converted(to: .float) == [.float(5), .missing, .float(-3)])
        #expect(converted(to: .text) == [.text("5"), .missing, .text("-3")])
    }

    @Test("random moves from random sources give what moving values gives", arguments: 0..<30)
    func assembling(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var dictionary = TextDictionaryBuilder()
        let rowCount = 1 + Int(random.next() % 90)
        for policy in EncodingPolicy.allCases {
            var lanes: [Chunk] = []
            var texts: [Chunk] = []
            for _ in 0..<3 {
                let count = 1 + Int(random.next() % 80)
                let missing = random.next() % 5 == 0 ? Bitmap(count: count, repeating: true) : random.missing(count)
                lanes.append(ChunkEncoder.encode(lanes: random.lanes(count), missing: missing, policy: policy))
                let column = text((0..<count).map { missing?[$0] == true ? "" : random.text() })
                texts.append(
                    ChunkEncoder.encode(
                        text: column.offsets, bytes: column.bytes, missing: missing, dictionary: &dictionary,
                        policy: random.next() % 2 == 0 ? .plainText : policy))
            }
            var moves = RowMoves(rowCount: rowCount)
            var expectedLanes = [Value](repeating: .missing, count: rowCount)
            var textPlaces = [(source: Int, row: Int)?](repeating: nil, count: rowCount)
            for _ in 0..<(random.next() % 200) {
                let source = Int(random.next() % 3)
                let row = Int(random.next() % UInt64(lanes[source].rowCount))
                let place = Int(random.next() % UInt64(rowCount))
                moves.add(source: source, from: row, to: place)
                expectedLanes[place] = lanes[source].value(at: row, type: .integer, dictionary: nil)
                textPlaces[place] = (source, row)
            }
            var none = TextDictionaryBuilder()
            let moved = ColumnAssembler(type: .integer, policy: policy).assemble(moves, from: lanes, dictionary: &none)
            let movedText = ColumnAssembler(type: .text, policy: policy).assemble(
                moves, from: texts, dictionary: &dictionary)
            let words = dictionary.dictionary()
            for row in 0..<rowCount {
                #expect(moved.value(at: row, type: .integer, dictionary: nil) == expectedLanes[row], "seed \(seed)")
                let expected = textPlaces[row].map {
                    texts[$0.source].value(at: $0.row, type: .text, dictionary: words)
                }
                #expect(
                    movedText.value(at: row, type: .text, dictionary: words) == expected ?? .missing, "seed \(seed)")
            }
        }
    }
}
