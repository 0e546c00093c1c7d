import ReachColumns
import ReachDiagnostics
import ReachPlan
import TestSupport
import Testing

@testable import ReachEngine

/// Engines over the same data in every shape: chunk sizes, encodings, threads.
struct Shapes {
    let data: PlainData
    let reference: ReferenceEvaluator
    let engines: [Engine]

    init(seed: UInt64, customerCount: Int = 40, someAreDeleted: Bool = true) {
        var data = SampleData.make(seed: seed, customerCount: customerCount)
        if !someAreDeleted { data.deleted = [] }
        var reference = ReferenceEvaluator(data, moment: SampleData.moment)
        let frozen = Set((0..<customerCount * 2 / 3).filter { $0 % 3 != 1 })
        reference.frozen = ["old": frozen]
        self.data = data
        self.reference = reference
        let shapes: [(Int, MemorySource.Encoding, Int)] = [
            (1, .narrow, 1), (3, .mixed(seed: seed), 2), (64, .wide, 1), (64, .plainText, 2),
            (7, .mixed(seed: seed + 1), 1),
            (65_536, .narrow, 2),
        ]
        engines = shapes.map { chunkRows, encoding, threads in
            Engine(
                source: MemorySource(data, chunkRows: chunkRows, encoding: encoding), moment: SampleData.moment,
                frozen: { name in name == "old" ? Self.members(frozen, customerCount * 2 / 3, chunkRows) : nil },
                threads: threads, cancellation: Cancellation())
        }
    }

    /// What a segment frozen when there were `count` customers looks like.
    private static func members(_ rows: Set<Int>, _ count: Int, _ chunkRows: Int) -> CustomerSet {
        CustomerSet(
            stride(from: 0, to: count, by: chunkRows).map { start in
                var bits = Bitmap(count: min(chunkRows, count - start))
                for row in 0..<bits.count where rows.contains(start + row) { bits[row] = true }
                return bits
            })
    }
}

@Test(arguments: 0..<8 as Range<UInt64>)
func randomConditionsAgreeWithTheReference(seed: UInt64) throws {
    let shapes = Shapes(seed: seed)
    var generator = PlanGenerator(seed: seed &* 7_919 &+ 1)
    var mixed = 0
    for round in 0..<250 {
        let condition = generator.condition()
        let expected = shapes.reference.members(of: condition)
        let faults = shapes.reference.faults(of: condition)
        let engine = shapes.engines[round % shapes.engines.count]
        let members = try engine.members(of: condition)
        #expect(
            members.rows(chunkRows: engine.source.geometry.chunkRows) == expected,
            "seed \(seed), round \(round): \(condition)")
        #expect(
            engine.takeFaults() == Faults(divisionsByZero: faults.divisions, overflows: faults.overflows),
            "seed \(seed), round \(round): \(condition)")
        let others = try engine.members(of: .not(condition))
        #expect(try engine.everybody().subtracting(members) == others, "seed \(seed), round \(round): \(condition)")
        _ = engine.takeFaults()
        if !expected.isEmpty, expected.count < shapes.data.liveCustomers.count { mixed += 1 }
    }
    #expect(mixed > 80, "conditions that tell customers apart are what this is about: \(mixed) of 250")
}

/// What is made of segments alone is worked out set by set, the first time with the segments, then of those that are known.
@Test(arguments: 0..<4 as Range<UInt64>)
func algebraOfSegmentsAgreesWithTheReference(seed: UInt64) throws {
    let shapes = Shapes(seed: seed, customerCount: 150, someAreDeleted: seed % 2 == 0)
    var generator = PlanGenerator(seed: seed &* 104_729 &+ 5)
    var random = SeededRandom(seed: seed)
    func algebra(_ segments: [Condition], depth: Int) -> Condition {
        let kind = depth == 0 ? 0 : random.next() % 4
        if kind == 0 { return segments[Int(random.next() % UInt64(segments.count))] }
        if kind == 1 { return .not(algebra(segments, depth: depth - 1)) }
        let parts = (0..<Int(random.next() % 3) + 1).map { _ in algebra(segments, depth: depth - 1) }
        return kind == 2 ? .all(parts) : .any(parts)
    }
    for _ in 0..<20 {
        var segments: [Condition] = [.isMember(frozen: "old")]
        for _ in 0..<3 { segments.append(.isTrue(.condition(generator.condition()))) }
        for round in 0..<6 {
            let condition = algebra(segments, depth: 4)
            let expected = shapes.reference.members(of: condition)
            for engine in shapes.engines {
                let members = try engine.members(of: condition)
                #expect(
                    members.rows(chunkRows: engine.source.geometry.chunkRows) == expected,
                    "seed \(seed), round \(round): \(condition)")
                #expect(try engine.count(.customers(condition)) == expected.count, "seed \(seed): \(condition)")
            }
        }
    }
}
