import ReachKernels
import Synchronization

/// An immutable run of rows of one column, encoded as narrowly as its values allow.
///
/// A customers chunk holds up to `Geometry.chunkRows` rows; an activity chunk holds all rows of one partition (the activity of the
/// customers of one customers chunk), however many. Chunks are shared between data versions and caches, so they are final classes.
package final class Chunk: Sendable {
    package let rowCount: Int
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

    /// The codes bit by bit, where the chunk has them so: what compares them need not see the payload.
    package let planes: CodePlanes?
    /// What leads the codes of four bytes, where the chunk has that too: what compares them need read few of the codes.
    package let leads: LeadingBytes?
    /// Texts cut at their endings, where the chunk has them so.
    package let ended: EndedTexts?
    /// Nil until somebody asks for the payload of a chunk that has another form.
    private let known: Mutex<Payload?>

    /// - Parameter leads: of the payload's codes.
    package init(
        rowCount: Int, payload: Payload, missing: Bitmap?, range: ClosedRange<Int64>?, leads: LeadingBytes? = nil
    ) {
        self.rowCount = rowCount
        self.missing = missing
        self.range = range
        planes = nil
        self.leads = leads
        ended = nil
        known = Mutex(payload)
    }

    /// Whether the payload is the form that the chunk has, and none that would have to be made.
    var isAsMade: Bool { planes == nil && ended == nil }

    /// The same rows, with what leads their codes where those take four bytes.
    package var withLeads: Chunk {
        guard isAsMade, leads == nil, case .codes32(_, _, let codes) = payload else { return self }
        return Chunk(
            rowCount: rowCount, payload: payload, missing: missing, range: range, leads: LeadingBytes(codes))
    }

    package init(planes: CodePlanes, missing: Bitmap?, range: ClosedRange<Int64>?) {
        rowCount = planes.bits.count
        self.missing = missing
        self.range = range
        self.planes = planes
        leads = nil
        ended = nil
        known = Mutex(nil)
    }

    package init(ended: EndedTexts, missing: Bitmap?) {
        rowCount = ended.split.rowCount
        self.missing = missing
        range = nil
        planes = nil
        leads = nil
        self.ended = ended
        known = Mutex(nil)
    }

    package var payload: Payload {
        known.withLock { known in
            if let known { return known }
            guard let payload = planes?.payload ?? ended?.payload else {
                preconditionFailure("a chunk has a payload or what makes one")
            }
            known = payload
            return payload
        }
    }
}

/// What a chunk's planes of bits stand for.
package struct CodePlanes: Sendable {
    package enum Meaning: Hashable, Sendable {
        /// Lanes `base + step × code`.
        case lanes(base: Int64, step: Int64)
        /// Codes of the column's dictionary.
        case words
    }

    package let bits: BitPlanes
    package let meaning: Meaning

    package init(_ bits: BitPlanes, _ meaning: Meaning) {
        self.bits = bits
        self.meaning = meaning
    }

    /// Of a payload of codes of one or two bytes; nil of any other.
    package init?(_ payload: Chunk.Payload) {
        switch payload {
        case .codes8(let base, let step, let codes): self.init(BitPlanes(codes), .lanes(base: base, step: step))
        case .codes16(let base, let step, let codes): self.init(BitPlanes(codes), .lanes(base: base, step: step))
        case .words8(let codes): self.init(BitPlanes(codes), .words)
        case .words16(let codes): self.init(BitPlanes(codes), .words)
        default: return nil
        }
    }

    /// The codes as one or two bytes each, whichever they take.
    var payload: Chunk.Payload {
        let isNarrow = bits.isNarrow
        return switch meaning {
        case .lanes(let base, let step):
            isNarrow
                ? .codes8(base: base, step: step, bits.codes8()) : .codes16(base: base, step: step, bits.codes16())
        case .words: isNarrow ? .words8(bits.codes8()) : .words16(bits.codes16())
        }
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
