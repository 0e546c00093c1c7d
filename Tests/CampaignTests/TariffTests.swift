import Testing

@testable import ReachCampaign

/// A small generator whose seed a failing test prints.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }
    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
    mutating func money(below units: Int) -> Money { Money(units: Int128(below(units)), scale: 1 + below(3)) }
}

extension PriceList {
    static func random(_ random: inout TestRandom) -> PriceList {
        let reprices = random.chance(0.5)
        var threshold = 0
        var tiers: [Tier] = []
        for _ in 0..<(random.chance(0.5) ? random.below(4) : 0) {
            threshold += 1 + random.below(30)
            tiers.append(Tier(from: threshold, random.money(below: 500), repricesAll: reprices))
        }
        return PriceList(
            base: random.money(below: 500),
            prefixes: random.chance(0.4) ? [PrefixPrice("+7", random.money(below: 500))] : [], perPart: false,
            billing: random.chance(0.2) ? .delivered : .sent, tiers: tiers,
            freeQuota: random.chance(0.3) ? random.below(40) : 0,
            minimum: random.chance(0.3) ? random.money(below: 20_000) : nil)
    }

    /// Message by message, straight from the definition.
    func slowCost(_ counts: [Int]) -> Money {
        guard counts.contains(where: { $0 > 0 }) else { return .zero }
        let repriced = tiers.last { $0.repricesAll && $0.threshold <= counts[0] }?.price
        var sum = Money.zero
        for position in 0..<counts[0] where position >= freeQuota {
            sum = sum + (repriced ?? tiers.last { !$0.repricesAll && $0.threshold <= position }?.price ?? base)
        }
        for (index, prefix) in prefixes.enumerated() { sum = sum + prefix.price * counts[index + 1] }
        return max(sum, minimum ?? .zero)
    }
}

@Suite struct TariffTests {
    static let euro = Money(units: 300, scale: 2)

    @Test func twoMillionTextMessages() {
        let tariff = Tariff(PriceList(base: Money(units: 325, scale: 2), perPart: true))
        #expect(tariff.cost(2_000_000).description == "6500000.00")
        #expect(tariff.cost(2_000_000).grouped == "6,500,000.00")
    }

    @Test func workedExample() {
        let list = PriceList(base: Self.euro, tiers: [.init(from: 100, Money(units: 2, scale: 0))], freeQuota: 10)
        #expect(Tariff(list).cost(120).description == "310.00")
        #expect(Tariff(list).cost(10).description == "0.00")
    }

    @Test func allFromReprices() {
        let list = PriceList(
            base: Self.euro, tiers: [.init(from: 100, Money(units: 2, scale: 0), repricesAll: true)])
        let tariff = Tariff(list)
        #expect(tariff.cost(99).description == "297.00")
        #expect(tariff.cost(100).description == "200.00")
        let bounds = tariff.bounds(from: [90], to: [110])
        #expect(bounds.least.description == "200.00")
        #expect(bounds.most.description == "297.00")
    }

    @Test func minimumOnlyOnceSomethingIsSent() {
        let tariff = Tariff(PriceList(base: Self.euro, minimum: Money(units: 500, scale: 0)))
        #expect(tariff.cost(0).description == "0.00")
        #expect(tariff.cost(1).description == "500.00")
        #expect(tariff.cost(1_000).description == "3000.00")
        #expect(tariff.bounds(from: [0], to: [3]).least.description == "0.00")
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func agreesWithTheDefinition(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let list = PriceList.random(&random)
        let tariff = Tariff(list)
        let tail = list.prefixes.map { _ in random.below(20) }
        let first = [random.below(60)] + tail
        let open = [first[0] + random.below(60)] + tail.map { $0 + random.below(20) }
        #expect(tariff.cost(open) == list.slowCost(open), "seed \(seed)")
        #expect(abs(tariff.cost(expected: open.map(Double.init)) - tariff.cost(open).double) < 1e-9, "seed \(seed)")

        var costs: [Money] = []
        for base in first[0]...open[0] {
            for prefix in (tail.first ?? 0)...(tail.isEmpty ? 0 : open[1]) {
                costs.append(list.slowCost([base] + (tail.isEmpty ? [] : [prefix])))
            }
        }
        let bounds = tariff.bounds(from: first, to: open)
        #expect(bounds.least == costs.min(), "seed \(seed)")
        #expect(bounds.most == costs.max(), "seed \(seed)")
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>) func neverFallsWithoutRepricing(seed: UInt64) {
        var random = TestRandom(seed: seed)
        var list = PriceList.random(&random)
        list.tiers = list.tiers.map { PriceList.Tier(from: $0.threshold, $0.price) }
        let tariff = Tariff(list)
        let counts = list.prices.map { _ in 0 }
        var previous = tariff.cost(counts)
        for count in 1..<150 {
            let cost = tariff.cost([count] + counts.dropFirst())
            #expect(cost >= previous, "seed \(seed), \(count) messages")
            previous = cost
        }
    }
}
