import ReachColumns
import ReachKernels
import ReachPlan

/// The groups of one chunk as small numbers, where all keys are stored columns of few values: a slot per row, straight from the codes.
/// What is gathered by slot is handed to the `GroupTable`, which adds it up.
struct SlotKeys {
    enum Slots {
        case narrow([UInt8])
        case wide([UInt16])
        /// By bit of the slot's number, which rows have it.
        case bits([[UInt64]])
    }

    /// Sets of more bits are counted faster slot by slot.
    static let mostBits = 5

    /// Nil where there are no keys: every row is in slot 0.
    let slots: Slots?
    let slotCount: Int
    let meaning: SlotMeaning

    /// Slots to be counted and no more, told by the bits of the codes. Nil where a key is no stored column of few bits, or has missing values.
    init?(bitsOf scalars: [Scalar], _ scope: Scope, _ evaluator: ChunkEvaluator) throws {
        var keys: [SlotMeaning.Key] = []
        var bits: [[UInt64]] = []
        for scalar in scalars {
            guard case .column(let column, _) = scalar, try !evaluator.isReference(column, scope) else { return nil }
            let chunk = try evaluator.chunk(column, scope)
            guard chunk.missing == nil, let planes = chunk.planes else { return nil }
            let width = planes.bits.width
            guard bits.count + width <= Self.mostBits else { return nil }
            keys.append(
                try SlotMeaning.Key(planes.meaning, of: column, scope, evaluator, width: width, shift: bits.count))
            for bit in 0..<width { bits.append(planes.bits.rows(ofBit: bit)) }
        }
        if bits.isEmpty { return nil }
        meaning = SlotMeaning(keys: keys)
        slotCount = 1 << bits.count
        slots = .bits(bits)
    }

    /// Nil where a key is no such column, or there would be more than 65,536 slots.
    init?(_ scalars: [Scalar], _ scope: Scope, _ evaluator: ChunkEvaluator) throws {
        var keys: [SlotMeaning.Key] = []
        var codes: [[UInt8]] = []
        var slotCount = 1
        for scalar in scalars {
            guard case .column(let column, let type) = scalar, try !evaluator.isReference(column, scope),
                let key = try Self.key(column, type, scope, evaluator, factor: slotCount)
            else { return nil }
            keys.append(key.key)
            codes.append(key.codes)
            slotCount *= key.key.cardinality
            if slotCount > 1 << 16 { return nil }
        }
        meaning = SlotMeaning(keys: keys)
        self.slotCount = slotCount
        if keys.isEmpty {
            slots = nil
        } else if slotCount <= 1 << 8 {
            var slots = codes[0]
            for (key, codes) in zip(keys, codes).dropFirst() {
                combineSlots(&slots, codes, factor: UInt8(truncatingIfNeeded: key.factor))
            }
            self.slots = .narrow(slots)
        } else {
            var slots = [UInt16](repeating: 0, count: scope.rowCount)
            for (key, codes) in zip(keys, codes) {
                combineSlots(&slots, codes, factor: UInt16(truncatingIfNeeded: key.factor))
            }
            self.slots = .wide(slots)
        }
    }

    private static func key(
        _ column: Int, _ type: DataType, _ scope: Scope, _ evaluator: ChunkEvaluator, factor: Int
    ) throws -> (key: SlotMeaning.Key, codes: [UInt8])? {
        let chunk = try evaluator.chunk(column, scope)
        var codes: [UInt8]
        var cardinality: Int
        let source: SlotMeaning.Source
        switch chunk.payload {
        case .words8(let words):
            let dictionary = try evaluator.dictionary(column, scope)
            (codes, cardinality, source) = (words, min(dictionary.count, 256), .words(dictionary))
        case .codes8(let base, let step, let lanes):
            (codes, cardinality, source) = (lanes, 256, .lanes(base: base, step: step))
            if let range = chunk.range { cardinality = Int((range.upperBound - base) / step) + 1 }
        case .constant(let lane):
            codes = [UInt8](repeating: 0, count: chunk.rowCount)
            (cardinality, source) = (1, .lanes(base: lane, step: 0))
        case .allMissing:
            codes = [UInt8](repeating: 0, count: chunk.rowCount)
            return (SlotMeaning.Key(cardinality: 1, hasMissing: true, factor: factor, source: .nothing(type)), codes)
        default: return nil
        }
        guard let missing = chunk.missing else {
            return (SlotMeaning.Key(cardinality: cardinality, hasMissing: false, factor: factor, source: source), codes)
        }
        guard cardinality < 256 else { return nil }
        let marks = unpackBits(missing.words, count: missing.count)
        for row in codes.indices where marks[row] != 0 { codes[row] = UInt8(cardinality) }
        return (SlotMeaning.Key(cardinality: cardinality + 1, hasMissing: true, factor: factor, source: source), codes)
    }

