import Glibc
import ReachInsight
import ReachKernels
import Testing

private func close(_ value: Double, _ expected: Double, within relative: Double) -> Bool {
    (value - expected).magnitude <= relative * expected.magnitude
}

/// The CDNOW sample's parameters as published (Fader, Hardie and Lee 2005).
private let published = DropoutForecast(.bg, DropoutParameters(r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259))

@Test func repeatPurchasesExpectedOfNewCustomersAreAsPublished() {
    for (weeks, expected) in [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (32, 1.0437), (78, 1.8576)] {
        #expect((published.repeats(weeks: weeks) - expected).magnitude < 0.0005, "\(weeks) weeks")
    }
    #expect(published.repeats(weeks: 0) == 0)
}

@Test func aCustomerIsForeseenAsPublished() {
    // x 2, t 30.43 weeks, T 38.86 weeks.
    #expect((published.alive(repeats: 2, lastDay: 213, ageDays: 272) - 0.7266).magnitude < 0.0002)
    #expect((published.purchases(repeats: 2, lastDay: 213, ageDays: 272, days: 273) - 1.226).magnitude < 0.001)
}

@Test func whoBoughtOnceIsThereByConstructionUnderOneModelAlone() {
    #expect(published.alive(repeats: 0, lastDay: 0, ageDays: 5_000) == 1)
    let modified = DropoutForecast(.mbg, published.parameters)
    #expect(modified.alive(repeats: 0, lastDay: 0, ageDays: 5_000) < 0.8)
}

private struct Case {
    let forecast: DropoutForecast
    let x: Int
    let last: Int
    let age: Int
    let days: Int
    let alive: Double
    let purchases: Double

    init(
        _ model: DropoutModel, _ r: Double, _ alpha: Double, _ a: Double, _ b: Double, _ x: Int, _ last: Int,
        _ age: Int,
        _ days: Int, _ alive: Double, _ purchases: Double
    ) {
        forecast = DropoutForecast(model, DropoutParameters(r: r, alpha: alpha, a: a, b: b))
        self.x = x
        self.last = last
        self.age = age
        self.days = days
        self.alive = alive
        self.purchases = purchases
    }
}

/// Of the published forms at 50 digits (mpmath's hyp2f1): a near 1 and at it, z near 1, a + b below 1.
@Test func theHypergeometricFunctionIsRightWhereItIsHard() {
    for known in [
        Case(.bg, 0.2426, 4.4136, 0.7929, 2.4259, 2, 213, 272, 273, 0.7266251937802588, 1.22601027893809),
        Case(.mbg, 0.525, 6.183, 0.891, 1.614, 0, 0, 100, 365, 0.4914138623057063, 0.4740887027979835),
        Case(.bg, 0.5, 0.05, 0.3, 0.4, 0, 0, 0, 3650, 1, 281.7646381187764),
        Case(.mbg, 2.1, 0.01, 0.2, 0.47, 3, 1, 1, 3650, 0.9455040871934605, 3801.784888761531),
        Case(.bg, 1.5, 3, 1.0000001, 2, 4, 50, 60, 365, 0.7077966323249564, 6.923590538819527),
        Case(.mbg, 1.5, 3, 1, 2, 2, 40, 500, 365, 0.002191943666312861, 0.004329031805805229),
        Case(.bg, 3, 20, 12.5, 30, 7, 300, 310, 90, 0.6970019282497935, 1.076606216671562),
    ] {
        let alive = known.forecast.alive(repeats: known.x, lastDay: known.last, ageDays: known.age)
        let purchases = known.forecast.purchases(
            repeats: known.x, lastDay: known.last, ageDays: known.age, days: known.days)
        #expect(close(alive, known.alive, within: 1e-12))
        #expect(close(purchases, known.purchases, within: 1e-10), "\(purchases) for \(known.purchases)")
    }
}

/// Histories of simulated customers: rates and chances to leave as the model says, bought from day 0 to `days`.
private func simulated(
    _ model: DropoutModel, _ p: DropoutParameters, customers: Int, days: Int, seed: UInt64
) -> PurchaseHistories {
    var stream = RandomStream(seed: seed)
    let keys = (0..<customers).map { _ -> UInt64 in
        let rate = stream.gamma(p.r) / p.alpha / 7
        let leaving = stream.beta(p.a, p.b)
        let age = days - stream.below(90)
        var (time, x, last) = (0.0, 0, 0)
        var isThere = model == .bg || stream.uniform() >= leaving
        while isThere {
            time += stream.exponential() / rate
            if time > Double(age) { break }
            if Int(time) > last {
                x += 1
                last = Int(time)
            }
            isThere = stream.uniform() >= leaving
        }
        return PurchaseHistories.key(repeats: UInt16(x), lastDay: UInt16(last), ageDays: UInt16(age))
    }
    let (distinct, counts) = countedKeys(sortedKeys(keys))
    return PurchaseHistories(keys: distinct, customers: counts)
}

