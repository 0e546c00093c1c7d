import ReachKernels

/// Which encodings a chunk may get. Everything but `automatic` exists so that tests can force each form on the same data.
package enum EncodingPolicy: Hashable, Sendable, CaseIterable {
    /// The narrowest form the values allow.
    case automatic
    /// Lanes as they are, dictionary codes of four bytes.
    case wide
    /// Text never through a dictionary.
    case plainText
    /// Codes of up to two bytes as planes of bits, however few rows there are.
    case planes
}

/// Turns vectors into chunks.
package enum ChunkEncoder {
    /// Fixed-point values. Rows set in `missing` may hold anything.
    package static func encode(
        lanes: [Int64], missing: Bitmap?, policy: EncodingPolicy = .automatic
    ) -> Chunk {
        let missing = missing?.droppedIfEmpty
        let words = missing?.words ?? []
        let bounds = laneBounds(lanes, missing: words)
        guard bounds.known > 0 else { return .allMissing(rowCount: lanes.count) }
        let payload =
            policy == .wide
            ? .lanes(zeroed(lanes, missing: missing)) : narrowest(lanes, bounds: bounds, missing: missing)
        let chunk = Chunk(rowCount: lanes.count, payload: payload, missing: missing, range: bounds.low...bounds.high)
        return policy == .planes ? chunk.inPlanes : chunk
    }

    package static func encode(floats: [Double], missing: Bitmap?) -> Chunk {
        let missing = missing?.droppedIfEmpty
        if let missing, missing.setCount == floats.count { return .allMissing(rowCount: floats.count) }
        if floats.isEmpty { return .allMissing(rowCount: 0) }
        return Chunk(rowCount: floats.count, payload: .floats(floats), missing: missing, range: nil)
    }

    /// Codes of the column's dictionary.
    package static func encode(
        words codes: [UInt32], missing: Bitmap?, policy: EncodingPolicy = .automatic
    ) -> Chunk {
        let missing = missing?.droppedIfEmpty
        if codes.isEmpty || missing?.setCount == codes.count { return .allMissing(rowCount: codes.count) }
        let largest = codes.reduce(0) { max($0, $1) }
        let payload: Chunk.Payload =
            if policy == .wide {
                .words32(codes)
            } else if largest <= UInt32(UInt8.max) {
                .words8(narrow8(codes))
            } else if largest <= UInt32(UInt16.max) {
                .words16(narrow16(codes))
            } else {
                .words32(codes)
            }
        let chunk = Chunk(rowCount: codes.count, payload: payload, missing: missing, range: nil)
        return policy == .planes ? chunk.inPlanes : chunk
    }

    /// Text that no dictionary would shorten. Missing rows must be empty in `offsets`.
    package static func encode(plain offsets: [UInt32], bytes: [UInt8], missing: Bitmap?) -> Chunk {
        let rowCount = offsets.count - 1
        let missing = missing?.droppedIfEmpty
        if rowCount == 0 || missing?.setCount == rowCount { return .allMissing(rowCount: rowCount) }
        return plain(offsets, bytes, missing, textFingerprints(offsets: offsets, bytes: bytes))
    }

    private static func plain(
        _ offsets: [UInt32], _ bytes: [UInt8], _ missing: Bitmap?, _ fingerprints: [UInt16]
    ) -> Chunk {
        Chunk(
            rowCount: offsets.count - 1,
            payload: .plainText(offsets: offsets, bytes: bytes, fingerprints: fingerprints), missing: missing,
            range: nil)
    }

    /// Text, through the column's dictionary unless most known rows of a chunk worth looking at differ from one another.
    /// Missing rows must be empty in `offsets`.
    package static func encode(
        text offsets: [UInt32], bytes: [UInt8], missing: Bitmap?, dictionary: inout TextDictionaryBuilder,
        policy: EncodingPolicy = .automatic
    ) -> Chunk {
        let missing = missing?.droppedIfEmpty
        let words = missing?.words ?? []
        if policy == .plainText { return encode(plain: offsets, bytes: bytes, missing: missing) }
        if policy != .wide, offsets.count - 1 >= smallestPlainChunk {
            // Where the dictionary has all words, and few of them, there is nothing to find out.
            if let codes = dictionary.knownCodes(rows: offsets, bytes: bytes, missing: words) {
                return encode(words: codes, missing: missing, policy: policy)
            }
            let hashes = textHashes(offsets: offsets, bytes: bytes)
            let (known, areDistinct) = areMostlyDistinct(hashes, missing: words)
            if known >= smallestPlainChunk, areDistinct {
                return plain(offsets, bytes, missing, textFingerprints(hashes))
            }
        }
        guard let codes = dictionary.intern(rows: offsets, bytes: bytes, missing: words) else {
            return encode(plain: offsets, bytes: bytes, missing: missing)
        }
        return encode(words: codes, missing: missing, policy: policy)
    }

    /// Below this many known rows a chunk's text always goes through the dictionary: too few to tell what the column is like.
    package static let smallestPlainChunk = 1_024

    private static func narrowest(_ lanes: [Int64], bounds: LaneBounds, missing: Bitmap?) -> Chunk.Payload {
        if bounds.low == bounds.high { return .constant(bounds.low) }
        let spread = UInt64(bitPattern: bounds.high &- bounds.low)
        var step: UInt64 = 1
        if spread > UInt64(UInt8.max) {
            let divisor = laneStep(lanes, base: bounds.low, missing: missing?.words ?? [])
            if divisor <= UInt64(Int64.max) { step = divisor }
        }
        let largest = spread / step
        if largest > UInt64(UInt32.max) { return .lanes(zeroed(lanes, missing: missing)) }
        // A missing row's code is 0, so that equal values give equal bytes.
        let filled = missing == nil ? lanes : zeroed(lanes, missing: missing, with: bounds.low)
        if largest <= UInt64(UInt8.max) {
            return .codes8(base: bounds.low, step: Int64(step), packLanes8(filled, base: bounds.low, step: step))
        }
        if largest <= UInt64(UInt16.max) {
            return .codes16(base: bounds.low, step: Int64(step), packLanes16(filled, base: bounds.low, step: step))
        }
        return .codes32(base: bounds.low, step: Int64(step), packLanes32(filled, base: bounds.low, step: step))
    }

    private static func zeroed(_ lanes: [Int64], missing: Bitmap?, with filler: Int64 = 0) -> [Int64] {
        guard let missing else { return lanes }
        var copy = lanes
        for row in 0..<copy.count where missing[row] { copy[row] = filler }
        return copy
    }
}

