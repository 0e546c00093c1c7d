import ReachKernels

/// An immutable run of rows of one column, encoded as narrowly as its values allow.
///
/// A customers chunk holds up to `Geometry.chunkRows` rows; an activity chunk holds all rows of one partition (the activity of the
/// customers of one customers chunk), however many. Chunks are shared between data versions and caches, so they are final classes.
package final class Chunk: Sendable {
    package let rowCount: Int
    package let payload: Payload
    /// Set where the value is missing; nil where none is.
    package let missing: Bitmap?
    /// Smallest and largest 64-bit lane over the known values; nil where there are none, and for float and text.
    package let range: ClosedRange<Int64>?

    package enum Payload: Sendable {
        /// Every row is missing.
        case allMissing
        /// Every known row holds this lane.
        case constant(Int64)
        /// `base + step × code`. `step` is 1 or a common divisor, so whole seconds of a datetime fit in four bytes.
        case codes8(base: Int64, step: Int64, [UInt8])
        case codes16(base: Int64, step: Int64, [UInt16])
        case codes32(base: Int64, step: Int64, [UInt32])
        case lanes([Int64])
        case floats([Double])
        /// Positions in the column's `TextDictionary`.
        case words8([UInt8])
        case words16([UInt16])
        case words32([UInt32])
        /// Nearly unique text: `offsets` has rowCount + 1 entries into `bytes`; missing rows are empty.
        case plainText(offsets: [UInt32], bytes: [UInt8], fingerprints: [UInt16])
    }

    package init(rowCount: Int, payload: Payload, missing: Bitmap?, range: ClosedRange<Int64>?) {
        self.rowCount = rowCount
        self.payload = payload
        self.missing = missing
        self.range = range
    }
}

/// How many rows a customers chunk holds. Tests use 1, 3 and 64.
package struct Geometry: Hashable, Sendable {
    package let chunkRows: Int

    package init(chunkRows: Int = 65_536) {
        precondition((1...65_536).contains(chunkRows), "a chunk holds 1 to 65,536 customers")
        self.chunkRows = chunkRows
    }
}

/// One bit per row, least significant first; bits past `count` are zero.
package struct Bitmap: Hashable, Sendable {
    package let count: Int
    package var words: [UInt64]

    package init(count: Int, words: [UInt64]) {
        precondition(words.count == (count + 63) / 64, "a bitmap has a word per 64 rows")
        self.count = count
        self.words = words
    }

    package init(count: Int, repeating bit: Bool = false) {
        self.count = count
        words = Array(repeating: bit ? ~0 : 0, count: (count + 63) / 64)
        if bit, count % 64 != 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
    }

    package subscript(row: Int) -> Bool {
        get { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }
        set {
            if newValue {
                words[row >> 6] |= 1 << UInt64(row & 63)
            } else {
                words[row >> 6] &= ~(1 << UInt64(row & 63))
            }
        }
    }

    package var setCount: Int { countBits(words) }
}
