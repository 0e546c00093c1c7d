import Foundation
import Testing

/// Models and experiments on published data sets, beside what others have published of them.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built")) struct RealModelTests {
    private func answers(_ reach: ReachProcess, _ file: String, _ statements: [String]) throws -> [[String: Any]] {
        let result = try reach.run([file, "--format", "json"] + statements.flatMap { ["-c", $0] })
        let answers = try result.output.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
        #expect(answers.count == statements.count, "\(result)")
        return answers
    }

    /// Fader, Hardie and Lee (2005), Fader and Hardie (2013), and Hoppe and Wagner's fit of MBG/NBD.
    @Test func modelsOfTheShopOfCompactDiscs() throws {
        guard let folder = PublishedData.folder() else { return }
        let reach = try ReachProcess()
        defer { reach.remove() }
        let found = try answers(
            reach, "cdnow.db",
            [
                "import orders from \"\(folder)/cdnow/orders.csv\"",
                "predict orders next 273d of all as of 1998-06-30 model bg",
                "predict value next 273d of all as of 1997-09-30 model bg",
                "predict value next 273d of all as of 1997-09-30",
            ]
        ).map { $0["facts"] as? [String: Any] ?? [:] }
        func check(_ facts: [String: Any], _ expected: [(name: String, value: Double, tolerance: Double)]) {
            for (name, value, tolerance) in expected {
                let figure = facts[name] as? Double ?? .nan
                #expect(abs(figure - value) <= tolerance, "\(name) is \(figure), published \(value)")
            }
        }
        check(
            found[1],
            [
                ("calibration_r", 0.243, 0.005), ("calibration_alpha", 4.414, 0.005), ("calibration_a", 0.793, 0.005),
                ("calibration_b", 2.426, 0.005), ("calibration_log_likelihood", -9582.43, 0.01),
                ("calibration_customers", 2357, 0), ("calibration_actual", 1882, 0),
                ("calibration_predicted", 1653, 0.5),
            ])
        check(
            found[2],
            [
                ("r", 0.243, 0.005), ("alpha", 4.414, 0.005), ("a", 0.793, 0.005), ("b", 2.426, 0.005),
                ("p", 6.25, 0.005), ("q", 3.74, 0.005), ("v", 15.44, 0.005), ("mean_value", 35.17, 0.005),
                ("value_fitted_to", 946, 0), ("expected_orders", 1653, 0.5),
            ])
        check(
            found[3],
            [("r", 0.525, 0.0005), ("alpha", 6.183, 0.0005), ("a", 0.891, 0.0005), ("b", 1.614, 0.0005)])
    }

    /// pandas, statsmodels and scipy on the same file.
    @Test func armsOfTheEmailChallenge() throws {
        guard let folder = PublishedData.folder() else { return }
        let reach = try ReachProcess()
        defer { reach.remove() }
        let found = try answers(
            reach, "mail.db",
            [
                "import customers from \"\(folder)/hillstrom/hillstrom.csv\"",
                "report experiment `segment` control \"No E-Mail\" measure visit, conversion, spend",
            ])
        let rows = try #require(found[1]["rows"] as? [[String: Any]])
        func row(_ measure: String, _ arm: String) throws -> [String: Any] {
            try #require(rows.first { $0["measure"] as? String == measure && $0["arm"] as? String == arm })
        }
        for (measure, arm, expected) in [
            (
                "visit", "Mens E-Mail",
                ["difference": 0.076590, "low": 0.069954, "high": 0.083226, "statistic": 22.4860]
            ),
            (
                "conversion", "Mens E-Mail",
                ["difference": 0.0068050, "low": 0.005000, "high": 0.008610, "statistic": 7.3851, "p": 1.52e-13]
            ),
            (
                "spend", "Mens E-Mail",
                [
                    "average": 1.422617, "difference": 0.76983, "low": 0.4851, "high": 1.0545, "statistic": 5.300,
                    "p": 1.16e-7,
                ]
            ),
            ("visit", "Womens E-Mail", ["difference": 0.045233, "low": 0.03889, "high": 0.05157, "statistic": 13.949]),
            (
                "conversion", "Womens E-Mail",
                ["difference": 0.0031111, "low": 0.001499, "high": 0.004723, "statistic": 3.7796, "p": 1.571e-4]
            ),
            (
                "spend", "Womens E-Mail",
                ["average": 1.077202, "difference": 0.42441, "low": 0.1690, "high": 0.6799, "p": 0.001129]
            ),
        ] {
            let line = try row(measure, arm)
            for (name, value) in expected {
                let figure = line[name] as? Double ?? .nan
                #expect(
                    abs(figure - value) <= 0.005 * abs(value) && figure.isFinite, "\(measure) \(arm) \(name) \(figure)")
            }
            #expect(line["verdict"] as? String == "worked")
        }
        let facts = try #require(found[1]["facts"] as? [String: Any])
        #expect(abs((facts["sample_ratio_chi2"] as? Double ?? 0) - 0.2025) < 5e-5)
        #expect(abs((facts["sample_ratio_p"] as? Double ?? 0) - 0.904) < 5e-4)
    }
}
