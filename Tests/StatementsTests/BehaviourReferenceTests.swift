import Foundation
import ReachColumns
import Testing

@testable import ReachStatements

/// What statements answer about the sample shop, against what `scripts/reference/behaviour.py` worked out from its rows with pandas, scipy
/// and statsmodels.
@Suite struct BehaviourReferenceTests {
    /// Rows by statement, and under `made` what they were made of.
    private func expected() throws -> [String: Any] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Reference/behaviour.json")
        let parsed = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
        return try #require(parsed as? [String: Any])
    }

    @Test func answersAreThoseOfTheReference() throws {
        let expected = try expected()
        let made = try #require(expected["made"] as? [String: Any])
        #expect(made["today"] as? String == CivilDate(daysSinceEpoch: Int(SampleSession.today)).iso)
        #expect(expected.count > 15)
        let session = try SampleSession.make(customers: try #require(made["customers"] as? Int))
        for statement in expected.keys.sorted() where statement != "made" {
            let rows = try #require(expected[statement] as? [[Any]])
            let table = try #require(try session.answer(statement).table)
            #expect(table.rowCount == rows.count, "\(statement)")
            var place = 0
            try table.forEachRow { row in
                guard place < rows.count, row.count == rows[place].count else { return false }
                for (value, wanted) in zip(row, rows[place]) where !Self.equal(value, wanted) {
                    Issue.record("\(statement), row \(place): \(row) is not \(rows[place])")
                    return false
                }
                place += 1
                return true
            }
            #expect(place == rows.count, "\(statement): rows \(place) on differ")
        }
    }

    /// Counts, texts, dates and decimals exactly, floats to 1e-9 of their size.
    private static func equal(_ value: Value, _ wanted: Any) -> Bool {
        switch value {
        case .missing: return wanted is NSNull
        case .text(let text): return wanted as? String == text
        case .date, .decimal: return wanted as? String == value.plain
        case .boolean(let flag): return wanted as? Bool == flag
        case .integer(let count): return (wanted as? NSNumber)?.int64Value == count
        case .float(let float):
            guard let number = (wanted as? NSNumber)?.doubleValue else { return false }
            return abs(float - number) <= 1e-9 * max(1, abs(number))
        case .datetime: return false
        }
    }
}
