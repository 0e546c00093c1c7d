import ReachColumns
import ReachInsight
import ReachKernels
import Testing

private func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
    CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0
}

@Test func periodsBeginWhereTheCalendarSays() {
    #expect(CohortPeriod.month.start(of: day(2024, 2, 29)) == day(2024, 2, 1))
    #expect(CohortPeriod.quarter.start(of: day(2025, 12, 31)) == day(2025, 10, 1))
    #expect(CohortPeriod.year.start(of: day(2024, 12, 31)) == day(2024, 1, 1))
    #expect(CohortPeriod.year.next(after: day(2024, 1, 1)) == day(2025, 1, 1))
    // 2026-11-22 is a Sunday, and 1969-12-29 was the Monday before the epoch.
    #expect(CohortPeriod.week.start(of: day(2026, 11, 22)) == day(2026, 11, 16))
    #expect(CohortPeriod.week.start(of: 0) == day(1969, 12, 29))
    #expect(CohortPeriod.week.start(of: -3) == day(1969, 12, 29))
    #expect(
        CohortPeriod.month.starts(from: day(2024, 1, 31), through: day(2024, 4, 1)) == [
            day(2024, 1, 1), day(2024, 2, 1), day(2024, 3, 1), day(2024, 4, 1),
        ])
    #expect(CohortPeriod.week.starts(from: day(2026, 11, 16), through: day(2026, 11, 30)).count == 3)
    #expect(CohortPeriod.quarter.starts(from: day(2026, 1, 1), through: day(2026, 1, 1)) == [day(2026, 1, 1)])
}

@Test func periodsAreNamedAsTheLanguageWritesThem() {
    #expect(CohortPeriod.month.name(of: day(2026, 3, 1)) == "2026-03")
    #expect(CohortPeriod.quarter.name(of: day(2026, 10, 1)) == "2026-q4")
    #expect(CohortPeriod.year.name(of: day(2026, 1, 1)) == "2026")
    #expect(CohortPeriod.week.name(of: day(2026, 11, 16)) == "2026-11-16")
}

@Test func averagesAreWeightedOverWhatIsComplete() {
    let starts = [day(2026, 1, 1), day(2026, 2, 1), day(2026, 3, 1)]
    var sums = CohortSums(periodCount: 3)
    sums.sizes = [10, 30, 5]
    sums.cells = [10, 4, 2, 30, 3, 0, 5, 0, 0]
    let triangle = CohortTriangle(starts: starts, end: day(2026, 4, 1), sums: sums, measure: .customers)
    #expect(triangle.cells == [[10, 4, 2], [30, 3], [5]])
    // March is still running, so the second cohort's first return is not over.
    #expect(triangle.average(offset: 1, today: day(2026, 3, 15)) == 0.4)
    #expect(triangle.average(offset: 2, today: day(2026, 3, 15)) == nil)
    #expect(triangle.isComplete(0, 1, today: day(2026, 2, 28)))
    #expect(!triangle.isComplete(0, 1, today: day(2026, 2, 27)))
    #expect(triangle.isComplete(2, 0, today: day(2026, 3, 31)))
    #expect(!triangle.isComplete(2, 1, today: day(2027, 1, 1)))
}
