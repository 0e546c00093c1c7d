import ReachColumns
import ReachKernels
import ReachPlan

/// The groups of one chunk as small numbers, where all keys are stored columns of few values: a slot per row, straight from the codes.
/// What is gathered by slot is handed to the `GroupTable` once per chunk and slot.
struct SlotKeys {
    enum Slots {
        case narrow([UInt8])
        case wide([UInt16])
    }

    /// Nil where there are no keys: every row is in slot 0.
    let slots: Slots?
    let slotCount: Int
    private let keys: [Key]

    /// One key's codes; a missing value has the code after the last.
    private struct Key {
        let codes: [UInt8]
        let cardinality: Int
        let hasMissing: Bool
        let factor: Int
        let source: Source
    }

    private enum Source {
        case words(TextDictionary)
        case lanes(base: Int64, step: Int64)
        case nothing(DataType)
    }

    /// Nil where a key is no such column, or there would be more than 65,536 slots.
    init?(_ scalars: [Scalar], _ scope: Scope, _ evaluator: ChunkEvaluator) throws {
        var keys: [Key] = []
        var slotCount = 1
        for scalar in scalars {
            guard case .column(let column, let type) = scalar, try !evaluator.isReference(column, scope),
                let key = try Self.key(column, type, scope, evaluator, factor: slotCount)
            else { return nil }
            keys.append(key)
            slotCount *= key.cardinality
            if slotCount > 1 << 16 { return nil }
        }
        self.keys = keys
        self.slotCount = slotCount
        if keys.isEmpty {
            slots = nil
        } else if slotCount <= 1 << 8 {
            var slots = keys[0].codes
            for key in keys.dropFirst() {
                combineSlots(&slots, key.codes, factor: UInt8(truncatingIfNeeded: key.factor))
            }
            self.slots = .narrow(slots)
        } else {
            var slots = [UInt16](repeating: 0, count: scope.rowCount)
            for key in keys { combineSlots(&slots, key.codes, factor: UInt16(truncatingIfNeeded: key.factor)) }
            self.slots = .wide(slots)
        }
    }

    private static func key(
        _ column: Int, _ type: DataType, _ scope: Scope, _ evaluator: ChunkEvaluator, factor: Int
    ) throws -> Key? {
        let chunk = try evaluator.chunk(column, scope)
        var codes: [UInt8]
        var cardinality: Int
        let source: Source
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
            return Key(codes: codes, cardinality: 1, hasMissing: true, factor: factor, source: .nothing(type))
        default: return nil
        }
        guard let missing = chunk.missing else {
            return Key(codes: codes, cardinality: cardinality, hasMissing: false, factor: factor, source: source)
        }
        guard cardinality < 256 else { return nil }
        let marks = unpackBits(missing.words, count: missing.count)
        for row in codes.indices where marks[row] != 0 { codes[row] = UInt8(cardinality) }
        return Key(codes: codes, cardinality: cardinality + 1, hasMissing: true, factor: factor, source: source)
    }

    /// The key values of some slots, a vector per key.
    func values(of slots: [Int]) -> [Vector] {
        keys.map { key in
            let codes = slots.map { $0 / key.factor % key.cardinality }
            var missing: [UInt8]?
            if key.hasMissing {
                missing = codes.map { $0 == key.cardinality - 1 ? 1 : 0 }
                if let marks = missing, !hasAny(marks) { missing = nil }
            }
            switch key.source {
            case .words(let dictionary):
                let known = zip(codes, missing ?? [UInt8](repeating: 0, count: codes.count)).map {
                    $1 == 0 ? UInt32($0) : 0
                }
                return Vector(.text(TextColumn(codes: known, dictionary)), missing: missing)
            case .lanes(let base, let step):
                return Vector(.lanes(codes.map { base &+ step &* Int64($0) }), missing: missing)
            case .nothing(let type): return Vector(missing: type, count: codes.count)
            }
        }
    }

    /// How many rows of the mask are in each slot.
    func counts(_ rows: Mask) -> [Int64] {
        if rows.isNone { return [Int64](repeating: 0, count: slotCount) }
        let mask = rows.kernelBytes
        return switch slots {
        case .narrow(let slots): countSlots(slots, mask, slotCount: slotCount)
        case .wide(let slots): countSlots(slots, mask, slotCount: slotCount)
        case nil: [Int64(rows.setCount)]
        }
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

    private func sums(_ codes: [UInt8], _ mask: [UInt8]) -> [UInt64] {
        switch slots {
        case .narrow(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .wide(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case nil: [sumCodes(codes, mask)]
        }
    }

    private func sums(_ codes: [UInt16], _ mask: [UInt8]) -> [UInt64] {
        switch slots {
        case .narrow(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .wide(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case nil: [sumCodes(codes, mask)]
        }
    }

    private func sums(_ codes: [UInt32], _ mask: [UInt8]) -> [UInt64] {
        switch slots {
        case .narrow(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case .wide(let slots): sumSlots(slots, codes, mask, slotCount: slotCount)
        case nil: [sumCodes(codes, mask)]
        }
    }
}
