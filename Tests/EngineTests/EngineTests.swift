import ReachColumns
import ReachDiagnostics
import ReachPlan
import TestSupport
import Testing

@testable import ReachEngine

private func engine(_ data: PlainData, chunkRows: Int = 3, threads: Int = 2, cancellation: Cancellation = .init())
    -> Engine
{
    Engine(
        source: MemorySource(data, chunkRows: chunkRows), moment: SampleData.moment, threads: threads,
        cancellation: cancellation)
}

@Test func aRequestToStopEndsTheQuestion() throws {
    let cancellation = Cancellation()
    let engine = engine(SampleData.make(seed: 1), cancellation: cancellation)
    cancellation.request()
    #expect(throws: Diagnostic.interrupted) { try engine.everybody() }
    cancellation.reset()
    #expect(try engine.everybody().count == SampleData.make(seed: 1).liveCustomers.count)
}

@Test func nobodyAtAllIsStillAnAnswer() throws {
    let engine = engine(PlainData(schema: SampleData.schema, customers: []))
    let population = Population.customers(.always(true))
    let sum = Measure(.sum, value: .column(3, .integer), type: .integer)
    let mean = Measure(.avg, value: .column(3, .integer), type: .float)
    #expect(try engine.group(population, keys: [], measures: [sum, mean]) == [[.integer(0), .missing]])
    #expect(try engine.group(population, keys: [.column(1, .text)], measures: [sum]).isEmpty)
    #expect(try engine.count(.rows(table: 1, filter: .always(true), audience: .always(true))) == 0)
    #expect(try engine.histogram(population, .column(3, .integer), buckets: 5).buckets.isEmpty)
}

@Test func anUnknownFrozenSegmentIsToldByName() throws {
    let engine = engine(SampleData.make(seed: 1))
    #expect(throws: Diagnostic.unknownFrozenSegment("gone")) { try engine.members(of: .isMember(frozen: "gone")) }
}

@Test func setAlgebraFollowsTheBitmaps() throws {
    let engine = engine(SampleData.make(seed: 2))
    let vips = try engine.members(of: .isTrue(.column(7, .boolean)))
    let known = try engine.members(of: .not(.isMissing(.column(1, .text))))
    let both = try engine.members(of: .all([.isTrue(.column(7, .boolean)), .not(.isMissing(.column(1, .text)))]))
    #expect(vips.intersection(known) == both)
    #expect(vips.union(known).count == vips.count + known.count - both.count)
    #expect(vips.subtracting(known).count == vips.count - both.count)
}

@Test func rowsAfterTodayAreCounted() throws {
    let data = SampleData.make(seed: 4)
    let live = Set(data.liveCustomers)
    let visits = data.activity[2].enumerated().filter { live.contains($0.offset) }.flatMap(\.element)
    #expect(try engine(data).rowsAfterToday(table: 2) == visits.count { $0[0].lane ?? 0 > Int64(SampleData.today) })
    let orders = data.activity[1].enumerated().filter { live.contains($0.offset) }.flatMap(\.element)
    let expected = orders.count { $0[1].lane.map { SampleData.zone.day(of: $0) > Int(SampleData.today) } ?? false }
    #expect(try engine(data).rowsAfterToday(table: 1) == expected)
}

@Test func textKeysComeByTheFirstMeasureAndMissingLast() throws {
    let schema = DataSchema(tables: [
        TableSchema(name: "customers", kind: .customers, columns: [ColumnSchema(name: "city", type: .text)])
    ])
    let cities: [String?] = ["b", "a", "c", "c", nil, nil, nil, "Z"]
    let data = PlainData(schema: schema, customers: cities.map { [$0.map { .text($0) } ?? .missing] })
    let count = Measure(.count, value: nil, type: .integer)
    for chunkRows in [1, 3, 64] {
        let rows = try engine(data, chunkRows: chunkRows)
            .group(.customers(.always(true)), keys: [.column(0, .text)], measures: [count])
        #expect(rows.map { $0[0] } == [.text("c"), .text("Z"), .text("a"), .text("b"), .missing])
        #expect(rows.map { $0[1] } == [2, 1, 1, 1, 3].map { .integer($0) })
    }
}

@Test func sumsBeyond64BitsAreMissingAndCounted() throws {
    let schema = DataSchema(tables: [
        TableSchema(name: "customers", kind: .customers, columns: [ColumnSchema(name: "n", type: .integer)])
    ])
    let data = PlainData(
        schema: schema, customers: [[.integer(.max)], [.integer(1)], [.integer(.max)], [.integer(-1)]])
    let engine = engine(data)
    let measures = [
        Measure(.sum, value: .column(0, .integer), type: .integer),
        Measure(.avg, value: .column(0, .integer), type: .float),
    ]
    #expect(
        try engine.group(.customers(.always(true)), keys: [], measures: measures)
            == [[.missing, .float(4_611_686_018_427_387_903.5)]])
    #expect(engine.takeFaults() == Faults(overflows: 1))
    #expect(engine.takeFaults() == Faults())
}

@Test func unsortedRowsStopAtTheLimit() throws {
    let data = SampleData.make(seed: 6)
    var customers: [Int] = []
    try engine(data).select(.customers(.always(true)), columns: [.column(0, .integer)], limit: 5) { block in
        for row in 0..<block.rowCount { customers.append(block.customer(row: row)) }
    }
    #expect(customers == Array(data.liveCustomers.prefix(5)))
}

@Test func monthGapsFollowTheCalendarAndClockOfTheZone() throws {
    let day: Int64 = 86_400_000_000
    let zone = SampleData.zone
    // 31 January 2026, 12:00 in New York (17:00 UTC), and a month later, over the end of February.
    let january = try #require(CivilDate(year: 2026, month: 1, day: 31)).daysSinceEpoch
    let noon = zone.instant(ofWall: Int64(january) * day + 43_200_000_000)
    let monthLater = try #require(TimeStep.add(.months(1), to: noon, .datetime, in: zone))
    #expect(CivilDate(daysSinceEpoch: zone.day(of: monthLater)).iso == "2026-02-28")
    // Across the spring change noon stays noon, though only 23 hours pass.
    let march = try #require(CivilDate(year: 2026, month: 3, day: 7)).daysSinceEpoch
    let before = zone.instant(ofWall: Int64(march) * day + 43_200_000_000)
    #expect(TimeStep.add(.days(1), to: before, .datetime, in: zone) == before + 23 * 3_600_000_000)
    #expect(TimeStep.add(.months(.min), to: before, .datetime, in: zone) == nil)
    #expect(TimeStep.add(.days(.max), to: before, .datetime, in: zone) == nil)
}
