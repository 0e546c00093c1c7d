import ReachKernels

/// How many buyers have each combination of scores. Recency, frequency and money are scored 1 (worst) to `bins` (best), see `RankCuts`.
package struct RFMCells: Hashable, Sendable {
    /// Scores where nothing else is asked for, and the scale on which groups are named.
    package static let scores = 5
    /// So that a cell's three digits tell its scores.
    package static let mostBins = 9

    package let bins: Int
    /// By (recency − 1) · bins² + (frequency − 1) · bins + money − 1.
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

    /// Adds up the cells of parts of the buyers.
    package init(bins: Int, adding parts: [[Int64]]) {
        var counts = [Int64](repeating: 0, count: bins * bins * bins)
        for part in parts {
            for cell in counts.indices { counts[cell] += part[cell] }
        }
        self.bins = bins
        self.counts = counts
    }

    /// The cells with somebody in them, best first.
    package var filled: [Cell] { counts.indices.reversed().filter { counts[$0] > 0 }.map(cell) }

    package func cell(_ index: Int) -> Cell {
        Cell(
            recency: index / (bins * bins) + 1, frequency: index / bins % bins + 1, money: index % bins + 1,
            customers: Int(counts[index]))
    }

    /// Buyers by one score, from 1 on.
    package func margin(_ score: (Cell) -> Int) -> [Int] {
        var margin = [Int](repeating: 0, count: bins)
        for cell in filled { margin[score(cell) - 1] += cell.customers }
        return margin
    }
}

/// The cell of every buyer of a part, a byte each where that is enough.
package enum RFMCellCodes: Sendable {
    case narrow([UInt8])
    case wide([UInt16])

    /// From a lane per buyer and figure, larger being better, and the cuts between scores, ascending: `bins` − 1 of each.
    package init(recency: [Int64], frequency: [Int64], money: [Int64], cuts: [[Int64]]) {
        let bins = cuts[0].count + 1
        let lanes = [recency, frequency, money]
        guard bins == RFMCells.scores else {
            var cells = [UInt16](repeating: 0, count: recency.count)
            for (lanes, (cuts, factor)) in zip(lanes, zip(cuts, [bins * bins, bins, 1])) {
                addScores(&cells, lanes, cuts: cuts, factor: UInt16(factor))
            }
            self = .wide(cells)
            return
        }
        var cells = [UInt8](repeating: 0, count: recency.count)
        for (lanes, (cuts, factor)) in zip(lanes, zip(cuts, [25, 5, 1])) {
            addScores(&cells, lanes, cuts: SIMD4(cuts), factor: UInt8(factor))
        }
        self = .narrow(cells)
    }

    package func counts(bins: Int) -> [Int64] {
        switch self {
        case .narrow(let cells): countSlots(cells, [], slotCount: bins * bins * bins)
        case .wide(let cells): countSlots(cells, [], slotCount: bins * bins * bins)
        }
    }

    /// What `table` holds for each buyer's cell, at the buyer's row; 0 in all other rows. Positions nil: buyer i is row i.
    package func scattered(_ table: [UInt8], to positions: [UInt32]?, rowCount: Int) -> [UInt8] {
        switch self {
        case .narrow(let cells): scatterScores(cells, table, to: positions ?? [], rowCount: rowCount)
        case .wide(let cells): scatterScores(cells, table, to: positions ?? [], rowCount: rowCount)
        }
    }

    package func scattered(_ table: [UInt16], to positions: [UInt32]?, rowCount: Int) -> [UInt16] {
        switch self {
        case .narrow(let cells): scatterScores(cells, table, to: positions ?? [], rowCount: rowCount)
        case .wide(let cells): scatterScores(cells, table, to: positions ?? [], rowCount: rowCount)
        }
    }
}