extension Bitmap {
    /// Nil where no bit is set.
    package var droppedIfEmpty: Bitmap? { words.contains { $0 != 0 } ? self : nil }
}

extension Chunk {
    /// The same rows as planes of bits, where they are codes of up to two bytes.
    package var inPlanes: Chunk {
        guard isAsMade else { return self }
        return CodePlanes(payload).map { Chunk(planes: $0, missing: missing, range: range) } ?? self
    }

    package static func allMissing(rowCount: Int) -> Chunk {
        Chunk(rowCount: rowCount, payload: .allMissing, missing: Bitmap(count: rowCount, repeating: true), range: nil)
    }
}

extension ChunkEncoder {
    /// Numbers below 256; rows set in `missing` hold 0.
    package static func encode(codes: [UInt8], missing: Bitmap?) -> Chunk {
        encode(codes, missing: missing) { .codes8(base: 0, step: 1, $0) }
    }

    /// `base + step × code` in the narrowest form, all rows being known.
    package static func encode(codes: [UInt32], base: Int64, step: Int64) -> Chunk {
        guard let bounds = codeBounds(codes, missing: []) else { return .allMissing(rowCount: codes.count) }
        let (low, high) = (base &+ step &* bounds.lowerBound, base &+ step &* bounds.upperBound)
        func chunk(_ payload: Chunk.Payload) -> Chunk {
            Chunk(rowCount: codes.count, payload: payload, missing: nil, range: low...high)
        }
        if low == high { return chunk(.constant(low)) }
        let lowCode = UInt32(truncatingIfNeeded: bounds.lowerBound)
        let spread = UInt64(bitPattern: high &- low)
        if spread <= UInt64(UInt8.max) {
            let factor = UInt32(truncatingIfNeeded: step)
            let small = codes.map { UInt8(truncatingIfNeeded: ($0 &- lowCode) &* factor) }
            return chunk(.codes8(base: low, step: 1, small))
        }
        let divisor = codeStep(codes, low: lowCode)
        let largest = UInt32(truncatingIfNeeded: bounds.upperBound &- bounds.lowerBound) / divisor
        let moved = divisor == 1 ? codes.map { $0 &- lowCode } : codes.map { ($0 &- lowCode) / divisor }
        let wide = step &* Int64(divisor)
        if largest <= UInt32(UInt8.max) { return chunk(.codes8(base: low, step: wide, narrow8(moved))) }
        if largest <= UInt32(UInt16.max) { return chunk(.codes16(base: low, step: wide, narrow16(moved))) }
        return chunk(.codes32(base: low, step: wide, moved))
    }

    /// Numbers below 65,536; rows set in `missing` hold 0.
    package static func encode(codes: [UInt16], missing: Bitmap?) -> Chunk {
        encode(codes, missing: missing) { .codes16(base: 0, step: 1, $0) }
    }

    /// Codes of a dictionary of up to 256 words; rows set in `missing` hold 0.
    package static func encode(smallWords codes: [UInt8], missing: Bitmap?) -> Chunk {
        let missing = missing?.droppedIfEmpty
        if codes.isEmpty || missing?.setCount == codes.count { return .allMissing(rowCount: codes.count) }
        return Chunk(rowCount: codes.count, payload: .words8(codes), missing: missing, range: nil)
    }

    private static func encode<Code: FixedWidthInteger>(
        _ codes: [Code], missing: Bitmap?, _ payload: ([Code]) -> Chunk.Payload
    ) -> Chunk {
        let missing = missing?.droppedIfEmpty
        guard !codes.isEmpty, missing?.setCount != codes.count else { return .allMissing(rowCount: codes.count) }
        // What stands in missing rows is below every known number, or equal to it.
        let low = missing == nil ? Int64(codes.min() ?? 0) : 0
        return Chunk(
            rowCount: codes.count, payload: payload(codes), missing: missing, range: low...Int64(codes.max() ?? 0))
    }
}
