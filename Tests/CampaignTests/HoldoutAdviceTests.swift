import ReachInsight
import Testing

@testable import ReachCampaign

@Suite struct HoldoutAdviceTests {
    @Test func workedExample() {
        let advice = HoldoutAdvice(customers: 100_000, baseline: 0.04, contacted: 0.05)
        guard case .share(let share, let customers) = advice.outcome else {
            Issue.record("no share")
            return
        }
        #expect(customers == 3_135 && abs(share - 0.0313462) < 1e-7)
    }

    /// By the variance of each arm, equal arms of 53,208 tell 3.3 % from 3 % apart; fewer customers altogether do not.
    @Test func whereNoneWould() {
        let z = Normal.quantile(0.975) + Normal.quantile(0.8)
        let equal = (0.03 * 0.97 + 0.033 * 0.967) * (z / 0.003) * (z / 0.003)
        #expect(abs(equal - 53_208) < 1)
        let needed = HoldoutAdvice(customers: 10, baseline: 0.03, contacted: 0.033)
        guard case .none(let customers) = needed.outcome else {
            Issue.record("advised")
            return
        }
        // The best arms are not quite equal.
        #expect(customers <= 2 * equal && customers > 2 * equal - 200)
        let enough = HoldoutAdvice(customers: Int(customers), baseline: 0.03, contacted: 0.033)
        guard case .share(let share, _) = enough.outcome else {
            Issue.record("\(enough.outcome)")
            return
        }
        #expect(abs(share - 0.49) < 0.02)
        #expect(HoldoutAdvice(customers: 1_000, baseline: 0.05, contacted: 0.05).outcome == .noEffect)
    }

    /// One customer less is not enough.
    @Test(arguments: [(2_000, 0.01, 0.05), (50_000, 0.02, 0.025), (1_000_000, 0.1, 0.105), (300, 0.0, 0.4)])
    func smallest(customers: Int, baseline: Double, contacted: Double) {
        let advice = HoldoutAdvice(customers: customers, baseline: baseline, contacted: contacted)
        guard case .share(_, let heldOut) = advice.outcome else {
            Issue.record("\(advice.outcome)")
            return
        }
        let z = Normal.quantile(0.975) + Normal.quantile(0.8)
        func detects(_ heldOut: Int) -> Bool {
            guard heldOut > 0 else { return false }
            let variance =
                contacted * (1 - contacted) / Double(customers - heldOut)
                + baseline * (1 - baseline) / Double(heldOut)
            return z * z * variance <= (contacted - baseline) * (contacted - baseline)
        }
        #expect(detects(heldOut) && !detects(heldOut - 1))
    }
}
