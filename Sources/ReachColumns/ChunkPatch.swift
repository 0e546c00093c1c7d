import ReachKernels

/// Rows of a chunk that a later import gave other values.
package struct ChunkPatch: Sendable {
    /// Ascending positions in the chunk.
    package let rows: [UInt32]
    /// A row per position, of the column's type.
    package let values: Chunk

    package init(rows: [UInt32], values: Chunk) {
        precondition(rows.count == values.rowCount, "a patch has a value per row")
        self.rows = rows
        self.values = values
    }

    /// The chunk with the patch's values: what encoding them with the others at once would give, but that numbers may keep a base and
    /// a step that the values taken away needed. Where some of its text is outside the column's dictionary, all of it will be.
    package func applied(to chunk: Chunk, dictionary: TextDictionary?) -> Chunk {
        let missing = missingRows(of: chunk)
        let payload = if case .allMissing = chunk.payload { values.payload } else { chunk.payload }
        switch payload {
        case .allMissing: return chunk
        case .floats:
            var floats = chunk.decodedFloats() ?? []
            replace(rows, of: &floats, with: values.decodedFloats() ?? [])
            return ChunkEncoder.encode(floats: floats, missing: missing)
        case .words8, .words16, .words32, .plainText:
            if !chunk.isPlain, !values.isPlain {
                if let patched = withWords(chunk, missing: missing) { return patched }
                var words = chunk.decodedWords() ?? []
                replace(rows, of: &words, with: values.decodedWords() ?? [])
                return ChunkEncoder.encode(words: words, missing: missing)
            }
            return withTexts(chunk, missing: missing, dictionary: dictionary)
        case .constant, .codes8, .codes16, .codes32, .lanes:
            if let patched = withCodes(chunk, missing: missing) { return patched }
            var lanes = chunk.decodedLanes() ?? []
            replace(rows, of: &lanes, with: values.decodedLanes() ?? [])
            return ChunkEncoder.encode(lanes: lanes, missing: missing)
        }
    }

    /// How many missing values the chunk has less after the patch; negative where it has more.
    package func filledCount(in chunk: Chunk) -> Int {
        countBits(rows, of: chunk.missing?.words ?? []) - values.missingCount
    }

    /// Whether any value differs from what the chunk has there.
    package func changes(_ chunk: Chunk, dictionary: TextDictionary?) -> Bool {
        for (index, row) in rows.enumerated() {
            let row = Int(row)
            if chunk.isMissing(at: row) != values.isMissing(at: index) { return true }
            if chunk.isMissing(at: row) { continue }
            if let lane = chunk.lane(at: row) {
                if lane != values.lane(at: index) { return true }
            } else if let code = chunk.wordCode(at: row), let other = values.wordCode(at: index) {
                if code != other { return true }
            } else if case .floats(let floats) = chunk.payload, case .floats(let others) = values.payload {
                if floats[row].bitPattern != others[index].bitPattern { return true }
            } else if !chunk.hasSameText(at: row, as: values, at: index, dictionary: dictionary) {
                return true
            }
        }
        return false
    }

    /// Nil where nothing is missing any more.
    private func missingRows(of chunk: Chunk) -> Bitmap? {
        if chunk.missing == nil, values.missing == nil { return nil }
        var bitmap = chunk.missing ?? Bitmap(count: chunk.rowCount)
        replaceBits(rows, of: &bitmap.words, with: values.missing?.words ?? [])
        return bitmap.droppedIfEmpty
    }

    private func withTexts(_ chunk: Chunk, missing: Bitmap?, dictionary: TextDictionary?) -> Chunk {
        let own = chunk.decodedText(dictionary) ?? (Array(repeating: 0, count: chunk.rowCount + 1), [])
        let texts = values.decodedText(dictionary) ?? (Array(repeating: 0, count: rows.count + 1), [])
        if missing?.setCount == chunk.rowCount { return .allMissing(rowCount: chunk.rowCount) }
        let patched = replaceTexts(rows, of: own.offsets, own.bytes, with: texts.offsets, texts.bytes)
        var fingerprints = chunk.fingerprints(of: own)
        replace(rows, of: &fingerprints, with: values.fingerprints(of: texts))
        return Chunk(
            rowCount: chunk.rowCount,
            payload: .plainText(offsets: patched.offsets, bytes: patched.bytes, fingerprints: fingerprints),
            missing: missing, range: nil)
    }
}

