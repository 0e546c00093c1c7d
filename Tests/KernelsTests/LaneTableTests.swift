import ReachKernels
import Testing

/// Keys as they come in files: one after the other, scattered within a range, far apart, at the ends of what an integer holds.
@Test(arguments: 0..<8)
func keysKeepTheirPositions(kind: Int) {
    var dice = Dice(state: UInt64(kind) + 5)
    for round in 0..<20 {
        var table = LaneTable(seed: dice.next())
        var positions: [Int64: UInt32] = [:]
        for step in 0..<Int.random(in: 1...3_000, using: &dice) {
            let key: Int64 =
                switch kind {
                case 0: Int64(step) + 7
                case 1: 10_000 - Int64(step)
                case 2: Int64.random(in: -500...500, using: &dice)
                case 3: Int64.random(in: 1...1_000_000, using: &dice)
                case 4: Int64.random(in: .min ... .max, using: &dice)
                case 5: step % 50 == 49 ? .max - Int64(step) : Int64(step)
                case 6: step % 3 == 0 ? .min + Int64(step) : .min + 5_000 - Int64(step)
                default: Int64.random(in: 0...9, using: &dice) * 1_000_000_007 + Int64(step % 100)
                }
            let expected = positions[key] ?? UInt32(positions.count)
            positions[key] = expected
            let found = table.intern(key)
            if found != expected {
                Issue.record("round \(round), step \(step): \(key) is at \(found), not at \(expected)")
                return
            }
        }
        #expect(table.count == positions.count)
        #expect(positions.allSatisfy { table.find($0.key) == $0.value })
        let absent = (0..<200).map { _ in Int64.random(in: -2_000...2_000, using: &dice) }
        #expect(absent.allSatisfy { table.find($0) == positions[$0] })
    }
}
