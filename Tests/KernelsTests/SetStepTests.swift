import Testing

@testable import ReachKernels

/// A random set made of `sets`, as steps and word by word.
private struct RandomSet {
    var steps = SetSteps()
    private let sets: [[UInt64]]
    private var dice: Dice

    init(of sets: [[UInt64]], seed: UInt64) {
        self.sets = sets
        dice = Dice(state: seed)
    }

    private mutating func chance(_ parts: UInt64) -> Bool { dice.next() % parts == 0 }

    /// Puts a set on the stack and tells its words.
    mutating func grow(depth: Int) -> [UInt64] {
        if chance(12) {
            let isInverted = chance(2)
            steps.add(.put, nil, isInverted: isInverted)
            return sets[0].map { _ in isInverted ? .max : 0 }
        }
        if depth == 0 { return leaf(.put, []) }
        var words = grow(depth: depth - 1)
        for _ in 0..<Int(dice.next() % 4) {
            let operation: SetSteps.Operation = chance(2) ? .intersect : .unite
            if chance(2) {
                words = leaf(operation, words)
            } else {
                let other = grow(depth: depth - 1)
                let isInverted = chance(2)
                steps.add(operation, nil, isInverted: isInverted)
                words = Self.combined(operation, words, isInverted ? other.map { ~$0 } : other)
            }
        }
        return words
    }

    private mutating func leaf(_ operation: SetSteps.Operation, _ words: [UInt64]) -> [UInt64] {
        let set = sets[Int(dice.next() % UInt64(sets.count))]
        let isInverted = chance(2)
        steps.add(operation, set, isInverted: isInverted)
        let own = isInverted ? set.map { ~$0 } : set
        return operation == .put ? own : Self.combined(operation, words, own)
    }

    private static func combined(_ operation: SetSteps.Operation, _ one: [UInt64], _ other: [UInt64]) -> [UInt64] {
        zip(one, other).map { operation == .intersect ? $0 & $1 : $0 | $1 }
    }
}

@Test(arguments: [1, 3, 127, 128, 129, 1_000])
func stepsCombineSetsWordByWord(wordCount: Int) {
    for seed in 0..<40 as Range<UInt64> {
        var dice = Dice(state: seed)
        let sets = (0..<4).map { _ in (0..<wordCount).map { _ in dice.next() } }
        var random = RandomSet(of: sets, seed: seed &* 31 &+ UInt64(wordCount))
        let expected = random.grow(depth: Int(seed % 5))
        let first = Int(dice.next() % UInt64(wordCount))
        for range in [0..<wordCount, first..<wordCount, 0..<first, first..<first + 1] {
            #expect(random.steps.words(range) == Array(expected[range]), "seed \(seed)")
            #expect(random.steps.count(range) == expected[range].reduce(0) { $0 + $1.nonzeroBitCount }, "seed \(seed)")
        }
    }
}
