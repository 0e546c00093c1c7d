import Foundation
import ReachColumns
import ReachDiagnostics
import ReachKernels
import Testing

@testable import ReachExchange

/// Files of all formats that something happened to: none crashes or hangs the importer, and every byte of a text is in a row, in a
/// rejected record, or parts them. `importFile` checks besides that rows and rejects are all records.
///
/// A short round runs with every change; `REACH_LONG=1` makes it a million files, `REACH_FUZZ_SECONDS` as many as the time allows. `REACH_SEED`
/// and `REACH_ROUNDS` repeat one.
struct FormatFuzzTests {
    enum Kind: String, CaseIterable {
        case delimited, lines, list, lists, loose, aligned, fixed, utf16, windows1251, gzip, zstd, bzip2, workbook,
            database
    }

    private static let environment = ProcessInfo.processInfo.environment
    /// Of each kind, as many of which go on side by side as there are processors; nil without a limit.
    private static let seconds = environment["REACH_FUZZ_SECONDS"].flatMap(Double.init).map { whole in
        let kinds = Kind.allCases.count
        return whole * Double(min(ProcessInfo.processInfo.activeProcessorCount, kinds)) / Double(kinds)
    }
    private static let rounds: Int = {
        if seconds != nil { return .max }
        let long = environment["REACH_LONG"] == "1" ? 1_000_000 / Kind.allCases.count : 40
        return environment["REACH_ROUNDS"].flatMap(Int.init) ?? long
    }()
    private static let firstSeed = environment["REACH_SEED"].flatMap(UInt64.init) ?? 1

    private static let tables = [
        "id,name,total\n1,Anna,5.50\n2,\"Bo, \"\"Jr\"\"\",7\n3,\"two\nlines\",8.25\n",
        "customer_id;date;сумма\r\n1;22.11.2026;\"1 234,50 ₽\"\r\n2;01.02.2026;7 ₽\r\n",
        "id\tshare\tts\n1\t5%\t1767225600\n2\t-1,5 %\t1767225601\n",
    ]
    private static let objects = [
        "{\"id\":1,\"a\":{\"b\":\"x\\u00e9\",\"c\":[1,{\"d\":2}]},\"t\":true}",
        "{\"id\": 2, \"a\": {}, \"t\": null, \"n\": -1.5e3}",
        "{\"n\":\"\\\"\\\\\\n\",\"id\":3}", "{}",
    ]
    private static let pieces: [[UInt8]] =
        [
            "\"", "\"\"", ",", "\n", "\r", "\r\n", ";", "\t", "'", "\0", "-", " ", "0", "{", "}", "[", "]", ":", "\\",
            "\\u", "\"\n\"",
            ",\"", "null", "<row>", "</c>", "&", "%", "€", "\u{FEFF}", "é", "e\u{301}",
        ].map { Array($0.utf8) } + [[0xFF], [0xD0], [0xFE, 0xFF], [0xED, 0xA0, 0x80], [0x1F, 0x8B]]

