import Foundation
import ReachInsight
import Testing

/// How often intervals printed as 95 % hold the truth, over experiments simulated where it is known. `REACH_LONG=1` simulates at full length and
/// prints the table of docs/statistics.md.
struct CoverageTests {
    private static let isLong = ProcessInfo.processInfo.environment["REACH_LONG"] == "1"
    private static let rounds = isLong ? 10_000 : 500

    struct Setting: Sendable {
        let name: String
        /// Chance of an event, or to buy, in the arm and in the control.
        let arm: Double
        let control: Double
        let customers: Int
        let isMean: Bool
        /// Within which the coverage lies.
        let bounds: ClosedRange<Double>
    }

    static let settings = [
        Setting(
            name: "rates 18 % and 11 % of 2,000", arm: 0.18, control: 0.11, customers: 2_000, isMean: false,
            bounds: 0.93...0.97),
        Setting(
            name: "rates 2 % and 1 % of 2,000", arm: 0.02, control: 0.01, customers: 2_000, isMean: false,
            bounds: 0.92...0.98),
        Setting(
            name: "rates 5 % and 1 % of 100", arm: 0.05, control: 0.01, customers: 100, isMean: false, bounds: 0.93...1),
        Setting(
            name: "rates 50 % and 50 % of 12", arm: 0.5, control: 0.5, customers: 12, isMean: false, bounds: 0.92...0.99
        ),
        Setting(
            name: "spend, 10 % and 8 % buy, of 2,000", arm: 0.1, control: 0.08, customers: 2_000, isMean: true,
            bounds: 0.92...0.98),
        Setting(
            name: "spend, 3 % and 3 % buy, of 2,000", arm: 0.03, control: 0.03, customers: 2_000, isMean: true,
            bounds: 0.9...0.98),
        Setting(
            name: "spend, 1 % and 1 % buy, of 2,000", arm: 0.01, control: 0.01, customers: 2_000, isMean: true,
            bounds: 0.86...0.98),
        Setting(
            name: "spend, 0.3 % and 0.3 % buy, of 2,000", arm: 0.003, control: 0.003, customers: 2_000, isMean: true,
            bounds: 0.84...0.99),
    ]

    @Test(arguments: settings) func intervalsHoldTheTruth(setting: Setting) {
        var stream = RandomStream(seed: 95, stream: UInt64(setting.customers) + (setting.isMean ? 1 : 0))
        // The bootstrap draws thousands of means for each interval.
        let rounds =
            setting.isMean && setting.customers * Int(setting.arm * 1_000) < 100_000 ? Self.rounds / 5 : Self.rounds
        let truth = setting.isMean ? (setting.arm - setting.control) * 50 : setting.arm - setting.control
        var held = 0
        var methods: [String: Int] = [:]
        for round in 0..<rounds {
            let arm = Self.outcome(setting.arm, setting, &stream)
            let control = Self.outcome(setting.control, setting, &stream)
            let found = ArmComparison(arm, against: control, seed: UInt64(round))
            methods[found.method.rawValue, default: 0] += 1
            if let interval = found.interval, interval.contains(truth) { held += 1 }
        }
        let coverage = Double(held) / Double(rounds)
        #expect(setting.bounds.contains(coverage), "\(setting.name): \(coverage) of \(rounds)")
        if Self.isLong {
            let used = methods.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            print("| \(setting.name) | \(rounds) | \(used) | \(String(format: "%.2f", coverage * 100)) % |")
        }
    }

    /// Who buys spends a gamma distributed amount of 50 on average.
    private static func outcome(_ chance: Double, _ setting: Setting, _ stream: inout RandomStream) -> ArmOutcome {
        let events = stream.binomial(setting.customers, chance)
        guard setting.isMean else { return .rate(events: events, customers: setting.customers) }
        return .mean(values: (0..<events).map { _ in stream.gamma(2) * 25 }, customers: setting.customers)
    }

    @Test func wilsonIntervalsHoldTheTruth() {
        for (chance, customers) in [(0.5, 30), (0.02, 200), (0.3, 1_000)] {
            var stream = RandomStream(seed: 96, stream: UInt64(customers))
            let rounds = 10 * Self.rounds
            var held = 0
            for _ in 0..<rounds {
                let events = stream.binomial(customers, chance)
                if ProportionInterval.wilson(events, of: customers)?.contains(chance) == true { held += 1 }
            }
            let coverage = Double(held) / Double(rounds)
            #expect((0.92...0.99).contains(coverage), "\(chance) of \(customers): \(coverage)")
            if Self.isLong {
                print(
                    "| Wilson, \(chance) of \(customers) | \(rounds) | Wilson | \(String(format: "%.2f", coverage * 100)) % |"
                )
            }
        }
    }
}
