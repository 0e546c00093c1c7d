import ReachColumns
import ReachDiagnostics
import ReachPlan
import TestSupport
import Testing

@testable import ReachEngine

/// What a function makes of one value, through a customers table of one row.
private func result(_ function: Function, _ value: Value, _ more: [Scalar] = [], type: DataType) throws -> Value {
    let column = ColumnSchema(name: "x", type: value.type ?? .text)
    let schema = DataSchema(tables: [TableSchema(name: "customers", kind: .customers, columns: [column])])
    let engine = Engine(
        source: MemorySource(PlainData(schema: schema, customers: [[value]])), moment: SampleData.moment, threads: 1,
        cancellation: Cancellation())
    let call = Scalar.call(function, [.column(0, column.type)] + more, type)
    return try engine.rows(of: .select(.customers(.always(true)), columns: [call], sort: [], limit: nil))[0][0]
}

@Test(arguments: [
    ("+7 (916) 123-45-67", "+79161234567"), ("0044 20 7946 0958", "+442079460958"), ("79161234567", "+79161234567"),
    ("8 916 123 45 67", nil), ("(555) 010-9999", nil), ("12345", nil), ("call me", nil), ("7+916", nil),
])
func phonesAreNormalised(raw: String, expected: String?) throws {
    #expect(try result(.phone, .text(raw), type: .text) == expected.map { .text($0) } ?? .missing)
}

@Test(arguments: [
    (" Ann.B@Example.COM ", "Ann.B@example.com"), ("a@b", nil), ("no at", nil), ("a b@c.de", nil), ("@x.de", nil),
    ("a@x..de", nil), ("ünï@dömain.de", "ünï@dömain.de"), (".a@x.de", nil), ("a@b@c.de", nil),
    ("a.@x.de", nil), ("a..b@x.de", nil), ("a@-x.de", nil), ("a@x-.de", nil), ("a@x.123", nil), ("a@1.2.3.4", nil),
    ("\"a\"@x.de", nil), ("a(b)@x.de", nil), ("a@[1.2.3.4]", nil), ("o'neil+x@x-y.co.uk", "o'neil+x@x-y.co.uk"),
    ("a@x.de.", nil), ("a@3com.com", "a@3com.com"), ("@", nil), ("", nil), ("a@", nil),
])
func addressesAreNormalised(raw: String, expected: String?) throws {
    #expect(try result(.address, .text(raw), type: .text) == expected.map { .text($0) } ?? .missing)
}

@Test func bucketsNameTheirInterval() throws {
    func bucket(_ value: Value, _ borders: [Value], _ type: DataType) throws -> Value {
        try result(.bucket, value, borders.map { .literal($0, type) }, type: .text)
    }
    let borders: [Value] = [.integer(100), .integer(500), .integer(501)]
    let found = try [99, 100, 499, 500, 501].map { try bucket(.integer($0), borders, .integer) }
    #expect(found == ["<100", "100–499", "100–499", "500", "501+"].map { .text($0) })
    let money = DataType.decimal(scale: 2)
    let prices: [Value] = [.decimal(units: 50, scale: 2), .decimal(units: 1_000, scale: 2)]
    #expect(try bucket(.decimal(units: 999, scale: 2), prices, money) == .text("0.5–<10"))
    #expect(try bucket(.decimal(units: -1, scale: 2), prices, money) == .text("<0.5"))
}

@Test func leapDaysComeRoundOnTheTwentyEighth() throws {
    let leapDay = try #require(CivilDate(year: 2024, month: 2, day: 29))
    let next = try result(.anniversary, .date(Int32(leapDay.daysSinceEpoch)), type: .date)
    // Today is 2026-11-22; the next February is that of 2027.
    #expect(next == .date(Int32(try #require(CivilDate(year: 2027, month: 2, day: 28)).daysSinceEpoch)))
    #expect(try result(.yearsSince, .date(Int32(leapDay.daysSinceEpoch)), type: .integer) == .integer(2))
    #expect(try result(.anniversary, .date(SampleData.today), type: .date) == .date(SampleData.today))
}

@Test func roundingGoesAwayFromZero() throws {
    func rounded(_ value: Value, _ places: Int64, _ type: DataType) throws -> Value {
        try result(.round, value, [.literal(.integer(places), .integer)], type: type)
    }
    let money = DataType.decimal(scale: 2)
    #expect(try rounded(.decimal(units: 250, scale: 2), 0, money) == .decimal(units: 300, scale: 2))
    #expect(try rounded(.decimal(units: -250, scale: 2), 0, money) == .decimal(units: -300, scale: 2))
    #expect(try rounded(.decimal(units: 12_345, scale: 2), 1, .decimal(scale: 1)) == .decimal(units: 1_235, scale: 1))
    #expect(try rounded(.integer(1_250), -2, .integer) == .integer(1_300))
    #expect(try rounded(.integer(.max), -19, .integer) == .missing)
    #expect(try rounded(.integer(7), .min, .integer) == .integer(0))
    #expect(try rounded(.float(2.345), 2, .float) == .float(2.35))
    #expect(try rounded(.float(1e300), 5, .float) == .float(1e300))
}