extension ChunkPatch {
    /// The patched chunk in the base, step and width that it has; nil where they do not hold the values, or narrower ones would.
    private func withCodes(_ chunk: Chunk, missing: Bitmap?) -> Chunk? {
        let words = missing?.words ?? []
        let payload: Chunk.Payload
        let bounds: ClosedRange<Int64>?
        let (base, step): (Int64, Int64)
        switch chunk.payload {
        case .codes8(let own, let by, var codes):
            guard let fitting = self.codes(base: own, step: by, largest: UInt64(UInt8.max)) else { return nil }
            replace(rows, of: &codes, with: narrow8(fitting))
            bounds = codeBounds(codes, missing: words)
            (base, step, payload) = (own, by, .codes8(base: own, step: by, codes))
            guard let bounds, bounds.lowerBound < bounds.upperBound else { return nil }
        case .codes16(let own, let by, var codes):
            guard let fitting = self.codes(base: own, step: by, largest: UInt64(UInt16.max)) else { return nil }
            replace(rows, of: &codes, with: narrow16(fitting))
            bounds = codeBounds(codes, missing: words)
            (base, step, payload) = (own, by, .codes16(base: own, step: by, codes))
            guard let bounds, bounds.upperBound - bounds.lowerBound > Int64(UInt8.max) else { return nil }
        case .codes32(let own, let by, var codes):
            guard let fitting = self.codes(base: own, step: by, largest: UInt64(UInt32.max)) else { return nil }
            replace(rows, of: &codes, with: fitting)
            bounds = codeBounds(codes, missing: words)
            (base, step, payload) = (own, by, .codes32(base: own, step: by, codes))
            guard let bounds, bounds.upperBound - bounds.lowerBound > Int64(UInt16.max) else { return nil }
        default: return nil
        }
        guard let bounds else { return nil }
        return Chunk(
            rowCount: chunk.rowCount, payload: payload, missing: missing,
            range: (base &+ step &* bounds.lowerBound)...(base &+ step &* bounds.upperBound))
    }

    /// The patched chunk in bytes for codes as it is; nil where codes have more, now or then.
    private func withWords(_ chunk: Chunk, missing: Bitmap?) -> Chunk? {
        guard case .words8(var codes) = chunk.payload else { return nil }
        switch values.payload {
        case .words8(let others): replace(rows, of: &codes, with: others)
        case .allMissing: replace(rows, of: &codes, with: Array(repeating: 0, count: rows.count))
        default: return nil
        }
        if missing?.setCount == chunk.rowCount { return .allMissing(rowCount: chunk.rowCount) }
        return Chunk(rowCount: chunk.rowCount, payload: .words8(codes), missing: missing, range: nil)
    }

    /// The values as codes, 0 where missing; nil where one is none up to `largest`.
    private func codes(base: Int64, step: Int64, largest: UInt64) -> [UInt32]? {
        guard let lanes = values.decodedLanes() else { return nil }
        var codes = [UInt32](repeating: 0, count: lanes.count)
        for (index, lane) in lanes.enumerated() where !values.isMissing(at: index) {
            guard lane >= base else { return nil }
            let (code, rest) = UInt64(bitPattern: lane &- base).quotientAndRemainder(dividingBy: UInt64(step))
            guard rest == 0, code <= largest else { return nil }
            codes[index] = UInt32(code)
        }
        return codes
    }
}

extension Chunk {
    fileprivate var isPlain: Bool { if case .plainText = payload { true } else { false } }

    /// Whether two known texts are the same, whichever form they are in.
    fileprivate func hasSameText(at row: Int, as other: Chunk, at otherRow: Int, dictionary: TextDictionary?) -> Bool {
        guard let (bytes, range) = textBytes(at: row, dictionary),
            let (otherBytes, otherRange) = other.textBytes(at: otherRow, dictionary)
        else { return false }
        return bytes[range].elementsEqual(otherBytes[otherRange])
    }

    private func textBytes(at row: Int, _ dictionary: TextDictionary?) -> ([UInt8], Range<Int>)? {
        if case .plainText(let offsets, let bytes, _) = payload {
            return (bytes, Int(offsets[row])..<Int(offsets[row + 1]))
        }
        guard let code = wordCode(at: row), let dictionary, code < dictionary.count else { return nil }
        return (dictionary.bytes, Int(dictionary.offsets[code])..<Int(dictionary.offsets[code + 1]))
    }
}
