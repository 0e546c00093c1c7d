import ReachKernels

/// Whether the first row of a file names its columns.
enum HeaderGuess {
    /// Whether a first row holds values rather than names: nothing but numbers and dates, or an e-mail address.
    static func looksLikeData(_ cells: [[UInt8]]) -> Bool {
        if cells.contains(where: { $0.contains(0x40) && $0.contains(0x2E) && !$0.contains(0x20) }) { return true }
        var known = 0
        for cell in cells where !cell.isEmpty {
            known += 1
            var index = CellIndex(width: 1, capacity: 1)
            index.append(cells: [0..<cell.count], record: 0..<cell.count, line: 0)
            // Identifiers with leading zeros are no numbers, and no names either.
            if cell.allSatisfy({ $0 &- 0x30 < 10 }) { continue }
            var evidence = CSVEvidence()
            gatherEvidence(cell.span, index, column: 0, rules: EvidenceRules(), into: &evidence)
            if evidence.knownCount == 0 || evidence.readings.isDisjoint(with: [.numbers, .dates]) { return false }
        }
        return known > 0
    }

    static func note(_ columnCount: Int) -> String {
        let last = columnCount > 1 ? " to `column_\(columnCount)`" : ""
        return
            "the first row holds values, not names: columns are called `column_1`\(last); `rename (column_1 id)` names one, "
            + "`header yes` takes the row for names"
    }

    /// The names that such columns get, as a line of the file would have them.
    static func names(_ columnCount: Int, _ delimiter: UInt8) -> [UInt8] {
        Array(
            (1...max(1, columnCount)).map { "column_\($0)" }.joined(separator: String(Unicode.Scalar(delimiter))).utf8)
    }
}
