import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// What is exported comes back as it was.
struct RoundTripTests {
    private static let pieces = [
        "a", "Z", "7", " ", ",", ";", "\t", "|", "\"", "\"\"", "'", "\n", "\r", "\r\n", "=", "+", "-", "@", "ж", "日本",
        "😀", "\u{E9}",
        "\u{200D}", "\u{1}", "\u{7F}", "\u{FEFF}", "NULL", "NA", "-", "0", "007", "1e5", "2026-01-01", "true", "\\",
        "{", "\u{2028}", "_x0041_", "&amp;", "<", "]]>",
    ]

    private static func text(_ random: inout TestRandom) -> Value {
        let count = Int.random(in: 0...6, using: &random)
        var text = ""
        for _ in 0..<count { text += pieces.randomElement(using: &random) ?? "" }
        // Empty text is missing everywhere; what is stored is in normal form.
        return text.isEmpty ? .missing : .text(normalFormC(text))
    }

    private static func value(_ type: DataType, _ random: inout TestRandom) -> Value {
        if Int.random(in: 0..<6, using: &random) == 0 { return .missing }
        let wide = Int.random(in: 0..<3, using: &random) == 0
        switch type {
        case .integer:
            let bound: Int64 = wide ? 999_999_999_999_999_999 : 100
            return .integer(.random(in: -bound...bound, using: &random))
        case .decimal(let scale):
            let bound: Int64 = wide ? 999_999_999_999_999_999 : 100_000
            return .decimal(units: .random(in: -bound...bound, using: &random), scale: scale)
        case .float:
            let bits = UInt64.random(in: 0...UInt64.max, using: &random)
            let any = Double(bitPattern: bits)
            return .float(wide && any.isFinite ? any : .random(in: -1000...1000, using: &random))
        case .text: return text(&random)
        case .boolean: return .boolean(.random(using: &random))
        case .date: return .date(.random(in: -719_162...2_932_896, using: &random))
        case .datetime:
            let instant = Int64.random(in: -62_135_596_800_000_000...253_402_000_000_000_000, using: &random)
            return .datetime(wide ? instant : instant / 1_000_000 * 1_000_000)
        }
    }

    @Test(arguments: 0..<24)
    func randomTables(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let zones = [Zone.utc, Zone("Europe/Berlin"), Zone("Asia/Kolkata"), Zone("America/New_York")].compactMap(\.self)
        let zone = zones.randomElement(using: &random) ?? .utc
        let all: [DataType] = [
            .integer, .decimal(scale: 0), .decimal(scale: 2), .decimal(scale: 18), .float, .text, .boolean, .date,
            .datetime,
        ]
        let types = (0..<Int.random(in: 1...7, using: &random)).map { _ in all.randomElement(using: &random) ?? .text }
        let columns = types.enumerated().map { ExportColumn("col \($0.offset)", $0.element) }
        let rows = (0..<Int.random(in: 1...60, using: &random)).map { _ in types.map { Self.value($0, &random) } }
        for name in ["out.csv", "out.tsv", "out.jsonl", "out.xlsx"] {
            let folder = ScratchFolder()
            let file = try ExportFile(folder.path + "/" + name, columns: columns, zone: zone)
            try file.append(rows: rows)
            try file.commit()
            let imported = try importFile(
                folder.path + "/" + name,
                .customers { options in
                    options.zone = zone
                    options.types = columns.map { ImportOptions.TypeChoice(OptionText($0.name), .exactly($0.type)) }
                    options.batchRows = 7
                })
            #expect(imported.tally.rejected == 0, "seed \(seed), \(name)")
            #expect(imported.rows == rows, "seed \(seed), \(name)")
        }
    }

    /// Without a word in the statement. A text that looks like another type, decimals without places and numbers longer than a sheet holds
    /// are told apart by no file, so there are none here.
    @Test(arguments: 100..<124)
    func typesComeBack(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let all: [DataType] = [.integer, .decimal(scale: 2), .float, .text, .boolean, .date, .datetime]
        let types = all.shuffled(using: &random)
        let columns = types.enumerated().map { ExportColumn("col \($0.offset)", $0.element) }
        let wholeFloats = Bool.random(using: &random)
        var rows = (0..<Int.random(in: 2...60, using: &random)).map { _ in
            types.map { Self.tellingValue($0, wholeFloats, &random) }
        }
        // Both words tell yes and no.
        for column in types.indices where types[column] == .boolean {
            (rows[0][column], rows[1][column]) = (.boolean(true), .boolean(false))
        }
        // A column without any value has no type.
        for column in types.indices where rows.allSatisfy({ $0[column] == .missing }) {
            rows[0][column] = types[column] == .float ? .float(5) : .text("a word")
            if types[column] != .float, types[column] != .text { return }
        }
        for name in ["out.csv", "out.tsv", "out.jsonl", "out.xlsx"] {
            let folder = ScratchFolder()
            let file = try ExportFile(folder.path + "/" + name, columns: columns, zone: .utc)
            for start in stride(from: 0, to: rows.count, by: 25) {
                try file.append(rows: Array(rows[start..<min(start + 25, rows.count)]))
            }
            try file.commit()
            let imported = try importFile(folder.path + "/" + name)
            #expect(imported.types == types, "seed \(seed), \(name)")
            #expect(imported.rows == rows, "seed \(seed), \(name)")
        }
    }

    private static func tellingValue(_ type: DataType, _ wholeFloats: Bool, _ random: inout TestRandom) -> Value {
        if Int.random(in: 0..<6, using: &random) == 0 { return .missing }
        switch type {
        case .integer: return .integer(.random(in: -999_999...999_999, using: &random))
        case .decimal(let scale): return .decimal(units: .random(in: -999_999...999_999, using: &random), scale: scale)
        case .float:
            let hundreds = Double(Int.random(in: -99_999...99_999, using: &random))
            return .float(wholeFloats ? hundreds : hundreds / 100)
        case .text: return .text("word " + pieces[Int.random(in: 0..<10, using: &random)] + ".")
        case .boolean: return .boolean(.random(using: &random))
        case .date: return .date(.random(in: 10_000...20_000, using: &random))
        case .datetime: return .datetime(.random(in: 1_000_000_000...1_700_000_000, using: &random) * 1_000_000 + 1_000)
        }
    }

    @Test func typesComeBackWhereValuesTellThem() throws {
        let columns = [
            ExportColumn("n", .integer), ExportColumn("d", .decimal(scale: 2)), ExportColumn("t", .text),
            ExportColumn("b", .boolean), ExportColumn("day", .date), ExportColumn("at", .datetime),
        ]
        let rows: [[Value]] = [
            [
                .integer(1), .decimal(units: 150, scale: 2), .text("x"), .boolean(true), .date(20_000),
                .datetime(5_000_000),
            ],
            [.missing, .missing, .text("'=y"), .missing, .missing, .missing],
        ]
        let folder = ScratchFolder()
        let file = try ExportFile(folder.path + "/out.csv", columns: columns, zone: .utc)
        try file.append(rows: rows)
        try file.commit()
        let imported = try importFile(folder.path + "/out.csv")
        #expect(imported.types == columns.map(\.type))
        #expect(imported.rows == rows)
    }
}
