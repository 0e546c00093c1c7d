import ReachKernels

extension Chunk {
    package func isMissing(at row: Int) -> Bool { missing?[row] ?? false }

    /// Whether it holds codes of the dictionary, or nothing.
    package var isOfWords: Bool {
        switch payload {
        case .allMissing, .words8, .words16, .words32: true
        default: false
        }
    }

    package var missingCount: Int { missing?.setCount ?? 0 }

    /// The value of one row. For a cell here and there; a column is decoded as a whole.
    package func value(at row: Int, type: DataType, dictionary: TextDictionary?) -> Value {
        if isMissing(at: row) { return .missing }
        switch payload {
        case .allMissing: return .missing
        case .floats(let floats): return .float(floats[row])
        case .words8, .words16, .words32:
            guard let dictionary, let code = wordCode(at: row) else { return .missing }
            return .text(dictionary.word(code))
        case .plainText(let offsets, let bytes, _):
            return .text(String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self))
        case .constant, .codes8, .codes16, .codes32, .lanes:
            guard let lane = lane(at: row) else { return .missing }
            return Value(lane: lane, of: type)
        }
    }

    /// The 64-bit form of one row; nil where it is missing, float or text.
    package func lane(at row: Int) -> Int64? {
        if isMissing(at: row) { return nil }
        return switch payload {
        case .constant(let lane): lane
        case .codes8(let base, let step, let codes): base &+ step &* Int64(codes[row])
        case .codes16(let base, let step, let codes): base &+ step &* Int64(codes[row])
        case .codes32(let base, let step, let codes): base &+ step &* Int64(codes[row])
        case .lanes(let lanes): lanes[row]
        case .allMissing, .floats, .words8, .words16, .words32, .plainText: nil
        }
    }

    /// The dictionary code of one row; nil where it is missing or the chunk holds none.
    package func wordCode(at row: Int) -> Int? {
        if isMissing(at: row) { return nil }
        return switch payload {
        case .words8(let codes): Int(codes[row])
        case .words16(let codes): Int(codes[row])
        case .words32(let codes): Int(codes[row])
        default: nil
        }
    }

    /// All rows as 64-bit lanes, what stands in missing rows being arbitrary; nil for float and text.
    package func decodedLanes() -> [Int64]? {
        switch payload {
        case .allMissing: Array(repeating: 0, count: rowCount)
        case .constant(let lane): Array(repeating: lane, count: rowCount)
        case .codes8(let base, let step, let codes): unpackLanes(codes, base: base, step: step)
        case .codes16(let base, let step, let codes): unpackLanes(codes, base: base, step: step)
        case .codes32(let base, let step, let codes): unpackLanes(codes, base: base, step: step)
        case .lanes(let lanes): lanes
        case .floats, .words8, .words16, .words32, .plainText: nil
        }
    }

    /// All rows as floats; nil for everything that is not.
    package func decodedFloats() -> [Double]? {
        switch payload {
        case .allMissing: Array(repeating: 0, count: rowCount)
        case .floats(let floats): floats
        default: nil
        }
    }

    /// All rows as dictionary codes, 0 in missing rows; nil for everything that has none.
    package func decodedWords() -> [UInt32]? {
        switch payload {
        case .allMissing: Array(repeating: 0, count: rowCount)
        case .words8(let codes): widen(codes)
        case .words16(let codes): widen(codes)
        case .words32(let codes): codes
        default: nil
        }
    }

    /// All rows as plain text, missing rows being empty; nil for everything that is not text.
    package func decodedText(_ dictionary: TextDictionary?) -> (offsets: [UInt32], bytes: [UInt8])? {
        switch payload {
        case .allMissing: return (Array(repeating: 0, count: rowCount + 1), [])
        case .plainText(let offsets, let bytes, _): return (offsets, bytes)
        case .words8, .words16, .words32:
            guard let dictionary, let codes = decodedWords() else { return nil }
            return spellWords(
                codes, offsets: dictionary.offsets, bytes: dictionary.bytes, missing: missing?.words ?? [])
        default: return nil
        }
    }

    /// Bytes that the chunk holds in memory, for budgets; other forms count with the payload that somebody may ask for.
    package var byteCount: Int {
        if let bits = planes?.bits {
            let codeBytes = bits.isNarrow ? 1 : 2
            return bits.words.count * 8 + bits.widths.count + rowCount * codeBytes + (missing?.words.count ?? 0) * 8
                + 96
        }
        if let ended { return ended.byteCount + (missing?.words.count ?? 0) * 8 + 96 }
        let payloadBytes =
            switch payload {
            case .allMissing, .constant: 0
            case .codes8(_, _, let codes), .words8(let codes): codes.count
            case .codes16(_, _, let codes), .words16(let codes): codes.count * 2
            case .codes32(_, _, let codes), .words32(let codes): codes.count * 4 + (leads?.bytes.count ?? 0)
            case .lanes(let lanes): lanes.count * 8
            case .floats(let floats): floats.count * 8
            case .plainText(let offsets, let bytes, let fingerprints):
                offsets.count * 4 + bytes.count + fingerprints.count * 2
            }
        return payloadBytes + (missing?.words.count ?? 0) * 8 + 96
    }
}