    private static func content(_ kind: Kind, _ random: inout TestRandom) -> [UInt8] {
        let rows = (0..<Int.random(in: 1...6, using: &random)).map { _ in objects.randomElement(using: &random) ?? "" }
        switch kind {
        case .lines: return Array(rows.joined(separator: "\n").utf8)
        case .list: return Array(("[" + rows.joined(separator: ",\n") + "]\n").utf8)
        case .loose: return Array(rows.joined(separator: "\n").replacing(",", with: ",\n ").utf8)
        case .aligned:
            return Array(
                ("  id   name   day\n" + (1...6).map { "  \($0)   \"n \($0)\"   2026-01-0\($0)\n" }.joined()).utf8)
        case .lists:
            let rows = (1...6).map { "[\($0), \"n \\\"\($0)\", null, {\"a\": [\($0)]}]" }
            return Array(("[[\"id\", \"n\", \"x\", \"y\"],\n" + rows.joined(separator: ",\n") + "]\n").utf8)
        case .fixed:
            let rows = (1...9).map { "\($0)   n \($0) \u{E9}     2026-01-0\($0)\n" }
            return Array(
                ("id  a name    day\n" + (Bool.random(using: &random) ? "--  --------  ----------\n" : "")
                    + rows.joined()).utf8)
        default: return Array((tables.randomElement(using: &random) ?? "").utf8)
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout TestRandom) {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: at)
            case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...4, using: &random)))
            case 2: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
            case 3: bytes.append(contentsOf: bytes[at...].prefix(1000))
            default: bytes.removeLast(min(bytes.count - at, Int.random(in: 0...20, using: &random)))
            }
        }
    }

    private static func write(_ kind: Kind, _ random: inout TestRandom, _ folder: ScratchFolder, _ bases: Bases) throws
        -> String
    {
        if kind == .workbook || kind == .database {
            var bytes = kind == .workbook ? bases.workbook : bases.database
            mutate(&bytes, &random)
            return try folder.write(bytes, as: "data.csv")
        }
        var bytes = content(kind, &random)
        // What is packed is mutated before, or after.
        let isBefore = Int.random(in: 0..<3, using: &random) > 0
        if isBefore { mutate(&bytes, &random) }
        let path = folder.path + "/data.csv"
        switch kind {
        case .gzip:
            try? FileManager.default.removeItem(atPath: path)
            Fixture.gzip(bytes, at: path)
            bytes = Array(FileManager.default.contents(atPath: path) ?? Data())
        case .zstd: bytes = Fixture.zstd(bytes)
        case .bzip2: bytes = Fixture.bzip2(bytes)
        case .utf16:
            bytes =
                [0xFF, 0xFE]
                + String(decoding: bytes, as: UTF8.self).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .windows1251: bytes = bytes.map { $0 == 0xD1 ? 0xF0 : $0 == 0xD0 ? 0xEE : $0 }
        default: break
        }
        if !isBefore { mutate(&bytes, &random) }
        return try folder.write(bytes, as: "data.csv")
    }

    struct Bases {
        let workbook: [UInt8]
        let database: [UInt8]

        init(_ folder: ScratchFolder) {
            let rows =
                "<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>day</t></is></c></row>"
                + "<row r=\"3\"><c><v>1</v></c><c s=\"1\"><v>46023</v></c></row><row><c r=\"B4\"><v>2.5</v></c></row>"
            workbook = Fixture.workbook([("A", rows)], texts: ["id"])
            Fixture.database(
                "pragma page_size=512; create table t (id integer, n text); insert into t values (1, 'a'), (2, 'b,\"c\"'), (null, 3.5);",
                at: folder.path + "/base.db")
            database = Array(FileManager.default.contents(atPath: folder.path + "/base.db") ?? Data())
        }
    }

    @Test(arguments: Kind.allCases)
    func nothingIsLost(_ kind: Kind) throws {
        let folder = ScratchFolder()
        let bases = Bases(folder)
        var outcomes: [String: Int] = [:]
        let began = Date()
        var count = 0
        while count < Self.rounds, Self.seconds.map({ Date().timeIntervalSince(began) < $0 }) ?? true {
            let seed = Self.firstSeed + UInt64(count)
            count += 1
            var random = TestRandom(seed: seed &* 31 &+ UInt64(kind.rawValue.count))
            let path = try Self.write(kind, &random, folder, bases)
            let options = ImportOptions.customers { options in
                options.batchRows = [1, 3, 65_536].randomElement(using: &random) ?? 1
                options.longestRecordBytes = Bool.random(using: &random) ? 60 : 1 << 20
                options.rejectsPath = folder.path + "/rejects"
                options.hasQuotes = [nil, nil, true, false].randomElement(using: &random) ?? nil
                options.fillsShortRows = Int.random(in: 0..<4, using: &random) == 0
            }
            do {
                let imported = try importFile(path, options)
                outcomes["read", default: 0] += 1
                #expect(imported.tally.records == imported.rows.count + imported.tally.rejected, "\(kind) seed \(seed)")
                if let gap = try Self.gap(path, options) {
                    Issue.record("\(kind) seed \(seed): \(gap)")
                }
            } catch let failure as Diagnostic {
                #expect(
                    failure.kind == .statement || failure.kind == .environment, "\(kind) seed \(seed): \(failure.code)")
                outcomes[failure.code, default: 0] += 1
            }
        }
        if Self.seconds != nil { print("\(kind): \(count) files from seed \(Self.firstSeed)") }
        #expect(outcomes["read", default: 0] > 0, "\(kind): \(outcomes)")
    }

    /// What stands between the records of a text and is neither a line end, a blank nor a bracket or comma of a list; nil where all is well.
    private static func gap(_ path: String, _ options: ImportOptions) throws -> String? {
        var options = options
        options.batchRows = 65_536
        let head = try FileHead(path: path, at: nil)
        let format = try ImportFormats.format(of: head, options)
        guard format is JSONFormat.Type || format is CSVFormat.Type || format is AlignedFormat.Type else { return nil }
        let reader = try format.open(head, options)
        guard let block = try reader.next(), try reader.next() == nil else { return nil }
        var text: [UInt8] = []
        var file = try FileReader(head.source)
        while !file.isAtEnd { try file.readPiece(into: &text) }
        var ranges = (0..<block.index.rowCount).map { block.index.record($0) } + block.malformed.map(\.range)
        ranges.sort { $0.lowerBound < $1.lowerBound }
        var start = 0
        if format is CSVFormat.Type { start = try CSVOpening(head, options).dataOffset }
        if format is JSONFormat.Type { start = try JSONOpening(head).dataOffset }
        if format is AlignedFormat.Type { start = text.count - block.bytes.count }
        let count = text.count - start
        var parts: Set<UInt8> = [0x0A, 0x0D]
        if !(format is CSVFormat.Type) { parts.formUnion([0x20, 0x09]) }
        if format is JSONFormat.Type { parts.formUnion([0x2C, 0x5D]) }
        var at = 0
        for range in ranges + [count..<count] {
            if range.lowerBound < at { return "records overlap at \(at)" }
            if let byte = block.bytes[at..<range.lowerBound].first(where: { !parts.contains($0) }) {
                // What stands around a list in an object is no row.
                if format is JSONFormat.Type, range.isEmpty, byte != 0x7B { return nil }
                return "byte \(byte) between records at \(at)"
            }
            at = max(at, range.upperBound)
        }
        return nil
    }
}
