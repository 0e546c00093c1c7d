import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Workbooks and databases: what their cells say they are.
struct WorkbookTests {
    private let folder = ScratchFolder()
    private static let rows = """
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>day</t></is></c>\
        <c r="D1" t="str"><v>seen</v></c><c r="E1" t="s"><v>2</v></c><c r="F1" t="s"><v>3</v></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>4</v></c><c r="C2" s="1"><v>46023</v></c>\
        <c r="D2" s="2"><v>46023.4375</v></c><c r="E2"><v>44.869999999999997</v></c><c r="F2" t="b"><v>1</v></c></row>
        <row r="4"><c r="A4"><v>2</v></c><c r="B4" t="s"><v>5</v></c><c r="D4" s="2"><v>46024</v></c>\
        <c r="E4" t="e"><v>#N/A</v></c><c r="F4" t="b"><v>0</v></c></row>
        """
    private static let texts = ["id", "code", "total", "vip", "007", "say &quot;hi&quot;, you"]

    private func failure(_ bytes: [UInt8], _ options: ImportOptions = .customers()) throws -> Diagnostic? {
        let path = try folder.write(bytes, as: "a.xlsx")
        do {
            _ = try importFile(path, options)
            return nil
        } catch {
            return error as? Diagnostic
        }
    }

    @Test func cellsAreWhatTheySay() throws {
        let book = Fixture.workbook([("Clients", Self.rows)], texts: Self.texts)
        let imported = try importFile(try folder.write(book, as: "a.xlsx"))
        #expect(imported.names == ["id", "code", "day", "seen", "total", "vip"])
        #expect(imported.types == [.integer, .text, .date, .datetime, .decimal(scale: 2), .boolean])
        #expect(imported.rows.count == 2)
        #expect(imported.column("code") == text("007", "say \"hi\", you"))
        #expect(imported.column("day") == [day(2026, 1, 1), .missing])
        #expect(imported.column("seen") == [.datetime(1_767_263_400_000_000), .datetime(1_767_312_000_000_000)])
        #expect(imported.column("total") == [.decimal(units: 4487, scale: 2), .missing])
        #expect(imported.column("vip") == [.boolean(true), .boolean(false)])
    }

    @Test func datesFrom1904() throws {
        let book = Fixture.workbook([("Clients", Self.rows)], texts: Self.texts, from1904: true)
        let imported = try importFile(try folder.write(book, as: "a.xlsx"))
        #expect(imported.column("day").first == day(2030, 1, 2))
    }

    @Test func sheets() throws {
        func rows(_ name: String) -> String {
            "<row><c t=\"inlineStr\"><is><t>\(name)</t></is></c></row><row><c><v>5</v></c></row>"
        }
        let book = Fixture.workbook([("One", rows("a")), ("Two", rows("b"))])
        let path = try folder.write(book, as: "a.xlsx")
        let first = try importFile(path)
        #expect(first.names == ["a"])
        #expect(first.plan.report.shape.notes == ["read from sheet `One`; others: `sheet \"Two\"`"])
        #expect(try importFile(path, .customers { $0.part = "two" }).names == ["b"])
        let unknown = try failure(book, .customers { $0.part = "Tow" })
        #expect(unknown?.code == "unknown-sheet")
        #expect(unknown?.help == ["sheet \"Two\""])
    }