    /// How many rows of the mask are in each slot.
    func counts(_ rows: Mask) -> [Int64] {
        if rows.isNone { return [Int64](repeating: 0, count: slotCount) }
        return switch slots {
        case .narrow(let slots): countSlots(slots, rows.kernelBytes, slotCount: slotCount)
        case .wide(let slots): countSlots(slots, rows.kernelBytes, slotCount: slotCount)
        case .bits(let bits): counts(bits, rows.bitmap.words)
        case nil: [Int64(rows.setCount)]
        }
    }

    private func counts(_ bits: [[UInt64]], _ members: [UInt64]) -> [Int64] {
        var counts = [Int](repeating: 0, count: slotCount)
        countCodes(bits, members: members, into: &counts)
        return counts.map { Int64($0) }
    }

    /// Sums of a chunk's codes over the rows of the mask, by slot; nil for what has no codes.
    func codeSums(_ chunk: Chunk, _ rows: Mask) -> (base: Int64, step: Int64, sums: [UInt64])? {
        let mask = rows.kernelBytes
        switch chunk.payload {
        case .constant(let lane): return (lane, 0, [UInt64](repeating: 0, count: slotCount))
        case .codes8(let base, let step, let codes): return (base, step, sums(codes, mask))
        case .codes16(let base, let step, let codes): return (base, step, sums(codes, mask))
        case .codes32(let base, let step, let codes): return (base, step, sums(codes, mask))
        default: return nil
        }
    }

    /// Counts and sums in one pass; nil where they take two.
    func figures(_ chunk: Chunk, _ rows: Mask) -> (counts: [Int64], base: Int64, step: Int64, sums: [UInt64])? {
        guard case .narrow(let slots) = slots, let range = chunk.range, !rows.isNone else { return nil }
        func largest(_ base: Int64, _ step: Int64) -> UInt64 { UInt64((range.upperBound - base) / step) }
        switch chunk.payload {
        case .codes16(let base, let step, let codes):
            return countAndSumSlots(
                slots, codes, rows.kernelWords, largest: largest(base, step), slotCount: slotCount
            ).map { ($0.counts, base, step, $0.sums) }
        case .codes32(let base, let step, let codes):
            return countAndSumSlots(
                slots, codes, rows.kernelWords, largest: largest(base, step), slotCount: slotCount
            ).map { ($0.counts, base, step, $0.sums) }
        default: return nil
        }
    }

    private func sums(_ codes: [UInt8], _ mask: [UInt8]) -> [UInt64] {
        switch slots {
        case .narrow(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .wide(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .bits: preconditionFailure("slots of bits are counted")
        case nil: [sumCodes(codes, mask)]
        }
    }

    private func sums(_ codes: [UInt16], _ mask: [UInt8]) -> [UInt64] {
        switch slots {
        case .narrow(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .wide(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .bits: preconditionFailure("slots of bits are counted")
        case nil: [sumCodes(codes, mask)]
        }
    }

    private func sums(_ codes: [UInt32], _ mask: [UInt8]) -> [UInt64] {
        switch slots {
        case .narrow(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .wide(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .bits: preconditionFailure("slots of bits are counted")
        case nil: [sumCodes(codes, mask)]
        }
    }
}

extension SlotMeaning.Key {
    /// Of codes of `width` bits in planes, as `width` bits of a slot's number from bit `shift` on; none is missing.
    init(
        _ meaning: CodePlanes.Meaning, of column: Int, _ scope: Scope, _ evaluator: ChunkEvaluator, width: Int,
        shift: Int
    ) throws {
        let source: SlotMeaning.Source =
            switch meaning {
            case .lanes(let base, let step): .lanes(base: base, step: step)
            case .words: .words(try evaluator.dictionary(column, scope))
            }
        self.init(cardinality: 1 << width, hasMissing: false, factor: 1 << shift, source: source)
    }
}
