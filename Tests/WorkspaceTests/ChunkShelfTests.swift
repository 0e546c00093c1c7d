import ReachColumns
import Testing

@testable import ReachWorkspace

@Suite("Chunks in memory")
struct ChunkShelfTests {
    private func chunk(_ lane: Int64) -> Chunk {
        Chunk(rowCount: 1, payload: .constant(lane), missing: nil, range: lane...lane)
    }

    private func found(_ shelf: inout ChunkShelf, from first: Int, _ stamps: [Int64]) -> [Int64?] {
        shelf.chunks(from: first, stamps, use: 9).chunks.map { $0?.range?.lowerBound }
    }

    @Test("neighbours are found by place and stamp; what is another state of a chunk, taken out or never came, is not")
    func neighbours() {
        var shelf = ChunkShelf()
        for place in [0, 1, 3, 4] { _ = shelf.put(chunk(Int64(place)), at: place, Int64(place) + 10, use: 1) }
        #expect(found(&shelf, from: 0, [10, 11, 12, 13, 14]) == [0, 1, nil, 3, 4])
        #expect(found(&shelf, from: 3, [13, 99]) == [3, nil])
        #expect(found(&shelf, from: 2, [0, 13]) == [nil, 3])
        #expect(found(&shelf, from: 4, [14, 15, 16]) == [4, nil, nil])
        #expect(found(&shelf, from: 7, [17, 18]) == [nil, nil])
        #expect(found(&shelf, from: 1, []) == [])
        _ = shelf.take(3)
        #expect(found(&shelf, from: 3, [13, 14]) == [nil, 4])
        #expect(found(&shelf, from: 3, [0]) == [nil])
        _ = shelf.put(chunk(7), at: 3, 20, use: 2)
        #expect(found(&shelf, from: 3, [13]) == [nil])
        #expect(found(&shelf, from: 3, [20]) == [7])
    }
}
