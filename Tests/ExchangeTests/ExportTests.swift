import Foundation
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

struct ExportTests {
    private let folder = ScratchFolder()

    private func export(_ name: String, _ columns: [ExportColumn], _ rows: [[Value]], zone: Zone = .utc) throws
        -> String
    {
        let file = try ExportFile(folder.path + "/" + name, columns: columns, zone: zone)
        try file.append(rows: rows)
        try file.commit()
        #expect(file.rowCount == rows.count)
        return try #require(folder.read(name))
    }

    private let columns = [
        ExportColumn("id", .integer), ExportColumn("a \"b\", c", .text), ExportColumn("total", .decimal(scale: 2)),
        ExportColumn("born", .date), ExportColumn("seen", .datetime), ExportColumn("vip", .boolean),
        ExportColumn("score", .float),
    ]
    private let rows: [[Value]] = [
        [
            .integer(-7), .text("x,\"y\"\nz"), .decimal(units: -5, scale: 2), .date(0), .datetime(1_250_000),
            .boolean(true),
            .float(0.1),
        ],
        [.missing, .missing, .missing, .missing, .missing, .missing, .missing],
        [
            .integer(.max), .text("\\\u{1}\tж"), .decimal(units: 123_400, scale: 2), .date(-1), .datetime(-1),
            .boolean(false), .float(1e21),
        ],
    ]

    @Test func csv() throws {
        let text = try export("out.csv", columns, rows)
        #expect(
            text == """
                id,"a ""b"", c",total,born,seen,vip,score
                -7,"x,""y""
                z",-0.05,1970-01-01,1970-01-01T00:00:01.250Z,true,0.1
                ,,,,,,
                9223372036854775807,\\\u{1}\tж,1234.00,1969-12-31,1969-12-31T23:59:59.999999Z,false,1e+21

                """)
    }

    @Test func tsv() throws {
        let text = try export(
            "out.TSV", [ExportColumn("a", .text), ExportColumn("b", .text)], [[.text("x\ty"), .text("p,q")]])
        #expect(text == "a\tb\n\"x\ty\"\tp,q\n")
    }

    @Test func jsonLines() throws {
        let text = try export("out.jsonl", columns, rows)
        let lines = text.split(separator: "\n")
        #expect(
            lines[0] == """
                {"id":-7,"a \\"b\\", c":"x,\\"y\\"\\nz","total":-0.05,"born":"1970-01-01","seen":"1970-01-01T00:00:01.250Z","vip":true,"score":0.1}
                """)
        #expect(lines.count == 3)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?.count == 7)
        }
        #expect(lines[2].contains("\"\\\\\\u0001\\tж\""))
    }

    @Test func datetimesCarryTheOffsetOfTheirZone() throws {
        let berlin = try #require(Zone("Europe/Berlin"))
        let seen = ExportColumn("seen", .datetime)
        let text = try export("out.csv", [seen], [[.datetime(0)], [.datetime(1_782_900_000_000_000)]], zone: berlin)
        #expect(text == "seen\n1970-01-01T01:00:00+01:00\n2026-07-01T12:00:00+02:00\n")
    }

    @Test func formulasAreGuarded() throws {
        let guarded = [
            "=1+1", "+cmd", "-x", "@a", "\tx", "\rx", "'q", "-", "+", "+7 916", "--1", "-1-2", "+1.2.3", "'",
        ]
        let free = ["+79161234567", "-12.50", "+5", "x=1", "7", "a'b", "", " =1"]
        for text in guarded { #expect(CSVEncoding.needsGuard(text), "\(text)") }
        for text in free { #expect(!CSVEncoding.needsGuard(text), "\(text)") }
        let written = try export(
            "out.csv", [ExportColumn("a", .text)], [[.text("=1+1")], [.text("'q")], [.text("-5")]])
        #expect(written == "a\n'=1+1\n''q\n-5\n")
        // What is printed rather than exported is never changed.
        var plain: [UInt8] = []
        CSVEncoding().append(row: [.text("=1+1")], to: &plain)
        #expect(String(decoding: plain, as: UTF8.self) == "=1+1\n")
    }

    @Test func anOldFileStaysUntilTheNewOneIsWhole() throws {
        let path = try folder.write("old", as: "out.csv")
        let file = try ExportFile(path, columns: [ExportColumn("a", .text)], zone: .utc)
        try file.append(rows: [[.text("x")]])
        #expect(folder.read("out.csv") == "old")
        try file.commit()
        #expect(folder.read("out.csv") == "a\nx\n")
        do {
            let abandoned = try ExportFile(path, columns: [ExportColumn("b", .text)], zone: .utc)
            try abandoned.append(rows: [[.text("y")]])
        }
        #expect(folder.read("out.csv") == "a\nx\n")
        #expect(folder.names == ["out.csv"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func linksGoOnPointing() throws {
        let target = try folder.write("old", as: "target.csv")
        let link = folder.path + "/link.csv"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let file = try ExportFile(link, columns: [ExportColumn("a", .integer)], zone: .utc)
        try file.append(rows: [[.integer(1)]])
        try file.commit()
        #expect(folder.read("target.csv") == "a\n1\n")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    }

    @Test func troubleIsNamed() throws {
        func failure(_ path: String) -> Diagnostic? {
            do {
                let file = try ExportFile(path, columns: [ExportColumn("a", .integer)], zone: .utc)
                try file.append(rows: [[.integer(1)]])
                try file.commit()
                return nil
            } catch {
                return error as? Diagnostic
            }
        }
        #expect(failure(folder.path + "/none/out.csv")?.code == "file-not-writable")
        #expect(failure(folder.path + "/out.doc")?.code == "unknown-format")
        #expect(failure(folder.path + "/out.doc")?.help.contains("to \"\(folder.path)/out.csv\"") == true)
        try FileManager.default.createDirectory(atPath: folder.path + "/sub.csv", withIntermediateDirectories: false)
        #expect(failure(folder.path + "/sub.csv")?.code == "is-directory")
        let full = folder.path + "/full.csv"
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
        #expect(failure(full)?.code == "disk-full")
        #expect(failure(full)?.kind == .environment)
    }
}
