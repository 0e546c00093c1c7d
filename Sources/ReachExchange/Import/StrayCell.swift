import ReachKernels

/// The cell for which a column stays text, though nearly all are numbers, days or yes and no.
struct StrayCell: Hashable, Sendable {
    /// The type that the others fit, as `types` names it.
    let typeName: String
    /// Line of the file on which its row starts, 1-based.
    let line: Int
    /// Cells before it that fit.
    let fittingCount: Int

    fileprivate init(_ reading: CellReadings, _ misfit: ReadingCounts.Misfit, hasTime: Bool) {
        if !reading.isDisjoint(with: .dates) {
            typeName = hasTime ? "datetime" : "date"
        } else {
            typeName = reading == .boolean ? "boolean" : reading == .integer ? "integer" : "decimal"
        }
        line = misfit.line
        fittingCount = misfit.fittingCount
    }
}

/// Looks for it while the rows of a file go by: all of the first ones are read in all ways, and then the cell is awaited with which no way is left.
/// What it finds does not depend on how the file is cut into blocks.
struct StraySearch: Sendable {
    private var counts = ReadingCounts()
    private var rowCount = 0
    private var late: StrayCell?

    /// Rows of `index` are all of the block that are in shape, whatever their values are.
    mutating func add(
        _ block: RecordBlock, _ index: CellIndex, column: Int, rules: EvidenceRules, before: CSVEvidence,
        after: CSVEvidence
    ) {
        let (bytes, line) = (block.bytes.span, block.firstLine)
        if rowCount < Self.sampleRows {
            let rows = 0..<min(index.rowCount, Self.sampleRows - rowCount)
            counts.add(bytes, index, column: column, rows: rows, firstLine: line, rules: rules)
        }
        rowCount += index.rowCount
        if rowCount > Self.sampleRows, !before.readings.isEmpty, after.readings.isEmpty,
            let found = firstMisfit(bytes, index, column: column, firstLine: line, rules: rules, after: before),
            !found.misfit.isCode
        {
            let narrowest = CellReadings(rawValue: found.readings.rawValue & (~found.readings.rawValue &+ 1))
            late = StrayCell(narrowest, found.misfit, hasTime: after.hasTime)
        }
    }

    /// Nil where the column is one of words, or of codes: digits with zeros before them are no slip.
    func found(isQuoted: Bool) -> StrayCell? {
        guard counts.knownCount >= Self.fewest, let best = counts.best(of: isQuoted ? .dates : .all),
            best.count * 10 >= counts.knownCount * 9
        else { return nil }
        guard let misfit = best.misfit else { return late }
        return misfit.isCode ? nil : StrayCell(best.reading, misfit, hasTime: counts.timedCount > 0)
    }

    private static let sampleRows = 1_000
    /// With fewer cells it is hard to tell a rule from chance.
    private static let fewest = 10
}
