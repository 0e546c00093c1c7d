import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Files by pattern, and text lined up with blanks.
struct SeveralFilesTests {
    private let folder = ScratchFolder()

    @Test func oneAfterAnother() throws {
        _ = try folder.write("id,n\n1,a\n2,b\n", as: "o-1.csv")
        _ = try folder.write("\u{FEFF}ID;n\n3;c\n4;d;e\n", as: "o-2.csv")
        _ = try folder.write("reject_line,reject_column,reject_reason,id,n\n", as: "o-2.rejects.csv")
        let imported = try importFile(folder.path + "/o-*.csv")
        #expect(imported.column("id") == integers(1, 2, 3))
        #expect(imported.tally.records == 4)
        #expect(
            imported.tally.rejections.map(\.reason) == ["3 cells where the header has 2, in \(folder.path)/o-2.csv"])
        #expect(imported.tally.rejectsPath == folder.path + "/o-.rejects.csv")
    }

    @Test func differentColumnsAreRefused() throws {
        _ = try folder.write("id,n\n1,a\n", as: "o-1.csv")
        for other in ["id,m\n3,c\n", "n,id\nx,4\n", "id\n5\n", "id,n,m\n1,2,3\n", "{\"id\":1}\n"] {
            _ = try folder.write(other, as: "o-2.csv")
            #expect(importFailure(at: folder.path + "/o-?.csv")?.code == "files-differ", "\(other)")
        }
    }

    @Test func jsonFilesMayDiffer() throws {
        _ = try folder.write("{\"id\":1,\"a\":\"x\"}\n", as: "o-1.jsonl")
        _ = try folder.write("{\"b\":true,\"id\":2}\n", as: "o-2.jsonl")
        Fixture.gzip(Array("[{\"id\":3,\"a\":\"z\",\"c\":1}]".utf8), at: folder.path + "/o-3.jsonl")
        let imported = try importFile(folder.path + "/o-*")
        #expect(imported.names == ["id", "a", "b", "c"])
        #expect(imported.column("id") == integers(1, 2, 3))
        #expect(imported.column("a") == text("x", nil, "z"))
        #expect(imported.column("c") == integers(nil, nil, 1))
    }

    @Test func aligned() throws {
        let more = (3...20).map { " 0000\($0)  19970101  1  5.00\r\n" }.joined()
        let imported = try importText(
            " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n\r\n 00002 1997\r\n"
                + more,
            .orders())
        #expect(imported.names == ["customer_id", "date", "number_of_cds", "dollar_value"])
        #expect(imported.types == [.text, .date, .integer, .decimal(scale: 2)])
        #expect(imported.rows.count == 20)
        #expect(Array(imported.column("customer_id").prefix(2)) == text("00001", "00002"))
        #expect(imported.tally.rejections.map(\.line) == [5])
        let quoted = try importText("id   name\n1    \"Anna B\"\n2    Bo\n")
        #expect(quoted.column("name") == text("Anna B", "Bo"))
        // Words are no columns.
        #expect(try importText("full name\nAnna Smith\nBo Berg\n").names == ["full name"])
        #expect(try importText("id name\n1 Bo\n", .customers { $0.delimiter = "blanks" }).names == ["id", "name"])
    }

    @Test func alignedRejectsComeBack() throws {
        let path = try folder.write("  id  day\n  1   2026-01-01\n  2   never\n", as: "a.txt")
        let options = ImportOptions.customers { $0.types = [.init("day", .exactly(.date))] }
        #expect(try importFile(path, options).tally.rejected == 1)
        let rejects = try #require(folder.read("a.rejects.txt"))
        #expect(rejects == "reject_line reject_column reject_reason   id  day\n3 day \"not a date\"   2   never\n")
        _ = try folder.write(rejects.replacing("never", with: "2026-02-02"), as: "a.rejects.txt")
        let mended = try importFile(folder.path + "/a.rejects.txt", options)
        #expect(mended.names == ["id", "day"])
        #expect(mended.column("day") == [day(2026, 2, 2)])
    }

    @Test func titlesAboveTheNames() throws {
        let imported = try importText(",,\nReport of May,,\nid,name,city\n1,Bo,Oslo\n")
        #expect(imported.names == ["id", "name", "city"])
        #expect(imported.rows.count == 1)
        #expect(imported.plan.report.shape.notes == ["2 lines above the names of the columns passed over"])
    }
}
