import ReachInsight
import TestSupport
import Testing

/// Scores by the rule itself: 1 + ⌊bins · w / n⌋, w being how many are strictly below.
private func plainScores(_ lanes: [Int64], _ scores: Int) -> [Int] {
    lanes.map { lane in 1 + scores * lanes.count { $0 < lane } / lanes.count }
}

private func cuts(_ parts: [[Int64]], _ scores: Int) -> [Int64] {
    let all = parts.joined()
    guard let low = all.min(), let high = all.max() else { return [] }
    let search = RankCuts(low...high)
    let borders = search.borders(parts.map(search.counts), scores: scores)
    return search.cuts(parts.map { search.gathered($0, borders) }, borders)
}

@Test func theWorkedExampleOfTheRuleHolds() {
    let lanes: [Int64] = [1, 2, 2, 3, 4]
    let found = cuts([lanes], 5)
    #expect(lanes.map { lane in 1 + found.count { lane > $0 } } == [1, 2, 2, 4, 5])
}

@Test(arguments: 0..<60)
func cutsScoreAsTheRuleDoes(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let spread: [Int64] = [1, 3, 200, 70_000, 5_000_000_000, .max / 2]
    let widest = spread[Int(random.next() % 6)]
    let lanes = (0..<Int(random.next() % 300 + 1)).map { _ in Int64(random.next() % UInt64(widest)) - widest / 2 }
    let middle = lanes.count / 3
    let found = cuts([Array(lanes[..<middle]), [], Array(lanes[middle...])], 5)
    #expect(lanes.map { lane in 1 + found.count { lane > $0 } } == plainScores(lanes, 5), "seed \(seed)")
}

@Test func extremesAndEqualValuesHaveCuts() {
    let lanes: [Int64] = [.min, .max, 0, .max, .min]
    let found = cuts([lanes], 5)
    #expect(lanes.map { lane in 1 + found.count { lane > $0 } } == plainScores(lanes, 5))
    #expect(cuts([[7, 7, 7]], 5) == [7, 7, 7, 7])
    #expect(cuts([[]], 5).isEmpty)
}

@Test func cellsCountCombinationsOfScores() {
    let codes = RFMCellCodes(
        recency: [1, 5, 9], frequency: [1, 1, 2], money: [10, 20, 30],
        cuts: [[1, 5, 9, 9], [1, 2, 2, 2], [15, 30, 30, 30]])
    let counts = codes.counts(bins: 5)
    let cells = RFMCells(bins: 5, adding: [counts, counts])
    #expect(
        cells.filled == [
            .init(recency: 3, frequency: 2, money: 2, customers: 2),
            .init(recency: 2, frequency: 1, money: 2, customers: 2),
            .init(recency: 1, frequency: 1, money: 1, customers: 2),
        ])
}
