import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// Answers that were given, for when the same is asked again and nothing that it depends on has changed. The least recently used go first.
struct AnswerCache {
    /// All that an answer depends on beside the statement's own definition.
    struct Key: Hashable {
        /// Data, definitions, channels and settings of the workspace.
        let stamp: FileStamp
        /// As typed: headlines and names of columns may quote it.
        let text: String
        let parameters: [String: Literal]
        let current: CurrentSegment?
        let today: Int32
        let zone: Zone
        /// Nil where nothing looks at the time of day.
        let now: Int64?
    }

    private var entries: [Key: (answer: Answer, lastUse: Int)] = [:]
    private var clock = 0

    private static let capacity = 128
    /// Larger answers are not kept.
    private static let mostRows = 10_000

    mutating func answer(_ key: Key) -> Answer? {
        guard let index = entries.index(forKey: key) else { return nil }
        clock += 1
        entries.values[index].lastUse = clock
        return entries.values[index].answer
    }

    mutating func keep(_ answer: Answer, for key: Key) {
        guard (answer.table?.rowCount ?? 0) <= Self.mostRows else { return }
        if entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        clock += 1
        entries[key] = (answer, clock)
    }

    mutating func removeAll() { entries = [:] }
}

extension Session {
    /// Under what the answer to a statement may be kept; nil where it changes something, where that is switched off, or where it cannot be
    /// told whether the file has changed.
    func answerKey(_ statement: Statement) throws -> AnswerCache.Key? {
        guard keepsAnswers, Catalogue.definition(statement.keyword)?.isRepeatable == true else { return nil }
        let pinned = try pin()
        guard let stamp = pinned.snapshot.stamp else { return nil }
        let context = pinned.context
        let text = statement.source[statement.span]
        let texts = [text] + context.parameters.values.map(\.plainText)
        let asksTheClock = definitionsAskTheClock || texts.contains(where: Self.mayAskTheClock)
        return AnswerCache.Key(
            stamp: stamp, text: text, parameters: context.parameters, current: current, today: context.moment.today,
            zone: context.moment.zone, now: asksTheClock ? context.moment.now : nil)
    }

    /// Whether a text may mean something else later the same day: it names `now`, an hour, a minute or a second, or a wait that may still
    /// be running.
    static func mayAskTheClock(_ text: String) -> Bool {
        Lexer.tokens(of: text).contains { token in
            switch token.kind {
            case .word(let word): ["now", "then"].contains(Name.fold(word))
            case .literal(.duration(let duration)): duration.unit.isTimeOfDay
            default: false
            }
        }
    }
}
