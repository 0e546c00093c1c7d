import Foundation
import Testing

@testable import ReachShell

/// Published data sets, where they stand beside the project, answered as others have worked them out.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built")) struct RealDataTests {
    /// The `customers` of each statement's facts, in order.
    private func counts(_ result: ReachProcess.Result) throws -> [Int] {
        try result.output.split(separator: "\n").compactMap { line in
            let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (answer?["facts"] as? [String: Any])?["customers"] as? Int
        }
    }

    @Test func shopOfCompactDiscs() throws {
        guard let folder = PublishedData.folder() else { return }
        let reach = try ReachProcess()
        defer { reach.remove() }
        let imported = try reach.run([
            "cdnow.db", "--format", "json", "-c", "import orders from \"\(folder)/cdnow/orders.csv\"",
        ])
        #expect(imported.output.contains("\"rows\":6919,\"added\":6919"), "\(imported)")
        #expect(imported.output.contains("\"customers_created\":2357"), "\(imported)")
        let questions = [
            "count where orders > 2", "count where orders > 2 and last_seen > 60d",
            "count where orders > 2 and last_seen > 59d", "count where orders > 2 and last_seen > 61d",
            "count where has no orders within 26w", "count where has no orders within 183d", "count all",
        ]
        let result = try reach.run([
            "cdnow.db", "--format", "json", "-c", "set today = 1998-07-01", "-c", questions.joined(separator: "; "),
        ])
        #expect(try counts(result) == [746, 533, 535, 531, 1842, 1840, 2357], "\(result)")
        let total = try reach.run(["cdnow.db", "--format", "csv", "-c", "summarize sum(total) of orders"])
        #expect(total.output == "sum(total)\n244091.94\n", "\(total)")
    }

    /// How many customers buy again after so many purchase days, of the whole file of 23,570 customers.
    @Test func repeatPurchasesOfCompactDiscs() throws {
        guard let folder = PublishedData.folder() else { return }
        let reach = try ReachProcess()
        defer { reach.remove() }
        let lines = try String(contentsOfFile: "\(folder)/cdnow/CDNOW_master.txt", encoding: .utf8)
            .split(whereSeparator: \.isNewline).dropFirst()
        let rows = lines.map { line -> String in
            let cells = line.split(separator: " ")
            let day = cells[1]
            return "\(cells[0]),\(day.prefix(4))-\(day.dropFirst(4).prefix(2))-\(day.suffix(2)),\(cells[3])"
        }

        try reach.write("master.csv", "customer_id,at,total\n" + rows.joined(separator: "\n") + "\n")

        let result = try reach.run([
            "cdnow.db", "--format", "json", "-c", "import orders from \"\(reach.home.path)/master.csv\"", "-c",
            "set today = 1998-07-01", "-c", "frequency of all",
        ])
        let last = try #require(result.output.split(separator: "\n").last, "\(result)")
        let answer = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        let steps = try #require(answer?["rows"] as? [[String: Any]])
        let shares = steps.prefix(10).compactMap { ($0["share"] as? Double).map { String(format: "%.4f", $0) } }
        #expect(
            shares == [
                "0.4886", "0.6492", "0.7051", "0.7276", "0.7416", "0.7739", "0.7865", "0.7816", "0.7938", "0.8305",
            ])
    }

    @Test func emailChallenge() throws {
        guard let folder = PublishedData.folder() else { return }
        let reach = try ReachProcess()
        defer { reach.remove() }
        let imported = try reach.run([
            "mail.db", "--format", "json", "-c", "import customers from \"\(folder)/hillstrom/hillstrom.csv\"",
        ])
        #expect(imported.output.contains("\"rows\":64000,\"added\":64000"), "\(imported)")
        let measures = "count, sum(visit) as visits, sum(conversion) as orders, avg(spend) as spend"
        let arms = try reach.run(["mail.db", "--format", "csv", "-c", "summarize \(measures) by `segment`"])
        let rows = arms.output.split(separator: "\n").map { $0.split(separator: ",") }
        #expect(rows.first == ["segment", "customers", "visits", "orders", "spend"], "\(arms)")
        for expected in [
            "Mens E-Mail,21307,3894,267,1.422617", "Womens E-Mail,21387,3238,189,1.077202",
            "No E-Mail,21306,2262,122,0.652789",
        ] {
            let cells = expected.split(separator: ",")
            let row = try #require(rows.first { $0.first == cells[0] })
            #expect(row[1...3] == cells[1...3], "\(arms)")
            #expect(abs((Double(row[4]) ?? 0) - (Double(cells[4]) ?? 1)) < 1e-6, "\(arms)")
        }
        let questions = [
            "count where recency <= 3", "count where history > 500", "count where mens = 1 and womens = 1",
            "count where womens = 1 and recency <= 6", "count where spend > 100",
            "count where segment = \"No E-Mail\"", "count where `segment` = \"No E-Mail\"",
            "count where channel = \"Web\"", "count where `channel` = \"Web\"",
        ]
        let result = try reach.run(["mail.db", "--format", "json", "-c", questions.joined(separator: "; ")])
        #expect(try counts(result) == [22393, 8077, 6448, 20499, 234, 21306, 21306, 28217, 28217], "\(result)")
    }
}
