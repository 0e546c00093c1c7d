import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Shapes that delimited files come in.
struct CSVShapeTests {
    @Test(arguments: ["\n", "\r\n", "\r"])
    func lineEnds(_ end: String) throws {
        let lines = ["id,name", "1,Anna", "2,\"Bo, Jr\"", "3,\"x\(end)y\""]
        for tail in ["", end] {
            let imported = try importText(lines.joined(separator: end) + tail)
            #expect(imported.column("name") == text("Anna", "Bo, Jr", "x\(end)y"))
            #expect(imported.column("id") == integers(1, 2, 3))
        }
    }

    @Test(arguments: [",", ";", "\t", "|"])
    func delimitersAreFound(_ delimiter: String) throws {
        let rows = ["id,name,city", "1,Anna,Paris", "2,Bo,Oslo"].map { $0.replacing(",", with: delimiter) }
        let imported = try importText(rows.joined(separator: "\n"))
        #expect(imported.names == ["id", "name", "city"])
        #expect(imported.plan.report.shape.delimiter == delimiter)
    }

    @Test func delimiterCanBeNamed() throws {
        let imported = try importText("id~a,b\n1~x,y\n", .customers { $0.delimiter = "~" })
        #expect(imported.names == ["id", "a,b"])
        #expect(imported.column("a,b") == text("x,y"))
        let tabbed = try importText("id\tname\n1\tAnna, B\n", .customers { $0.delimiter = "tab" })
        #expect(tabbed.column("name") == text("Anna, B"))
        #expect(importFailure("id\n1\n", .customers { $0.delimiter = "--" })?.code == "bad-delimiter")
    }

    @Test func quotes() throws {
        let imported = try importText("id,t\n1,\"a \"\"b\"\" c\"\n2,\"\"\n3, \"d\" \n4,\"e\nf\"\n5,\"\"\"\"\n")
        #expect(imported.column("t") == text("a \"b\" c", nil, "d", "e\nf", "\""))
    }

    @Test func byteOrderMarkIsNoPartOfTheFirstName() throws {
        let imported = try importText("\u{FEFF}id,name\n1,Anna\n")
        #expect(imported.names == ["id", "name"])
    }

