import ReachKernels

/// How many buyers have each combination of scores. Recency, frequency and money are scored 1 (worst) to 5 by rank, see `RankCuts`.
package struct RFMCells: Hashable, Sendable {
    package static let scores = 5

    /// By (recency − 1) · 25 + (frequency − 1) · 5 + money − 1.
    package let counts: [Int64]

    package struct Cell: Hashable, Sendable {
        package let recency: Int
        package let frequency: Int
        package let money: Int
        package let customers: Int

        package init(recency: Int, frequency: Int, money: Int, customers: Int) {
            self.recency = recency
            self.frequency = frequency
            self.money = money
            self.customers = customers
        }
    }

    package init(counts: [Int64]) { self.counts = counts }

    /// Adds up the cells of parts of the buyers.
    package init(adding parts: [[Int64]]) {
        var counts = [Int64](repeating: 0, count: 125)
        for part in parts {
            for cell in counts.indices { counts[cell] += part[cell] }
        }
        self.counts = counts
    }

    /// The cells of some buyers: a lane per buyer and figure, larger being better.
    package static func counts(
        recency: [Int64], frequency: [Int64], money: [Int64],
        cuts: (recency: SIMD4<Int64>, frequency: SIMD4<Int64>, money: SIMD4<Int64>)
    ) -> [Int64] {
        var cells = [UInt8](repeating: 0, count: recency.count)
        addScores(&cells, recency, cuts: cuts.recency, factor: 25)
        addScores(&cells, frequency, cuts: cuts.frequency, factor: 5)
        addScores(&cells, money, cuts: cuts.money, factor: 1)
        return countSlots(cells, [], slotCount: 125)
    }

    /// The cells with somebody in them, best first.
    package var filled: [Cell] {
        counts.indices.reversed().compactMap { index in
            counts[index] == 0
                ? nil
                : Cell(
                    recency: index / 25 + 1, frequency: index / 5 % 5 + 1, money: index % 5 + 1,
                    customers: Int(counts[index]))
        }
    }
}
