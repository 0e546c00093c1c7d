import Glibc
import ReachInsight
import Testing

private typealias Touch = (time: Int64, channel: UInt32, isClicked: Bool)

/// Credit as the models define it, one conversion at a time.
private struct PlainCredits {
    var conversions: [[Double]]
    var units: [[Int128]]

    init(_ models: Int, _ channels: Int) {
        conversions = Array(repeating: Array(repeating: 0, count: channels + 1), count: models)
        units = Array(repeating: Array(repeating: 0, count: channels + 1), count: models)
    }

    mutating func add(_ time: Int64, _ worth: Int64, _ touches: [Touch], _ rule: AttributionRule) {
        let seen = touches.filter { $0.time <= time && time - $0.time <= rule.window }
        for (model, kind) in rule.models.enumerated() {
            let shares = Self.shares(kind, seen, rule.halfLife)
            let none = units[model].count - 1
            if shares.isEmpty {
                conversions[model][none] += 1
                units[model][none] += Int128(worth)
            }
            for (touch, part) in dividedByLargestRemainder(worth, shares).enumerated() {
                conversions[model][Int(seen[touch].channel)] += shares[touch]
                units[model][Int(seen[touch].channel)] += Int128(part)
            }
        }
    }

    /// Of each touch, the earliest first; none where no touch has any.
    static func shares(_ model: AttributionModel, _ touches: [Touch], _ halfLife: Double) -> [Double] {
        let count = touches.count
        if count == 0 { return [] }
        var shares = [Double](repeating: 0, count: count)
        switch model {
        case .first: shares[0] = 1
        case .last: shares[count - 1] = 1
        case .lastClick:
            guard let clicked = touches.lastIndex(where: \.isClicked) else { return [] }
            shares[clicked] = 1
        case .position where count > 2:
            for index in 1..<count - 1 { shares[index] = 0.2 / Double(count - 2) }
            shares[0] = 0.4
            shares[count - 1] = 0.4
        case .linear, .position: return [Double](repeating: 1 / Double(count), count: count)
        case .decay:
            let weights = touches.map { exp2(Double($0.time - touches[count - 1].time) / halfLife) }
            return weights.map { $0 / weights.reduce(0, +) }
        }
        return shares
    }
}

/// Customers with conversions and touches, as they are handed over.
private struct Histories {
    var conversions: [[(time: Int64, worth: Int64)]] = []
    var touches: [[Touch]] = []

    func packed(_ range: Range<Int>) -> ConversionHistories {
        func offsets(_ counts: [Int]) -> [UInt32] {
            counts.reduce(into: [0]) { offsets, count in offsets.append(offsets[offsets.count - 1] + UInt32(count)) }
        }
        let (sold, seen) = (conversions[range].joined(), touches[range].joined())
        return ConversionHistories(
            offsets: offsets(conversions[range].map(\.count)), times: sold.map(\.time), units: sold.map(\.worth),
            touchOffsets: offsets(touches[range].map(\.count)), touchTimes: seen.map(\.time),
            channels: seen.map(\.channel), clicked: seen.map { $0.isClicked ? 1 : 0 })
    }
}

private let every = AttributionModel.allCases

