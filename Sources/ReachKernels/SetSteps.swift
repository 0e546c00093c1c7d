import CKernels

/// How a set of rows comes out of others, as steps over a stack of sets: each puts a set on top, or combines one with the set on top.
/// Sets are bits of the same rows, 64 to a word, and gone through a few words at a time with all steps.
package struct SetSteps: Sendable {
    package enum Operation: Sendable {
        case put, intersect, unite

        fileprivate var code: UInt8 {
            switch self {
            case .put: UInt8(REACH_SET_PUT)
            case .intersect: UInt8(REACH_SET_INTERSECT)
            case .unite: UInt8(REACH_SET_UNITE)
            }
        }
    }

    private struct Step {
        let operation: Operation
        /// Which set; nil is the one on top, taken off, or where one is put, a set without rows.
        let set: Int?
        /// Takes the rows that are not in the set.
        let isInverted: Bool
    }

    private var steps: [Step] = []
    private var sets: [[UInt64]] = []
    private var height = 0
    private var greatestHeight = 0

    package init() {}

    /// Puts the set on top, or combines it with what is there. Without words it is a set without rows that is put, and the set on top, then
    /// taken off, that is combined with the one below.
    package mutating func add(_ operation: Operation, _ words: [UInt64]?, isInverted: Bool = false) {
        if operation == .put {
            height += 1
            greatestHeight = max(height, greatestHeight)
        } else if words == nil {
            height -= 1
        }
        precondition(height > 0, "a step has something to work on")
        steps.append(Step(operation: operation, set: words.map { _ in sets.count }, isInverted: isInverted))
        if let words {
            precondition(words.count == sets.first?.count ?? words.count, "sets are of the same rows")
            sets.append(words)
        }
    }

    /// How many bits are set among these words of the set that is left on top.
    package func count(_ range: Range<Int>) -> Int {
        // SAFETY: `run` is given no place to write to.
        unsafe run(range, into: nil)
    }

    /// These words of the set that is left on top.
    package func words(_ range: Range<Int>) -> [UInt64] {
        // SAFETY: `run` writes a word for each of the range's, for which there is room.
        unsafe [UInt64](unsafeUninitializedCapacity: range.count) { out, count in
            _ = unsafe run(range, into: out.baseAddress)
            count = range.count
        }
    }

    private func run(_ range: Range<Int>, into out: UnsafeMutablePointer<UInt64>?) -> Int {
        precondition(height == 1, "steps leave one set")
        precondition(sets.allSatisfy { range.upperBound <= $0.count }, "a word per 64 rows in every set")
        if range.isEmpty { return 0 }
        var count = 0
        // SAFETY: every set has the range's words; the scratch has a block of words for each set that is on the stack at a time; `out` has room for
        // as many words as the range.
        unsafe withPointers(to: sets[...], []) { pointers in
            let steps = unsafe self.steps.map { step in
                unsafe reach_set_step(
                    words: step.set.flatMap { unsafe pointers[$0] }, operation: step.operation.code,
                    is_inverted: step.isInverted)
            }
            unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: greatestHeight * Int(REACH_SET_WORDS)) {
                count = unsafe reach_combine_sets(
                    out, steps, steps.count, $0.baseAddress, range.lowerBound, range.count)
            }
        }
        return count
    }
}
