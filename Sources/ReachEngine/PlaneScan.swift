import ReachColumns
import ReachKernels
import ReachPlan

/// Conditions on customers' columns that planes of bits answer, put to all columns in one pass, chunk by chunk of a stretch. Used by one thread.
final class PlaneScan {
    private enum Test {
        case lanes(ClosedRange<Int64>)
        case words(CodeTest)
    }

    /// What a scan says of a chunk.
    private enum Finding {
        case nobody
        case everybody
        /// What is left to be asked of the rows.
        case tests
        /// A chunk is not in memory, or has another form: it has to be asked in another way.
        case unknown
    }

    private let questions: [(column: ColumnStretch, test: Test)]
    /// What has to be asked besides.
    let rest: [Conjunction.Step]
    private var tests = PlaneTests()

    /// Nil where there is nothing to scan.
    init?(_ conjunction: Conjunction, _ evaluator: ChunkEvaluator) throws {
        var questions: [(column: ColumnStretch, test: Test)] = []
        var rest: [Conjunction.Step] = []
        for step in conjunction.steps {
            guard questions.count < PlaneTests.most, let (column, test) = try Self.test(step, evaluator) else {
                rest.append(step)
                continue
            }
            questions.append((try evaluator.customerColumn(column), test))
        }
        if questions.isEmpty { return nil }
        self.questions = questions
        self.rest = rest
    }

    private static func test(_ step: Conjunction.Step, _ evaluator: ChunkEvaluator) throws -> (Int, Test)? {
        switch step {
        case .range(let column, _, let range): return (column, .lanes(range))
        case .nobody: return nil
        case .condition(let condition):
            guard let (scalar, test) = condition.valueTest, case .column(let column, _) = scalar,
                case .text(let predicate) = test,
                let dictionary = try evaluator.engine.source.dictionary(table: 0, column: column)
            else { return nil }
            let words = evaluator.engine.texts.test(predicate, dictionary)
            if case .table = words { return nil }
            return (column, .words(words))
        }
    }

    /// Rows of the chunk that pass.
    func mask(of chunk: Int, rowCount: Int) -> Mask? {
        switch look(at: chunk, rowCount) {
        case .nobody: return Mask(.none, count: rowCount)
        case .everybody: return Mask(.every, count: rowCount)
        case .tests: return Mask(tests.passing(owner: questions), count: rowCount)
        case .unknown: return nil
        }
    }

    /// How many rows of the chunk pass.
    func count(of chunk: Int, rowCount: Int) -> Int? {
        switch look(at: chunk, rowCount) {
        case .nobody: return 0
        case .everybody: return rowCount
        case .tests: return tests.count(owner: questions)
        case .unknown: return nil
        }
    }

    /// Adds how many of the chunk's rows that pass answer yes/no columns alike; false, and nothing added, where another way has to be gone.
    func addAnswers(
        of chunk: Int, rowCount: Int, _ answers: [PlanesPlace], owner: [ColumnStretch], into counts: inout [Int]
    ) -> Bool {
        switch look(at: chunk, rowCount) {
        case .nobody: return true
        case .everybody, .tests:
            for place in answers { tests.append(answers: place) }
            tests.countAnswers(owner: (questions, owner), into: &counts)
            return true
        case .unknown: return false
        }
    }

    private func look(at chunk: Int, _ rowCount: Int) -> Finding {
        tests.restart(rows: rowCount)
        for (column, test) in questions {
            if case .lanes(let range) = test, let answer = column.summary(of: chunk).answer(range) {
                if answer { continue }
                return .nobody
            }
            guard let (place, meaning) = column.planes(of: chunk), place.count == rowCount else { return .unknown }
            switch (test, meaning) {
            case (.lanes(let range), .lanes(let base, let step)):
                guard let (low, high) = codeRange(range, base, step, last: UInt32.max) else { return .nobody }
                tests.append(place, from: low, through: high)
            case (.words(.none), .words): return .nobody
            case (.words(.inside(let range)), .words):
                tests.append(place, from: range.lowerBound, through: range.upperBound)
            case (.words(.outside(let range)), .words):
                tests.append(place, from: range.lowerBound, through: range.upperBound, outside: true)
            default: return .unknown
            }
        }
        return tests.isEmpty ? .everybody : .tests
    }
}
