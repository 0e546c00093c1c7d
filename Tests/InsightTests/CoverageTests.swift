import Foundation
import ReachInsight
import ReachKernels
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

    /// `compare`: the difference of two shares by Newcombe's interval.
    @Test(arguments: [(0.5, 0.4, 30, 60), (0.05, 0.03, 200, 800), (0.01, 0.01, 1_000, 20_000)])
    func differencesOfSharesHoldTheTruth(share: Double, other: Double, customers: Int, others: Int) {
        var stream = RandomStream(seed: 97, stream: UInt64(customers))
        let rounds = 10 * Self.rounds
        var held = 0
        for _ in 0..<rounds {
            let found = ShareComparison.compare(
                [stream.binomial(customers, share)], of: customers, with: [stream.binomial(others, other)], of: others)
            if found.first?.interval.contains(share - other) == true { held += 1 }
        }
        let coverage = Double(held) / Double(rounds)
        #expect((0.92...0.99).contains(coverage), "\(share) of \(customers): \(coverage)")
        report("shares \(share) of \(customers) against \(other) of \(others)", rounds, "Newcombe", coverage)
    }

    /// `frequency`: the share that bought again, of as many customers as happened to get that far.
    @Test(arguments: [(0.6, 0.7, 60), (0.3, 0.5, 400)])
    func sharesThatBuyAgainHoldTheTruth(first: Double, second: Double, customers: Int) {
        var stream = RandomStream(seed: 98, stream: UInt64(customers))
        let rounds = 10 * Self.rounds
        var held = 0
        for _ in 0..<rounds {
            let again = stream.binomial(customers, first)
            if ProportionInterval.wilson(stream.binomial(again, second), of: again)?.contains(second) == true {
                held += 1
            }
        }
        let coverage = Double(held) / Double(rounds)
        #expect((0.92...0.99).contains(coverage), "\(second) of those of \(customers): \(coverage)")
        report(
            "a third purchase, \(second) of the \(first) of \(customers) with a second", rounds, "Wilson", coverage)
    }

    /// `metrics before D after D`: Student's interval of what each customer did per day after, less before. 30 days of gamma distributed
    /// spending before, 60 after; a tenth of it shared by a customer's two stretches.
    @Test(arguments: [20, 200, 2_000]) func pairedDifferencesHoldTheTruth(customers: Int) {
        var stream = RandomStream(seed: 99, stream: UInt64(customers))
        let rounds = customers > 1_000 ? Self.rounds / 2 : Self.rounds
        // Cents; a gamma distributed amount of shape 2 has twice its scale on average.
        let truth = (2 * 4_000.0 / 60 - 2 * 1_500.0 / 30) / 100
        var held = 0
        for _ in 0..<rounds {
            var sums = PairedSums()
            sums.customers = Int64(customers)
            for _ in 0..<customers {
                let shared = stream.gamma(2)
                let before = Int128(((0.9 * stream.gamma(2) + 0.1 * shared) * 1_500).rounded())
                let after = Int128(((0.9 * stream.gamma(2) + 0.1 * shared) * 4_000).rounded())
                sums.before += before
                sums.after += after
                let difference = after * 30 - before * 60
                sums.differences += difference
                sums.squares += difference * difference
            }
            let found = PairedDifference(sums, firstDays: 30, secondDays: 60, scale: 100)
            if found?.interval?.contains(truth) == true { held += 1 }
        }
        let coverage = Double(held) / Double(rounds)
        #expect((0.89...0.98).contains(coverage), "\(customers): \(coverage)")
        report("before and after, \(customers) customers", rounds, "Student, paired", coverage)
    }

    private func report(_ name: String, _ rounds: Int, _ method: String, _ coverage: Double) {
        guard Self.isLong else { return }
        print("| \(name) | \(rounds) | \(method) | \(String(format: "%.2f", coverage * 100)) % |")
    }
}
