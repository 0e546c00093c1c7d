/// How much may lie over a chunk or partition: more would cost every reader more than it saves the writer. Where there are too many
/// layers they become one, and where they hold too many rows they become part of what they lie over.
enum LayerLimits {
    private static let mostLayers = 4

    /// Whether `count` rows of `rowCount` are too few to rewrite the others for.
    static func isFew(_ count: Int, of rowCount: Int) -> Bool { count * 10 <= rowCount }

    /// Whether there is room for a layer of `count` rows in `rowCount` beside those that are there.
    static func haveRoom(_ layers: [LayerEntry], for count: Int, of rowCount: Int) -> Bool {
        layers.count < mostLayers && isFew(layers.reduce(count) { $0 + $1.rowCount }, of: rowCount)
    }
}

extension ChunkEntry {
    /// The entry of a partition that gets more rows, which `run` describes.
    func growing(by run: ChunkEntry) -> ChunkEntry {
        var entry = self
        entry.rowCount += run.rowCount
        entry.missingCount += run.missingCount
        entry.range =
            switch (range, run.range) {
            case (let own?, let other?):
                min(own.lowerBound, other.lowerBound)...max(own.upperBound, other.upperBound)
            case (let own, let other): own ?? other
            }
        entry.isPlainText = isPlainText || run.isPlainText
        return entry
    }

    /// Whether the column's text is outside its dictionary here; nil where there is none yet.
    var textForm: Bool? { missingCount == rowCount ? nil : isPlainText }
}
