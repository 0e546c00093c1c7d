import ReachColumns
import ReachKernels
import ReachPlan
import Synchronization

/// What was worked out once per distinct word, shared by all chunks of an engine.
///
/// Every entry holds on to its dictionary, so that an identity stays taken as long as it is a key.
final class TextTables: Sendable {
    private struct PredicateKey: Hashable {
        let predicate: TextPredicate
        let dictionary: ObjectIdentifier
    }

    private struct FunctionKey: Hashable {
        let function: TextFunction
        let dictionary: ObjectIdentifier
    }

    private struct PairKey: Hashable {
        let one: ObjectIdentifier
        let other: ObjectIdentifier
    }

    private struct EndingsKey: Hashable {
        let match: TextMatch
        let offsets: [UInt32]
        let endings: [UInt8]
        let stemsHoldMark: Bool
    }

    /// What a function makes of each word: a word of another dictionary, or nothing.
    struct Mapped {
        let source: TextDictionary
        let dictionary: TextDictionary
        let codes: [UInt32]
        /// 1 where the function gives nothing; nil where it always gives something.
        let missing: [UInt8]?
    }

    private struct State {
        var predicates: [PredicateKey: (source: TextDictionary, test: CodeTest)] = [:]
        var questions: [EndingsKey: EndingQuestions?] = [:]
        var mapped: [FunctionKey: Mapped] = [:]
        var lengths: [ObjectIdentifier: (source: TextDictionary, table: [Int64])] = [:]
        var literals: [[[UInt8]]: TextDictionary] = [:]
        var unions: [PairKey: (one: TextDictionary, mapped: Mapped)] = [:]
    }

    private let state = Mutex(State())

    /// The predicate as a question about codes of the dictionary.
    func test(_ predicate: TextPredicate, _ dictionary: TextDictionary) -> CodeTest {
        let key = PredicateKey(predicate: predicate, dictionary: ObjectIdentifier(dictionary))
        return state.withLock { state in
            if let known = state.predicates[key] { return known.test }
            let test = CodeTest(predicate.rows(offsets: dictionary.offsets, bytes: dictionary.bytes))
            state.predicates[key] = (dictionary, test)
            return test
        }
    }

    /// The match as questions about endings and stems; nil where it is none.
    func questions(_ match: TextMatch, _ texts: EndedTexts) -> EndingQuestions? {
        let key = EndingsKey(
            match: match, offsets: texts.split.endingOffsets, endings: texts.split.endings,
            stemsHoldMark: texts.stemsHoldMark)
        return state.withLock { state in
            if let known = state.questions[key] { return known }
            let questions = EndingQuestions(match, texts)
            state.questions[key] = questions
            return questions
        }
    }

    func mapped(_ function: TextFunction, _ dictionary: TextDictionary) -> Mapped {
        let key = FunctionKey(function: function, dictionary: ObjectIdentifier(dictionary))
        return state.withLock { state in
            if let known = state.mapped[key] { return known }
            let (column, missing) = function.apply(TextColumn(offsets: dictionary.offsets, bytes: dictionary.bytes))
            let (codes, words) = Self.distinct(column)
            let mapped = Mapped(source: dictionary, dictionary: words, codes: codes, missing: missing)
            state.mapped[key] = mapped
            return mapped
        }
    }

    /// Scalars per word, by code; never empty.
    func lengths(_ dictionary: TextDictionary) -> [Int64] {
        state.withLock { state in
            if let known = state.lengths[ObjectIdentifier(dictionary)] { return known.table }
            var table = TextFunction.lengths(TextColumn(offsets: dictionary.offsets, bytes: dictionary.bytes))
            if table.isEmpty { table = [0] }
            state.lengths[ObjectIdentifier(dictionary)] = (dictionary, table)
            return table
        }
    }

    /// A dictionary of this one word.
    func literal(_ text: String) -> TextDictionary { words([text]) }

    /// A dictionary of these words.
    func words(_ texts: [String]) -> TextDictionary {
        let key = texts.map { Array($0.utf8) }
        return state.withLock { state in
            if let known = state.literals[key] { return known }
            let dictionary = TextDictionary(texts)
            state.literals[key] = dictionary
            return dictionary
        }
    }

    /// A dictionary that begins with the words of `one`, and where the words of `other` are in it.
    func union(_ one: TextDictionary, _ other: TextDictionary) -> Mapped {
        let key = PairKey(one: ObjectIdentifier(one), other: ObjectIdentifier(other))
        return state.withLock { state in
            if let known = state.unions[key] { return known.mapped }
            var words = WordTable(offsets: one.offsets, bytes: one.bytes, seed: 0)
            var codes = Self.intern(TextColumn(offsets: other.offsets, bytes: other.bytes), into: &words)
            if codes.isEmpty { codes = [0] }
            let dictionary = TextDictionary(offsets: words.offsets, bytes: words.bytes)
            let mapped = Mapped(source: other, dictionary: dictionary, codes: codes, missing: nil)
            state.unions[key] = (one, mapped)
            return mapped
        }
    }

    /// The distinct words of a column, and each row's code.
    private static func distinct(_ column: TextColumn) -> (codes: [UInt32], TextDictionary) {
        var words = WordTable(seed: 0)
        var codes = intern(column, into: &words)
        if codes.isEmpty { codes = [0] }
        return (codes, TextDictionary(offsets: words.offsets, bytes: words.bytes))
    }

    private static func intern(_ column: TextColumn, into words: inout WordTable) -> [UInt32] {
        (0..<column.count).map { row in
            let (from, to) = column.range(at: row)
            return words.intern(column.bytes, from: from, to: to)
        }
    }
}
