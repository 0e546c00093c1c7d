import Testing

@testable import ReachColumns

private func bits(_ count: Int, _ rows: [Int]) -> Bitmap {
    rows.reduce(into: Bitmap(count: count)) { $0[$1] = true }
}

@Test func aSetHoldsItsChunksInOnePiece() {
    let chunks = [bits(64, [0, 63]), bits(64, []), bits(3, [2])]
    let set = CustomerSet(chunks)
    #expect(set.words == [1 | 1 << 63, 0, 4])
    #expect(set.starts == [0, 1, 2, 3])
    for (chunk, own) in chunks.enumerated() { #expect(set.bitmap(chunk: chunk, count: own.count) == own) }
    #expect(CustomerSet([]).words.isEmpty)
}

@Test func whoCameLaterIsNotInASet() {
    let set = CustomerSet([bits(3, [0, 2]), bits(2, [1])])
    #expect(set.fitted(to: [3, 2]) == set)
    #expect(set.fitted(to: [3, 3, 70]) == CustomerSet([bits(3, [0, 2]), bits(3, [1]), bits(70, [])]))
    #expect(set.bitmap(chunk: 1, count: 100) == bits(100, [1]))
}
