import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Numbers and times as people and programs write them.
struct NumberShapeTests {
    private func column(
        _ cells: [String], named name: String = "c", delimiter: Character = ";",
        _ change: (inout ImportOptions) -> Void = { _ in }
    ) throws -> (type: DataType?, values: [Value], notes: [String]) {
        let lines = ["id\(delimiter)\(name)"] + cells.enumerated().map { "\($0.offset + 1)\(delimiter)\($0.element)" }
        let imported = try importText(lines.joined(separator: "\n"), .customers(change))
        return (imported.type(name), imported.column(name), imported.plan.report.notes)
    }

    private func failure(_ cells: [String], named name: String = "c") -> Diagnostic? {
        do {
            _ = try column(cells, named: name)
            return nil
        } catch {
            return error as? Diagnostic
        }
    }

    @Test(arguments: [
        (["1 234,50", "12", "1\u{A0}000\u{A0}000,05"], 2, [123_450, 1_200, 100_000_005]),
        (["1\u{202F}234", "5\u{2009}678,9"], 1, [12_340, 56_789]),
        (["1.234.567,8", "-5"], 1, [12_345_678, -50]),
        (["1,234,567.8", "0.5"], 1, [12_345_678, 5]),
        (["1'234.50", "99"], 2, [123_450, 9_900]), (["1’234.5", "(99)"], 1, [12_345, -990]),
        (["€ 1.234,50", "€ -3"], 2, [123_450, -300]), (["12,50 ₽", "7 руб."], 2, [1_250, 700]),
        (["$1,234.56", "-$0.04", "($3)"], 2, [123_456, -4, -300]), (["−5,5", "1 000"], 1, [-55, 10_000]),
        (["USD 5", "7.25 USD"], 2, [500, 725]),
    ])
    func decimals(_ cells: [String], _ scale: Int, _ units: [Int64]) throws {
        let found = try column(cells)
        #expect(found.type == .decimal(scale: scale))
        #expect(found.values == units.map { .decimal(units: $0, scale: scale) })
    }

    @Test func integersWithThousands() throws {
        let found = try column(["1 234", "56", "-7 000", "NULL", ""])
        #expect(found.type == .integer)
        #expect(found.values == integers(1_234, 56, -7_000, nil, nil))
        // Where commas part cells, those in quotes part thousands.
        let american = try column(["\"6,718\"", "776", "\"26,822\""], delimiter: ",")
        #expect(american.type == .integer)
        #expect(american.values == integers(6_718, 776, 26_822))
    }

    @Test func percent() throws {
        let found = try column(["12%", "0,5 %", "-100%"])
        #expect(found.type == .decimal(scale: 3))
        #expect(found.values == [120, 5, -1_000].map { .decimal(units: $0, scale: 3) })
        #expect(found.notes.contains { $0.contains("percent") })
        let mixed = try column(["12%", "5"])
        #expect(mixed.type == .text)
        #expect(mixed.notes.contains { $0.contains("with and without") })
    }

    @Test func severalCurrenciesStayText() throws {
        let found = try column(["$5", "€6"])
        #expect(found.type == .text)
        #expect(found.notes.contains { $0.contains("EUR, USD") })
    }

    @Test(arguments: [
        ["12 34", "5"], ["1,23,456", "1"], ["1 234 5", "1"], ["5 kg", "6 kg"], ["007 123", "1"], ["0,123,456", "1"],
        ["12$34", "1"], ["1..5", "2"], ["%5", "6%"], ["1 234 567 890 123 456 789", "1"], ["--5", "1 000"],
    ])
    func notNumbers(_ cells: [String]) throws {
        let found = try column(cells)
        #expect(found.type == .text)
        #expect(found.values == cells.map { .text($0) })
    }

    @Test func twoReadingsAreRefused() throws {
        for cells in [["1,234", "5,678"], ["€1.234", "€5.678"]] {
            let found = failure(cells)
            #expect(found?.code == "ambiguous-numbers")
            #expect(found?.help.count == 2)
        }
        #expect(try column(["1,234", "5,678"]) { $0.decimal = "," }.type == .decimal(scale: 3))
        #expect(try column(["1,234", "5,678"]) { $0.decimal = "." }.values == integers(1_234, 5_678))
        #expect(try column(["1.234", "5.678"]) { $0.decimal = "," }.values == integers(1_234, 5_678))
        #expect(try column(["€1.234", "€5.678"]) { $0.decimal = "." }.type == .decimal(scale: 3))
    }

    @Test func demandedTypesAndLaterFiles() throws {
        let demanded = try column(["1 234,50", "7"]) { $0.types = [.init("c", .exactly(.decimal(scale: 3)))] }
        #expect(demanded.values == [1_234_500, 7_000].map { .decimal(units: $0, scale: 3) })
        let existing = ColumnSchema(name: "c", type: .decimal(scale: 2), role: .attribute)
        let key = ColumnSchema(name: "id", type: .integer, role: .key)
        let later = try column(["1 234,50", "7"]) {
            $0.existing = TableSchema(name: "customers", kind: .customers, columns: [key, existing])
        }
        #expect(later.type == .decimal(scale: 2))
        #expect(later.values.first == .decimal(units: 123_450, scale: 2))
    }

    @Test func misfitsBehindTheSurveyedShapeAreRejected() throws {
        let found = try column(["1 234", "5", "x"]) { $0.types = [.init("c", .exactly(.integer))] }
        #expect(found.values == integers(5))
    }

    @Test func epochs() throws {
        let seconds = try column(["1767225600", "1767225661", ""], named: "created_at")
        #expect(seconds.type == .datetime)
        #expect(seconds.values == [.datetime(1_767_225_600_000_000), .datetime(1_767_225_661_000_000), .missing])
        #expect(seconds.notes.contains { $0.contains("seconds since 1970") })
        let milliseconds = try column(["1767225600123"], named: "event_time")
        #expect(milliseconds.values == [.datetime(1_767_225_600_123_000)])
        // Under any other name they are numbers.
        #expect(try column(["1767225600"], named: "amount").type == .integer)
        #expect(try column(["1767225600"], named: "amount") { $0.dates = "epoch" }.type == .datetime)
        #expect(
            try column(["1767225600"], named: "amount") { $0.types = [.init("amount", .exactly(.datetime))] }.type
                == .datetime)
        #expect(try column(["12", "1767225600"], named: "created_at").type == .integer)
        let orders = try importText(
            "customer_id,ts\n1,1767225600\n", .orders { $0.time = "ts" })
        #expect(orders.role("ts") == .time)
    }
}
