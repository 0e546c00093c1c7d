/// How many cells of a column can be read in each way, each cell looked at by itself, and the first that cannot.
package struct ReadingCounts: Sendable {
    package struct Misfit: Hashable, Sendable {
        /// Line of the file on which its row starts.
        package let line: Int
        /// How many cells before it fit.
        package let fittingCount: Int
        /// It holds nothing but digits and a plus, as codes do: no slip.
        package let isCode: Bool
    }

    /// Cells that are not missing.
    package private(set) var knownCount = 0
    /// Cells that are a day with a time.
    package private(set) var timedCount = 0
    /// By the bit of the reading.
    private var counts = [Int](repeating: 0, count: 8)
    private var misfits = [Misfit?](repeating: nil, count: 8)

    package init() {}

    /// The reading of `candidates` that most cells fit, the narrowest of equal ones; nil where none fits any.
    package func best(of candidates: CellReadings) -> (reading: CellReadings, count: Int, misfit: Misfit?)? {
        var best: (reading: CellReadings, count: Int, misfit: Misfit?)?
        for bit in counts.indices where counts[bit] > best?.count ?? 0 {
            let reading = CellReadings(rawValue: 1 << UInt16(bit))
            if candidates.contains(reading) { best = (reading, counts[bit], misfits[bit]) }
        }
        return best
    }

    /// Counts the cells of some rows of `column`; `firstLine` is the line on which the first row of the index starts.
    package mutating func add(
        _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, rows: Range<Int>, firstLine: Int,
        rules: EvidenceRules
    ) {
        precondition(column < index.width && rows.upperBound <= index.rowCount, "the index holds the cells")
        for row in rows {
            let cell = index.cell(row: row, column: column)
            var evidence = CSVEvidence()
            gatherCell(bytes, cell.lowerBound, cell.upperBound, rules, into: &evidence)
            if evidence.isMissing { continue }
            knownCount += 1
            if evidence.hasTime { timedCount += 1 }
            for bit in counts.indices {
                if evidence.readings.rawValue >> UInt16(bit) & 1 == 1 {
                    counts[bit] += 1
                } else if misfits[bit] == nil {
                    misfits[bit] = Misfit(
                        line: firstLine + Int(index.lines[row]), fittingCount: counts[bit], isCode: isCode(bytes, cell))
                }
            }
        }
    }
}

/// The first cell with which no reading is left of those that fit all before it; `before` holds of what comes before these rows.
package func firstMisfit(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, firstLine: Int, rules: EvidenceRules,
    after before: CSVEvidence
) -> (misfit: ReadingCounts.Misfit, readings: CellReadings)? {
    precondition(column < index.width, "the index holds the column")
    var evidence = before
    for row in 0..<index.rowCount {
        let cell = index.cell(row: row, column: column)
        let readings = evidence.readings
        gatherCell(bytes, cell.lowerBound, cell.upperBound, rules, into: &evidence)
        evidence.rowCount += 1
        if evidence.readings.isEmpty {
            let misfit = ReadingCounts.Misfit(
                line: firstLine + Int(index.lines[row]), fittingCount: evidence.knownCount - 1,
                isCode: isCode(bytes, cell))
            return (misfit, readings)
        }
    }
    return nil
}

private func isCode(_ bytes: Span<UInt8>, _ cell: Range<Int>) -> Bool {
    for at in cell where !(bytes[at] &- 0x30 < 10 || bytes[at] == 0x2B) { return false }
    return true
}

extension CSVEvidence {
    /// Of evidence of one cell.
    fileprivate var isMissing: Bool { emptyCount + blankCount + nullWordCount > 0 }
}

/// How many values lie below `range` and how many above it.
package func countOutside(_ values: Span<Int64>, _ range: ClosedRange<Int64>) -> (below: Int, above: Int) {
    let (low, high) = (range.lowerBound, range.upperBound)
    var below = 0
    var above = 0
    for row in 0..<values.count {
        below &+= values[row] < low ? 1 : 0
        above &+= values[row] > high ? 1 : 0
    }
    return (below, above)
}
