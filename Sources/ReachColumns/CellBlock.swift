/// Rows of an answer, column by column, for what writes all of them.
package struct CellBlock: Sendable {
    package let rowCount: Int
    package let columns: [CellColumn]

    package init(rowCount: Int, columns: [CellColumn]) {
        precondition(columns.allSatisfy { $0.rowCount == rowCount }, "the columns of a block are equally long")
        self.rowCount = rowCount
        self.columns = columns
    }
}

/// The cells of one column.
package struct CellColumn: Sendable {
    package enum Storage: Sendable {
        /// Everything but floats and text.
        case lanes([Int64])
        case floats([Double])
        /// UTF-8; `offsets` has an entry more than there are rows and points into `bytes`.
        case text(offsets: [UInt32], bytes: [UInt8])
        /// Codes of missing rows may point to no word.
        case words(codes: [UInt32], TextDictionary)
    }

    package let storage: Storage
    /// 1 where the value is missing, whatever the storage holds there; nil where none is.
    package let missing: [UInt8]?

    package init(_ storage: Storage, missing: [UInt8]?) {
        self.storage = storage
        self.missing = missing
    }

    package var rowCount: Int {
        switch storage {
        case .lanes(let lanes): lanes.count
        case .floats(let floats): floats.count
        case .text(let offsets, _): offsets.count - 1
        case .words(let codes, _): codes.count
        }
    }

    package func isMissing(_ row: Int) -> Bool { missing.map { $0[row] != 0 } ?? false }

    /// Of a column that is not text.
    package func value(_ row: Int, of type: DataType) -> Value {
        if isMissing(row) { return .missing }
        switch storage {
        case .lanes(let lanes): return Value(lane: lanes[row], of: type)
        case .floats(let floats): return .float(floats[row])
        case .text, .words: return .text(String(decoding: text(row), as: UTF8.self))
        }
    }

    /// The bytes of a text that is known.
    package func text(_ row: Int) -> ArraySlice<UInt8> {
        switch storage {
        case .text(let offsets, let bytes): bytes[Int(offsets[row])..<Int(offsets[row + 1])]
        case .words(let codes, let dictionary):
            dictionary.bytes[
                Int(dictionary.offsets[Int(codes[row])])..<Int(dictionary.offsets[Int(codes[row]) + 1])]
        case .lanes, .floats: preconditionFailure("numbers have no bytes")
        }
    }
}