    @Test func raggedRowsAreRejected() throws {
        let imported = try importText("id,a,b\n1,x\n2,x,y\n3,x,y,z\n4,x,y,\n\n5,x,y\n")
        #expect(imported.column("id") == integers(2, 4, 5))
        #expect(imported.tally.rejections.map(\.line) == [2, 4])
        #expect(
            imported.tally.rejections.map(\.reason) == [
                "2 cells where the header has 3", "4 cells where the header has 3",
            ])
    }

    @Test func shortRowsAreTakenWhereAskedFor() throws {
        let imported = try importText(
            "id,a,b\n1,x\n2\n\n3,x,y,z\n\"4\",\"x\"\n", .customers { $0.fillsShortRows = true })
        #expect(imported.column("id") == integers(1, 2, 4))
        #expect(imported.column("a") == text("x", nil, "x"))
        #expect(imported.column("b") == text(nil, nil, nil))
        #expect(imported.tally.rejections.map(\.line) == [5])
        #expect(imported.tally.records == imported.rows.count + imported.tally.rejected)
        #expect(try importText("id,a,b\n1,x\n").tally.clauses == ["ragged"])
    }

    @Test func quotesAreTextWhereNoCellIsInThem() throws {
        let file = "id|said|n\n1|he said \"no\"|5\n2|\"so\" it is|6\n3|plain|7\n4|half a \"quote|8\n"
        let imported = try importText(file)
        #expect(imported.column("said") == text("he said \"no\"", "\"so\" it is", "plain", "half a \"quote"))
        #expect(imported.column("n") == integers(5, 6, 7, 8))
        #expect(imported.plan.report.shape.notes.contains { $0.contains("`quotes yes`") })
        let marked = try importText(file, .customers { $0.hasQuotes = true })
        #expect(marked.tally.rejected == 3)
        #expect(marked.tally.clauses == ["quotes no"])
        // A cell in quotes tells that quotes are marks, and so do rows that break either way.
        for other in ["5|\"in quotes\"|9\n", "5|x|y|9\n"] {
            #expect(try importText(file + other).tally.rejected >= 3)
        }
        #expect(try importText(file + "5|\"in quotes\"|9\n", .customers { $0.hasQuotes = false }).tally.rejected == 0)
    }

    @Test func inchesAreText() throws {
        let imported = try importText(
            "id,name,n\n1,TV 55\",5\n2,37'36\"N 2'17.9\"W,6\n3,a \"b\",7\n4,\"55\"\" TV, new\",8\n")
        #expect(imported.column("name") == text("TV 55\"", "37'36\"N 2'17.9\"W", "55\" TV, new"))
        #expect(imported.tally.rejections.map(\.line) == [4])
    }

    @Test func strayQuotesCostOneLine() throws {
        let imported = try importText(
            "id,a,b\n1,This \"quotes\" here,3\n2,\"Hey, I missed \" it\",3\n3,\"open,3\n4,x,\"y\"\n5,\"never,3\n6,z,z\n"
        )
        #expect(imported.column("id") == integers(4, 6))
        #expect(imported.tally.rejections.map(\.line) == [2, 3, 4, 6])
        #expect(imported.tally.rejections.last?.reason == "a quote that is never closed")
    }

    @Test func quoteThatRunsOnIsTakenForUnclosed() throws {
        let filler = String(repeating: "12345,abcdefg\n", count: 2_000)
        let imported = try importText("id,a\n1,\"open\n" + filler, .customers { $0.longestRecordBytes = 1_000 })
        #expect(imported.tally.rejected == 1)
        #expect(imported.rows.count == 2_000)
    }

    @Test func emptyLines() throws {
        let many = try importText("\n\nid,a\n\n1,x\n\n\n2,y\n\n")
        #expect(many.column("id") == integers(1, 2))
        // In a file of one column an empty line is a row without a value.
        let one = try importText("a\n\nx\n\n", .customers { $0.types = [.init("a", .exactly(.text))] })
        #expect(one.column("a") == text(nil, "x", nil))
    }

    @Test func delimiterAtTheEndOfLines() throws {
        let everywhere = try importText("id,a,\n1,x,\n2,y,\n")
        #expect(everywhere.names == ["id", "a"])
        let header = try importText("id,a,\n1,x\n2,y\n")
        #expect(header.names == ["id", "a"])
        #expect(header.rows.count == 2)
        let rows = try importText("id,a\n1,x,\n2,y,\n")
        #expect(rows.rows.count == 2)
    }

    @Test func headers() throws {
        let imported = try importText(" id ,x,X,,\"two\nlines\",x\n1,2,3,4,5,6\n")
        #expect(imported.names == ["id", "x", "X_2", "column_4", "two lines", "x_3"])
        #expect(imported.plan.report.notes.contains { $0.contains("`X_2`") })
        #expect(try importText("1,2,3\n4,5,6\n").names == ["column_1", "column_2", "column_3"])
        let addresses = try importText("anna@example.org\nbo@example.org\n")
        #expect(addresses.rows.count == 2 && addresses.names == ["column_1"])
        #expect(addresses.plan.report.shape.notes.count == 1)
        #expect(try importText("1,2,3\n4,5,6\n", .customers { $0.hasHeader = true }).names == ["1", "2", "3"])
        let named = try importText(
            "1,x\n2,y\n",
            .customers {
                $0.hasHeader = false; $0.key = "column_1"
            })
        #expect(named.rows.count == 2)
    }

    @Test func renames() throws {
        let imported = try importText(
            "kid,Nm\n1,a\n", .customers { $0.renames = [.init("kid", "id"), .init("nm", "title")] })
        #expect(imported.names == ["id", "title"])
        let unknown = importFailure("id,a\n1,x\n", .customers { $0.renames = [.init("b", "c")] })
        #expect(unknown?.code == "unknown-column")
        let collides = importFailure("id,a\n1,x\n", .customers { $0.renames = [.init("a", "ID")] })
        #expect(collides?.code == "duplicate-column")
    }

    @Test func blocksJoin() throws {
        var lines = ["id,name,note"]
        for row in 1...40_000 { lines.append("\(row),\"name \"\"\(row)\"\"\",\"line\nbreak \(row % 7)\"") }
        let imported = try importText(lines.joined(separator: "\n"), .customers { $0.batchRows = 1_000 })
        #expect(imported.rows.count == 40_000)
        #expect(imported.rows[39_999] == [.integer(40_000), .text("name \"40000\""), .text("line\nbreak 2")])
        let ids = imported.column("id").compactMap(\.lane)
        #expect(ids == Array(1...40_000))
    }

    @Test func headerOnly() throws {
        let imported = try importText("id,name\n")
        #expect(imported.rows.isEmpty)
        #expect(imported.plan.report.notes.contains("the file has a header and no rows"))
    }
}
