import Foundation
import Testing

@testable import ReachCampaign

/// Half of `scripts/compare-parts`: the parts of every message of a file, for another implementation to be compared with.
@Suite struct ComparedMessagesTests {
    private static let environment = ProcessInfo.processInfo.environment

    /// A JSON string on each line of `$REACH_MESSAGES`; a line of parts, encoding and units for each in `$REACH_PARTS`.
    @Test(.enabled(if: environment["REACH_MESSAGES"] != nil, "run by scripts/compare-parts"))
    func countsTheMessagesOfAFile() throws {
        let source = try #require(Self.environment["REACH_MESSAGES"])
        let target = try #require(Self.environment["REACH_PARTS"])
        let lines = try String(contentsOfFile: source, encoding: .utf8).split(separator: "\n")
        #expect(!lines.isEmpty)
        let counted = try lines.map { line -> String in
            let parts = MessageParts(try JSONDecoder().decode(String.self, from: Data(line.utf8)))
            return "\(parts.parts) \(parts.isUnicode ? "ucs2" : "gsm") \(parts.units)"
        }
        try (counted.joined(separator: "\n") + "\n").write(toFile: target, atomically: true, encoding: .utf8)
    }
}
