import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import TestSupport
import Testing

/// One condition, three answers: the engine over a workspace, a row-by-row reference, and SQLite.
@Suite struct DifferentialTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// 100,000 conditions instead of some 2,000.
    static let isLong = environment["REACH_LONG"] == "1"
    /// `REACH_SEED` begins elsewhere.
    static let firstSeed = environment["REACH_SEED"].flatMap { UInt64($0) } ?? 0
    static let seeds = firstSeed..<(firstSeed + (isLong ? 667 : 14))
    static let conditionsPerSeed = 150

    @Test(arguments: seeds) func everyAnswerIsTheSame(seed: UInt64) throws {
        let round = try DifferentialRound(seed: seed)
        var writer = ConditionWriter(seed: seed)
        var telling = 0
        for number in 0..<Self.conditionsPerSeed {
            let text = writer.condition()
            do {
                let members = try round.check(text, number)
                if !members.isEmpty, members.count < round.everybody.count { telling += 1 }
            } catch let diagnostic as Diagnostic {
                Issue.record("seed \(seed): \(text)\n\(diagnostic.code): \(diagnostic.message)")
            } catch {
                Issue.record("seed \(seed): \(text)\n\(error)")
            }
        }
        // A generator that asks for nobody and everybody would agree with anything.
        #expect(telling * 3 > Self.conditionsPerSeed, "seed \(seed): only \(telling) conditions tell customers apart")
    }

    @Test func everyConstructIsWritten() throws {
        var translator = SQLTranslator(try Shop(seed: 0))
        for seed in Self.seeds {
            var writer = ConditionWriter(seed: seed)
            for _ in 0..<Self.conditionsPerSeed {
                let text = writer.condition()
                _ = try translator.condition(try ExpressionParser.parse(text))
            }
        }
        for construct in Self.constructs {
            let count = translator.met[construct] ?? 0
            #expect(count >= 10, "`\(construct)` was written \(count) times")
        }
    }

    private static let constructs =
        ["not", "and", "or", "between", "in list", "in period", "within", "age", "is missing", "is true"]
        + ComparisonOperator.allCases.map { "comparison \($0.rawValue)" }
        + ArithmeticOperator.allCases.map { "arithmetic \($0.rawValue)" } + MatchKind.allCases.map(\.rawValue)
        + ["negate", "ago", "parameter", "yes and no", "a value as condition", "datetime", "datetime with offset"]
        + ["segment by name", "attribute by name", "frozen by name", "last_seen", "first_seen", "a table as number"]
        + ["customers.name", "if", "coalesce"]
        + Function.allCases.filter { $0 != .phone && $0 != .address }.map(\.rawValue)
        + Aggregate.Function.allCases.map { "\($0.rawValue)()" }
        + ["window within", "window in", "window since", "window before", "window between"]
        + ["has", "has no", "has N+", "has more than", "has at most", "has fewer than", "has exactly", "has N to M"]
        + ["regularly", "sequence", "then no", "stopped", "resumed"]
}
