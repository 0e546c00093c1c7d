import ReachInsight
import Testing

// Expected values: scipy 1.17.1 and statsmodels, `python3 -c "from scipy import stats; print(stats.norm.sf(7.3851))"` and the like.

private func close(_ value: Double, _ expected: Double, within relative: Double = 1e-12) -> Bool {
    (value - expected).magnitude <= relative * max(expected.magnitude, 1e-300)
}

@Test(arguments: [
    (0.5, 0.3085375387259869), (1.96, 0.024997895148220435), (7.3851, 7.616942463228336e-14),
    (22.486, 2.845198693095555e-112),
])
func theNormalTailIsRightFarOut(z: Double, tail: Double) {
    #expect(close(Normal.survival(z), tail))
    #expect(close(Normal.cdf(-z), tail))
    #expect(close(Normal.twoSided(-z), 2 * tail))
}

@Test(arguments: [
    (1e-12, -7.034483825301131), (0.025, -1.9599639845400545), (0.9, 1.2815515655446004), (0.975, 1.959963984540054),
    (0.999999, 4.753424308817087),
])
func normalQuantilesUndoTheDistribution(p: Double, z: Double) {
    #expect(close(Normal.quantile(p), z, within: 1e-10))
    #expect(Normal.quantile(0.5).magnitude < 1e-15)
    #expect(Normal.quantile(0) == -.infinity)
}

@Test(arguments: [
    (0.5, 0.2, 0.47291074313446196, 0.5270892568655381), (3, 2.5, 0.45618688411667035, 0.5438131158833297),
    (10, 30, 0.9999928782491372, 7.121750862815593e-06), (0.1, 5, 0.9998560610341533, 0.00014393896584673387),
    (50, 40, 0.07033506665939494, 0.9296649333406051),
])
func incompleteGammaFunctions(a: Double, x: Double, lower: Double, upper: Double) {
    #expect(close(GammaFunction.lower(a, x), lower))
    #expect(close(GammaFunction.upper(a, x), upper, within: 1e-11))
}

@Test(arguments: [
    (0.3, 2, 5, 0.5798250000000003, 0.043271868292741676), (0.9, 0.5, 0.5, 0.7951672353008665, 0.001541333133436012),
    (0.001, 1, 200, 0.1813511705213643, 0.00012658102786701825), (0.975, 40, 3, 0.9126215052183, 0.838358040308346),
    (0.25, 300, 900, 0.5044332724180064, 0.2259119707095803),
])
func betaDistribution(x: Double, a: Double, b: Double, share: Double, low: Double) {
    #expect(close(Beta.cdf(x, a, b), share, within: 1e-11))
    #expect(close(Beta.survival(x, a, b), 1 - share, within: 1e-11))
    #expect(close(Beta.quantile(0.025, a, b), low, within: 1e-10))
}

@Test func studentsDistribution() {
    #expect(close(StudentT.survival(2, 3), 0.06966298427942152))
    #expect(close(StudentT.twoSided(5.3, 40_000), 1.1641519990467476e-07, within: 1e-10))
    #expect(close(StudentT.survival(1.1, 11.5), 0.14691276475659357))
    #expect(close(StudentT.survival(-2.5, 7), 0.9795038907071235))
    #expect(close(StudentT.quantile(0.975, 10), 2.228138851986274))
    #expect(close(StudentT.quantile(0.9, 2.5), 1.7302509288071766))
    #expect(close(StudentT.quantile(0.025, 30), -2.042272456301238))
}

@Test func chiSquaredTails() {
    #expect(close(ChiSquared.survival(22.77, 1), 1.8259391382790754e-06, within: 1e-11))
    #expect(close(ChiSquared.survival(0.2025, 2), 0.903707077873196))
    #expect(close(ChiSquared.survival(11, 7), 0.13861902087329556))
}

@Test(arguments: [
    (81, 263, 0.2552885198782742, 0.36620957698280004), (0, 20, 0, 0.1611251580528194),
    (1, 29, 0.006113214292762667, 0.17175521879320294), (20, 20, 0.8388748419471804, 1),
])
func wilsonIntervals(successes: Int, count: Int, low: Double, high: Double) throws {
    let interval = try #require(ProportionInterval.wilson(successes, of: count))
    #expect((interval.low - low).magnitude < 1e-12)
    #expect((interval.high - high).magnitude < 1e-12)
}

