import Foundation
import ReachColumns
import ReachStatements
import Testing

/// `predict`, `attribute` and `report experiment` on a sample shop, beside figures computed with pandas, scipy and statsmodels:
///
///     /tmp/reference/bin/python scripts/reference/models.py .build/debug/reach > Tests/Reference/models.json
@Suite struct ModelReferenceTests {
    private let reference: [String: Any]
    private let session: ReachStatements.Session

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Reference/models.json")
        let content = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
        reference = try #require(content as? [String: Any])
        session = try SampleSession.make(customers: 2_000)
        #expect(reference["shop"] as? String == "demo 2000 customers seed 7")
        #expect(reference["today"] as? String == "2026-11-22")
    }

    private func figure(_ path: String...) throws -> Double {
        var place: Any = reference
        for name in path.dropLast() { place = try #require((place as? [String: Any])?[name]) }
        let values = try #require(place as? [String: Any])
        return try #require(values[path[path.count - 1]] as? Double, "no \(path)")
    }

    private func near(_ value: Value?, _ expected: Double, _ relative: Double) -> Bool {
        guard let number = value?.number else { return false }
        return (number - expected).magnitude <= relative * max(expected.magnitude, 1e-12)
    }

    @Test(arguments: ["bg", "mbg"]) func predictionsAreThoseOfScipy(model: String) throws {
        let answer = try session.answer("predict value next 90d of all model \(model)")
        let facts = Dictionary(uniqueKeysWithValues: answer.facts.map { ($0.name, $0.value) })
        for name in ["r", "alpha", "a", "b"] {
            let expected = try figure("predict", model, name)
            #expect(near(facts[name], expected, 1e-4), "\(name): \(String(describing: facts[name])) for \(expected)")
        }
        for name in ["log_likelihood", "customers", "calibration_days", "calibration_customers", "calibration_actual"] {
            #expect(near(facts[name], try figure("predict", model, name), 1e-9), "\(name)")
        }
        for name in ["alive", "expected_orders", "expected_value", "calibration_predicted"] {
            #expect(near(facts[name], try figure("predict", model, name), 1e-5), "\(name)")
        }
        for name in ["p", "q", "v", "mean_value", "correlation", "value_fitted_to"] {
            #expect(near(facts[name], try figure("predict", "spend", name), 1e-4), "\(name)")
        }
        let models = try #require(reference["predict"] as? [String: Any])
        let buyers = try #require((models[model] as? [String: Any])?["buyers"] as? [String: [Double]])
        #expect(buyers.count > 10)
        for (key, expected) in buyers {
            let row = try session.rows(
                "show p_alive, expected_orders, expected_value of where customer_id = \"\(key)\"")[0]
            for (value, expected) in zip(row, expected) { #expect(near(value, expected, 1e-4), "\(key) \(row)") }
        }
    }

    @Test func creditIsThatOfPandas() throws {
        let models = try #require(reference["attribute"] as? [String: [String: [Double]]])
        let found = try session.rows("attribute orders to visits by source model all window 30d of all")
        var count = 0
        for row in found {
            guard case .text(let model) = row[0] else { continue }
            let channel = row[1] == .missing ? "missing" : row[1].words
            let expected = models[model]?[channel] ?? [0, 0]
            #expect(near(row[2], expected[0], 1e-9) || expected[0] == 0 && row[2] == .float(0), "\(row)")
            guard case .decimal(let units, 2) = row[4] else {
                Issue.record("revenue is no decimal: \(row)")
                continue
            }
            #expect(Double(units) == expected[1], "\(row)")
            count += 1
        }
        #expect(count >= models.values.reduce(0) { $0 + $1.count } && models.count == 5)
    }

    @Test func differencesAreThoseOfStatsmodels() throws {
        let lines = try session.rows(
            "report experiment email_consent control false measure orders > 5, sum(orders.total) of all")
        let (rate, mean) = (lines[1], lines[3])
        for (row, kind, statistic) in [(rate, "rate", "z"), (mean, "mean", "t")] {
            for (place, name) in [(6, "low"), (7, "high"), (9, statistic), (10, "p"), (11, "p_holm")] {
                #expect(near(row[place], try figure("experiment", kind, name), 1e-7), "\(kind) \(name): \(row[place])")
            }
        }
        let answer = try session.answer("report experiment email_consent control false measure orders > 5 of all")
        for (fact, name) in [("sample_ratio_chi2", "chi2"), ("sample_ratio_p", "p")] {
            let value = answer.facts.first { $0.name == fact }?.value
            #expect(near(value, try figure("experiment", "sample_ratio", name), 1e-7), "\(name)")
        }
        let few = try session.rows(
            "report experiment email_consent control false measure orders > 12 of where tier = \"gold\"")[1]
        for (place, name) in [(6, "low"), (7, "high"), (10, "p")] {
            #expect(near(few[place], try figure("experiment", "few", name), 1e-7), "few \(name): \(few[place])")
        }
        #expect(few[8] == .text("Fisher"))
    }
}

extension Value {
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }

    fileprivate var words: String { if case .text(let text) = self { text } else { "" } }
}
