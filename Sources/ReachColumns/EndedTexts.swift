import ReachKernels

/// Nearly unique texts that end alike, addresses above all: a question about endings is put to each of them once.
package struct EndedTexts: Sendable {
    package let split: SplitTexts
    /// Of the whole texts, as `textFingerprints` makes them; may be absent.
    package let fingerprints: [UInt16]
    /// Nothing but ASCII before the endings.
    package let isASCII: Bool
    /// Some text has an `@` before its last one.
    package let stemsHoldMark: Bool

    package init(_ split: SplitTexts, fingerprints: [UInt16]) {
        self.split = split
        self.fingerprints = fingerprints
        isASCII = ReachKernels.isASCII(split.stems, from: 0, to: split.stems.count)
        stemsHoldMark = holdsByte(UInt8(ascii: "@"), split.stems)
    }

    /// Of plain text; nil where that would hardly be shorter.
    package init?(_ payload: Chunk.Payload) {
        guard case .plainText(_, _, let fingerprints) = payload, let split = Self.split(payload) else { return nil }
        self.init(split, fingerprints: fingerprints)
    }

    /// The parts of plain text; nil where they would hardly be shorter.
    static func split(_ payload: Chunk.Payload) -> SplitTexts? {
        guard case .plainText(let offsets, let bytes, _) = payload,
            let split = splitEndings(offsets: offsets, bytes: bytes),
            split.stems.count + split.endings.count + 2 * split.rowCount < bytes.count
        else { return nil }
        return split
    }

    var payload: Chunk.Payload {
        let (offsets, bytes) = joinEndings(split)
        return .plainText(offsets: offsets, bytes: bytes, fingerprints: fingerprints)
    }

    /// With the whole texts that somebody may ask for.
    var byteCount: Int {
        split.stems.count + split.offsets.count * 4 + split.rowCount + split.endings.count + fingerprints.count * 2
            + split.textByteCount + split.offsets.count * 4
    }
}
