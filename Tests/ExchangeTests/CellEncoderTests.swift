import ReachColumns
import Testing

@testable import ReachExchange

/// Columns written at once are what single values are.
struct CellEncoderTests {
    private static let types: [DataType] = [
        .integer, .decimal(scale: 0), .decimal(scale: 2), .decimal(scale: 18), .float, .text, .boolean, .date,
        .datetime,
    ]
    private static let pieces = [
        "a", "", " ", ",", "\t", "\"", "'", "\n", "\r", "=", "+", "-", "@", "7", "+7916", "-1.5", "ж", "😀", "\u{FEFF}",
        "\u{1}",
        "\u{7F}", "\\", "x long piece of text that takes more than sixteen bytes",
    ]

    private static func value(_ type: DataType, _ random: inout TestRandom) -> Value {
        if Int.random(in: 0..<5, using: &random) == 0 { return .missing }
        let isWide = Int.random(in: 0..<4, using: &random) == 0
        switch type {
        case .integer:
            return .integer(
                isWide ? .random(in: .min...(.max), using: &random) : .random(in: -999...999, using: &random))
        case .decimal(let scale):
            return .decimal(
                units: isWide
                    ? .random(in: .min...(.max), using: &random) : .random(in: -99_999...99_999, using: &random),
                scale: scale)
        case .float:
            let any = Double(bitPattern: .random(in: 0...(.max), using: &random))
            return .float(isWide && any.isFinite ? any : .random(in: -1_000...1_000, using: &random))
        case .text:
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            return text.joined().isEmpty ? .missing : .text(text.joined())
        case .boolean: return .boolean(.random(using: &random))
        case .date:
            return .date(
                isWide
                    ? .random(in: -719_162...2_932_896, using: &random) : .random(in: 15_000...20_000, using: &random))
        case .datetime:
            let wide = -62_135_596_800_000_000...Int64(253_402_000_000_000_000)
            let instant = Int64.random(
                in: isWide ? wide : 1_500_000_000_000_000...1_800_000_000_000_000, using: &random)
            return .datetime(Bool.random(using: &random) ? instant : instant / 1_000_000 * 1_000_000)
        }
    }

    /// Some text columns as words of a dictionary, in codes.
    private static func block(_ rows: [[Value]], _ types: [DataType], _ random: inout TestRandom) -> CellBlock {
        let plain = CellBlock(rows: rows, types: types)
        let columns = types.indices.map { column -> CellColumn in
            guard types[column] == .text, Bool.random(using: &random) else { return plain.columns[column] }
            let words = rows.map { row in if case .text(let text) = row[column] { text } else { "" } }
            let distinct = Array(Set(words)).sorted()
            let codes = words.map { word in word.isEmpty ? UInt32.max : UInt32(distinct.firstIndex(of: word) ?? 0) }
            return CellColumn(.words(codes: codes, TextDictionary(distinct)), missing: plain.columns[column].missing)
        }
        return CellBlock(rowCount: rows.count, columns: columns)
    }

    @Test(arguments: 0..<60)
    func asSingleValues(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let zones = [Zone.utc, Zone("Europe/Berlin"), Zone("Asia/Kolkata"), Zone("America/New_York")].compactMap(\.self)
        let zone = zones.randomElement(using: &random) ?? .utc
        let types = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            Self.types.randomElement(using: &random) ?? .text
        }
        let columns = types.enumerated().map { ExportColumn("column \"\($0.offset)\"", $0.element) }
        let comma = CellEncoder(columns, zone, .delimited(UInt8(ascii: ",")))
        let json = CellEncoder(columns, zone, .json)
        let values = CSVEncoding(guardsFormulas: true, zone: zone)
        let objects = JSONEncoding(zone: zone, quotesDecimals: false)
        let keys = columns.map { objects.quoted($0.name) }
        for _ in 0..<3 {
            let count = [1, 2, 7, 600, 1_100].randomElement(using: &random) ?? 1
            var rows = (0..<count).map { _ in types.map { Self.value($0, &random) } }
            // A number that only a float holds, so that no other has to tell.
            for column in types.indices where types[column] == .float { rows[0][column] = .float(1e300) }
            let block = Self.block(rows, types, &random)
            var lines: [UInt8] = []
            var objectLines: [UInt8] = []
            for row in rows {
                values.append(row: row, to: &lines)
                objects.append(object: row, keys: keys, to: &objectLines)
                objectLines.append(0x0A)
            }
            #expect(
                String(decoding: comma.encode(block).bytes, as: UTF8.self) == String(decoding: lines, as: UTF8.self),
                "seed \(seed)")
            #expect(json.encode(block).bytes == objectLines, "seed \(seed)")
        }
    }

    @Test func digestsAreThoseOfTheText() {
        let columns = [
            ExportColumn("email", .text, digest: .sha256(skipsPlus: false)),
            ExportColumn("phone", .text, digest: .sha256(skipsPlus: false)),
        ]
        let encoder = CellEncoder(columns, .utc, .delimited(UInt8(ascii: ",")))
        let block = CellBlock(
            rows: [[.text("test@example.com"), .text("+79161234567")], [.missing, .text("abc")]], types: [.text, .text])
        #expect(
            String(decoding: encoder.encode(block).bytes, as: UTF8.self) == """
                973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b,\
                c795313d1a25fea4e552388ce7fb6102f550187a1132baa53b9872e5236dd8c6
                ,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

                """)
    }

    @Test func phonesAreDigestedAsPlatformsWantThem() {
        let columns = [
            ExportColumn("meta", .text, digest: .sha256(skipsPlus: true)),
            ExportColumn("vk", .text, digest: .md5(skipsPlus: true)),
        ]
        let encoder = CellEncoder(columns, .utc, .delimited(UInt8(ascii: ",")))
        let block = CellBlock(rows: [[.text("+79161234567"), .text("+79161234567")]], types: [.text, .text])
        #expect(
            String(decoding: encoder.encode(block).bytes, as: UTF8.self) == """
                1210f4f193f6032e91cd7117a785a1be09550d79076c4717cdae4c0c45691a30,\
                b7345b4e50394f906438e994e8eb15f8

                """)
    }

    @Test func nothingIsLeftOutOfAnEmptyTable() throws {
        let folder = ScratchFolder()
        for name in ["out.csv", "out.tsv", "out.jsonl", "out.xlsx"] {
            let file = try ExportFile(folder.path + "/" + name, columns: [ExportColumn("a", .integer)], zone: .utc)
            try file.commit()
        }
        #expect(folder.read("out.csv") == "a\n")
        #expect(folder.read("out.jsonl")?.isEmpty == true)
    }
}
