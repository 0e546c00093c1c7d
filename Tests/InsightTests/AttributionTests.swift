import ReachInsight
import Testing

private func touches(_ ages: [Double], clicked: Int? = nil) -> [Touch] {
    ages.enumerated().map { Touch(channel: Int32($0), ageDays: $1, isClicked: $0 == clicked) }
}

@Test func sharesAreAsDefined() {
    let three = touches([14, 7, 0], clicked: 1)
    #expect(AttributionModel.first.shares(three, halfLifeDays: 7) == [1, 0, 0])
    #expect(AttributionModel.last.shares(three, halfLifeDays: 7) == [0, 0, 1])
    #expect(AttributionModel.lastClick.shares(three, halfLifeDays: 7) == [0, 1, 0])
    #expect(AttributionModel.lastClick.shares(touches([1, 2]), halfLifeDays: 7) == [])
    #expect(AttributionModel.linear.shares(touches([3, 2, 1, 0]), halfLifeDays: 7) == [0.25, 0.25, 0.25, 0.25])
    #expect(AttributionModel.position.shares(touches([1]), halfLifeDays: 7) == [1])
    #expect(AttributionModel.position.shares(touches([2, 1]), halfLifeDays: 7) == [0.5, 0.5])
    #expect(AttributionModel.position.shares(touches([3, 2, 1, 0]), halfLifeDays: 7) == [0.4, 0.1, 0.1, 0.4])
    // A quarter, a half and a whole, together 1.75.
    let decay = AttributionModel.decay.shares(three, halfLifeDays: 7)
    #expect(zip(decay, [1.0 / 7, 2.0 / 7, 4.0 / 7]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
    // Older than a double can weigh by itself.
    #expect(AttributionModel.decay.shares(touches([40_000, 39_993]), halfLifeDays: 7).reduce(0, +) == 1)
    for model in AttributionModel.allCases { #expect(model.shares([], halfLifeDays: 7) == []) }
}

@Test func moneyIsDividedToTheLastUnit() {
    let thirds = [1.0 / 3, 1.0 / 3, 1.0 / 3]
    #expect(dividedByLargestRemainder(100, thirds) == [34, 33, 33])
    #expect(dividedByLargestRemainder(-100, thirds) == [-34, -33, -33])
    #expect(dividedByLargestRemainder(1, [0.4, 0.1, 0.1, 0.4]) == [1, 0, 0, 0])
    #expect(dividedByLargestRemainder(0, thirds) == [0, 0, 0])
    #expect(dividedByLargestRemainder(5, []) == [])
    #expect(dividedByLargestRemainder(.max, [0.5, 0.5]).reduce(0, +) == .max)
}

@Test func nothingIsLostHoweverItIsDivided() {
    var stream = RandomStream(seed: 20_261_122)
    for round in 0..<2_000 {
        let count = 1 + stream.below(9)
        let weights = (0..<count).map { _ in stream.exponential() }
        let sum = weights.reduce(0, +)
        let units = Int64(stream.below(2_000_000)) - 1_000_000
        let parts = dividedByLargestRemainder(units, weights.map { $0 / sum })
        #expect(parts.reduce(0, +) == units, "seed 20261122, round \(round)")
        for (part, weight) in zip(parts, weights) {
            #expect((Double(part) - Double(units) * weight / sum).magnitude < 1.000001, "round \(round)")
        }
    }
}

@Test func creditsAddUpInAnyOrder() {
    let found = touches([30, 20, 10, 5, 1])
    var forwards = AttributionCredit(channels: 5)
    var parts = [AttributionCredit(channels: 5), AttributionCredit(channels: 5)]
    for units in 0..<500 as Range<Int64> {
        let some = Array(found[0..<Int(units % 6)])
        forwards.add(some, .decay, halfLifeDays: 7, units: units)
        parts[Int(units % 2)].add(some, .decay, halfLifeDays: 7, units: units)
    }
    var backwards = parts[1]
    backwards.add(parts[0])
    #expect(backwards == forwards)
    #expect((0...5).reduce(0.0) { $0 + forwards.conversions($1) } == 500)
    #expect(forwards.units.reduce(0, +) == 499 * 500 / 2)
    #expect(forwards.conversions(forwards.unattributed) == 84)
}
