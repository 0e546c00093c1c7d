import ReachColumns

/// Encodes one column chunk after chunk, for tests: nothing here is fast.
struct PlainEncoder {
    private let encoding: MemorySource.Encoding
    private var random: SeededRandom
    private var words: [[UInt8]: UInt32] = [:]
    private var spelled: [[UInt8]] = []
    private var usesWords = false

    init(_ encoding: MemorySource.Encoding, salt: UInt64) {
        self.encoding = encoding
        if case .mixed(let seed) = encoding {
            random = SeededRandom(seed: seed &* 0x9E37_79B9 &+ salt)
        } else {
            random = SeededRandom(seed: salt)
        }
    }

    /// Nil until a chunk was encoded as words.
    var dictionary: TextDictionary? {
        guard usesWords else { return nil }
        var offsets: [UInt32] = [0]
        for word in spelled { offsets.append(offsets[offsets.count - 1] + UInt32(word.count)) }
        return TextDictionary(offsets: offsets, bytes: Array(spelled.joined()))
    }

    mutating func encode(_ values: [Value], type: DataType) -> Chunk {
        var missing = Bitmap(count: values.count)
        for (row, value) in values.enumerated() where value == .missing { missing[row] = true }
        let bits = missing.setCount > 0 ? missing : nil
        if missing.setCount == values.count {
            return Chunk(rowCount: values.count, payload: .allMissing, missing: missing, range: nil)
        }
        switch type {
        case .text: return encodeText(values, bits)
        case .float:
            let floats = values.map { value -> Double in if case .float(let float) = value { float } else { 0.0 } }
            return Chunk(rowCount: values.count, payload: .floats(floats), missing: bits, range: nil)
        default: return encodeLanes(values, bits)
        }
    }

    private mutating func encodeLanes(_ values: [Value], _ missing: Bitmap?) -> Chunk {
        let known = values.compactMap(\.lane)
        let low = known.min() ?? 0
        let high = known.max() ?? 0
        let lanes = values.map { $0.lane ?? low }
        let (spread, overflow) = high.subtractingReportingOverflow(low)
        var forms: [Chunk.Payload] = [.lanes(lanes)]
        if !overflow {
            let divisor = known.reduce(0) { greatestDivisor($0, $1 - low) }
            for step in Set([1, max(1, divisor)]).sorted(by: >) {
                let codes = lanes.map { ($0 - low) / step }
                let widest = spread / step
                if widest <= 0xFFFF_FFFF { forms.append(.codes32(base: low, step: step, codes.map { UInt32($0) })) }
                if widest <= 0xFFFF { forms.append(.codes16(base: low, step: step, codes.map { UInt16($0) })) }
                if widest <= 0xFF { forms.append(.codes8(base: low, step: step, codes.map { UInt8($0) })) }
            }
        }
        if low == high { forms.append(.constant(low)) }
        let payload: Chunk.Payload =
            switch encoding {
            case .narrow, .plainText: forms[forms.count - 1]
            case .wide: forms[0]
            case .mixed: forms[Int(random.next() % UInt64(forms.count))]
            }
        if let planes = mixedPlanes(payload) { return Chunk(planes: planes, missing: missing, range: low...high) }
        return Chunk(rowCount: values.count, payload: payload, missing: missing, range: low...high)
    }

    /// Every other chunk of codes as planes of bits, where encodings are mixed.
    private mutating func mixedPlanes(_ payload: Chunk.Payload) -> CodePlanes? {
        guard case .mixed = encoding, random.next() % 2 == 0 else { return nil }
        return CodePlanes(payload)
    }

    private mutating func encodeText(_ values: [Value], _ missing: Bitmap?) -> Chunk {
        let texts = values.map { value -> [UInt8] in if case .text(let text) = value { Array(text.utf8) } else { [] } }
        let form: Int =
            switch encoding {
            case .narrow: spelled.count < 200 ? 0 : 1
            case .wide: 2
            case .plainText: 3
            case .mixed: Int(random.next() % 4)
            }
        if form == 3 {
            var offsets: [UInt32] = [0]
            for text in texts { offsets.append(offsets[offsets.count - 1] + UInt32(text.count)) }
            return ChunkEncoder.encode(plain: offsets, bytes: Array(texts.joined()), missing: missing)
        }
        usesWords = true
        let codes = texts.indices.map { row in missing?[row] == true ? 0 : code(of: texts[row]) }
        let payload: Chunk.Payload =
            if form == 0, codes.allSatisfy({ $0 <= 0xFF }) {
                .words8(codes.map { UInt8($0) })
            } else if form < 2, codes.allSatisfy({ $0 <= 0xFFFF }) {
                .words16(codes.map { UInt16($0) })
            } else {
                .words32(codes)
            }
        if let planes = mixedPlanes(payload) { return Chunk(planes: planes, missing: missing, range: nil) }
        return Chunk(rowCount: values.count, payload: payload, missing: missing, range: nil)
    }

    private mutating func code(of word: [UInt8]) -> UInt32 {
        if let code = words[word] { return code }
        let code = UInt32(spelled.count)
        words[word] = code
        spelled.append(word)
        return code
    }
}

private func greatestDivisor(_ one: Int64, _ other: Int64) -> Int64 {
    var (larger, smaller) = (one, other)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}

/// A small generator whose numbers follow from its seed (SplitMix64).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether something that happens once in `n` times happens.
    package mutating func oneIn(_ n: Int) -> Bool { Int(next() % UInt64(n)) == 0 }
}
