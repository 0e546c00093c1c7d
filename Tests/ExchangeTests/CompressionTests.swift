import Foundation
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Compressed files are what is in them.
struct CompressionTests {
    private let folder = ScratchFolder()
    private static let text = "id,name\n" + (1...30_000).map { "\($0),\"name, \($0 % 97)\"\n" }.joined()

    @Test func everyKind() throws {
        let plain = try importText(Self.text)
        let bytes = Array(Self.text.utf8)
        Fixture.gzip(bytes, at: folder.path + "/a.csv.gz")
        _ = try folder.write(Fixture.zstd(bytes), as: "a.csv.zst")
        _ = try folder.write(Fixture.bzip2(bytes), as: "a.csv.bz2")
        for name in ["a.csv.gz", "a.csv.zst", "a.csv.bz2"] {
            let imported = try importFile(folder.path + "/" + name)
            #expect(imported.rows == plain.rows, "\(name)")
            #expect(imported.plan.report.shape.byteCount < bytes.count / 2)
        }
    }

    @Test func severalMembers() throws {
        Fixture.gzip(Array("id,name\n1,a\n".utf8), at: folder.path + "/1.gz")
        Fixture.gzip(Array("2,b\n".utf8), at: folder.path + "/2.gz")
        let one = try #require(FileManager.default.contents(atPath: folder.path + "/1.gz"))
        let two = try #require(FileManager.default.contents(atPath: folder.path + "/2.gz"))
        let gzip = try importFile(try folder.write(Array(one + two) + [0, 0, 0], as: "both.gz"))
        #expect(gzip.column("id") == integers(1, 2))
        let frames = Fixture.zstd(Array("id,name\n1,a\n".utf8)) + Fixture.zstd(Array("2,b\n".utf8))
        #expect(try importFile(try folder.write(frames, as: "both.zst")).column("id") == integers(1, 2))
        let streams = Fixture.bzip2(Array("id,name\n1,a\n".utf8)) + Fixture.bzip2(Array("2,b\n".utf8))
        #expect(try importFile(try folder.write(streams, as: "both.bz2")).column("id") == integers(1, 2))
    }

    @Test func cutOffAndDamaged() throws {
        let bytes = Array(Self.text.utf8)
        Fixture.gzip(bytes, at: folder.path + "/a.gz")
        let gzip = Array(try #require(FileManager.default.contents(atPath: folder.path + "/a.gz")))
        for (whole, name) in [(gzip, "gzip"), (Fixture.zstd(bytes), "zstd"), (Fixture.bzip2(bytes), "bzip2")] {
            let cut = importFailure(at: try folder.write(Array(whole.dropLast(whole.count / 3)), as: "cut"))
            #expect(cut?.code == "file-cut-off", "\(name)")
            var damaged = whole
            for at in whole.count / 2..<whole.count / 2 + 40 { damaged[at] ^= 0x5A }
            let found = importFailure(at: try folder.write(damaged, as: "damaged"))
            #expect(found?.code == "file-damaged" || found?.code == "file-cut-off", "\(name)")
            #expect(found?.kind == .environment)
        }
    }

    @Test func aWorkbookAndADatabaseInside() throws {
        let rows = "<row><c t=\"inlineStr\"><is><t>id</t></is></c></row><row><c><v>7</v></c></row>"
        Fixture.gzip(Fixture.workbook([("A", rows)]), at: folder.path + "/book.xlsx.gz")
        #expect(try importFile(folder.path + "/book.xlsx.gz").column("id") == integers(7))
        Fixture.database("create table t (id integer); insert into t values (8);", at: folder.path + "/t.db")
        let bytes = Array(try #require(FileManager.default.contents(atPath: folder.path + "/t.db")))
        #expect(try importFile(try folder.write(Fixture.zstd(bytes), as: "t.db.zst")).column("id") == integers(8))
    }

    @Test func rejectsAreNotCompressed() throws {
        let bytes = Array("id,day\n1,2026-01-01\n2,never\n".utf8)
        Fixture.gzip(bytes, at: folder.path + "/a.csv.gz")
        let options = ImportOptions.customers { $0.types = [.init("day", .exactly(.date))] }
        let imported = try importFile(folder.path + "/a.csv.gz", options)
        #expect(imported.tally.rejectsPath == folder.path + "/a.rejects.csv")
        #expect(folder.read("a.rejects.csv")?.hasSuffix("\n3,day,not a date,2,never\n") == true)
    }
}