    @Test func longSheets() throws {
        var rows =
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>id</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>n</t></is></c></row>"
        for row in 2...20_001 {
            rows +=
                "<row r=\"\(row)\"><c r=\"A\(row)\"><v>\(row)</v></c><c r=\"B\(row)\" t=\"inlineStr\"><is><t>x, \"\(row)\"</t></is></c></row>"
        }
        rows += "<row r=\"20002\"><c r=\"A20002\"><v>1</v></c><c r=\"D20002\"><v>1</v></c></row>"
        let path = try folder.write(Fixture.workbook([("A", rows)]), as: "a.xlsx")
        let imported = try importFile(path)
        #expect(imported.rows.count == 20_000)
        #expect(imported.column("id").compactMap(\.lane) == Array(2...20_001))
        #expect(imported.column("n").last == .text("x, \"20001\""))
        #expect(
            imported.tally.rejections == [
                Rejection(line: 20_002, column: nil, reason: "4 cells where the header has 2")
            ])
        #expect(folder.read("a.rejects.csv")?.hasSuffix("20002,,4 cells where the header has 2,1,,,1\n") == true)
    }

    @Test func titlesAboveTheTable() throws {
        let title = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Report</t></is></c></row>"
        let names = ["a", "b", "c"].map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }.joined()
        let rows = title + "<row r=\"3\">\(names)</row><row r=\"4\"><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>"
        let imported = try importFile(try folder.write(Fixture.workbook([("A", rows)]), as: "a.xlsx"))
        #expect(imported.names == ["a", "b", "c"])
        #expect(imported.rows == [integers(1, 2, 3)])
    }

    @Test func formats() {
        for (code, hasDate, hasTime) in [
            ("dd.mm.yyyy", true, false), ("yyyy-mm-dd hh:mm", true, true), ("[$-419]d mmmm yyyy", true, false),
            ("h:mm AM/PM", false, true), ("0.00", false, false), ("General", false, false), ("[h]:mm:ss", false, false),
            ("#,##0\" days\"", false, false), ("mmm-yy", true, false), ("mm:ss", false, true), ("0%", false, false),
        ] {
            let kind = WorkbookStyles.kind(of: code)
            #expect(kind.hasDate == hasDate && kind.hasTime == hasTime, "\(code)")
        }
    }

    @Test func damagedBooks() throws {
        let book = Fixture.workbook([("Clients", Self.rows)], texts: Self.texts)
        #expect(try failure(Array(book.dropLast(30)))?.code == "file-damaged")
        #expect(try failure(Fixture.zip([("readme.txt", "hello")]))?.code == "not-a-table")
        #expect(try failure(Fixture.workbook([("Clients", "")]))?.code == "empty-file")
        #expect(try failure(Fixture.workbook([("Clients", "<row><c>")]))?.code == "file-damaged")
        var random = TestRandom(seed: 3)
        for seed in 0..<200 {
            var bytes = book
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let found = try failure(bytes)
            #expect(found?.kind != .bug, "round \(seed)")
        }
    }

    @Test func tablesOfADatabase() throws {
        let path = folder.path + "/a.db"
        Fixture.database(
            """
            create table people (id integer, name text, code text, total real, born text, photo blob);
            insert into people values (1, 'say "hi", you', '007', 2.5, '1990-05-01', x'FF00'), (2, null, '5', 3, '2001-12-31', null);
            """, at: path)
        let imported = try importFile(path)
        #expect(imported.names == ["id", "name", "code", "total", "born"])
        #expect(imported.types == [.integer, .text, .text, .decimal(scale: 1), .date])
        #expect(imported.column("name") == text("say \"hi\", you", nil))
        #expect(imported.column("code") == text("007", "5"))
        #expect(imported.plan.report.shape.notes == ["`photo` holds bytes and is left out"])
        Fixture.database("create table customers (id integer); insert into customers values (9);", at: path)
        #expect(try importFile(path).column("id") == integers(9))
        #expect(try importFile(path, .customers { $0.part = "People" }).rows.count == 2)
        let several = try? importFile(path, .orders())
        #expect(several == nil)
    }

    /// A database says itself how its texts are encoded: others are damage, and not looked through again by another encoding.
    @Test func textsOfADatabaseThatAreNoText() throws {
        let path = folder.path + "/latin.db"
        Fixture.database(
            """
            create table t (id integer, name text);
            insert into t values (1, cast(x'4AF67267' as text)), (2, 'Anna'), (3, cast(x'E9' as text));
            """, at: path)
        let imported = try importFile(path)
        #expect(imported.column("id") == integers(2))
        #expect(imported.column("name") == text("Anna"))
        #expect(imported.tally.rejected == 2)
    }
}
