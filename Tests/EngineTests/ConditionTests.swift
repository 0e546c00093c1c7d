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

    init(seed: UInt64, customerCount: Int = 40) {
        let data = SampleData.make(seed: seed, customerCount: customerCount)
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
                frozen: { name in name == "old" ? Self.bitmaps(frozen, customerCount * 2 / 3, chunkRows) : nil },
                threads: threads, cancellation: Cancellation())
        }
    }

    /// What a segment frozen when there were `count` customers looks like.
    private static func bitmaps(_ rows: Set<Int>, _ count: Int, _ chunkRows: Int) -> [Bitmap] {
        stride(from: 0, to: count, by: chunkRows).map { start in
            var bits = Bitmap(count: min(chunkRows, count - start))
            for row in 0..<bits.count where rows.contains(start + row) { bits[row] = true }
            return bits
        }
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
