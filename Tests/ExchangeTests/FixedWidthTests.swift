import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Text whose columns stand at the same places in all lines.
struct FixedWidthTests {
    @Test func columnsAreFoundBetweenSharedBlanks() throws {
        let imported = try importText(
            """
            name            city           orders  last order
            Anna Maria Ray  Paris               5  2026-01-05
            Bo              Nizhny Nov         12
            Ёлка Ж          São Paulo         120  2026-03-04

            """)
        #expect(imported.plan.report.shape.format == "fixed-width")
        #expect(imported.names == ["name", "city", "orders", "last order"])
        #expect(imported.types == [.text, .text, .integer, .date])
        #expect(imported.column("name") == text("Anna Maria Ray", "Bo", "Ёлка Ж"))
        #expect(imported.column("city") == text("Paris", "Nizhny Nov", "São Paulo"))
        #expect(imported.column("orders") == integers(5, 12, 120))
        #expect(imported.column("last order") == [day(2026, 1, 5), .missing, day(2026, 3, 4)])
    }

    /// As terminals show tables: the dashes say where columns are, even where rows are few and cells touch blanks by chance.
    @Test func dashesBelowNamesTellColumns() throws {
        let imported = try importText(
            "id  full name   zip\n--  ----------  -----\n 1  Anna Ray    01234\n 2  Bo          99\n")
        #expect(imported.names == ["id", "full name", "zip"])
        #expect(
            imported.rows == [
                [.integer(1), .text("Anna Ray"), .text("01234")], [.integer(2), .text("Bo"), .text("99")],
            ])
    }

    /// One blank above another may be chance where lines are few.
    @Test func singleBlanksPartColumnsOfManyLines() throws {
        let rows = ["Anna Ray", "Bo Li", "Cy Q", "Dan O", "Eve X Y", "Flo", "Gus", "Hal", "Ira B", "Joe"]
        func file(_ count: Int) -> String {
            let lines = rows.prefix(count).map { $0.padding(to: 8) + " Paris" }
            return (["who      town"] + lines).joined(separator: "\n") + "\n"
        }
        #expect(try importText(file(10)).names == ["who", "town"])
        let few = try importText(file(3))
        #expect(few.names.count == 1)
        #expect(few.plan.report.shape.notes.contains(Diagnostic.fixedPlacesNote))
    }

    /// Rows later in the file that do not keep to the places are rejected, whole and as they stand.
    @Test func textAcrossAGapIsRejected() throws {
        let folder = ScratchFolder()
        let path = try folder.write(
            "a name    city one\nx y       Rome\nvery long name of one   Oslo\nz w       Bern\n")
        let imported = try importFile(path, .customers { $0.delimiter = nil })
        #expect(imported.tally.records == 3)
        #expect(imported.rows.count + imported.tally.rejected == 3)
    }

    @Test func placesCanBeNamed() throws {
        let lines = "AnnaParis1971-01-01\nBo  Rome 1948-12-31\n"
        let imported = try importText(
            lines,
            .customers { options in
                options.delimiter = "5, 10"
                options.hasHeader = false
            })
        #expect(imported.names == ["column_1", "column_2", "column_3"])
        #expect(
            imported.rows == [
                [.text("Anna"), .text("Paris"), day(1971, 1, 1)], [.text("Bo"), .text("Rome"), day(1948, 12, 31)],
            ])
        for places in ["5, 5", "1, 9", "9, 5"] {
            #expect(importFailure(lines, .customers { $0.delimiter = OptionText(places) })?.code == "bad-delimiter")
        }
    }

    @Test func whatIsNoTableOfColumnsIsLeftAlone() throws {
        let prose = "a story\nOnce upon a time.  There was one.\nAnd another.  And so on.\n"
        #expect(try importText(prose).plan.report.shape.format != "fixed-width")
        #expect(try importText("id   city\n1    Paris\n2    Rome\n").plan.report.shape.format == "blank-aligned")
        #expect(try importText("id,a  b\n1,c  d\n").names.count == 2)
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
