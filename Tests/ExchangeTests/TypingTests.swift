import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// What the values of a column make of it.
struct TypingTests {
    /// One slip among many does not make a column text without a word.
    @Test func theCellThatMakesAColumnTextIsNamed() throws {
        func note(_ cells: [String]) throws -> String? {
            let rows = cells.enumerated().map { "\($0.offset),\($0.element)" }
            let report = try importText("id,c\n" + rows.joined(separator: "\n") + "\n").plan.report
            return report.notes.first { $0.contains("stays text") }
        }
        let numbers = (0..<20).map { String($0 * 7) }
        #expect(
            try note(numbers + ["oops"] + numbers)
                == "`c` stays text for what stands on line 22, unlike the 20 before; `types (c integer)` rejects such rows"
        )
        #expect(try note(numbers.map { $0 + ".5" } + ["12.5.6"])?.contains("`types (c decimal)`") == true)
        let days = (1...20).map { "2026-01-\($0 < 10 ? "0" : "")\($0)" }
        #expect(try note(days + ["2026-02-31"])?.contains("line 22, unlike the 20 before; `types (c date)`") == true)
        #expect(try note(days.map { $0 + " 10:00" } + ["x"])?.contains("`types (c datetime)`") == true)
        // Words, codes with zeros before them, and a few cells of anything need no word.
        #expect(try note(days.map { "the " + $0 } + numbers) == nil)
        #expect(try note(numbers + ["007"]) == nil)
        #expect(try note(["1", "2", "x"]) == nil)
    }

    @Test func oddDaysAreCounted() throws {
        let file =
            "id,born,until\n1,1990-01-01,2030-01-01\n2,1890-01-01,2031-01-01\n"
            + (3...20).map { "\($0),1980-01-01,2030-01-01\n" }.joined() + "21,2027-01-01,2030-01-01\n"
        let imported = try importText(file, .customers { $0.today = 20_000 })
        #expect(imported.tally.notes == ["`born`: 1 before 1900, 1 after today"])
        #expect(try importText(file).tally.notes.isEmpty)
    }

    @Test func aColumnWithoutValuesIsNoKey() throws {
        let imported = try importText("id,name\n,Anna\n,Bo\n")
        #expect(imported.plan.keyColumn == nil)
        #expect(imported.rows.count == 2)
        #expect(imported.plan.report.notes.contains("`id` holds no values, so it is no key"))
        #expect(try importText("id,name\n,Anna\n", .customers { $0.key = "id" }).tally.rejected == 1)
    }

    /// The type and values of a column `c` that holds these cells.
    private func column(
        _ cells: [String], named name: String = "c", delimiter: String = ",",
        _ change: (inout ImportOptions) -> Void = { _ in }
    ) throws -> (type: DataType?, values: [Value]) {
        let rows = cells.enumerated().map { "\($0.offset)\(delimiter)\($0.element)" }
        let imported = try importText(
            (["id\(delimiter)\(name)"] + rows).joined(separator: "\n") + "\n", .customers(change))
        #expect(imported.tally.rejected == 0)
        return (imported.type(name), imported.column(name))
    }

    @Test func integers() throws {
        let found = try column(["0", "-5", " 12 ", "999999999999999999", ""])
        #expect(found.type == .integer)
        #expect(found.values == [.integer(0), .integer(-5), .integer(12), .integer(999_999_999_999_999_999), .missing])
        #expect(try column(["0", "1", "1"]).type == .integer)
    }

    @Test(arguments: [
        ["1", "007"], ["1", "+5"], ["1", "1234567890123456789"], ["1", "00.11"], ["1", "1,5 kg"], ["1", "0x1F"],
        ["1e", "2"],
    ])
    func notNumbers(_ cells: [String]) throws {
        let quoted = cells.map { "\"\($0)\"" }
        let found = try column(quoted)
        #expect(found.type == .text)
        #expect(found.values == cells.map { .text($0) })
    }

    @Test func decimals() throws {
        let found = try column(["1.5", "-0.25", "3", "1000.125", ".5"])
        #expect(found.type == .decimal(scale: 3))
        #expect(found.values.map(\.lane) == [1500, -250, 3000, 1_000_125, 500])
        #expect(try column(["123456789012345.12", "0.12345"]).type == .float)
        #expect(try column(["0.1234567890123456789"]).type == .float)
    }

    @Test func floats() throws {
        let found = try column(["1e5", "2.5E-3", "7", "0.1", "123456789.123456789e-20"])
        #expect(found.type == .float)
        #expect(found.values == [.float(1e5), .float(2.5e-3), .float(7), .float(0.1), .float(123456789.123456789e-20)])
        #expect(try column(["1e400", "2e0"], named: "c") { $0.missing = ["1e400"] }.values == [.missing, .float(2)])
    }

    @Test func decimalCommas() throws {
        let found = try column(["44,878414", "5", "-0,5"], delimiter: ";")
        #expect(found.type == .decimal(scale: 6))
        #expect(found.values.map(\.lane) == [44_878_414, 5_000_000, -500_000])
        // Between commas it is not guessed.
        #expect(try column(["\"1,5\"", "\"2,7\""]).type == .text)
        #expect(try column(["\"1,5\"", "\"2,75\""]) { $0.decimal = "," }.type == .decimal(scale: 2))
        let failure = importFailure("id,c\n1,2\n", .customers { $0.decimal = ";" })
        #expect(failure?.code == "bad-decimal-mark")
    }

    @Test func booleans() throws {
        for words in [["true", "False"], ["yes", "NO"], ["y", "n"], ["да", "Нет"], ["ДА", "НЕТ"]] {
            let found = try column(words)
            #expect(found.type == .boolean)
            #expect(found.values == [.boolean(true), .boolean(false)])
        }
        #expect(try column(["true", "true"]).type == .boolean)
        #expect(try column(["NO", "NO"], named: "country").type == .text)
        #expect(try column(["yes", "yes"], named: "email_ok").type == .boolean)
        #expect(try column(["yes", "maybe"]).type == .text)
    }

    @Test func nullWords() throws {
        let words = ["NULL", "NA", "N/A", "-", "nan"]
        #expect(try column(["7"] + words).values == [.integer(7)] + Array(repeating: .missing, count: 5))
        #expect(try column(["2026-01-31"] + words).type == .date)
        #expect(try column(["true"] + words).type == .boolean)
        #expect(try column(["seven"] + words).values == (["seven"] + words).map { .text($0) })
        #expect(try column(words).type == .text)
        let named = try column(["seven", "NA", "none"]) { $0.missing = ["NA", "none"] }
        #expect(named.values == [.text("seven"), .missing, .missing])
        #expect(try column(["7", "none"]) { $0.missing = ["none"] }.type == .integer)
        #expect(try column(["7", "999"]) { $0.missing = ["999"] }.values == [.integer(7), .missing])
    }

    @Test func isoDates() throws {
        for cells in [["2026-11-22", "2024-02-29"], ["2026/11/22", "2024/2/29"], ["2026.11.22", "2024.02.29"]] {
            let found = try column(cells)
            #expect(found.type == .date)
            #expect(found.values == [day(2026, 11, 22), day(2024, 2, 29)])
        }
        #expect(try column(["2026-11-22", "2025-02-29"]).type == .text)
        #expect(try column(["2026-13-01"]).type == .text)
    }

    @Test func dayFirstAndMonthFirst() throws {
        #expect(try column(["22.11.2026", "1.2.2026"]).values == [day(2026, 11, 22), day(2026, 2, 1)])
        #expect(try column(["02/01/2014", "31/12/2012"]).values == [day(2014, 1, 2), day(2012, 12, 31)])
        #expect(try column(["02/01/2014", "12/31/2012"]).values == [day(2014, 2, 1), day(2012, 12, 31)])
        #expect(try column(["04/04/2026", "5/5/2026"]).values == [day(2026, 4, 4), day(2026, 5, 5)])
        #expect(try column(["31/12/2012", "12/31/2012"]).type == .text)
        #expect(try column(["22-11-2026"]).type == .date)
    }

    @Test func ambiguousDatesAreRefused() throws {
        let file = "id,born\n1,03/04/2026\n2,05/06/2025\n"
        let failure = importFailure(file)
        #expect(failure?.code == "ambiguous-dates")
        #expect(failure?.kind == .statement)
        #expect(failure?.help.count == 2)
        #expect(failure?.help.first?.contains("dates \"dd/mm/yyyy\"") == true)
        let dayFirst = try importText(file, .customers { $0.dates = "dd/mm/yyyy" })
        #expect(dayFirst.column("born") == [day(2026, 4, 3), day(2025, 6, 5)])
        let monthFirst = try importText(file, .customers { $0.dates = "mm/dd/yyyy" })
        #expect(monthFirst.column("born") == [day(2026, 3, 4), day(2025, 5, 6)])
        let asText = try importText(file, .customers { $0.types = [.init("born", .exactly(.text))] })
        #expect(asText.column("born") == text("03/04/2026", "05/06/2025"))
        #expect(importFailure(file, .customers { $0.dates = "whenever" })?.code == "bad-date-pattern")
    }

    @Test func shortYearsOnlyWhenNamed() throws {
        #expect(try column(["22.11.26"]).type == .text)
        #expect(
            try column(["22.11.26", "01.02.70"]) { $0.dates = "dd.mm.yy" }.values == [
                day(2026, 11, 22), day(1970, 2, 1),
            ])
    }

    @Test func compactDates() throws {
        #expect(
            try column(["19970101", "19971231"], named: "order_date").values == [day(1997, 1, 1), day(1997, 12, 31)])
        #expect(try column(["19970101", "19971231"], named: "дата").type == .date)
        #expect(try column(["19970101", "19971231"], named: "amount").type == .integer)
        #expect(try column(["19970101", "19971331"], named: "date").type == .integer)
        #expect(try column(["19970101"], named: "amount") { $0.dates = "yyyymmdd" }.type == .date)
    }

    @Test func datetimes() throws {
        let found = try column([
            "2026-11-22T14:30:00Z", "2026-11-22 14:30", "2026-11-22T14:30:00.25+03:00", "2026-11-22",
            "2026-11-22T01:02:03.123456-0530",
        ])
        #expect(found.type == .datetime)
        let midnight = Int64(20_779) * 86_400_000_000
        #expect(CivilDate(daysSinceEpoch: 20_779).iso == "2026-11-22")
        let half = Int64(14 * 3600 + 30 * 60) * 1_000_000
        let last = Int64(3_723 + 5 * 3600 + 1800) * 1_000_000 + 123_456
        #expect(
            found.values.map(\.lane) == [
                midnight + half, midnight + half, midnight + half + 250_000 - 10_800_000_000, midnight, midnight + last,
            ])
        #expect(try column(["5/19/2006 0:00:00", "1/1/2006 23:59:59"]).type == .datetime)
        #expect(
            try column(["5/19/2006 12:00 AM", "5/19/2006 1:05 pm"]).values.map(\.lane) == [
                1_147_996_800_000_000, 1_148_043_900_000_000,
            ])
        #expect(try column(["2026-11-22 25:00"]).type == .text)
        #expect(try column(["2026-11-22 14:60"]).type == .text)
    }

    @Test func datetimesWithoutOffsetAreInTheZone() throws {
        let berlin = try #require(Zone("Europe/Berlin"))
        let found = try column(["2026-07-01 12:00", "2026-01-01 12:00", "2026-01-01 12:00Z"]) { $0.zone = berlin }
        #expect(found.values == ["2026-07-01T10:00:00Z", "2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z"].map(instant))
    }

    private func instant(_ iso: String) -> Value {
        let parts = iso.split { !$0.isNumber }.compactMap { Int($0) }
        let days = CivilDate(year: parts[0], month: parts[1], day: parts[2])?.daysSinceEpoch ?? 0
        return .datetime(Int64(days) * 86_400_000_000 + Int64(parts[3] * 3600 + parts[4] * 60 + parts[5]) * 1_000_000)
    }

    @Test(arguments: [
        "phone", "Phone Number", "mobilePhone", "zip", "postal_code", "INN", "ИНН", "Телефон", "индекс", "work_phone",
        "tax_id", "барcode_ean",
    ])
    func digitsUnderSomeNamesStayText(_ name: String) throws {
        #expect(try column(["1234567", "7654321"], named: name).type == .text)
    }

    @Test func declaredTypes() throws {
        let imported = try importText(
            "id,a,b,c\n1,007,2,2026-01-01\n2,x,1.5,soon\n3,+4,,2026-01-03\n",
            .customers {
                $0.types = [.init("a", .exactly(.integer)), .init("b", .decimal), .init("c", .exactly(.date))]
            })
        #expect(
            imported.rows == [
                [.integer(1), .integer(7), .decimal(units: 20, scale: 1), day(2026, 1, 1)],
                [.integer(3), .integer(4), .missing, day(2026, 1, 3)],
            ])
        #expect(imported.tally.rejections == [Rejection(line: 3, column: "a", reason: "not an integer")])
        let text = try importText("id,a\n1,5\n", .customers { $0.types = [.init("a", .exactly(.text))] })
        #expect(text.column("a") == [.text("5")])
        #expect(DeclaredType("decimal(2)") == .exactly(.decimal(scale: 2)))
        #expect(DeclaredType("decimal(99)") == nil)
        #expect(DeclaredType("string") == nil)
    }

    @Test func existingTablesGiveTypes() throws {
        let table = TableSchema(
            name: "customers", kind: .customers,
            columns: [
                ColumnSchema(name: "id", type: .text, role: .key),
                ColumnSchema(name: "total", type: .decimal(scale: 2)),
                ColumnSchema(name: "born", type: .date), ColumnSchema(name: "vip", type: .boolean),
                ColumnSchema(name: "score", type: .integer),
            ])
        let imported = try importText(
            "ID,Total,born,vip,score\n17,5,,1,4\n18,2.5,,0,5\n", .customers { $0.existing = table })
        #expect(imported.types == [.text, .decimal(scale: 2), .date, .boolean, .integer])
        #expect(
            imported.rows[0] == [.text("17"), .decimal(units: 500, scale: 2), .missing, .boolean(true), .integer(4)])
        #expect(imported.plan.report.widenings.isEmpty)
        let wider = try importText(
            "id,total,born,score\n17,5.125,2026-01-01T10:00,1.5\n", .customers { $0.existing = table })
        #expect(wider.plan.report.widenings.map(\.to) == [.decimal(scale: 3), .datetime, .decimal(scale: 1)])
        let long = try importText("id,total\n17,12345678901234567\n", .customers { $0.existing = table })
        #expect(long.plan.report.widenings.map(\.to) == [.float] && long.tally.rejected == 0)
        let textual = try importText("id,score\n17,many\n", .customers { $0.existing = table })
        #expect(
            textual.plan.report.widenings == [
                ImportReport.Widening(table: "customers", column: "score", from: .integer, to: .text)
            ])
    }

    @Test func oneOddValueAtTheEndOfALongFileCounts() throws {
        var cells = Array(repeating: "5", count: 30_000)
        cells.append("5.25")
        #expect(try column(cells).type == .decimal(scale: 2))
        cells[29_999] = "five"
        #expect(try column(cells).type == .text)
    }

    @Test func textIsNormalised() throws {
        let found = try importText("id,e\u{301}t\n1,cafe\u{301}\n2,caf\u{E9}\n3,Жанна\n4,й\n")
        #expect(
            found.names[1].unicodeScalars.count == 2 + 0 + 0
                || found.names[1].unicodeScalars.elementsEqual("\u{E9}t".unicodeScalars))
        let bytes = found.column(found.names[1]).map { value -> [UInt8] in
            if case .text(let text) = value { Array(text.utf8) } else { [] }
        }
        #expect(bytes[0] == bytes[1])
        #expect(found.tally.normalised == 1)
    }
}
