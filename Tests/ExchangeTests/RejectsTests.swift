import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Rows that are put aside, and files that cannot be read at all.
struct RejectsTests {
    private let folder = ScratchFolder()

    @Test func rejectsCanBeMendedAndImportedAgain() throws {
        let path = try folder.write(
            "id,\"the name\",n\r\n1,\"a, b\",5\r\n2,\"bad \"quote\",6\r\n3,c\r\n4,d,x\r\n5,\"e\ne\",y\r\n",
            as: "people.csv")
        let options = ImportOptions.customers { $0.types = [.init("n", .exactly(.integer))] }
        let imported = try importFile(path, options)
        #expect(imported.rows.count == 1)
        #expect(imported.tally.rejected == 4)
        #expect(imported.tally.rejectsPath == folder.path + "/people.rejects.csv")
        let written = try #require(folder.read("people.rejects.csv"))
        #expect(
            written == """
                reject_line,reject_column,reject_reason,id,"the name",n
                3,,text after a closing quote,2,"bad "quote",6
                4,,2 cells where the header has 3,3,c
                5,n,not an integer,4,d,x
                6,n,not an integer,5,"e
                e",y

                """)
        // As it is, everything is rejected once more, without a second set of reasons.
        let again = try importFile(folder.path + "/people.rejects.csv", options)
        #expect(again.tally.rejected == 4)
        let second = try #require(folder.read("people.rejects-2.csv"))
        #expect(second.split(separator: "\n").first == "reject_line,reject_column,reject_reason,id,\"the name\",n")
        #expect(second.contains("4,n,not an integer,4,d,x\n"))
        #expect(second.contains("3,,2 cells where the header has 3,3,c\n"))
        // Mended, it completes the import.
        let mended = written.replacing("\"bad \"quote\"", with: "good").replacing("3,c\n", with: "3,c,7\n").replacing(
            "d,x", with: "d,8"
        )
        .replacing("e\",y", with: "e\",9")
        let completed = try importFile(try folder.write(mended, as: "people.rejects.csv"), options)
        #expect(completed.names == ["id", "the name", "n"])
        #expect(completed.column("id") == integers(2, 3, 4, 5))
        #expect(completed.column("n") == integers(6, 7, 8, 9))
    }

    @Test func rejectsOfAFileWithoutQuotesAreMendedTheSameWay() throws {
        let path = try folder.write(
            "id|t|n\n1|a \"b\"|x\n2|\"c\" d|y|\n3|e|4|5\n6|\"f|7\n8|g|9\n", as: "events.txt")
        let options = ImportOptions.customers {
            $0.types = [.init("n", .exactly(.integer))]
            $0.hasQuotes = false
        }
        #expect(try importFile(path, options).column("id") == integers(6, 8))
        let written = try #require(folder.read("events.rejects.txt"))
        #expect(
            written == """
                reject_line|reject_column|reject_reason|id|t|n
                2|n|not an integer|1|a "b"|x
                3|n|not an integer|2|"c" d|y|
                4||4 cells where the header has 3|3|e|4|5

                """)
        let mended = written.replacing("|x\n", with: "|1\n").replacing("|y|\n", with: "|2\n").replacing(
            "|4|5", with: "|5")
        let completed = try importFile(try folder.write(mended, as: "events.rejects.txt"), options)
        #expect(completed.column("t") == text("a \"b\"", "\"c\" d", "e"))
        #expect(completed.column("n") == integers(1, 2, 5))
    }

    @Test func rejectsAreCountedByColumn() throws {
        let imported = try importText(
            "id,born,n\n1,2000-01-01,x\n2,31.02.1990,5\n3,2001-01-01,y\n4,2002-01-01\n",
            .customers { $0.types = [.init("n", .exactly(.integer)), .init("born", .exactly(.date))] })
        #expect(imported.tally.misfits == ["n": 2, "born": 1])
        #expect(imported.tally.rejected == 4)
        #expect(imported.tally.clauses == ["ragged"])
    }

    @Test func noRejectsNoFile() throws {
        let path = try folder.write("id,n\n1,5\n")
        #expect(try importFile(path).tally.rejectsPath == nil)
        #expect(folder.names == ["data.csv"])
    }

    @Test func namesOfRejectsFiles() {
        #expect(RejectsFile.path(beside: "a/orders.csv") == "a/orders.rejects.csv")
        #expect(RejectsFile.path(beside: "orders.rejects.csv") == "orders.rejects-2.csv")
        #expect(RejectsFile.path(beside: "orders.rejects-9.csv") == "orders.rejects-10.csv")
        #expect(RejectsFile.path(beside: "a.b/orders") == "a.b/orders.rejects.csv")
        #expect(RejectsFile.path(beside: ".hidden") == ".hidden.rejects.csv")
    }

    @Test func checkingWritesNothing() throws {
        let path = try folder.write("id,n\n1\n")
        let tally = try ImportFile.open(path, .customers()).read(writesRejects: false) { _ in }
        #expect(tally.rejected == 1)
        #expect(folder.names == ["data.csv"])
    }

    @Test func strictRefusesTheFile() throws {
        let shape = importFailure("id,n\n1,2\n2\n", .customers { $0.isStrict = true })
        #expect(shape?.kind == .guardRefused)
        #expect(shape?.help.first == "line 3: 1 cell where the header has 2")
        let value = importFailure(
            "id,n\n1,2\n2,x\n",
            .customers {
                $0.isStrict = true
                $0.types = [.init("n", .exactly(.integer))]
            })
        #expect(value?.code == "rows-rejected")
        // Reasons never quote what the row holds.
        #expect(value?.help.first == "line 3, `n`: not an integer")
        #expect(try importText("id,n\n1,2\n", .customers { $0.isStrict = true }).rows.count == 1)
    }

    @Test func rowsThatAreNoTextAreRejected() throws {
        var bytes: [UInt8] = Array("id,name\n".utf8)
        for row in 1...300 { bytes += Array("\(row),Жанна\n".utf8) }
        bytes += [0x33, 0x2C, 0xD0, 0x0A]
        let path = try folder.write(bytes)
        let imported = try importFile(path)
        #expect(imported.rows.count == 300)
        #expect(imported.tally.rejections == [Rejection(line: 302, column: nil, reason: "bytes that are not UTF-8")])
    }

    @Test func rowsWithZeroBytesAreRejected() throws {
        let filler = String(repeating: "1,some name that fills the file\n", count: 10_000)
        let imported = try importFile(try folder.write("id,name\n" + filler + "2,a\0b\n3,c\n"))
        #expect(imported.rows.count == 10_001)
        #expect(imported.tally.rejections.first?.reason == "a zero byte")
    }

    @Test(
        arguments: [
            ("windows-1251", [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2]), ("KOI8-R", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4]),
            ("windows-1252", [0x63, 0x61, 0x66, 0xE9]),
        ] as [(String, [UInt8])])
    func otherEncodingsAreFound(_ name: String, _ word: [UInt8]) throws {
        let path = try folder.write(Array("id,name\n1,".utf8) + word + [0x0A])
        let imported = try importFile(path)
        #expect(imported.plan.report.shape.encoding == name)
        #expect(imported.column("name") == text(name == "windows-1252" ? "café" : "Привет"))
        #expect(imported.plan.report.notes.isEmpty == false)
    }

    @Test func wideEncodingsAreFound() throws {
        let text = Array("id,name\n1,Anna\n".utf16)
        let little = text.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = text.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for (bytes, name) in [
            ([0xFF, 0xFE] + little, "UTF-16LE"), (little, "UTF-16LE"), ([0xFE, 0xFF] + big, "UTF-16BE"),
            (big, "UTF-16BE"),
        ] {
            let imported = try importFile(try folder.write(bytes))
            #expect(imported.plan.report.shape.encoding == name)
            #expect(imported.column("name") == [.text("Anna")])
        }
        #expect(importFailure("id\n1\n", .customers { $0.encoding = "klingon" })?.code == "unknown-encoding")
        #expect(try importText("id\n1\n", .customers { $0.encoding = "UTF-8" }).rows.count == 1)
    }

    /// Somebody may be mending the rows of an earlier import.
    @Test func rejectsOfEarlierImportsAreKept() throws {
        let path = try folder.write("id,born\n1,2026-01-01\n2,x\n")
        let options = ImportOptions.customers { $0.types = [.init("born", .exactly(.date))] }
        _ = try importFile(path, options)
        // The same rows once more are no others.
        let again = try importFile(path, options)
        #expect(!again.tally.notes.contains { $0.hasPrefix("other rows") })
        #expect(folder.names == ["data.csv", "data.rejects.csv"])
        _ = try folder.write("mended\n", as: "data.rejects.csv")
        let imported = try importFile(path, options)
        #expect(
            imported.tally.notes.contains(
                "other rows that `\(folder.path)/data.rejects.csv` held are in `\(folder.path)/data.rejects.csv~`"))
        #expect(folder.read("data.rejects.csv~") == "mended\n")
        #expect(folder.read("data.rejects.csv")?.hasSuffix("3,born,not a date,2,x\n") == true)
    }

    @Test func foreignFilesAreNamed() throws {
        let files: [([UInt8], String)] = [
            ([0x1F, 0x8B, 8, 0], "gzip"), ([0x50, 0x4B, 3, 4, 0], "workbook"), (Array("PAR1abc".utf8), "Parquet"),
            (Array("SQLite format 3\0".utf8), "database"), ([0x28, 0xB5, 0x2F, 0xFD, 0], "zstd"),
            (Array("{\"id\": {}}\n".utf8), "JSON"),
            ([0xD0, 0xCF, 0x11, 0xE0], "Excel"),
            (Array("<!DOCTYPE html><html>".utf8), "web page"), (Array("<?xml version=\"1.0\"?>".utf8), "XML"),
            ([0x7F, 0x45, 0x4C, 0x46, 0, 0, 0, 1, 2, 0, 3], "binary"),
        ]
        for (bytes, word) in files {
            let failure = #expect(throws: Diagnostic.self) { try importFile(try folder.write(bytes)) }
            #expect(failure?.kind == .environment)
            #expect(failure?.message.contains(word) == true)
        }
    }

    @Test func filesThatAreNotThere() throws {
        func failure(_ path: String) -> Diagnostic? {
            do {
                _ = try importFile(path)
                return nil
            } catch {
                return error as? Diagnostic
            }
        }
        #expect(failure(folder.path + "/none.csv")?.code == "file-not-found")
        #expect(failure(folder.path + "/none/none.csv")?.code == "file-not-found")
        #expect(failure(folder.path)?.code == "is-directory")
        #expect(failure("/dev/null")?.code == "not-a-file")
        #expect(failure(folder.path + "/*.none")?.code == "file-not-found")
        #expect(failure(try folder.write(""))?.code == "empty-file")
        #expect(failure(try folder.write("\u{FEFF}"))?.kind == .environment)
    }

    @Test func aFileThatChangesIsRefused() throws {
        let path = try folder.write("id,n\n1,5\n")
        let plan = try ImportFile.open(path, .customers())
        _ = try folder.write("id,n\n1,6\n")
        let failure = #expect(throws: Diagnostic.self) { try plan.read { _ in } }
        #expect(failure?.code == "file-changed")
        #expect(failure?.kind == .environment)
    }

    @Test func cancellationEndsReading() throws {
        let path = try folder.write("id,n\n1,5\n")
        let plan = try ImportFile.open(path, .customers())
        let cancellation = Cancellation()
        cancellation.request()
        #expect(throws: Diagnostic.interrupted) { try plan.read(cancellation: cancellation) { _ in } }
        #expect(throws: Diagnostic.interrupted) { try ImportFile.open(path, .customers(), cancellation: cancellation) }
    }

    @Test func aSinkThatThrowsLeavesNoFiles() throws {
        struct Full: Error {}
        let path = try folder.write("id,n\n1\n2,3\n")
        let plan = try ImportFile.open(path, .customers())
        #expect(throws: Full.self) { try plan.read { _ in throw Full() } }
        #expect(folder.names == ["data.csv"])
    }
}
