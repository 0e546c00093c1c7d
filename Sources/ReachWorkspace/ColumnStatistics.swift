import ReachColumns

/// What is known of a column without reading its values.
package struct ColumnStatistics: Hashable, Sendable {
    /// Rows of the table, removed customers included.
    package let rowCount: Int
    /// The same of them.
    package let missingCount: Int
    /// Smallest and largest 64-bit form; nil for float and text, and where nothing is known.
    package let range: ClosedRange<Int64>?
    /// Words of the dictionary, some of which no row may hold any more; 0 where the column has none.
    package let wordCount: Int
}

extension Snapshot {
    /// Of column `column` of table `table`, both by position; nil for an activity table's customer.
    package func statistics(table: Int, column: Int) -> ColumnStatistics? {
        let entry = catalogue.tables[table]
        let stored = entry.columns[column]
        if entry.kind == .activity, stored.schema.role == .key { return nil }
        var rowCount = 0
        var missingCount = 0
        var range: ClosedRange<Int64>?
        for chunk in stored.chunks {
            rowCount += chunk.rowCount
            missingCount += chunk.missingCount
            guard let chunkRange = chunk.range else { continue }
            range =
                range.map {
                    min($0.lowerBound, chunkRange.lowerBound)...max($0.upperBound, chunkRange.upperBound)
                } ?? chunkRange
        }
        return ColumnStatistics(
            rowCount: rowCount, missingCount: missingCount, range: range, wordCount: stored.wordCount)
    }

    /// The distinct values of a text column for suggestions: nil where it is not text, holds personal data or a key, has chunks outside the
    /// dictionary, or more than `limit` words.
    package func suggestedWords(table: Int, column: Int, limit: Int = 1_000) throws -> [String]? {
        let stored = catalogue.tables[table].columns[column]
        switch stored.schema.role {
        case .attribute, .consent, .score: break
        case .key, .time, .rowKey, .address, .personal: return nil
        }
        let known = stored.chunks.reduce(0) { $0 + $1.rowCount - $1.missingCount }
        // Where most rows differ it is free text, or names.
        let isFreeText = known > 100 && stored.wordCount * 2 > known || stored.chunks.contains(where: \.isPlainText)
        guard stored.schema.type == .text, stored.wordCount <= limit, !isFreeText,
            let words = try dictionary(table: table, column: column)
        else { return nil }
        let text = (0..<words.count).map { words.word($0) }
        return text.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether the customers had no key and were numbered.
    package var areCustomersNumbered: Bool { catalogue.customers.isNumbered }
}
