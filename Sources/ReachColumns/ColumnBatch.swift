/// Parsed rows on their way into the store: plain vectors, one per column, all of `rowCount` rows.
package struct ColumnBatch: Sendable {
    package let rowCount: Int
    package let columns: [BatchColumn]

    package init(rowCount: Int, columns: [BatchColumn]) {
        precondition(columns.allSatisfy { $0.rowCount == rowCount }, "the columns of a batch are equally long")
        self.rowCount = rowCount
        self.columns = columns
    }
}

/// One column of a batch. Missing rows hold 0, 0.0 or empty text.
package enum BatchColumn: Sendable {
    case lanes([Int64], missing: Bitmap?)
    case floats([Double], missing: Bitmap?)
    /// `offsets` has a row more than the column and points into `bytes` (UTF-8, NFC).
    case text(offsets: [UInt32], bytes: [UInt8], missing: Bitmap?)

    package var rowCount: Int {
        switch self {
        case .lanes(let lanes, _): lanes.count
        case .floats(let floats, _): floats.count
        case .text(let offsets, _, _): offsets.count - 1
        }
    }
}
