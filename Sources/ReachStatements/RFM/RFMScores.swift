import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachPlan
import ReachWorkspace

/// The scores of an audience's buyers.
struct RFMScores: Sendable {
    let parts: [MemberLanes]
    let codes: [RFMCellCodes]
    let cells: RFMCells
    let rule: RFMRule

    static let columnNames = ["r_score", "f_score", "m_score", "rfm_score", "rfm_group"]

    var bins: Int { rule.bins }
    let count: Int

    init(_ audience: BoundAudience, _ purchases: Purchases, _ rule: RFMRule, _ pinned: Session.Pinned) throws {
        let parts = try pinned.engine.buyers(
            BuyerQuestion(
                table: purchases.buyers.table, audience: audience.condition, rows: purchases.isPast,
                isOrder: purchases.isOrder, money: purchases.buyers.money))
        let cuts =
            switch rule {
            case .cuts(let cuts): cuts
            case .ranks(let bins):
                try (0..<3).map { figure in try Self.cuts(parts.map { $0.lanes[figure] }, bins: bins, pinned) }
            }
        let bins = rule.bins
        let scored = try pinned.engine.inParallel(parts.count) { index -> (codes: RFMCellCodes, counts: [Int64]) in
            let lanes = parts[index].lanes
            let codes = RFMCellCodes(recency: lanes[0], frequency: lanes[1], money: lanes[2], cuts: cuts)
            return (codes, codes.counts(bins: bins))
        }
        self.parts = parts
        self.rule = rule
        codes = scored.map(\.codes)
        cells = RFMCells(bins: bins, adding: scored.map(\.counts))
        count = parts.reduce(0) { $0 + $1.lanes[0].count }
    }

    /// The cuts between scores by rank.
    private static func cuts(_ lanes: [[Int64]], bins: Int, _ pinned: Session.Pinned) throws -> [Int64] {
        let engine = pinned.engine
        let bounds = try engine.inParallel(lanes.count) { laneRange(lanes[$0]) }.compactMap(\.self)
        guard let low = bounds.map(\.lowerBound).min(), let high = bounds.map(\.upperBound).max() else {
            return Array(repeating: 0, count: bins - 1)
        }
        let search = RankCuts(low...high)
        let borders = search.borders(try engine.inParallel(lanes.count) { search.counts(lanes[$0]) }, scores: bins)
        return search.cuts(try engine.inParallel(lanes.count) { search.gathered(lanes[$0], borders) }, borders)
    }

    /// By cell, the position of its group in `RFMGroup.allCases` plus one.
    var groupNumbers: [UInt8] {
        cells.counts.indices.map { index in
            let group = RFMGroup(cells.cell(index), bins: bins)
            return UInt8((RFMGroup.allCases.firstIndex(of: group) ?? 0) + 1)
        }
    }

    /// By chunk and customer, the number of their group; 0 for who is not scored.
    func groups(_ pinned: Session.Pinned) throws -> [[UInt8]] {
        let table = groupNumbers
        return try pinned.engine.inParallel(parts.count) { index in
            codes[index].scattered(table, to: parts[index].positions, rowCount: parts[index].rowCount)
        }
    }

    /// Buyers by group.
    var groupCounts: [Int] {
        var counts = [Int](repeating: 0, count: RFMGroup.allCases.count)
        for (number, count) in zip(groupNumbers, cells.counts) { counts[Int(number) - 1] += Int(count) }
        return counts
    }

    /// What is kept of them.
    func columns(_ engine: Engine) throws -> [ScoreColumn] {
        let all = cells.counts.indices.map { cells.cell($0) }
        let tables = [all.map { UInt8($0.recency) }, all.map { UInt8($0.frequency) }, all.map { UInt8($0.money) }]
        let whole = all.map { UInt16($0.recency * 100 + $0.frequency * 10 + $0.money) }
        let groups = groupNumbers
        let chunks = try engine.inParallel(parts.count) { index -> [Chunk] in
            let (part, codes) = (parts[index], codes[index])
            let scores = tables.map { codes.scattered($0, to: part.positions, rowCount: part.rowCount) }
            let missing = Self.missing(part)
            let group = codes.scattered(groups.map { $0 - 1 }, to: part.positions, rowCount: part.rowCount)
            return scores.map { ChunkEncoder.encode(codes: $0, missing: missing) } + [
                ChunkEncoder.encode(
                    codes: codes.scattered(whole, to: part.positions, rowCount: part.rowCount), missing: missing),
                ChunkEncoder.encode(smallWords: group, missing: missing),
            ]
        }
        return Self.columnNames.enumerated().map { position, name in
            ScoreColumn(
                name, position == 4 ? .text : .integer, chunks: chunks.map { $0[position] },
                words: position == 4 ? RFMGroup.allCases.map(\.rawValue) : [])
        }
    }

    /// Set where a customer is not scored; nil where all are.
    private static func missing(_ part: MemberLanes) -> Bitmap? {
        guard let positions = part.positions else { return nil }
        var missing = Bitmap(count: part.rowCount, repeating: true)
        for position in positions { missing[Int(position)] = false }
        return missing
    }
}
