import ReachInsight
import ReachKernels
import Testing

private func rate(_ events: Int, _ customers: Int) -> ArmOutcome { .rate(events: events, customers: customers) }
private func mean(_ values: [Double], _ customers: Int) -> ArmOutcome { .mean(values: values, customers: customers) }

private func near(_ value: Double?, _ expected: Double, _ tolerance: Double) -> Bool {
    value.map { ($0 - expected).magnitude <= tolerance } ?? false
}

/// The e-mail challenge of 2008: visits, conversions of one mailing against none (statsmodels).
@Test func ratesWithManyEventsGoByTheNormalApproximation() {
    let visits = ArmComparison(rate(3_894, 21_307), against: rate(2_262, 21_306), seed: 1)
    #expect(visits.method == .normal)
    #expect(near(visits.difference, 0.076590, 5e-7) && near(visits.statistic, 22.4860, 5e-5))
    #expect(near(visits.interval?.low, 0.069954, 5e-7) && near(visits.interval?.high, 0.083226, 5e-7))
    let conversions = ArmComparison(rate(267, 21_307), against: rate(122, 21_306), seed: 1)
    #expect(near(conversions.p, 1.523e-13, 5e-17) && near(conversions.statistic, 7.3851, 5e-5))
    #expect(conversions.verdict(p: conversions.p) == .worked)
    let turned = ArmComparison(rate(122, 21_306), against: rate(267, 21_307), seed: 1)
    #expect(turned.verdict(p: turned.p) == .harmed)
}

@Test func fewEventsAreTestedExactly() {
    // scipy.stats.fisher_exact([[7, 93], [1, 99]]).
    let few = ArmComparison(rate(7, 100), against: rate(1, 100), seed: 1)
    #expect(few.method == .exact && few.statistic == nil)
    #expect(near(few.p, 0.0648594, 5e-7))
    guard case .cannotTell(let beyond?) = few.verdict(p: few.p) else {
        Issue.record("nothing can be told of 7 against 1")
        return
    }
    #expect(beyond == few.interval?.high)
    let nothing = ArmComparison(rate(0, 50), against: rate(0, 40), seed: 1)
    #expect(nothing.difference == 0 && nothing.p == 1 && nothing.smallestEffect == nil)
    #expect((nothing.interval?.low ?? 0) < 0 && (nothing.interval?.high ?? 0) > 0)
}

@Test func theSmallestEffectUndoesTheSampleSize() {
    // 1,030 in each arm find 5 points over 20 %, 51,486 find a tenth of 3 %.
    let twenty = ArmComparison(rate(206, 1_030), against: rate(206, 1_030), seed: 1)
    #expect(near(twenty.smallestEffect, 0.05, 5e-5))
    let three = ArmComparison(rate(1_545, 51_486), against: rate(1_545, 51_486), seed: 1)
    #expect(near(three.smallestEffect, 0.003, 5e-6))
}

@Test func meansGoByWelchOrTheBootstrap() {
    // scipy.stats.ttest_ind(a, b, equal_var=False) of these with zeros appended.
    let a = (1...60).map { Double($0) }
    let b = (1...50).map { Double($0) * 0.9 }
    let welch = ArmComparison(mean(a, 100), against: mean(b, 100), seed: 1)
    #expect(welch.method == .welch)
    #expect(near(welch.difference, 18.3 - 11.475, 1e-12))
    #expect(near(welch.statistic, 2.7289486, 5e-7), "\(String(describing: welch.statistic))")
    #expect(near(welch.p, 0.0069791, 5e-7), "\(String(describing: welch.p))")
    let few = ArmComparison(mean(Array(a.prefix(20)), 100), against: mean(Array(b.prefix(30)), 100), seed: 7)
    #expect(few.method == .bootstrap && few.statistic == nil)
    #expect(few == ArmComparison(mean(Array(a.prefix(20)), 100), against: mean(Array(b.prefix(30)), 100), seed: 7))
    guard let interval = few.interval, let difference = few.difference else {
        Issue.record("a bootstrap has an interval")
        return
    }
    #expect(interval.contains(difference) && interval.low < interval.high)
}

@Test func nothingIsEverNotANumber() {
    let outcomes = [rate(0, 0), rate(0, 1), rate(1, 1), rate(5, 5), rate(0, 1_000), rate(500, 1_000)]
    let means = [
        mean([], 0), mean([], 1), mean([3], 1), mean([2, 2, 2], 3), mean([-5, 5], 10),
        mean([Double](repeating: 4, count: 60), 60),
    ]
    for group in [outcomes, means] {
        for one in group {
            for other in group {
                let found = ArmComparison(one, against: other, seed: 1)
                let figures = [
                    found.difference, found.interval?.low, found.interval?.high, found.statistic, found.p,
                    found.smallestEffect,
                ]
                for figure in figures.compactMap(\.self) { #expect(figure.isFinite, "\(one) \(other) \(found)") }
                if let p = found.p { #expect((0...1).contains(p)) }
            }
        }
    }
}

@Test func sampleRatiosAreHeldAgainstThePlan() throws {
    let even = try #require(SampleRatio([821_588, 815_482], weights: [1, 1]))
    #expect(near(even.chiSquared, 22.77, 0.01) && even.p < SampleRatio.alarm)
    let uneven = try #require(SampleRatio([9_012, 988], weights: [0.9, 0.1]))
    #expect(uneven.p > 0.5)
    #expect(SampleRatio([5], weights: [1]) == nil)
    #expect(SampleRatio([0, 0], weights: [1, 1]) == nil)
}

@Test func fewCustomersOrFiguresAllAlikeProveNothing() {
    // Every draw from the one arm is below every draw from the other; so is one in three ways to deal them out.
    let two = ArmComparison(
        .mean(values: [10, 11], customers: 2), against: .mean(values: [20, 21], customers: 2), seed: 1)
    #expect(two.method == .bootstrap && two.p.map { ($0 - 1.0 / 3).magnitude < 1e-12 } == true, "\(two)")
    #expect(two.verdict(p: two.p) == .cannotTell(beyond: two.interval.map { max($0.low.magnitude, $0.high.magnitude) }))
    let alike = ArmComparison(
        .mean(values: Array(repeating: 30, count: 150), customers: 150),
        against: .mean(values: Array(repeating: 20, count: 150), customers: 150), seed: 1)
    #expect(alike.method == .constant && alike.difference == 10 && alike.p == nil && alike.interval == nil)
    #expect(alike.verdict(p: nil) == .cannotTell(beyond: nil))
}

@Test func aDifferenceThatAllShareHasNoInterval() {
    var alike = PairedSums()
    (alike.customers, alike.before, alike.after) = (3, 30, 60)
    (alike.differences, alike.squares) = (300, 30_000)
    let found = PairedDifference(alike, firstDays: 10, secondDays: 10, scale: 1)
    #expect(found?.difference == 1 && found?.interval == nil)
}