@Test(arguments: DropoutModel.allCases) func parametersOfSimulatedBuyersAreFound(model: DropoutModel) throws {
    let actual = DropoutParameters(r: 0.8, alpha: 12, a: 0.9, b: 3)
    let fit = try DropoutFit(model, simulated(model, actual, customers: 20_000, days: 700, seed: 3))
    #expect(close(fit.parameters.r, actual.r, within: 0.08), "\(fit.parameters)")
    #expect(close(fit.parameters.alpha, actual.alpha, within: 0.08), "\(fit.parameters)")
    let leaving = fit.parameters.a / (fit.parameters.a + fit.parameters.b)
    #expect(close(leaving, 0.9 / 3.9, within: 0.08), "\(fit.parameters)")
}

@Test func severalThreadsAndPiecesGiveTheSameDigits() throws {
    let histories = simulated(
        .mbg, DropoutParameters(r: 0.8, alpha: 12, a: 0.9, b: 3), customers: 120_000, days: 1_000, seed: 5)
    #expect(histories.count > 40_000, "so many that the first approach is made on a sample")
    let backwards = Pieces { count, body in
        try (0..<count).reversed().map { (index: $0, made: try body($0)) }.sorted { $0.index < $1.index }.map(\.made)
    }
    let one = try DropoutFit(.mbg, histories)
    #expect(try DropoutFit(.mbg, histories, in: backwards) == one)
    #expect(one.customers == 120_000)
}

/// Near the minimum of a large value, a step gains less than rounding hides.
@Test func aMinimumIsFoundWhereRoundingHidesIt() {
    let outcome = LBFGS.minimise(from: [3, -2], tolerance: 1e-9) { point in
        let (x, y) = (point[0] - 1, point[1] - 2)
        return (1e7 + x * x + x * y + 2 * y * y, [2 * x + y, x + 4 * y])
    }
    #expect(outcome.hasConverged && outcome.evaluations < 40, "\(outcome)")
    #expect((outcome.point[0] - 1).magnitude < 1e-8 && (outcome.point[1] - 2).magnitude < 1e-8, "\(outcome)")
}

@Test(arguments: 1...20) func theMedianGapIsThatOfRepeatBuyersInOrder(seed: UInt64) throws {
    var stream = RandomStream(seed: seed)
    var (offsets, codes, gaps): ([UInt32], [UInt16], [Double]) = ([0], [], [])
    for _ in 0..<stream.below(40) {
        let days = Set((0..<stream.below(5)).map { _ in UInt16(stream.below(30)) }).sorted()
        codes += days
        offsets.append(UInt32(codes.count))
        if let first = days.first, let last = days.last, days.count > 1 {
            gaps.append(Double(last - first) / Double(days.count - 1))
        }
    }
    let table = PeriodTable(firstCodes: (0...30).map { Int64($0) }, largest: 30)
    let purchases = customerPurchases(offsets, codes, [], [], [], table)
    let buyers = try BuyerHistories([purchases], today: 30)
    #expect(buyers.medianGapDays == (gaps.isEmpty ? nil : gaps.sorted()[(gaps.count + 1) / 2 - 1]), "seed \(seed)")
}

@Test func whatCannotBeFittedIsRefused() {
    func histories(_ keys: [(x: UInt16, last: UInt16, age: UInt16)], customers: UInt32) -> PurchaseHistories {
        let packed = keys.map { PurchaseHistories.key(repeats: $0.x, lastDay: $0.last, ageDays: $0.age) }.sorted()
        return PurchaseHistories(keys: packed, customers: packed.map { _ in customers })
    }
    #expect(throws: PurchaseModelProblem.fewRepeatBuyers(99)) {
        try DropoutFit(.bg, histories([(1, 10, 100)], customers: 99))
    }
    #expect(throws: PurchaseModelProblem.fewRepeatBuyers(0)) { try DropoutFit(.mbg, histories([], customers: 0)) }
    // Everybody alike: the gamma distribution of rates shrinks to a point.
    #expect(throws: PurchaseModelProblem.self) { try DropoutFit(.bg, histories([(10, 300, 310)], customers: 500)) }
}

@Test func gammaGammaFindsItsParametersAgain() throws {
    var stream = RandomStream(seed: 11)
    var (repeats, averages): ([UInt16], [Double]) = ([], [])
    for _ in 0..<20_000 {
        let rate = stream.gamma(4) / 15
        let x = 1 + stream.below(6)
        repeats.append(UInt16(x))
        averages.append((0..<x).reduce(0.0) { sum, _ in sum + stream.gamma(6) / rate } / Double(x))
    }
    let model = try SpendModel(repeats: repeats, averages: averages)
    #expect(close(model.p, 6, within: 0.06) && close(model.q, 4, within: 0.06), "\(model)")
    #expect(close(model.mean, 6 * 15 / 3.0, within: 0.03))
    // Without repeats the mean of all, with many the customer's own.
    #expect(model.value(repeats: 0, average: 0) == model.mean)
    #expect(close(model.value(repeats: 10_000, average: 50), 50, within: 0.001))
    #expect(throws: PurchaseModelProblem.fewRepeatBuyers(3)) {
        try SpendModel(repeats: [1, 2, 3], averages: [1, 2, 3])
    }
    #expect(throws: PurchaseModelProblem.self) {
        try SpendModel(repeats: [UInt16](repeating: 2, count: 500), averages: [Double](repeating: 7, count: 500))
    }
}
