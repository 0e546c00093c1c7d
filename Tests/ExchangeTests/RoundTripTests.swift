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

    /// Schema and cells come back without a word in the statement, or with the clause that the export names.
    @Test(arguments: 100..<148)
    func typesComeBack(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let columns = Self.columns(&random)
        let types = columns.map(\.type)
        let kinds = columns.map { _ in TextKind.allCases.randomElement(using: &random) ?? .words }
        let wholeFloats = Bool.random(using: &random)
        var rows = (0..<Int.random(in: 2...60, using: &random)).map { _ in
            zip(types, kinds).map { Self.tellingValue($0, $1, wholeFloats, &random) }
        }
        // A column without any value has no type.
        for column in types.indices where rows.allSatisfy({ $0[column] == .missing }) {
            while rows[0][column] == .missing {
                rows[0][column] = Self.tellingValue(types[column], kinds[column], wholeFloats, &random)
            }
        }
        for name in ["out.csv", "out.tsv", "out.jsonl", "out.xlsx"] {
            let folder = ScratchFolder()
            let file = try ExportFile(folder.path + "/" + name, columns: columns, zone: .utc)
            for start in stride(from: 0, to: rows.count, by: 25) {
                try file.append(rows: Array(rows[start..<min(start + 25, rows.count)]))
            }
            try file.commit()
            let untold = file.untoldColumns
            let imported = try importFile(
                folder.path + "/" + name,
                .customers { options in
                    options.types = untold.map { ImportOptions.TypeChoice(OptionText($0.name), .exactly($0.type)) }
                })
            #expect(imported.rows.count == rows.count, "seed \(seed), \(name)")
            for (position, column) in columns.enumerated() {
                let what = "seed \(seed), \(name), `\(column.name)` of \(column.type.name), \(kinds[position])"
                let type = imported.types[position]
                #expect(type == column.type, "\(what)")
                guard type == column.type else { continue }
                let different = zip(imported.rows, rows).first { $0[position] != $1[position] }
                #expect(different == nil, "\(what)")
            }
            // Files tell all but what they cannot: workbooks and JSON which text is text, delimited ones nearly always.
            for column in untold where column.type == .text { #expect(!name.hasSuffix("x") && !name.hasSuffix("l")) }
            let others = untold.filter {
                $0.type != .text && $0.type != .integer && $0.type != .decimal(scale: 0) && $0.name != "zip"
            }
            #expect(others.allSatisfy { $0.type == .decimal(scale: 18) }, "seed \(seed), \(name): \(others)")
        }
    }

    private static func columns(_ random: inout TestRandom) -> [ExportColumn] {
        let types: [DataType] = [
            .integer, .decimal(scale: 0), .decimal(scale: 2), .decimal(scale: 18), .float, .text, .text, .text,
            .boolean,
            .date, .datetime,
        ]
        let names = ["code", "сумма", "a name", "created", "day", "zip", "plain", "note_2", "x,y", "Ж", "\"q\""]
            .shuffled(
                using: &random)
        let count = Int.random(in: 1...names.count, using: &random)
        return zip(names, types.shuffled(using: &random)).prefix(count).map { ExportColumn($0, $1) }
    }

    /// What the texts of a column all look like.
    private enum TextKind: CaseIterable {
        case words, digits, zeros, booleans, days, times, shares, amounts, long, exponents, blanks
    }

    private static func text(_ kind: TextKind, _ random: inout TestRandom) -> String {
        let number = Int.random(in: 1...99_999, using: &random)
        switch kind {
        case .words: return "word " + pieces[number % 10] + "."
        case .digits: return "\(number)"
        case .zeros: return "00\(number)"
        case .booleans: return number % 2 == 0 ? "yes" : "no"
        case .days: return CivilDate(daysSinceEpoch: number % 20_000).iso
        case .times: return CivilDate(daysSinceEpoch: number % 20_000).iso + "T12:30:00Z"
        case .shares: return "\(number % 100)%"
        case .amounts: return "\(number % 900 + 100) \(number % 900 + 100),50 ₽"
        case .long: return "1234567890\(number)1234567890"
        case .exponents: return "\(number % 9)e5"
        case .blanks: return " \(CivilDate(daysSinceEpoch: number % 20_000).iso)"
        }
    }

    private static func tellingValue(
        _ type: DataType, _ kind: TextKind, _ wholeFloats: Bool, _ random: inout TestRandom
    ) -> Value {
        if Int.random(in: 0..<6, using: &random) == 0 { return .missing }
        let wide = Int.random(in: 0..<4, using: &random) == 0
        let bound: Int64 = wide ? 999_999_999_999_999_999 : 999_999
        switch type {
        case .integer: return .integer(.random(in: -bound...bound, using: &random))
        case .decimal(let scale): return .decimal(units: .random(in: -bound...bound, using: &random), scale: scale)
        case .float:
            let hundreds = Double(Int.random(in: -99_999...99_999, using: &random))
            return .float(wholeFloats ? hundreds : hundreds / 100)
        case .text: return .text(text(kind, &random))
        case .boolean: return .boolean(.random(using: &random))
        case .date: return .date(.random(in: wide ? -719_162...2_932_896 : 10_000...20_000, using: &random))
        case .datetime: return .datetime(.random(in: 1_000_000_000...1_700_000_000, using: &random) * 1_000_000 + 1_000)
        }
    }

    /// What a file cannot say of its columns, the export does.
    @Test(arguments: ["out.csv", "out.jsonl", "out.xlsx"])
    func whatFilesCannotTell(_ name: String) throws {
        let columns = [
            ExportColumn("n", .integer), ExportColumn("created", .integer), ExportColumn("whole", .decimal(scale: 0)),
            ExportColumn("d", .decimal(scale: 2)),
        ]
        let folder = ScratchFolder()
        let file = try ExportFile(folder.path + "/" + name, columns: columns, zone: .utc)
        try file.append(rows: [
            [.integer(1), .integer(1_767_225_600), .decimal(units: 5, scale: 0), .decimal(units: 5, scale: 2)]
        ])
        try file.commit()
        #expect(file.typesClause == "types (created integer, whole decimal(0))")
    }

    /// Text that looks like something else says by its name that it is none, and no other program is told anything new.
    @Test func namesInQuotesAreText() throws {
        let columns = [ExportColumn("id", .integer), ExportColumn("code", .text), ExportColumn("город", .text)]
        let folder = ScratchFolder()
        let file = try ExportFile(folder.path + "/out.csv", columns: columns, zone: .utc)
        try file.append(rows: [[.integer(1), .text("42"), .text("Омск")], [.integer(2), .text("7"), .missing]])
        try file.commit()
        #expect(folder.read("out.csv") == "id,\"code\",город\n1,42,Омск\n2,7,\n")
        #expect(file.typesClause == nil)
        let imported = try importFile(folder.path + "/out.csv")
        #expect(imported.types == [.integer, .text, .text])
        #expect(imported.plan.report.notes.contains("`code` is text, as the quotes around its name say"))
        // Quotes that programs put around all names, or around those with blanks or letters past ASCII, say nothing.
        for header in ["\"id\",\"code\",\"город\"", "id,code,\"город\"", "id,\"a code\",x", "\"a,b\",c,d"] {
            #expect(try importText(header + "\n1,42,3\n").types == [.integer, .integer, .integer], "\(header)")
        }
        #expect(try importText("id,\"a code\",my name\n1,42,3\n").types == [.integer, .text, .integer])
    }

    @Test func onlyColumnsSayTheirTypes() throws {
        let folder = ScratchFolder()
        let file = try ExportFile(folder.path + "/out.csv", columns: [ExportColumn("a code", .text)], zone: .utc)
        try file.append(rows: [[.text("42")]])
        try file.commit()
        #expect(folder.read("out.csv") == "a code\n42\n")
        #expect(file.typesClause == "types (`a code` text)")
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
