import CKernels

// Addresses end alike: what is before the last `@` of each text is kept row by row, what begins there once.

/// Texts cut at their last `@`.
package struct SplitTexts: Sendable {
    /// A row's text up to its last `@`, or all of it where it has none: rowCount + 1 entries into `stems`.
    package let offsets: [UInt32]
    package let stems: [UInt8]
    /// Which ending each row has.
    package let codes: [UInt8]
    /// The endings by code, `@` first or empty: one more entry than there are endings.
    package let endingOffsets: [UInt32]
    package let endings: [UInt8]
    /// Of the whole texts.
    package let textByteCount: Int

    /// Nil where these are no parts of texts.
    package init?(offsets: [UInt32], stems: [UInt8], codes: [UInt8], endingOffsets: [UInt32], endings: [UInt8]) {
        guard offsets.count == codes.count + 1, Int(offsets[codes.count]) == stems.count,
            let last = endingOffsets.last, Int(last) == endings.count,
            codes.allSatisfy({ Int($0) < endingOffsets.count - 1 })
        else { return nil }
        (self.offsets, self.stems, self.codes) = (offsets, stems, codes)
        (self.endingOffsets, self.endings) = (endingOffsets, endings)
        let lengths = zip(endingOffsets.dropFirst(), endingOffsets).map { Int($0 - $1) }
        textByteCount = codes.reduce(stems.count) { $0 + lengths[Int($1)] }
        guard textByteCount <= UInt32.max else { return nil }
    }

    package var rowCount: Int { codes.count }
    package var endingCount: Int { endingOffsets.count - 1 }

    package func ending(_ code: Int) -> ArraySlice<UInt8> {
        endings[Int(endingOffsets[code])..<Int(endingOffsets[code + 1])]
    }
}

/// Nil where the texts have more endings than a byte can tell. Offsets begin with 0.
package func splitEndings(offsets: [UInt32], bytes: [UInt8]) -> SplitTexts? {
    let rowCount = offsets.count - 1
    precondition(Int(offsets[rowCount]) <= bytes.count, "offsets lie inside the bytes")
    var (starts, lengths) = ([UInt32](repeating: 0, count: mostEndings), [UInt32](repeating: 0, count: mostEndings))
    var stemOffsets = [UInt32](repeating: 0, count: rowCount + 1)
    var stems = [UInt8](repeating: 0, count: bytes.count)
    var endingCount = 0
    // SAFETY: offsets ascend up to the bytes' count; there is room for a code per row, all bytes and as many endings as are found at most.
    let codes = unsafe [UInt8](unsafeUninitializedCapacity: rowCount) { codes, filled in
        guard let out = codes.baseAddress else { return }
        endingCount = unsafe reach_split_endings(
            out, &stemOffsets, &stems, &starts, &lengths, bytes, offsets, rowCount)
        filled = rowCount
    }
    if endingCount == 0 { return nil }
    stems.removeLast(stems.count - Int(stemOffsets[rowCount]))
    let found = (0..<endingCount).map { bytes[Int(starts[$0])..<Int(starts[$0] + lengths[$0])] }
    // In an order of their own, so that neighbouring chunks have the same ones under the same codes.
    var places = [UInt8](repeating: 0, count: 1 << UInt8.bitWidth)
    var endingOffsets: [UInt32] = [0]
    var endings: [UInt8] = []
    for (place, code) in found.indices.sorted(by: { found[$0].lexicographicallyPrecedes(found[$1]) }).enumerated() {
        places[code] = UInt8(place)
        endings.append(contentsOf: found[code])
        endingOffsets.append(UInt32(endings.count))
    }
    return SplitTexts(
        offsets: stemOffsets, stems: stems, codes: codes.map { places[Int($0)] }, endingOffsets: endingOffsets,
        endings: endings)
}

private let mostEndings = Int(REACH_ENDINGS)

/// The whole texts.
package func joinEndings(_ texts: SplitTexts) -> (offsets: [UInt32], bytes: [UInt8]) {
    var offsets = [UInt32](repeating: 0, count: texts.rowCount + 1)
    // SAFETY: `SplitTexts` holds only codes that have an ending and offsets that ascend inside the bytes; there is room for all of them.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: texts.textByteCount) { bytes, filled in
        guard let out = bytes.baseAddress else { return }
        unsafe reach_join_endings(
            out, &offsets, texts.stems, texts.offsets, texts.codes, texts.endings, texts.endingOffsets, texts.rowCount)
        filled = texts.textByteCount
    }
    return (offsets, bytes)
}