@Test(arguments: 1...60) func creditIsDividedAsDefined(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed))
    var histories = Histories()
    let most = seed % 10 == 0 ? 90 : 7
    for _ in 0..<40 {
        let magnitude = stream.below(8) == 0 ? 1 << 55 : 5_000
        histories.conversions.append(
            (0..<stream.below(5)).map { _ in Int64(stream.below(60)) }.sorted().map { time in
                (time, Int64(stream.below(magnitude)) - (stream.below(4) == 0 ? Int64(magnitude) : 0))
            })
        histories.touches.append(
            (0..<stream.below(most)).map { _ in Int64(stream.below(60)) }.sorted().map { time in
                (time, UInt32(stream.below(3)), stream.below(3) == 0)
            })
    }
    let rule = AttributionRule(models: every, window: Int64(1 + stream.below(40)), halfLife: 7)
    var plain = PlainCredits(every.count, 3)
    for customer in 0..<40 {
        for (time, worth) in histories.conversions[customer] {
            plain.add(time, worth, histories.touches[customer], rule)
        }
    }
    var whole = AttributionCredits(models: every.count, channels: 3)
    whole.add(histories.packed(0..<40), rule)
    for (model, kind) in every.enumerated() {
        for channel in 0...3 {
            let found = whole.conversions(model: model, channel: channel)
            #expect((found - plain.conversions[model][channel]).magnitude < 1e-9, "seed \(seed), \(kind)")
        }
        let parts = (0...3).map { whole.units(model: model, channel: $0) }
        // Beyond what a double holds, the plain way is off by some units itself.
        let slack: Int128 = 2_000
        let isLarge = whole.units.magnitude > 1 << 50
        for channel in 0...3 {
            let off = (parts[channel] - plain.units[model][channel]).magnitude
            #expect(off <= (isLarge ? slack : 0), "seed \(seed), \(kind), channel \(channel)")
        }
        #expect(parts.reduce(0, +) == whole.units, "seed \(seed), \(kind)")
        #expect((0...3).reduce(0.0) { $0 + whole.conversions(model: model, channel: $1) } == Double(whole.conversions))
    }
    // However customers are cut, and in whatever order parts come together.
    let cut = 1 + stream.below(39)
    var parts = [cut..<40, 0..<cut].map { range in
        var credits = AttributionCredits(models: every.count, channels: 3)
        credits.add(histories.packed(range), rule)
        return credits
    }
    parts[0].add(parts[1])
    #expect(parts[0] == whole, "seed \(seed)")
}

/// The units that each of some touches at these times has of a conversion at time 100 worth so many.
private func divided(_ units: Int64, _ model: AttributionModel, _ times: [Int64], clicked: Int? = nil) -> [Int128] {
    var histories = Histories()
    histories.conversions = [[(100, units)]]
    histories.touches = [times.enumerated().map { ($1, UInt32($0), $0 == clicked) }]
    var credits = AttributionCredits(models: 1, channels: times.count)
    credits.add(histories.packed(0..<1), AttributionRule(models: [model], window: 100_000, halfLife: 7))
    return (0...times.count).map { credits.units(model: 0, channel: $0) }
}

@Test func sharesAreAsDefined() {
    #expect(divided(700, .first, [86, 93, 100]) == [700, 0, 0, 0])
    #expect(divided(700, .last, [86, 93, 100]) == [0, 0, 700, 0])
    #expect(divided(700, .lastClick, [86, 93, 100], clicked: 1) == [0, 700, 0, 0])
    #expect(divided(700, .lastClick, [98, 99]) == [0, 0, 700])
    #expect(divided(700, .lastClick, [98]) == [0, 700])
    #expect(divided(700, .linear, [97, 98, 99, 100]) == [175, 175, 175, 175, 0])
    #expect(divided(700, .position, [99]) == [700, 0])
    #expect(divided(700, .position, [98, 99]) == [350, 350, 0])
    #expect(divided(700, .position, [97, 98, 99, 100]) == [280, 70, 70, 280, 0])
    // A quarter, a half and a whole, together 1.75.
    #expect(divided(700, .decay, [86, 93, 100]) == [100, 200, 400, 0])
    // Older than a double can weigh by itself.
    #expect(divided(300, .decay, [-39_900, -39_893]) == [100, 200, 0])
    #expect(divided(300, .decay, []) == [300])
}

@Test func moneyIsDividedToTheLastUnit() {
    let thirds = [1.0 / 3, 1.0 / 3, 1.0 / 3]
    #expect(dividedByLargestRemainder(100, thirds) == [34, 33, 33])
    #expect(dividedByLargestRemainder(-100, thirds) == [-34, -33, -33])
    #expect(dividedByLargestRemainder(1, [0.4, 0.1, 0.1, 0.4]) == [1, 0, 0, 0])
    #expect(dividedByLargestRemainder(0, thirds) == [0, 0, 0])
    #expect(dividedByLargestRemainder(5, []) == [])
    #expect(dividedByLargestRemainder(.max, [0.5, 0.5]).reduce(0, +) == .max)
    #expect(divided(-100, .linear, [1, 2, 3]) == [-34, -33, -33, 0])
    #expect(divided(10, .position, [1, 2, 3, 4, 5]) == [4, 1, 1, 0, 4, 0])
    #expect(divided(.min, .position, [1, 2, 3]).reduce(0, +) == Int128(Int64.min))
    #expect(divided(.max, .decay, [1, 2, 3]).reduce(0, +) == Int128(Int64.max))
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