@Test func intervalsOfDifferences() throws {
    let hybrid = try #require(ProportionInterval.newcombe(56, of: 70, against: 48, of: 80))
    #expect(close(hybrid.low, 0.05243147240236498))
    #expect(close(hybrid.high, 0.33387265403690614))
    let plain = try #require(ProportionInterval.wald(56, of: 70, against: 48, of: 80))
    #expect(close(plain.low, 0.057504899149037114))
    #expect(close(plain.high, 0.342495100850963))
    #expect(ProportionInterval.wilson(0, of: 0) == nil)
    #expect(ProportionInterval.wald(0, of: 0, against: 1, of: 2) == nil)
}

@Test func testsOfRates() {
    #expect(close(RateTest.fisher(8, of: 10, against: 1, of: 6), 0.034965034965034975, within: 1e-10))
    #expect(close(RateTest.fisher(3, of: 100, against: 10, of: 150), 0.25356746026910204, within: 1e-10))
    #expect(close(RateTest.fisher(0, of: 12, against: 7, of: 16), 0.010330732069862502, within: 1e-10))
    #expect(RateTest.fisher(0, of: 5, against: 0, of: 9) == 1)
    #expect(RateTest.pooledZ(0, of: 5, against: 0, of: 9) == nil)
    let adjusted = RateTest.holm([0.01, 0.04, 0.03, 0.005])
    #expect(zip(adjusted, [0.03, 0.06, 0.06, 0.02]).allSatisfy { close($0, $1) })
}

@Test(arguments: [(40, 0.3), (1_000, 0.004), (5_000, 0.45), (100_000, 0.5), (300, 0.93)])
func binomialDrawsHaveTheirMeanAndVariance(count: Int, chance: Double) {
    var random = RandomStream(seed: 11, stream: UInt64(count))
    let draws = 20_000
    var (sum, squares) = (0.0, 0.0)
    let mean = Double(count) * chance
    let variance = mean * (1 - chance)
    for _ in 0..<draws {
        let drawn = random.binomial(count, chance)
        #expect((0...count).contains(drawn))
        sum += Double(drawn) - mean
        squares += (Double(drawn) - mean) * (Double(drawn) - mean)
    }
    // Four and a half standard errors each.
    #expect((sum / Double(draws)).magnitude < 4.5 * (variance / Double(draws)).squareRoot())
    #expect((squares / Double(draws) / variance - 1).magnitude < 4.5 * (2.2 / Double(draws)).squareRoot())
}

@Test(arguments: [(0.4, 2.5), (3.0, 97.0), (120.0, 40.0)])
func betaDrawsFollowTheirDistribution(a: Double, b: Double) {
    var random = RandomStream(seed: 5)
    let draws = 20_000
    // Tenths of the distribution each hold a tenth of the draws: χ² with nine degrees of freedom.
    var tenths = [Int](repeating: 0, count: 10)
    for _ in 0..<draws { tenths[min(9, Int(Beta.cdf(random.beta(a, b), a, b) * 10))] += 1 }
    let expected = Double(draws) / 10
    let statistic = tenths.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    #expect(ChiSquared.survival(statistic, 9) > 0.0001, "\(tenths)")
}

@Test func normalDrawsFollowTheirDistribution() {
    var random = RandomStream(seed: 3)
    var tenths = [Int](repeating: 0, count: 10)
    for _ in 0..<20_000 { tenths[min(9, Int(Normal.cdf(random.normal()) * 10))] += 1 }
    let statistic = tenths.reduce(0) { $0 + (Double($1) - 2_000) * (Double($1) - 2_000) / 2_000 }
    #expect(ChiSquared.survival(statistic, 9) > 0.0001, "\(tenths)")
}

@Test func streamsOfASeedRepeatAndDiffer() {
    var first = RandomStream(seed: 9, stream: 1)
    var again = RandomStream(seed: 9, stream: 1)
    var other = RandomStream(seed: 9, stream: 2)
    let words = (0..<8).map { _ in first.next() }
    #expect(words == (0..<8).map { _ in again.next() })
    #expect(words != (0..<8).map { _ in other.next() })
}
